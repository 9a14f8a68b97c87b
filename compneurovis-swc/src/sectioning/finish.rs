//! From drafts to sections: dropping, naming, ordering, and the way of points into NEURON.

use std::collections::HashMap;

use super::draft::{Draft, DraftPoint};
use super::{Cell, EPSILON};
use crate::eight_digits::through_eight_digits;
use crate::sample::distance_um;
use crate::segment::LEAST_LENGTH_UM;
use crate::{Connection, Point3d, Section, SectionWarning, SwcMode};

/// The sections in order of creation.
pub(super) struct Finished {
    pub(super) sections: Vec<Section>,
    /// The order in which they are connected.
    pub(super) connect_order: Vec<usize>,
    /// Where each draft went, or where its children went if it was dropped.
    place: Vec<usize>,
}

impl Finished {
    /// The name of the section that a draft became, or that its children hang on.
    pub(super) fn name_of_draft(&self, draft: usize) -> &str {
        &self.sections[self.place[draft]].name
    }
}

pub(super) fn sections(cell: &Cell<'_>, mut drafts: Vec<Draft>, warnings: &mut Vec<SectionWarning>) -> Finished {
    let kept = forward_parents(cell, &mut drafts);
    for (draft, _) in drafts.iter().zip(&kept).filter(|(_, kept)| !**kept) {
        let line = cell.samples[draft.first_sample].line;
        warnings.push(SectionWarning::SectionDropped { line });
    }
    let creation = creation_order(&drafts, &kept);
    let place = places(&drafts, &creation);
    let mut counts = HashMap::new();
    let mut sections = Vec::with_capacity(creation.len());
    for index in &creation {
        let draft = &mut drafts[*index];
        let number = counts.entry(draft.kind).or_insert(0_usize);
        let name = format!("{}[{number}]", draft.kind.section_prefix());
        *number += 1;
        if cell.mode == SwcMode::Repaired && !is_long(&draft.points) && draft.points.len() > 1 {
            take_as_sphere(cell, draft, &name, warnings);
        }
        sections.push(section(cell, draft, name, &place));
    }
    note_empty(&sections, warnings);
    let connect_order = (0..drafts.len()).filter(|index| kept[*index]);
    let connect_order = connect_order.map(|index| place[index]).collect();
    Finished { sections, connect_order, place }
}

/// Where each draft goes; a dropped one to its parent, which stays.
fn places(drafts: &[Draft], creation: &[usize]) -> Vec<usize> {
    const DROPPED: usize = usize::MAX;
    let mut place = vec![DROPPED; drafts.len()];
    for (position, index) in creation.iter().enumerate() {
        place[*index] = position;
    }
    for index in 0..drafts.len() {
        if place[index] == DROPPED {
            place[index] = drafts[index].parent.map_or(0, |(parent, _)| place[parent]);
        }
    }
    place
}

/// Says which drafts stay, and hangs the children of the others on the parents of those, at the
/// position where those hang.
fn forward_parents(cell: &Cell<'_>, drafts: &mut [Draft]) -> Vec<bool> {
    let has_extent = if cell.mode == SwcMode::Exact { has_extent } else { is_long };
    let mut kept = vec![true; drafts.len()];
    for index in 0..drafts.len() {
        let Some((parent, _)) = drafts[index].parent else { continue };
        // Parents come first, so this one hangs on a section that stays already.
        if !kept[parent] {
            drafts[index].parent = drafts[parent].parent;
        }
        kept[index] = has_extent(drafts[index].points_3d());
    }
    kept
}

/// Import3d looks at short sections only: longer ones stay even if all points are one.
fn has_extent(points: &[DraftPoint]) -> bool {
    match points {
        [] | [_] => false,
        [a, b] => (0..3).any(|axis| (a.position_um[axis] - b.position_um[axis]).abs() >= EPSILON),
        _ => true,
    }
}

/// Whether points are apart so far that NEURON would not give them a length of its own.
fn is_long(points: &[DraftPoint]) -> bool {
    let place = |point: &DraftPoint| point.position_um.map(through_eight_digits);
    points.windows(2).map(|pair| distance_um(place(&pair[0]), place(&pair[1]))).sum::<f64>() > LEAST_LENGTH_UM
}

/// Leaves one point of a section at a root that has no length.
fn take_as_sphere(cell: &Cell<'_>, draft: &mut Draft, name: &str, warnings: &mut Vec<SectionWarning>) {
    let diameter_um = draft.points.iter().map(|point| point.diameter_um.abs()).fold(0.0, f64::max);
    draft.points.truncate(1);
    draft.points[0].diameter_um = diameter_um;
    let line = cell.samples[draft.first_sample].line;
    warnings.push(SectionWarning::SphereTaken { line, name: name.to_owned() });
}

fn creation_order(drafts: &[Draft], kept: &[bool]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..drafts.len()).filter(|index| kept[*index]).collect();
    order.sort_by_key(|index| drafts[*index].kind);
    order
}

fn section(cell: &Cell<'_>, draft: &Draft, name: String, place: &[usize]) -> Section {
    let parent = draft.parent.map(|(parent, x)| Connection { section: place[parent], x });
    let wire = draft.points.first().filter(|_| draft.is_wired);
    Section {
        name,
        kind: draft.kind,
        parent,
        wire_from_um: wire.map(|point| point.position_um.map(through_eight_digits)),
        points: match draft.points_3d() {
            [centre] => sphere(*centre).map(point_3d).to_vec(),
            points => points.iter().copied().map(point_3d).collect(),
        },
        line: cell.samples[draft.first_sample].line,
    }
}

/// The cylinder along x that stands for a sphere: same diameter, same area.
fn sphere(centre: DraftPoint) -> [DraftPoint; 3] {
    let [x, y, z] = centre.position_um;
    let half = centre.diameter_um / 2.0;
    [x - half, x, x + half].map(|x| DraftPoint { position_um: [x, y, z], ..centre })
}

fn point_3d(point: DraftPoint) -> Point3d {
    Point3d {
        position_um: point.position_um.map(through_eight_digits),
        diameter_um: through_eight_digits(point.diameter_um).abs(),
    }
}

fn note_empty(sections: &[Section], warnings: &mut Vec<SectionWarning>) {
    for section in sections {
        let named = || (section.line, section.name.clone());
        if section.length_um() <= LEAST_LENGTH_UM {
            let (line, name) = named();
            warnings.push(SectionWarning::NoLength { line, name });
        } else if section.points.iter().all(|point| point.diameter_um == 0.0) {
            let (line, name) = named();
            warnings.push(SectionWarning::NoArea { line, name });
        }
    }
}
