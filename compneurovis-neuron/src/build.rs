//! Building many sections at once.

use std::ffi::CString;

use neuron_sys::{Api, Section as RawSection, Symbol};

use crate::error::{NeuronError, location, positive, within};
use crate::inner::Inner;
use crate::interpreter::Neuron;
use crate::section::Section;
use crate::shape::{Point3d, PointSymbols, centers, checked_nseg, checked_points};
use crate::symbol::{Kind, c_string};

/// What a section to be built is connected to.
#[derive(Debug, Clone)]
pub enum Parent {
    /// A section of the same batch, by its index.
    Batch(usize),
    /// A section that exists.
    Existing(Section),
}

/// A connection to a parent.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The parent.
    pub parent: Parent,
    /// The place on the parent, from 0 to 1.
    pub parent_x: f64,
    /// The end of the child, 0 or 1.
    pub child_x: f64,
}

/// How a section is to be.
#[derive(Debug, Clone)]
pub enum Shape<'a> {
    /// A course in space, which gives length and diameters.
    Points(&'a [Point3d]),
    /// A cylinder.
    Cylinder {
        /// Micrometres.
        length_um: f64,
        /// Micrometres.
        diameter_um: f64,
    },
}

/// A section to be built by [`Neuron::build_sections`].
///
/// ```
/// use compneurovis_neuron::{Connection, Parent, SectionSpec, Shape};
///
/// let soma = SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"]);
/// let dend = SectionSpec::cylinder("dend", 200.0, 2.0).nseg(10).mechanisms(&["pas"]).on(0, 1.0);
/// assert_eq!((soma.nseg, dend.nseg), (1, 10));
/// ```
#[derive(Debug, Clone)]
pub struct SectionSpec<'a> {
    /// The name; it need not be unique for NEURON.
    pub name: &'a str,
    /// Its size and course.
    pub shape: Shape<'a>,
    /// What it is connected to.
    pub connection: Option<Connection>,
    /// The number of compartments.
    pub nseg: usize,
    /// The axial resistivity in ohm centimetres; `None` leaves NEURON's 35.4.
    pub ra_ohm_cm: Option<f64>,
    /// The membrane capacity in microfarads a square centimetre; `None` leaves NEURON's 1.
    pub cm_uf_cm2: Option<f64>,
    /// Density mechanisms to insert.
    pub mechanisms: &'a [&'a str],
}

impl<'a> SectionSpec<'a> {
    /// A cylinder of this length and diameter in micrometres.
    pub fn cylinder(name: &'a str, length_um: f64, diameter_um: f64) -> Self {
        Self::new(name, Shape::Cylinder { length_um, diameter_um })
    }

    /// A section along points.
    pub fn along(name: &'a str, points: &'a [Point3d]) -> Self {
        Self::new(name, Shape::Points(points))
    }

    fn new(name: &'a str, shape: Shape<'a>) -> Self {
        Self { name, shape, connection: None, nseg: 1, ra_ohm_cm: None, cm_uf_cm2: None, mechanisms: &[] }
    }

    /// Sets the number of compartments.
    #[must_use]
    pub fn nseg(mut self, nseg: usize) -> Self {
        self.nseg = nseg;
        self
    }

    /// Sets the mechanisms to insert.
    #[must_use]
    pub fn mechanisms(mut self, mechanisms: &'a [&'a str]) -> Self {
        self.mechanisms = mechanisms;
        self
    }

    /// Connects the 0 end to a place on a section of the same batch.
    #[must_use]
    pub fn on(mut self, parent: usize, parent_x: f64) -> Self {
        self.connection = Some(Connection { parent: Parent::Batch(parent), parent_x, child_x: 0.0 });
        self
    }
}

/// A specification that has been checked, in the form in which it is built.
struct Plan<'a> {
    name: CString,
    shape: &'a Shape<'a>,
    connection: Option<PlannedConnection>,
    nseg: i32,
    ra: Option<f64>,
    cm: Option<f64>,
    mechanisms: Vec<*mut Symbol>,
}

struct PlannedConnection {
    parent: PlannedParent,
    parent_x: f64,
    child_x: f64,
}

enum PlannedParent {
    Batch(usize),
    Existing(*mut RawSection),
}

