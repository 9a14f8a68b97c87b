//! Where sections without 3-D points are drawn.

use std::collections::HashMap;

use compneurovis_core::SectionEnd;
use thiserror::Error;

use super::course::{Course, Z, minus, plus, tilted, times, unit};
use super::geometry::{Connection, parents_first};
use crate::Point3d;

/// A cell that is drawn at a place of another one, as if it were connected there: its root section begins
/// where a section of the other is at `parent_x`.
#[derive(Clone, Debug, PartialEq)]
pub struct CellConnection {
    /// The root section of the cell, by its name.
    pub child: String,
    /// A section of the other cell, by its name.
    pub parent: String,
    /// The place on that, from 0 to 1.
    pub parent_x: f64,
}

impl CellConnection {
    /// The cell whose root is `child`, at `parent_x` of the section `parent`.
    pub fn new(child: impl Into<String>, parent: impl Into<String>, parent_x: f64) -> Self {
        Self { child: child.into(), parent: parent.into(), parent_x }
    }
}

/// How sections without 3-D points are drawn: as a tree whose branches fan out. Those that have points
/// stay where they are, and nothing is written to NEURON.
///
/// ```
/// use compneurovis_neuron::{CellConnection, CellLayout};
/// let mut layout = CellLayout::default();
/// layout.branch_angle_deg = 45.0;
/// layout.connections.push(CellConnection::new("cell2.soma", "cell1.axon", 1.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellLayout {
    /// Where roots grow to.
    pub direction: [f64; 3],
    /// How far branches turn away from their parent, in degrees. A single one goes straight on.
    pub branch_angle_deg: f64,
    /// The least length of a section in the picture, in micrometres.
    pub min_length_um: f64,
    /// The gap between two cells, along x, in micrometres.
    pub cell_spacing_um: f64,
    /// Cells that are drawn at others.
    pub connections: Vec<CellConnection>,
}

impl Default for CellLayout {
    fn default() -> Self {
        Self {
            direction: [0.0, 0.0, 1.0],
            branch_angle_deg: 30.0,
            min_length_um: 1.0,
            cell_spacing_um: 100.0,
            connections: Vec::new(),
        }
    }
}

/// A layout that cannot be drawn.
#[derive(Clone, Debug, PartialEq, Error)]
pub(super) enum LayoutError {
    /// A number that makes no sense.
    #[error("the layout's {what} must be {expected}, not {found}")]
    Number { what: &'static str, expected: &'static str, found: String },
    /// A connection of sections that are not there.
    #[error("the layout connects `{0}`, but there is no such section")]
    NoSection(String),
    /// A connection of a section that hangs on another one already.
    #[error("the layout connects `{0}`, which is not the root of a cell")]
    NotARoot(String),
}

/// A section that is to be drawn.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) name: Box<str>,
    pub(super) connection: Option<Connection>,
    pub(super) length_um: f64,
    /// Of each compartment, where there is no course.
    pub(super) diameters_um: Vec<f64>,
    pub(super) course: Course,
}

impl CellLayout {
    fn check(&self) -> Result<(), LayoutError> {
        let wrong = |what, expected, found: String| Err(LayoutError::Number { what, expected, found });
        if unit(self.direction).is_none() {
            return wrong("direction", "finite and not zero", format!("{:?}", self.direction));
        }
        if !self.branch_angle_deg.is_finite() {
            return wrong("branch angle", "finite", self.branch_angle_deg.to_string());
        }
        let lengths = [("least length", self.min_length_um), ("gap between cells", self.cell_spacing_um)];
        for (what, length_um) in lengths {
            if !(length_um.is_finite() && length_um >= 0.0) {
                return wrong(what, "finite and 0 or above", length_um.to_string());
            }
        }
        match self.connections.iter().find(|connection| !(0.0..=1.0).contains(&connection.parent_x)) {
            Some(bad) => wrong("place on a parent", "from 0 to 1", bad.parent_x.to_string()),
            None => Ok(()),
        }
    }

