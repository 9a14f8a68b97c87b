//! What branches a cell has, how they hang together, how long and how thick they are.

use super::random::Dice;
use super::soma;
use super::vector::Vector;
use crate::SampleKind;

/// An unbranched piece between the soma, forks and tips. Branches stand in depth-first order.
pub(super) struct Branch {
    pub(super) start: Start,
    pub(super) heading: Heading,
    pub(super) territory: &'static Territory,
    /// Length along the path, before it is sampled.
    pub(super) length_um: f64,
    pub(super) start_radius_um: f64,
    pub(super) end_radius_um: f64,
}

/// Where a branch starts: on a sample of the soma or on the end of a branch.
#[derive(Clone, Copy)]
pub(super) enum Start {
    Soma(usize),
    Branch(usize),
}

/// Where a branch sets out to.
#[derive(Clone, Copy)]
pub(super) enum Heading {
    Towards(Vector),
    /// As its parent, turned aside by this tangent; the other one at the fork turns the other way.
    Turned(f64),
}

/// What a part of the cell is like.
pub(super) struct Territory {
    pub(super) kind: SampleKind,
    /// Strength of the noise: 5 over its square is the distance, in micrometres, over which a branch
    /// forgets its direction.
    pub(super) wiggle: f64,
    /// Where branches come from, and how strongly, per micrometre, they keep away from there.
    pub(super) origin_um: Vector,
    pub(super) repulsion: f64,
    /// A fixed pull per micrometre.
    pub(super) pull: Vector,
    /// The height that branches do not grow beyond.
    pub(super) ceiling_um: f64,
    least_radius_um: f64,
    /// Tangent of the angle between the branches of a fork.
    spread: f64,
    /// How steeply side branches of a trunk rise that are of this territory.
    slope: f64,
    /// Whether this goes on straight and gives off side branches, instead of forking.
    is_trunk: bool,
}

const TRUNK_UM: f64 = 400.0;
const TUFT_UM: f64 = 330.0;
const AXON_UM: f64 = 420.0;

const ANYWHERE: Territory = Territory {
    kind: SampleKind::BASAL_DENDRITE,
    wiggle: 0.16,
    origin_um: Vector([0.0; 3]),
    repulsion: 0.005,
    pull: Vector([0.0; 3]),
    ceiling_um: f64::INFINITY,
    least_radius_um: 0.28,
    spread: 1.0,
    slope: 0.0,
    is_trunk: false,
};
static BASAL: Territory = Territory { pull: Vector([0.0, -0.0012, 0.0]), ..ANYWHERE };
static TRUNK: Territory = Territory {
    kind: SampleKind::APICAL_DENDRITE,
    wiggle: 0.05,
    pull: Vector([0.0, 0.01, 0.0]),
    is_trunk: true,
    ..ANYWHERE
};
static OBLIQUE: Territory = Territory {
    kind: SampleKind::APICAL_DENDRITE,
    pull: Vector([0.0, 0.003, 0.0]),
    repulsion: 0.0,
    slope: 0.6,
    ..ANYWHERE
};
static TUFT: Territory = Territory {
    kind: SampleKind::APICAL_DENDRITE,
    origin_um: Vector([0.0, TRUNK_UM - 60.0, 0.0]),
    repulsion: 0.006,
    ceiling_um: TRUNK_UM + 0.85 * TUFT_UM,
    spread: 1.2,
    ..ANYWHERE
};
static AXON: Territory = Territory {
    kind: SampleKind::AXON,
    wiggle: 0.12,
    pull: Vector([0.0, -0.012, 0.0]),
    least_radius_um: 0.15,
    is_trunk: true,
    ..ANYWHERE
};
static COLLATERAL: Territory = Territory {
    kind: SampleKind::AXON,
    wiggle: 0.24,
    origin_um: Vector([0.0, -180.0, 0.0]),
    repulsion: 0.004,
    least_radius_um: 0.15,
    spread: 1.3,
    ..ANYWHERE
};

/// How many tips each part gets.
struct Tips {
    basal: usize,
    oblique: usize,
    tuft: usize,
    axon: usize,
}

impl Tips {
    /// Tips grow as the 5/8th power of the nodes, first all over, later mostly in the axon.
    fn of(nodes: usize) -> Self {
        let root = (nodes as f64).sqrt();
        let all = 0.8 * root * root.sqrt().sqrt();
        let dendrites = if all <= 150.0 { 0.65 * all } else { 0.65 * 150.0 + 0.25 * (all - 150.0) };
        let share = |part: f64| ((dendrites * part) as usize).max(2);
        Self { basal: share(0.48), oblique: share(0.24), tuft: share(0.28), axon: ((all - dendrites) as usize).max(3) }
    }
}

