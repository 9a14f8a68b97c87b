//! From drafts to sections: dropping, naming, ordering, and the way of points into NEURON.

use std::collections::HashMap;

use super::draft::{Draft, DraftPoint};
use super::{Cell, EPSILON};
use crate::eight_digits::through_eight_digits;
use crate::{Connection, Point3d, Section, SectionWarning};

/// The sections in order of creation, and the order in which they are connected.
pub(super) fn sections(
    cell: &Cell<'_>,
    mut drafts: Vec<Draft>,
    warnings: &mut Vec<SectionWarning>,
) -> (Vec<Section>, Vec<usize>) {
    let kept = forward_parents(&mut drafts);
    for (draft, _) in drafts.iter().zip(&kept).filter(|(_, kept)| !**kept) {
        let line = cell.samples[draft.first_sample].line;
        warnings.push(SectionWarning::SectionDropped { line });
    }
    let creation = creation_order(&drafts, &kept);
    let mut place = vec![0; drafts.len()];
    for (position, index) in creation.iter().enumerate() {
        place[*index] = position;
    }
    let mut counts = HashMap::new();
    let mut sections = Vec::with_capacity(creation.len());
    for index in &creation {
        let draft = &drafts[*index];
        let number = counts.entry(draft.kind).or_insert(0_usize);
        let name = format!("{}[{number}]", draft.kind.section_prefix());
        *number += 1;
        sections.push(section(cell, draft, name, &place));
    }
    note_lengthless(&sections, warnings);
    let connect_order = (0..drafts.len()).filter(|index| kept[*index]);
    let connect_order = connect_order.map(|index| place[index]).collect();
    (sections, connect_order)
}

/// Says which drafts stay, and hangs the children of the others on the parents of those, at the
/// position where those hang.
fn forward_parents(drafts: &mut [Draft]) -> Vec<bool> {
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

fn note_lengthless(sections: &[Section], warnings: &mut Vec<SectionWarning>) {
    for section in sections.iter().filter(|section| section.length_um() <= 1e-9) {
        let (line, name) = (section.line, section.name.clone());
        warnings.push(SectionWarning::NoLength { line, name });
    }
}