    /// The courses of all sections: their own, or made up.
    pub(super) fn courses(&self, sections: &[Placed]) -> Result<Vec<Course>, LayoutError> {
        self.check()?;
        let parents = self.drawn_parents(sections)?;
        let mut growth = Growth {
            layout: self,
            sections,
            parents: &parents,
            courses: sections.iter().map(|section| section.course.clone()).collect(),
            cells: vec![0; sections.len()],
        };
        growth.grow();
        growth.put_apart();
        Ok(growth.courses)
    }

    /// What each section is drawn at: what it is connected to, or what the layout says.
    fn drawn_parents(&self, sections: &[Placed]) -> Result<Vec<Option<Connection>>, LayoutError> {
        let mut parents: Vec<_> = sections.iter().map(|section| section.connection.clone()).collect();
        let places: HashMap<&str, usize> = (0..).zip(sections).map(|(at, section)| (&*section.name, at)).collect();
        let find = |name: &str| places.get(name).copied().ok_or_else(|| LayoutError::NoSection(name.to_owned()));
        for CellConnection { child, parent, parent_x } in &self.connections {
            let (at, parent) = (find(child)?, find(parent)?);
            if sections[at].connection.is_some() {
                return Err(LayoutError::NotARoot(child.clone()));
            }
            parents[at] = Some(Connection { parent, parent_x: *parent_x, child_end: SectionEnd::Start });
        }
        Ok(parents)
    }
}

/// The layout in the making.
struct Growth<'a> {
    layout: &'a CellLayout,
    sections: &'a [Placed],
    parents: &'a [Option<Connection>],
    courses: Vec<Course>,
    /// The root that each section hangs on in the end.
    cells: Vec<usize>,
}

/// Where a section begins, and where it goes.
struct Sprout {
    start: [f64; 3],
    direction: [f64; 3],
}