/// A tree, or what is left of it, that still has to be laid out.
struct Task {
    start: Start,
    heading: Heading,
    territory: &'static Territory,
    radius_um: f64,
    /// How much path remains to the furthest tips.
    reach_um: f64,
    /// Tips beyond the laterals.
    tips: usize,
    /// Side branches of a trunk, the next one last.
    laterals: Vec<Lateral>,
}

/// A tree that hangs on the side of a trunk.
struct Lateral {
    towards: Vector,
    territory: &'static Territory,
    reach_um: f64,
    tips: usize,
    /// The trunk's path up to it, from the side branch before.
    gap_um: f64,
    /// Its part of the trunk's 3/2 power.
    thickness: f64,
}

/// Lays out all branches of a cell, in depth-first order.
pub(super) fn branches(nodes: usize, dice: &mut Dice) -> Vec<Branch> {
    let tips = Tips::of(nodes);
    let mut tasks = vec![axon(tips.axon, dice)];
    tasks.extend(basal_dendrites(tips.basal, dice));
    tasks.push(apical_dendrite(tips.oblique, tips.tuft, dice));
    let mut branches = Vec::new();
    while let Some(task) = tasks.pop() {
        lay_out(task, &mut branches, &mut tasks, dice);
    }
    branches
}

fn basal_dendrites(tips: usize, dice: &mut Dice) -> Vec<Task> {
    let stems = (tips / 3).clamp(3, 9).min(tips.max(3));
    let mut taken = vec![Vector::DOWN];
    let mut tasks = Vec::with_capacity(stems);
    for share in shares(tips.max(stems), stems, dice) {
        let towards = dice.away_from(&taken, |dice| {
            let Vector([x, _, z]) = dice.across(Vector::UP);
            let slope = dice.between(-1.3, 0.25);
            Vector([x, slope, z]).unit().unwrap_or(Vector::DOWN)
        });
        taken.push(towards);
        tasks.push(Task {
            start: Start::Soma(soma::FLANK[dice.below(soma::FLANK.len())]),
            heading: Heading::Towards(towards),
            territory: &BASAL,
            radius_um: dice.between(1.1, 1.6),
            reach_um: dice.between(190.0, 270.0),
            tips: share,
            laterals: Vec::new(),
        });
    }
    tasks
}

fn apical_dendrite(obliques: usize, tuft: usize, dice: &mut Dice) -> Task {
    let count = (obliques / 2).clamp(2, 12).min(obliques);
    // Obliques leave the lower two thirds of the trunk.
    let laterals = laterals(obliques, count, 0.68 * TRUNK_UM, (110.0, 220.0), &OBLIQUE, dice);
    Task {
        start: Start::Soma(soma::TIP),
        heading: Heading::Towards(Vector::UP),
        territory: &TRUNK,
        radius_um: 2.9,
        reach_um: TRUNK_UM,
        tips: tuft,
        laterals,
    }
}

fn axon(tips: usize, dice: &mut Dice) -> Task {
    let count = (tips / 6).clamp(2, 28).min(tips - 1);
    let reach = (200.0, 430.0);
    let laterals = laterals(tips - 1, count, 0.85 * AXON_UM, reach, &COLLATERAL, dice);
    Task {
        start: Start::Soma(soma::BASE),
        heading: Heading::Towards(Vector::DOWN),
        territory: &AXON,
        radius_um: 0.75,
        reach_um: AXON_UM,
        tips: 1,
        laterals,
    }
}

fn laterals(
    tips: usize,
    count: usize,
    along_um: f64,
    (nearest_um, furthest_um): (f64, f64),
    territory: &'static Territory,
    dice: &mut Dice,
) -> Vec<Lateral> {
    let mut taken = Vec::with_capacity(count);
    let mut laterals = Vec::with_capacity(count);
    for share in shares(tips, count, dice) {
        let recent = &taken[taken.len().saturating_sub(4)..];
        let towards = dice.away_from(recent, |dice| dice.across(Vector::UP));
        taken.push(towards);
        laterals.push(Lateral {
            towards: towards + Vector([0.0, territory.slope + dice.between(-0.3, 0.3), 0.0]),
            territory,
            reach_um: dice.between(nearest_um, furthest_um),
            tips: share,
            gap_um: along_um / count as f64 * dice.between(0.4, 1.4),
            // Together they take about half, so that the trunk stays thick to its end.
            thickness: (0.55 / count as f64).max(0.03),
        });
    }
    laterals
}

/// Splits `tips` at random into `count` shares of at least one.
fn shares(tips: usize, count: usize, dice: &mut Dice) -> Vec<usize> {
    let mut shares = vec![1; count];
    for _ in count..tips {
        shares[dice.below(count)] += 1;
    }
    shares
}

