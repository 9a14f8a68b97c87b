//! A generated cell: a soma and a tree of thin, winding branches.

use compneurovis_core::{MorphologyGeometry, MorphologyGeometryBuilder, Section, SectionKind};

use super::Random;

/// Frusta of a section.
const PIECES: usize = 20;

/// Compartments of a section.
const NSEG: u32 = 5;

/// A place where a branch goes on, its direction and the radius there.
#[derive(Clone, Copy)]
struct Tip {
    at: [f32; 3],
    direction: [f32; 3],
    radius: f32,
}

/// A cell with about so many frusta, spread over some hundred micrometres.
pub(super) fn tree(frusta: usize, seed: u64) -> MorphologyGeometry {
    let mut random = Random(seed);
    let mut builder = MorphologyGeometry::builder("tree");
    let soma = builder.section(Section::new("soma", SectionKind::Soma, 1));
    builder.frustum(frustum(soma, ([-6.0, 0.0, 0.0], 7.0), ([6.0, 0.0, 0.0], 6.0), (0.0, 1.0)));
    let stem = |random: &mut Random| Tip { at: [0.0; 3], direction: random.point(1.0), radius: 1.5 };
    let mut tips: std::collections::VecDeque<_> = (0..6).map(|_| stem(&mut random)).collect();
    // Every branch that is drawn makes one tip more.
    while tips.len() * PIECES < frusta {
        let tip = tips.pop_front().expect("every branch ends in two");
        let end = branch(&mut builder, &mut random, &tip);
        for _ in 0..2 {
            let turn = random.point(0.8);
            let direction = [0, 1, 2].map(|axis| end.direction[axis] + turn[axis]);
            tips.push_back(Tip { direction, ..end });
        }
    }
    builder.build().expect("a tree")
}

fn branch(builder: &mut MorphologyGeometryBuilder, random: &mut Random, from: &Tip) -> Tip {
    let section = builder.section(Section::new(format!("dend[{}]", random.0), SectionKind::Dendrite, NSEG));
    let mut tip = *from;
    let step = NSEG as f32 / PIECES as f32;
    for piece in 0..PIECES {
        let turn = random.point(0.35);
        let direction = [0, 1, 2].map(|axis| tip.direction[axis] * 0.9 + turn[axis]);
        let next = [0, 1, 2].map(|axis| tip.at[axis] + direction[axis] * 2.5);
        let radius = (tip.radius * 0.995).max(0.15);
        let positions = (piece as f32 * step, (piece + 1) as f32 * step);
        builder.frustum(frustum(section, (tip.at, tip.radius), (next, radius), positions));
        (tip.at, tip.direction, tip.radius) = (next, direction, radius);
    }
    tip.radius *= 0.8;
    tip
}

fn frustum(
    section: u32,
    (start_um, start_radius_um): ([f32; 3], f32),
    (end_um, end_radius_um): ([f32; 3], f32),
    (start_position, end_position): (f32, f32),
) -> compneurovis_core::Frustum {
    compneurovis_core::Frustum {
        start_um,
        start_radius_um,
        end_um,
        end_radius_um,
        section,
        start_position,
        end_position,
    }
}
