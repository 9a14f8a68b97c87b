//! The size of sections, their course in space and their division into compartments.

use neuron_sys::{Api, Symbol};

use crate::error::{NeuronError, finite, location, positive, within};
use crate::inner::Inner;
use crate::section::Section;
use crate::symbol::Kind;

/// NEURON's own limit on the number of compartments of a section.
const MAX_NSEG: usize = 32_767;

/// One point of a section's course in space.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point3d {
    /// Micrometres.
    pub x: f64,
    /// Micrometres.
    pub y: f64,
    /// Micrometres.
    pub z: f64,
    /// The diameter in micrometres.
    pub diameter: f64,
}

impl Section {
    /// The number of compartments.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`].
    pub fn nseg(&self) -> Result<usize, NeuronError> {
        let raw = self.live()?;
        // SAFETY: the section exists.
        Ok(usize::try_from(unsafe { (self.inner.api().nrn_nseg_get)(raw) }).unwrap_or(0))
    }

    /// Sets the number of compartments. Cheapest before mechanisms are inserted.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] outside 1 to 32,767.
    pub fn set_nseg(&self, nseg: usize) -> Result<(), NeuronError> {
        let count = checked_nseg(nseg)?;
        // SAFETY: the section exists and the number is one NEURON takes.
        unsafe { self.with("set nseg", |api, raw| (api.nrn_nseg_set)(raw, count)) }
    }

    /// The length in micrometres.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`].
    pub fn length(&self) -> Result<f64, NeuronError> {
        // SAFETY: the section exists.
        unsafe { self.with("get the length", |api, raw| (api.nrn_section_length_get)(raw)) }
    }

    /// Sets the length in micrometres; 3-D points are scaled with it.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0.
    pub fn set_length(&self, length_um: f64) -> Result<(), NeuronError> {
        let length = positive("the length", length_um)?;
        // SAFETY: the section exists.
        unsafe { self.with("set the length", |api, raw| (api.nrn_section_length_set)(raw, length)) }
    }

    /// The axial resistivity in ohm centimetres.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`].
    pub fn ra(&self) -> Result<f64, NeuronError> {
        // SAFETY: the section exists.
        unsafe { self.with("get Ra", |api, raw| (api.nrn_section_Ra_get)(raw)) }
    }

    /// Sets the axial resistivity in ohm centimetres.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0.
    pub fn set_ra(&self, ra_ohm_cm: f64) -> Result<(), NeuronError> {
        let ra = positive("Ra", ra_ohm_cm)?;
        // SAFETY: the section exists.
        unsafe { self.with("set Ra", |api, raw| (api.nrn_section_Ra_set)(raw, ra)) }
    }

    /// The diameter at `x` in micrometres; with 3-D points, an average over the compartment.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] unless `x` is from 0 to 1.
    pub fn diameter(&self, x: f64) -> Result<f64, NeuronError> {
        let x = location(x)?;
        // SAFETY: the section exists and the place is on it.
        unsafe { self.with("get the diameter", |api, raw| (api.nrn_segment_diam_get)(raw, x)) }
    }

    /// Sets the diameter of all compartments in micrometres. Set `nseg` before.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0.
    pub fn set_diameter(&self, diameter_um: f64) -> Result<(), NeuronError> {
        let diameter = positive("the diameter", diameter_um)?;
        let nseg = self.nseg()?;
        // SAFETY: the section exists and the places are on it.
        unsafe {
            self.with("set the diameter", |api, raw| {
                for x in centers(nseg) {
                    (api.nrn_segment_diam_set)(raw, x, diameter);
                }
            })
        }
    }

    /// Sets the diameter of the compartment at `x` in micrometres.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0, or `x` is not from 0 to 1.
    pub fn set_diameter_at(&self, x: f64, diameter_um: f64) -> Result<(), NeuronError> {
        let (x, diameter) = (location(x)?, positive("the diameter", diameter_um)?);
        // SAFETY: the section exists and the place is on it.
        unsafe { self.with("set the diameter", |api, raw| (api.nrn_segment_diam_set)(raw, x, diameter)) }
    }