impl Neuron {
    /// Builds sections, all of them or none: shape, connections, compartments, then mechanisms, in
    /// the order that is cheapest for NEURON. Everything is checked before the first is made.
    ///
    /// # Errors
    /// What the single operations of [`Section`] say, and [`NeuronError::BadIndex`] for a parent
    /// that is not in the batch.
    pub fn build_sections(&self, specs: &[SectionSpec<'_>]) -> Result<Vec<Section>, NeuronError> {
        let inner = &self.inner;
        let plans: Vec<Plan<'_>> = specs.iter().map(|spec| plan(inner, spec, specs.len())).collect::<Result<_, _>>()?;
        let symbols = BuildSymbols::new(inner)?;
        let mut raw: Vec<*mut RawSection> = Vec::with_capacity(plans.len());
        // SAFETY: the plans were checked; the vector has room for all.
        let built = unsafe {
            inner.guard(
                || format!("build {} sections", plans.len()),
                |api| {
                    for plan in &plans {
                        raw.push((api.nrn_section_new)(plan.name.as_ptr()));
                    }
                    for (plan, section) in plans.iter().zip(&raw) {
                        symbols.shape(api, plan, *section);
                    }
                    for (plan, section) in plans.iter().zip(&raw) {
                        connect(api, plan, *section, &raw);
                    }
                    for (plan, section) in plans.iter().zip(&raw) {
                        symbols.fill(api, plan, *section);
                    }
                },
            )
        };
        // SAFETY: the sections were made just now, whether or not the rest failed.
        let sections: Vec<Section> =
            raw.iter().zip(specs).map(|(raw, spec)| unsafe { Section::adopt(inner, *raw, spec.name) }).collect();
        if let Err(error) = built {
            for section in &sections {
                section.delete()?;
            }
            return Err(error);
        }
        Ok(sections)
    }
}

/// Checks a specification.
fn plan<'a>(inner: &Inner, spec: &'a SectionSpec<'a>, batch: usize) -> Result<Plan<'a>, NeuronError> {
    match &spec.shape {
        Shape::Points(points) => checked_points(points)?,
        Shape::Cylinder { length_um, diameter_um } => {
            positive("the length", *length_um)?;
            positive("the diameter", *diameter_um)?;
        }
    }
    let mechanisms = spec.mechanisms.iter().map(|name| inner.symbol(name, Kind::Mechanism));
    Ok(Plan {
        name: c_string(spec.name)?,
        shape: &spec.shape,
        connection: spec.connection.as_ref().map(|connection| plan_connection(connection, batch)).transpose()?,
        nseg: checked_nseg(spec.nseg)?,
        ra: spec.ra_ohm_cm.map(|ra| positive("Ra", ra)).transpose()?,
        cm: spec.cm_uf_cm2.map(|cm| positive("cm", cm)).transpose()?,
        mechanisms: mechanisms.collect::<Result<_, _>>()?,
    })
}

fn plan_connection(connection: &Connection, batch: usize) -> Result<PlannedConnection, NeuronError> {
    let child_x = connection.child_x;
    let parent = match &connection.parent {
        Parent::Batch(index) if *index < batch => PlannedParent::Batch(*index),
        Parent::Batch(index) => {
            let what = "the sections of the batch".to_owned();
            return Err(NeuronError::BadIndex { what, index: *index, len: batch });
        }
        Parent::Existing(section) => PlannedParent::Existing(section.live()?),
    };
    Ok(PlannedConnection {
        parent,
        parent_x: location(connection.parent_x)?,
        child_x: within("the end of the child", child_x, child_x == 0.0 || child_x == 1.0, "0 or 1")?,
    })
}

/// The names that building needs.
struct BuildSymbols {
    points: PointSymbols,
    cm: *mut Symbol,
}

impl BuildSymbols {
    fn new(inner: &Inner) -> Result<Self, NeuronError> {
        Ok(Self { points: PointSymbols::new(inner)?, cm: inner.symbol("cm", Kind::RangeVariable)? })
    }

    /// Gives a section its size, course and compartments.
    ///
    /// # Safety
    /// Inside a guard, on a section that exists.
    unsafe fn shape(&self, api: &Api, plan: &Plan<'_>, section: *mut RawSection) {
        // SAFETY: the caller's promise, and the plan was checked.
        unsafe {
            match plan.shape {
                Shape::Points(points) => {
                    (api.nrn_section_push)(section);
                    self.points.replace(api, points);
                    (api.nrn_section_pop)();
                }
                Shape::Cylinder { length_um, .. } => (api.nrn_section_length_set)(section, *length_um),
            }
        }
    }

    /// Divides a section and fills it with mechanisms.
    ///
    /// # Safety
    /// As `shape`.
    unsafe fn fill(&self, api: &Api, plan: &Plan<'_>, section: *mut RawSection) {
        // SAFETY: the caller's promise, and the plan was checked.
        unsafe {
            if plan.nseg != 1 {
                (api.nrn_nseg_set)(section, plan.nseg);
            }
            if let Some(ra) = plan.ra {
                (api.nrn_section_Ra_set)(section, ra);
            }
            for x in centers(plan.nseg as usize) {
                if let Shape::Cylinder { diameter_um, .. } = plan.shape {
                    (api.nrn_segment_diam_set)(section, x, *diameter_um);
                }
                if let Some(cm) = plan.cm {
                    (api.nrn_rangevar_set)(self.cm, section, x, cm);
                }
            }
            for mechanism in &plan.mechanisms {
                (api.nrn_mechanism_insert)(section, *mechanism);
            }
        }
    }
}

/// Connects a section to its parent.
///
/// # Safety
/// Inside a guard; `batch` are the sections of the batch, all of which exist.
unsafe fn connect(api: &Api, plan: &Plan<'_>, section: *mut RawSection, batch: &[*mut RawSection]) {
    let Some(connection) = &plan.connection else { return };
    let parent = match connection.parent {
        PlannedParent::Batch(index) => batch.get(index).copied(),
        PlannedParent::Existing(parent) => Some(parent),
    };
    if let Some(parent) = parent {
        // SAFETY: both sections exist, and the places were checked.
        unsafe { (api.nrn_section_connect)(section, connection.child_x, parent, connection.parent_x) };
    }
}
