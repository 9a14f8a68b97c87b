//! From branches to samples: where every node lies.

use super::plan::{Branch, Heading, Start, Territory};
use super::random::Dice;
use super::soma;
use super::vector::Vector;
use crate::writer::FIRST_SAMPLE_LINE;
use crate::{Sample, SampleKind};

/// The longest step of the walk; nodes further apart are several steps apart.
const STEP_UM: f64 = 4.0;

/// The end of a branch, for those that start there.
struct End {
    id: i64,
    position_um: Vector,
    direction: Vector,
    /// The side to which a fork opens.
    fork: Vector,
}

/// Grows all branches, which stand in depth-first order, with so many nodes each.
pub(super) fn samples(branches: &[Branch], counts: &[usize], dice: &mut Dice) -> Vec<Sample> {
    let mut samples = Vec::with_capacity(soma::PROFILE_UM.len() + counts.iter().sum::<usize>());
    for (height, radius) in soma::PROFILE_UM {
        let parent = (!samples.is_empty()).then_some(samples.len() as i64);
        push(&mut samples, SampleKind::SOMA, Vector([0.0, height, 0.0]), radius, parent);
    }
    let mut ends: Vec<End> = Vec::with_capacity(branches.len());
    for (branch, count) in branches.iter().zip(counts) {
        let walk = set_out(branch, &ends, dice);
        ends.push(grow(branch, *count, walk, &mut samples, dice));
    }
    samples
}

/// A walk in progress. On the soma, whose radius there it knows, its first node lies on the surface.
struct Walk {
    parent: i64,
    position_um: Vector,
    direction: Vector,
    soma_radius_um: Option<f64>,
}

fn set_out(branch: &Branch, ends: &[End], dice: &mut Dice) -> Walk {
    let (parent, from_um, along, fork) = match branch.start {
        Start::Soma(index) => {
            let height = Vector([0.0, soma::PROFILE_UM[index].0, 0.0]);
            (index as i64 + 1, height, Vector::UP, dice.across(Vector::UP))
        }
        Start::Branch(index) => {
            let end = &ends[index];
            (end.id, end.position_um, end.direction, end.fork)
        }
    };
    let direction = match branch.heading {
        Heading::Towards(direction) => direction,
        Heading::Turned(tangent) => along + fork * tangent,
    };
    let direction = direction.unit().unwrap_or(along);
    let Start::Soma(index) = branch.start else {
        return Walk { parent, position_um: from_um, direction, soma_radius_um: None };
    };
    // A little inside the surface, so that nothing gapes.
    let position_um = from_um + direction * (0.85 * soma::PROFILE_UM[index].1);
    Walk { parent, position_um, direction, soma_radius_um: Some(soma::PROFILE_UM[index].1) }
}

fn grow(branch: &Branch, count: usize, mut walk: Walk, samples: &mut Vec<Sample>, dice: &mut Dice) -> End {
    let steps = count - usize::from(walk.soma_radius_um.is_some());
    let spacing_um = branch.length_um / steps.max(1) as f64;
    for node in 1..=count {
        let done = node - usize::from(walk.soma_radius_um.is_some());
        if done > 0 {
            advance(&mut walk, spacing_um, branch.territory, dice);
        }
        let radius = radius_um(branch, done as f64 / steps.max(1) as f64, walk.soma_radius_um);
        push(samples, branch.territory.kind, walk.position_um, radius, Some(walk.parent));
        walk.parent = samples.len() as i64;
    }
    let Walk { parent: id, position_um, direction, .. } = walk;
    End { id, position_um, direction, fork: dice.across(direction) }
}

/// Goes one node further: inertia, noise, repulsion from the origin, pull, and a ceiling.
fn advance(walk: &mut Walk, distance_um: f64, territory: &Territory, dice: &mut Dice) {
    let steps = (distance_um / STEP_UM).ceil().max(1.0);
    let step_um = distance_um / steps;
    let noise = territory.wiggle * step_um.sqrt();
    for _ in 0..steps as usize {
        let outward = (walk.position_um - territory.origin_um).unit().unwrap_or(Vector::UP);
        let force = outward * territory.repulsion + territory.pull;
        let above_um = walk.position_um.0[1] - (territory.ceiling_um - 50.0);
        let press = Vector::DOWN * (0.0012 * above_um.clamp(0.0, 100.0));
        let turned = walk.direction + dice.in_ball() * noise + (force + press) * step_um;
        walk.direction = turned.unit().unwrap_or(walk.direction);
        walk.position_um = walk.position_um + walk.direction * step_um;
    }
}

/// The radius at a fraction of a branch; those on the soma flare towards it.
fn radius_um(branch: &Branch, fraction: f64, soma_radius_um: Option<f64>) -> f64 {
    const FLARE_UM: f64 = 14.0;
    let radius = branch.start_radius_um + (branch.end_radius_um - branch.start_radius_um) * fraction;
    let near = 1.0 - (fraction * branch.length_um / FLARE_UM).min(1.0);
    soma_radius_um.map_or(radius, |most| (radius * (1.0 + 0.7 * near * near)).min(most))
}

fn push(samples: &mut Vec<Sample>, kind: SampleKind, position_um: Vector, radius_um: f64, parent: Option<i64>) {
    samples.push(Sample {
        id: samples.len() as i64 + 1,
        kind,
        position_um: position_um.0.map(to_nanometres),
        radius_um: to_nanometres(radius_um),
        parent,
        line: FIRST_SAMPLE_LINE + samples.len(),
    });
}

/// Tracings are not finer, and it keeps files small.
fn to_nanometres(value_um: f64) -> f32 {
    // Adding 0 makes a plain zero of -0.
    ((value_um * 1000.0).round() / 1000.0 + 0.0) as f32
}
