//! The geometry of sections that are in NEURON already.

use std::collections::HashMap;

use compneurovis_core::{
    Frustum, GeometryId, MorphologyGeometry, Section as TableRow, SectionEnd, SectionKind, SessionError,
};

use super::GEOMETRY;
use super::course::Course;
use super::placement::{CellLayout, Placed};
use crate::{NeuronError, Point3d, Section};

/// Where a section hangs, by the place of its parent among the sections.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) parent: usize,
    pub(super) parent_x: f64,
    pub(super) child_end: SectionEnd,
}

/// The geometry of sections as NEURON has them: 3-D points, lengths and connections are read, and
/// nothing is written. A section whose parent comes later is put behind it; one without a course in space
/// gets one from `layout`.
pub(super) fn geometry_of(sections: &[Section], layout: &CellLayout) -> Result<MorphologyGeometry, SessionError> {
    build(GEOMETRY.into(), sections, layout, &Shown::default())
}

/// The same after a change of the structure: what was drawn already and has kept its length stays where it
/// is, with its kind, whatever its compartments are now.
pub(super) fn geometry_after(
    before: &MorphologyGeometry,
    sections: &[Section],
    layout: &CellLayout,
) -> Result<MorphologyGeometry, SessionError> {
    build(before.id().clone(), sections, layout, &Shown::of(before))
}

fn build(
    id: GeometryId,
    sections: &[Section],
    layout: &CellLayout,
    shown: &Shown<'_>,
) -> Result<MorphologyGeometry, SessionError> {
    let mut builder = MorphologyGeometry::builder(id);
    let connections = connections(sections)?;
    let placed = sections.iter().zip(&connections).map(|(section, connection)| {
        let course = shown.drawn(section)?.map(course_of);
        placed(section, connection.clone(), course)
    });
    let courses = layout.courses(&placed.collect::<Result<Vec<_>, NeuronError>>()?)?;
    let mut rows = vec![None; sections.len()];
    for place in parents_first(&connections) {
        let section = &sections[place];
        let nseg = u32::try_from(section.nseg()?).unwrap_or(u32::MAX);
        let kind = shown.row(section).map_or_else(|| kind(section.name()), |row| row.kind);
        let mut row = TableRow::new(section.name(), kind, nseg).with_length_um(section.length()?);
        if let Some(Connection { parent, parent_x, child_end }) = &connections[place] {
            row = row.attached_at(*parent_x, *child_end);
            row.parent = rows[*parent];
        }
        let index = builder.section(row);
        rows[place] = Some(index);
        let pieces = match (shown.drawn(section)?, shown.row(section)) {
            (Some(drawn), Some(row)) => again(drawn, row.nseg, index, nseg),
            _ => frusta(&courses[place], index, nseg),
        };
        for frustum in pieces {
            builder.frustum(frustum);
        }
    }
    Ok(builder.build()?)
}

/// What is drawn already, by the names of sections.
#[derive(Default)]
struct Shown<'a>(HashMap<&'a str, (&'a TableRow, Vec<&'a Frustum>)>);

/// How much a length may differ, as a share, and still be the one that was drawn: `f32` lies between.
const SAME_LENGTH: f64 = 1e-4;

impl<'a> Shown<'a> {
    fn of(geometry: &'a MorphologyGeometry) -> Self {
        let mut drawn: Vec<Vec<&Frustum>> = vec![Vec::new(); geometry.sections().len()];
        for frustum in geometry.frusta() {
            drawn[frustum.section as usize].push(frustum);
        }
        Self(geometry.sections().iter().zip(drawn).map(|(row, drawn)| (&*row.name, (row, drawn))).collect())
    }

    fn row(&self, section: &Section) -> Option<&'a TableRow> {
        self.0.get(section.name()).map(|(row, _)| *row)
    }

    /// The pieces of a section that is drawn as it still is.
    fn drawn(&self, section: &Section) -> Result<Option<&[&'a Frustum]>, NeuronError> {
        let Some((row, drawn)) = self.0.get(section.name()).filter(|(_, drawn)| !drawn.is_empty()) else {
            return Ok(None);
        };
        let same = (section.length()? - row.length_um).abs() <= SAME_LENGTH * row.length_um;
        Ok(same.then_some(drawn.as_slice()))
    }
}

/// The points that pieces go through.
fn course_of(drawn: &[&Frustum]) -> Course {
    let point = |[x, y, z]: [f32; 3], radius: f32| Point3d {
        x: x.into(),
        y: y.into(),
        z: z.into(),
        diameter: 2.0 * f64::from(radius),
    };
    let first = drawn.first().map(|frustum| point(frustum.start_um, frustum.start_radius_um));
    let others = drawn.iter().map(|frustum| point(frustum.end_um, frustum.end_radius_um));
    Course::new(first.into_iter().chain(others).collect())
}

/// The same pieces over another number of compartments.
fn again(drawn: &[&Frustum], nseg_before: u32, section: u32, nseg: u32) -> Vec<Frustum> {
    let scaled = |position: f32| (f64::from(position) / f64::from(nseg_before) * f64::from(nseg)) as f32;
    let piece = |frustum: &&Frustum| Frustum {
        section,
        start_position: scaled(frustum.start_position),
        end_position: scaled(frustum.end_position),
        ..**frustum
    };
    drawn.iter().map(piece).collect()
}

/// What decides where a section is drawn.
fn placed(section: &Section, connection: Option<Connection>, course: Option<Course>) -> Result<Placed, NeuronError> {
    let course = match course {
        Some(course) => course,
        None => Course::new(section.points()?),
    };
    let mut diameters_um = Vec::new();
    if course.length_um() == 0.0 {
        let centers = crate::shape::centers(section.nseg()?);
        diameters_um = centers.map(|x| section.diameter(x)).collect::<Result<_, _>>()?;
    }
    Ok(Placed { name: section.name().into(), connection, length_um: section.length()?, diameters_um, course })
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
pub(super) fn parents_first(connections: &[Option<Connection>]) -> Vec<usize> {
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

fn frusta(course: &Course, section: u32, nseg: u32) -> Vec<Frustum> {
    let length = course.length_um();
    let position = |arc: f64| (arc / length * f64::from(nseg)) as f32;
    let place = |point: &Point3d| [point.x as f32, point.y as f32, point.z as f32];
    course
        .points()
        .windows(2)
        .zip(course.arcs_um().windows(2))
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
