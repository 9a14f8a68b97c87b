//! The geometry of sections that are in NEURON already, and the match of one with the other.

use std::collections::HashMap;

use compneurovis_core::{Frustum, MorphologyGeometry, Section as TableRow, SectionEnd, SectionKind, SessionError};
use thiserror::Error;

use super::GEOMETRY;
use crate::{NeuronError, Point3d, Section};

/// A model and a geometry that are not about the same cell.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum MatchError {
    /// Sections are told apart by their names.
    #[error("two sections are named `{0}`; give the sections of each cell a prefix of its own")]
    SameName(String),
    /// The geometry has a section that the model has not.
    #[error("the geometry has a section `{0}`, which `build_sections` did not build")]
    Missing(String),
    /// The model has sections that the geometry has not.
    #[error("`build_sections` built {built} sections, but the geometry has {shown}")]
    Count { built: usize, shown: usize },
    /// A section with another number of compartments.
    #[error("section `{section}` has nseg {built}, but {shown} in the geometry")]
    Nseg { section: String, built: usize, shown: u32 },
}

/// The sections in the order of the geometry, so that values have the order of its compartments.
pub(super) fn in_order(geometry: &MorphologyGeometry, sections: Vec<Section>) -> Result<Vec<Section>, SessionError> {
    let (built, shown) = (sections.len(), geometry.sections().len());
    if built != shown {
        return Err(MatchError::Count { built, shown }.into());
    }
    let mut by_name = HashMap::with_capacity(built);
    for section in sections {
        if let Some(twin) = by_name.insert(section.name().to_owned(), section) {
            return Err(MatchError::SameName(twin.name().to_owned()).into());
        }
    }
    let mut ordered = Vec::with_capacity(built);
    for row in geometry.sections() {
        let missing = || MatchError::Missing(row.name.to_string());
        let section = by_name.remove(&*row.name).ok_or_else(missing)?;
        let built = section.nseg()?;
        if built != row.nseg as usize {
            return Err(MatchError::Nseg { section: row.name.to_string(), built, shown: row.nseg }.into());
        }
        ordered.push(section);
    }
    Ok(ordered)
}

/// Where a section hangs, by the place of its parent among the sections.
struct Connection {
    parent: usize,
    parent_x: f64,
    child_end: SectionEnd,
}

/// The geometry of sections as NEURON has them: 3-D points, lengths and connections are read, and
/// nothing is written. A section whose parent comes later is put behind it.
pub(super) fn geometry_of(sections: &[Section]) -> Result<MorphologyGeometry, SessionError> {
    let mut builder = MorphologyGeometry::builder(GEOMETRY);
    let connections = connections(sections)?;
    let mut rows = vec![None; sections.len()];
    for place in parents_first(&connections) {
        let section = &sections[place];
        let nseg = u32::try_from(section.nseg()?).unwrap_or(u32::MAX);
        let mut row = TableRow::new(section.name(), kind(section.name()), nseg).with_length_um(section.length()?);
        if let Some(Connection { parent, parent_x, child_end }) = &connections[place] {
            row = row.attached_at(*parent_x, *child_end);
            row.parent = rows[*parent];
        }
        let index = builder.section(row);
        rows[place] = Some(index);
        for frustum in frusta(&section.points()?, index, nseg) {
            builder.frustum(frustum);
        }
    }
    Ok(builder.build()?)
}

/// A parent that is not among the sections is none of the picture's.
fn connections(sections: &[Section]) -> Result<Vec<Option<Connection>>, NeuronError> {
    let places: HashMap<&str, usize> = (0..).zip(sections).map(|(place, section)| (section.name(), place)).collect();
    let connection = |section: &Section| {
        let Some((parent, parent_x)) = section.parent()? else { return Ok(None) };
        let Some(&parent) = places.get(parent.name()) else { return Ok(None) };
        let child_end = if section.orientation()? == 0.0 { SectionEnd::Start } else { SectionEnd::End };
        Ok(Some(Connection { parent, parent_x, child_end }))
    };
    sections.iter().map(connection).collect()
}

/// The places of all sections in their own order, but parents before their children. In a loop,
/// which is `initialize`'s to report, one has to come before its parent.
fn parents_first(connections: &[Option<Connection>]) -> Vec<usize> {
    let (mut order, mut seen) = (Vec::with_capacity(connections.len()), vec![false; connections.len()]);
    for place in 0..connections.len() {
        let (mut branch, mut next) = (Vec::new(), Some(place));
        while let Some(at) = next.filter(|&at| !seen[at]) {
            seen[at] = true;
            branch.push(at);
            next = connections[at].as_ref().map(|connection| connection.parent);
        }
        order.extend(branch.into_iter().rev());
    }
    order
}

/// What part of a cell a section is, by the usual names.
fn kind(name: &str) -> SectionKind {
    let name = name.rsplit('.').next().unwrap_or(name);
    let known = [
        ("soma", SectionKind::Soma),
        ("axon", SectionKind::Axon),
        ("apic", SectionKind::ApicalDendrite),
        ("dend", SectionKind::Dendrite),
        ("basal", SectionKind::Dendrite),
    ];
    known.into_iter().find(|(prefix, _)| name.starts_with(prefix)).map_or(SectionKind::Unknown, |(_, kind)| kind)
}

fn frusta(points: &[Point3d], section: u32, nseg: u32) -> Vec<Frustum> {
    let distance = |a: &Point3d, b: &Point3d| (b.x - a.x).hypot(b.y - a.y).hypot(b.z - a.z);
    let arcs: Vec<f64> = std::iter::once(0.0)
        .chain(points.windows(2).scan(0.0, |arc, pair| {
            *arc += distance(&pair[0], &pair[1]);
            Some(*arc)
        }))
        .collect();
    let length = arcs.last().copied().unwrap_or(0.0);
    let position = |arc: f64| (arc / length * f64::from(nseg)) as f32;
    let place = |point: &Point3d| [point.x as f32, point.y as f32, point.z as f32];
    points
        .windows(2)
        .zip(arcs.windows(2))
        .filter(|(_, arc)| arc[1] > arc[0])
        .map(|(pair, arc)| Frustum {
            start_um: place(&pair[0]),
            start_radius_um: (pair[0].diameter / 2.0) as f32,
            end_um: place(&pair[1]),
            end_radius_um: (pair[1].diameter / 2.0) as f32,
            section,
            start_position: position(arc[0]),
            end_position: position(arc[1]),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(parents: &[Option<usize>]) -> Vec<usize> {
        let connection = |parent| Connection { parent, parent_x: 1.0, child_end: SectionEnd::Start };
        parents_first(&parents.iter().map(|parent| parent.map(connection)).collect::<Vec<_>>())
    }

    #[test]
    fn sections_keep_their_order_but_for_late_parents() {
        assert_eq!(order(&[None, Some(0), Some(0), Some(1)]), [0, 1, 2, 3]);
        assert_eq!(order(&[Some(3), None, Some(1), Some(1)]), [1, 3, 0, 2]);
        assert_eq!(order(&[Some(1), Some(2), None]), [2, 1, 0]);
    }

    #[test]
    fn a_loop_has_each_section_once() {
        assert_eq!(order(&[Some(1), Some(0), Some(0)]), [1, 0, 2]);
        assert_eq!(order(&[Some(0)]), [0]);
    }
}