impl Growth<'_> {
    fn grow(&mut self) {
        let fans = self.fans();
        let mut grown = vec![false; self.sections.len()];
        for at in parents_first(self.parents) {
            // In a loop one has to come before its parent.
            let parent = self.parents[at].as_ref().filter(|connection| grown[connection.parent]);
            self.cells[at] = parent.map_or(at, |connection| self.cells[connection.parent]);
            grown[at] = true;
            if self.courses[at].is_drawn() {
                continue;
            }
            let sprout = match parent {
                Some(connection) => self.branch(connection, fans[at]),
                None => self.root(at),
            };
            self.courses[at] = self.straight(at, &sprout);
        }
    }

    /// For each section that has no course: how many branch off together with it, and the how-manieth it is.
    fn fans(&self) -> Vec<(usize, usize)> {
        let mut counts: HashMap<(usize, u64), usize> = HashMap::new();
        let mut places = vec![0; self.sections.len()];
        let key = |connection: &Connection| (connection.parent, connection.parent_x.to_bits());
        let without = |at: &usize| !self.courses[*at].is_drawn();
        for at in (0..self.sections.len()).filter(without) {
            if let Some(connection) = &self.parents[at] {
                let count = counts.entry(key(connection)).or_default();
                places[at] = *count;
                *count += 1;
            }
        }
        let count = |at: usize| self.parents[at].as_ref().and_then(|connection| counts.get(&key(connection)));
        (0..self.sections.len()).map(|at| (count(at).copied().unwrap_or(1), places[at])).collect()
    }

    fn branch(&self, connection: &Connection, (siblings, place): (usize, usize)) -> Sprout {
        let Connection { parent, parent_x, .. } = *connection;
        let course = &self.courses[parent];
        let from_root = self.parents[parent].as_ref();
        let mut direction = course.direction();
        // What hangs on the beginning of a root grows the other way, and so does what hangs on a section
        // that is connected by its end.
        let turned = match from_root {
            None => parent_x == 0.0,
            Some(own) => own.child_end == SectionEnd::End,
        };
        if turned {
            direction = times(direction, -1.0);
        }
        let in_the_middle = parent_x > 0.0 && parent_x < 1.0;
        let angle_deg = match (in_the_middle, siblings) {
            (true, _) => 90.0,
            (false, 1) => 0.0,
            (false, _) => self.layout.branch_angle_deg,
        };
        let azimuth = std::f64::consts::TAU * place as f64 / siblings as f64;
        Sprout { start: course.at(parent_x), direction: tilted(direction, angle_deg.to_radians(), azimuth) }
    }

    /// At the origin; or where it meets what hangs on it and has a place of its own.
    fn root(&self, at: usize) -> Sprout {
        let direction = unit(self.layout.direction).unwrap_or(Z);
        let hangs_here = |child: &usize| {
            let is_child = self.parents[*child].as_ref().is_some_and(|connection| connection.parent == at);
            is_child && self.sections[*child].course.is_drawn()
        };
        let anchor = (0..self.sections.len()).find(hangs_here).and_then(|child| {
            let connection = self.parents[child].as_ref()?;
            let end = if connection.child_end == SectionEnd::Start { 0.0 } else { 1.0 };
            let along = times(direction, connection.parent_x * self.length_um(at));
            Some(minus(self.sections[child].course.at(end), along))
        });
        Sprout { start: anchor.unwrap_or_default(), direction }
    }

    fn length_um(&self, at: usize) -> f64 {
        // Something has to be seen of a section, whatever the layout says.
        self.sections[at].length_um.max(self.layout.min_length_um).max(f64::from(f32::EPSILON))
    }

    /// A straight section, each compartment as thick as it is.
    fn straight(&self, at: usize, sprout: &Sprout) -> Course {
        let (section, length_um) = (&self.sections[at], self.length_um(at));
        let nseg = section.diameters_um.len().max(1);
        let mut points = Vec::with_capacity(2 * nseg);
        let mut put = |border: usize, diameter: f64| {
            let [x, y, z] = plus(sprout.start, times(sprout.direction, length_um * border as f64 / nseg as f64));
            points.push(Point3d { x, y, z, diameter });
        };
        let mut last = None;
        for (compartment, &diameter) in section.diameters_um.iter().enumerate() {
            if last != Some(diameter) {
                last.into_iter().for_each(|before| put(compartment, before));
                put(compartment, diameter);
            }
            last = Some(diameter);
        }
        put(nseg, last.unwrap_or(1.0));
        let hangs_by_its_end = self.parents[at].as_ref().is_some_and(|own| own.child_end == SectionEnd::End);
        if hangs_by_its_end {
            points.reverse();
        }
        Course::new(points)
    }

    /// Moves the cells that are made up altogether beside each other and beside the others, in their order.
    fn put_apart(&mut self) {
        let is_real = |at: usize| self.sections[at].course.is_drawn();
        let mut fixed = vec![false; self.sections.len()];
        (0..self.sections.len()).filter(|&at| is_real(at)).for_each(|at| fixed[self.cells[at]] = true);
        let (mut low, mut high) = (vec![f64::INFINITY; fixed.len()], vec![f64::NEG_INFINITY; fixed.len()]);
        for (course, &cell) in self.courses.iter().zip(&self.cells) {
            let (from, to) = course.reach_x_um();
            (low[cell], high[cell]) = (low[cell].min(from), high[cell].max(to));
        }
        let roots: Vec<usize> = (0..fixed.len()).filter(|&at| self.cells[at] == at).collect();
        let mut taken = roots.iter().filter(|&&cell| fixed[cell]).map(|&cell| high[cell]).fold(f64::NAN, f64::max);
        let mut shifts = vec![0.0; fixed.len()];
        for cell in roots.into_iter().filter(|&cell| !fixed[cell]) {
            if !taken.is_nan() {
                shifts[cell] = taken + self.layout.cell_spacing_um - low[cell];
            }
            taken = high[cell] + shifts[cell];
        }
        for (course, &cell) in self.courses.iter_mut().zip(&self.cells) {
            course.shift([shifts[cell], 0.0, 0.0]);
        }
    }
}

#[cfg(test)]
mod tests;