/// Makes one branch of a task and leaves the rest as further tasks.
fn lay_out(mut task: Task, branches: &mut Vec<Branch>, tasks: &mut Vec<Task>, dice: &mut Dice) {
    let index = branches.len();
    let lateral = task.laterals.pop();
    let length_um = match &lateral {
        Some(lateral) => lateral.gap_um.min(0.9 * task.reach_um),
        None if task.territory.is_trunk => task.reach_um,
        None => branch_length_um(&task, dice),
    };
    let end_radius_um = tapered_radius_um(&task, length_um);
    branches.push(Branch {
        start: task.start,
        heading: task.heading,
        territory: task.territory,
        length_um,
        start_radius_um: task.radius_um,
        end_radius_um,
    });
    task.start = Start::Branch(index);
    task.radius_um = end_radius_um;
    task.reach_um -= length_um;
    if let Some(lateral) = lateral {
        give_off(task, &lateral, tasks);
    } else if task.tips > 1 {
        if task.territory.is_trunk {
            (task.territory, task.reach_um) = (&TUFT, TUFT_UM);
        }
        fork(task, tasks, dice);
    }
}

/// Branches share the remaining path so that tips lie about equally far out; the last piece is the
/// longest, as in real dendrites.
fn branch_length_um(task: &Task, dice: &mut Dice) -> f64 {
    const LEAST_UM: f64 = 4.0;
    let length = if task.tips == 1 {
        task.reach_um * dice.between(0.55, 1.0)
    } else {
        let levels = f64::from(task.tips.ilog2()) + 2.0;
        task.reach_um * dice.between(0.35, 1.35) / levels
    };
    length.max(LEAST_UM)
}

fn tapered_radius_um(task: &Task, length_um: f64) -> f64 {
    let per_um = if task.tips == 1 && task.laterals.is_empty() { 0.004 } else { 0.0012 };
    let taper = (1.0 - per_um * length_um).max(0.5);
    (task.radius_um * taper).max(task.territory.least_radius_um)
}

/// A side branch leaves a trunk, which goes on. Rall: the 3/2 powers of the radii add up.
fn give_off(trunk: Task, lateral: &Lateral, tasks: &mut Vec<Task>) {
    let Lateral { territory, reach_um, tips, .. } = *lateral;
    let side = trunk.radius_um * two_thirds(lateral.thickness);
    let side = side.max(1.5 * territory.least_radius_um);
    let rest = three_halves(trunk.radius_um) - three_halves(side);
    let (start, radius_um) = (trunk.start, side);
    let heading = Heading::Towards(lateral.towards);
    tasks.push(Task { start, heading, territory, radius_um, reach_um, tips, laterals: Vec::new() });
    tasks.push(Task {
        radius_um: two_thirds(rest.max(0.0)).max(trunk.territory.least_radius_um),
        heading: Heading::Turned(0.0),
        ..trunk
    });
}

/// Splits a tree into two, all splits of its tips being equally likely; the larger part is thicker
/// and turns less. Rall: the 3/2 powers of the radii add up.
fn fork(task: Task, tasks: &mut Vec<Task>, dice: &mut Dice) {
    let left = 1 + dice.below(task.tips - 1);
    let right = task.tips - left;
    let weights = [(left as f64).sqrt(), (right as f64).sqrt()];
    let spread = task.territory.spread * dice.between(0.6, 1.4);
    for (tips, weight, other, side) in [(left, weights[0], weights[1], 1.0), (right, weights[1], weights[0], -1.0)] {
        let share = weight / (weight + other);
        let radius_um = task.radius_um * two_thirds(share);
        tasks.push(Task {
            tips,
            radius_um: radius_um.max(task.territory.least_radius_um),
            heading: Heading::Turned(side * spread * (1.0 - share)),
            laterals: Vec::new(),
            ..task
        });
    }
}

fn three_halves(value: f64) -> f64 {
    value * value.sqrt()
}

/// By Newton's method, since the last bit of `powf` differs between machines.
fn two_thirds(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let mut root = value.max(1.0);
    for _ in 0..64 {
        root = (2.0 * root + value / (root * root)) / 3.0;
    }
    root * root
}

/// How many nodes each branch gets: together exactly `nodes`, by length, and at least one each
/// (two next to the soma, where Import3d treats a single one in its own way).
pub(super) fn share_nodes(branches: &[Branch], nodes: usize) -> Vec<usize> {
    let mut counts: Vec<usize> =
        branches.iter().map(|branch| 1 + usize::from(matches!(branch.start, Start::Soma(_)))).collect();
    let spare = nodes.saturating_sub(counts.iter().sum()) as f64;
    let total: f64 = branches.iter().map(|branch| branch.length_um).sum();
    let (mut along, mut given) = (0.0, 0);
    for (count, branch) in counts.iter_mut().zip(branches) {
        along += branch.length_um;
        let due = (spare * (along / total)).round() as usize;
        *count += due - given;
        given = due;
    }
    counts
}
