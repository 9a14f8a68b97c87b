//! Ways through the tree: which compartments lie between two, and how far it is.
//!
//! A compartment is at its centre. The way from one to another goes along its section to the end at
//! which that is connected, on from the place on the parent, and so on to the section that both
//! have in common. Parents come first in the section table, so of two different sections the later
//! one is never an ancestor of the other: stepping up from whichever is later meets in the nearest
//! common ancestor, without looking at more than the two branches.

use super::{MorphologyGeometry, SectionEnd};
use crate::PathError;

/// The compartments from one to another through the tree, with their distances.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    compartments: Vec<u32>,
    distances_um: Vec<f64>,
    length_um: f64,
}

impl Path {
    /// The compartments in order, both ends among them. Where the path goes from one section to
    /// another, the compartment on which the child sits is part of it.
    pub fn compartments(&self) -> &[u32] {
        &self.compartments
    }

    /// How far along the path each compartment is, in micrometres: 0 at the first, never falling.
    ///
    /// A compartment of which the path sees a part only, at a branch point, is at the place on the
    /// path that is nearest to its centre.
    pub fn distances_um(&self) -> &[f64] {
        &self.distances_um
    }

    /// From the centre of the first to that of the last compartment, in micrometres.
    pub fn length_um(&self) -> f64 {
        self.length_um
    }
}

/// A point of a section.
#[derive(Clone, Copy, Debug)]
struct Place {
    section: u32,
    /// Compartment of the section in which it is.
    index: u32,
    /// Distance from the section's start.
    arc_um: f64,
}

/// A stretch of a path within one section.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    section: u32,
    from: (u32, f64),
    to: (u32, f64),
}

impl Stretch {
    fn new(from: Place, to: Place) -> Self {
        Self { section: from.section, from: (from.index, from.arc_um), to: (to.index, to.arc_um) }
    }

    fn reversed(self) -> Self {
        Self { from: self.to, to: self.from, ..self }
    }

    fn length_um(&self) -> f64 {
        (self.to.1 - self.from.1).abs()
    }

    /// Indices within the section, in the order in which they are passed.
    fn indices(&self) -> impl Iterator<Item = u32> + use<> {
        let (from, to) = (self.from.0, self.to.0);
        let falls = from > to;
        (0..=from.abs_diff(to)).map(move |step| if falls { from - step } else { from + step })
    }
}

impl MorphologyGeometry {
    /// The way from one compartment to another. O(its length).
    ///
    /// # Errors
    /// There is no such compartment, or the two belong to different trees.
    ///
    /// ```
    /// use compneurovis_core::{MorphologyGeometry, Section, SectionKind};
    /// let mut builder = MorphologyGeometry::builder("cell");
    /// let soma = builder.section(Section::new("soma", SectionKind::Soma, 1).with_length_um(20.0));
    /// let dend = Section::new("dend", SectionKind::Dendrite, 2).with_length_um(100.0);
    /// builder.section(dend.with_parent(soma));
    /// let path = builder.build()?.path(2, 0)?;
    /// assert_eq!(path.compartments(), [2, 1, 0]);
    /// assert_eq!(path.distances_um(), [0.0, 50.0, 85.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn path(&self, from: u32, to: u32) -> Result<Path, PathError> {
        let stretches = self.stretches(from, to)?;
        let (mut compartments, mut distances_um, mut travelled_um) = (Vec::new(), Vec::new(), 0.0);
        for stretch in &stretches {
            let section = &self.sections[stretch.section as usize];
            let ((_, from_um), (_, to_um)) = (stretch.from, stretch.to);
            for index in stretch.indices() {
                let center_um = section.center(index) * section.length_um;
                let passed_um = center_um.clamp(from_um.min(to_um), from_um.max(to_um));
                compartments.push(section.first_compartment + index);
                distances_um.push(travelled_um + (passed_um - from_um).abs());
            }
            travelled_um += stretch.length_um();
        }
        Ok(Path { compartments, distances_um, length_um: travelled_um })
    }

    /// How far it is along the tree from the centre of one compartment to that of another, in
    /// micrometres. O(sections in between).
    ///
    /// # Errors
    /// There is no such compartment, or the two belong to different trees.
    pub fn path_distance_um(&self, from: u32, to: u32) -> Result<f64, PathError> {
        Ok(self.stretches(from, to)?.iter().map(Stretch::length_um).sum())
    }

    /// How far it is along the tree from the middle of the root section, which usually is the soma,
    /// to the centre of a compartment, in micrometres. O(sections in between).
    ///
    /// # Errors
    /// There is no such compartment.
    pub fn root_distance_um(&self, compartment: u32) -> Result<f64, PathError> {
        let (mut place, mut distance_um) = (self.place_of(compartment)?, 0.0);
        while let Some((stretch, parent)) = self.step_up(place) {
            distance_um += stretch.length_um();
            place = parent;
        }
        let middle_um = 0.5 * self.sections[place.section as usize].length_um;
        Ok(distance_um + (place.arc_um - middle_um).abs())
    }

    fn place_of(&self, compartment: u32) -> Result<Place, PathError> {
        let unknown = || PathError::UnknownCompartment {
            geometry: self.id.clone(),
            compartment,
            compartments: self.compartments(),
        };
        let section = self.section_index_of(compartment).ok_or_else(unknown)?;
        let row = &self.sections[section as usize];
        let index = compartment - row.first_compartment;
        Ok(Place { section, index, arc_um: row.center(index) * row.length_um })
    }

    /// The stretch from a place to the end of its section that is connected, and the place on the
    /// parent where that is; `None` in a root.
    fn step_up(&self, place: Place) -> Option<(Stretch, Place)> {
        let section = &self.sections[place.section as usize];
        let parent = section.parent?;
        let (index, arc_um) = match section.child_end {
            SectionEnd::Start => (0, 0.0),
            SectionEnd::End => (section.nseg - 1, section.length_um),
        };
        let stretch = Stretch::new(place, Place { index, arc_um, ..place });
        let row = &self.sections[parent as usize];
        let index = row.index_at(section.parent_x);
        Some((stretch, Place { section: parent, index, arc_um: section.parent_x * row.length_um }))
    }

    fn stretches(&self, from: u32, to: u32) -> Result<Vec<Stretch>, PathError> {
        let (mut near, mut far) = (self.place_of(from)?, self.place_of(to)?);
        let (mut up, mut down) = (Vec::new(), Vec::new());
        while near.section != far.section {
            let (place, passed) = if near.section > far.section { (&mut near, &mut up) } else { (&mut far, &mut down) };
            let (stretch, parent) = self.step_up(*place).ok_or_else(|| self.apart(from, to))?;
            passed.push(stretch);
            *place = parent;
        }
        up.push(Stretch::new(near, far));
        up.extend(down.into_iter().rev().map(Stretch::reversed));
        Ok(up)
    }

    fn apart(&self, from: u32, to: u32) -> PathError {
        let name = |compartment| self.entity_id(compartment).unwrap_or_else(|| "".into());
        PathError::Apart { geometry: self.id.clone(), from: name(from), to: name(to) }
    }
}

#[cfg(test)]
mod tests;