    /// The membrane area of the compartment at `x` in square micrometres; the ends have none.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] unless `x` is from 0 to 1.
    pub fn area(&self, x: f64) -> Result<f64, NeuronError> {
        let x = location(x)?;
        let area = self.inner.symbol("area", Kind::Function)?;
        // SAFETY: a function of a place that returns a number.
        unsafe {
            self.accessed("get the area", |api| {
                (api.nrn_double_push)(x);
                (api.nrn_function_call)(area, 1);
                (api.nrn_double_pop)()
            })
        }
    }

    /// Replaces the course of the section in space, and with it its length and diameters. NEURON
    /// keeps the numbers as f32.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] for a number that is not finite or a diameter below 0.
    pub fn set_points(&self, points: &[Point3d]) -> Result<(), NeuronError> {
        checked_points(points)?;
        let symbols = PointSymbols::new(&self.inner)?;
        // SAFETY: the functions return numbers, and the numbers were checked.
        unsafe { self.accessed("set the 3-D points", |api| symbols.replace(api, points)) }
    }

    /// The course of the section in space; empty if it has none.
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`].
    pub fn points(&self) -> Result<Vec<Point3d>, NeuronError> {
        let count = self.inner.symbol("n3d", Kind::Function)?;
        let names = ["x3d", "y3d", "z3d", "diam3d"];
        let mut getters = [count; 4];
        for (getter, name) in getters.iter_mut().zip(names) {
            *getter = self.inner.symbol(name, Kind::Function)?;
        }
        let mut values: Vec<f64> = Vec::new();
        // SAFETY: the functions return numbers, and the index is below their count.
        unsafe {
            self.accessed("get the 3-D points", |api| {
                (api.nrn_function_call)(count, 0);
                let count = (api.nrn_double_pop)() as usize;
                values.reserve(4 * count);
                for i in 0..count {
                    for getter in getters {
                        (api.nrn_double_push)(i as f64);
                        (api.nrn_function_call)(getter, 1);
                        values.push((api.nrn_double_pop)());
                    }
                }
            })
        }?;
        Ok(values.chunks_exact(4).map(|p| Point3d { x: p[0], y: p[1], z: p[2], diameter: p[3] }).collect())
    }
}

/// The functions that set 3-D points.
pub(crate) struct PointSymbols {
    clear: *mut Symbol,
    add: *mut Symbol,
}

impl PointSymbols {
    pub(crate) fn new(inner: &Inner) -> Result<Self, NeuronError> {
        Ok(Self { clear: inner.symbol("pt3dclear", Kind::Function)?, add: inner.symbol("pt3dadd", Kind::Function)? })
    }

    /// Replaces the points of the accessed section.
    ///
    /// # Safety
    /// Inside a guard, with a section accessed.
    pub(crate) unsafe fn replace(&self, api: &Api, points: &[Point3d]) {
        // SAFETY: built-in functions that return numbers, with as many arguments as they take.
        unsafe {
            (api.nrn_function_call)(self.clear, 0);
            (api.nrn_double_pop)();
            for point in points {
                (api.nrn_double_push)(point.x);
                (api.nrn_double_push)(point.y);
                (api.nrn_double_push)(point.z);
                (api.nrn_double_push)(point.diameter);
                (api.nrn_function_call)(self.add, 4);
                (api.nrn_double_pop)();
            }
        }
    }
}

/// The centres of the compartments.
pub(crate) fn centers(nseg: usize) -> impl Iterator<Item = f64> {
    (0..nseg).map(move |i| (i as f64 + 0.5) / nseg as f64)
}

pub(crate) fn checked_nseg(nseg: usize) -> Result<i32, NeuronError> {
    within("nseg", nseg as f64, (1..=MAX_NSEG).contains(&nseg), "a number from 1 to 32767")?;
    Ok(nseg as i32)
}

pub(crate) fn checked_points(points: &[Point3d]) -> Result<(), NeuronError> {
    for point in points {
        for value in [point.x, point.y, point.z] {
            finite("a coordinate of a 3-D point", value)?;
        }
        let diameter = point.diameter;
        within("the diameter of a 3-D point", diameter, diameter.is_finite() && diameter >= 0.0, "0 or above")?;
    }
    Ok(())
}
