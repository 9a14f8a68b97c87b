//! Building a model in NEURON from its description.

use crate::error::NeuronError;
use crate::interpreter::Neuron;
use crate::mechanism::IonStyle;
use crate::model_file::{ConnectionRecord, ModelFile, PointProcessRecord, SectionRecord, SourceRecord, VERSION};
use crate::net_con::NetCon;
use crate::point_process::PointProcess;
use crate::section::Section;
use crate::shape::{Point3d, centers};

/// What [`Neuron::import_model`] has built, in the order of the description. The objects go when
/// their handles are dropped, unless the model keeps them ([`Neuron::keep`]).
#[derive(Debug)]
pub struct ImportedModel {
    /// The sections.
    pub sections: Vec<Section>,
    /// Point processes and artificial cells.
    pub point_processes: Vec<PointProcess>,
    /// Connections.
    pub connections: Vec<NetCon>,
    /// What the description says that it could not hold, and that is still to be set: see
    /// [`ModelFile::left_out`].
    pub left_out: Vec<String>,
}

impl Neuron {
    /// Builds a model from its description, beside what there is. Mechanisms that it uses must have
    /// been loaded. What it says of globals holds for all models.
    ///
    /// # Errors
    /// [`NeuronError::ModelVersion`], [`NeuronError::BadIndex`] for a reference past the end of a
    /// list, and what the single operations say; sections that were made are deleted again.
    pub fn import_model(&self, model: &ModelFile) -> Result<ImportedModel, NeuronError> {
        if model.version != VERSION {
            return Err(NeuronError::ModelVersion { found: model.version, expected: VERSION });
        }
        let was_empty = self.inner.instances()?.is_empty();
        let mut sections = Vec::with_capacity(model.sections.len());
        let built = self.import_into(model, &mut sections);
        let (point_processes, connections) = match built {
            Ok(built) => built,
            Err(error) => {
                for section in &sections {
                    section.delete()?;
                }
                return Err(error);
            }
        };
        if was_empty {
            self.inner.set_random_positions(&self.inner.instances()?, &model.random_streams)?;
        }
        for what in &model.left_out {
            tracing::warn!("the file of the model does not say {what}");
        }
        Ok(ImportedModel { sections, point_processes, connections, left_out: model.left_out.clone() })
    }

    fn import_into(
        &self,
        model: &ModelFile,
        sections: &mut Vec<Section>,
    ) -> Result<(Vec<PointProcess>, Vec<NetCon>), NeuronError> {
        for record in &model.sections {
            let section = self.section(&record.name)?;
            sections.push(section.clone());
            shape(&section, record)?;
        }
        for index in connect_order(model)? {
            if let Some(parent) = &model.sections[index].parent {
                let of = at(sections, parent.section, "the sections")?;
                sections[index].connect(parent.child_x, of, parent.x)?;
            }
        }
        for (section, record) in sections.iter().zip(&model.sections) {
            fill(section, record)?;
        }
        for (name, value) in &model.globals {
            self.set_global(name, *value)?;
        }
        let points = model.point_processes.iter().map(|record| self.import_point(record, sections));
        let points: Vec<PointProcess> = points.collect::<Result<_, _>>()?;
        let connections = model.connections.iter().map(|record| self.import_connection(record, sections, &points));
        let connections = connections.collect::<Result<_, _>>()?;
        Ok((points, connections))
    }

    fn import_point(&self, record: &PointProcessRecord, sections: &[Section]) -> Result<PointProcess, NeuronError> {
        let point = match record.location {
            Some((section, x)) => at(sections, section, "the sections")?.point_process(&record.class, x)?,
            None => self.artificial_cell(&record.class)?,
        };
        let attributes = point.attributes()?;
        for (name, values) in &record.values {
            let is_array = attributes.iter().any(|(other, len)| other == name && len.is_some());
            for (index, value) in values.iter().enumerate() {
                if is_array {
                    point.set_index(name, index, *value)?;
                } else {
                    point.set(name, *value)?;
                }
            }
        }
        Ok(point)
    }

    fn import_connection(
        &self,
        record: &ConnectionRecord,
        sections: &[Section],
        points: &[PointProcess],
    ) -> Result<NetCon, NeuronError> {
        let point = |index: usize| at(points, index, "the point processes");
        let target = record.target.map(point).transpose()?;
        let connection = match record.source {
            SourceRecord::Nothing => self.net_con(None, target)?,
            SourceRecord::Process(source) => self.net_con(Some(point(source)?), target)?,
            SourceRecord::Voltage(section, x) => {
                NetCon::from_voltage(&at(sections, section, "the sections")?.range_ref("v", x)?, target)?
            }
        };
        connection.set_delay(record.delay_ms)?;
        connection.set_threshold(record.threshold_mv)?;
        for (index, weight) in record.weights.iter().enumerate() {
            connection.set_weight(index, *weight)?;
        }
        connection.set_active(record.active)?;
        Ok(connection)
    }
}

/// An element of a list that a description refers to.
fn at<'a, T>(list: &'a [T], index: usize, what: &str) -> Result<&'a T, NeuronError> {
    list.get(index).ok_or_else(|| NeuronError::BadIndex { what: what.to_owned(), index, len: list.len() })
}

/// The order in which connecting sections gives each parent its children in the order described:
/// NEURON sorts them by their places, and puts a new one before those at the same place.
fn connect_order(model: &ModelFile) -> Result<Vec<usize>, NeuronError> {
    let mut order = Vec::with_capacity(model.sections.len());
    let mut placed = vec![false; model.sections.len()];
    for record in &model.sections {
        for &child in record.children.iter().rev() {
            at(&model.sections, child, "the sections")?;
            if !std::mem::replace(&mut placed[child], true) {
                order.push(child);
            }
        }
    }
    // A description made by hand need not list children.
    order.extend((0..placed.len()).filter(|index| !placed[*index]));
    Ok(order)
}

/// Size, course and compartments: before mechanisms, which is cheapest for NEURON.
fn shape(section: &Section, record: &SectionRecord) -> Result<(), NeuronError> {
    if record.points_um.is_empty() {
        section.set_length(record.length_um)?;
    } else {
        let point = |&[x, y, z, diameter]: &[f64; 4]| Point3d { x, y, z, diameter };
        section.set_points(&record.points_um.iter().map(point).collect::<Vec<_>>())?;
    }
    // A length that was set after the points is not quite theirs.
    if section.length()?.to_bits() != record.length_um.to_bits() {
        section.set_length(record.length_um)?;
    }
    section.set_nseg(record.nseg)?;
    section.set_ra(record.ra_ohm_cm)?;
    let expected = record.nseg;
    if record.diameters_um.len() != expected {
        return Err(NeuronError::BufferLength { expected, found: record.diameters_um.len() });
    }
    for (x, diameter) in centers(expected).zip(&record.diameters_um) {
        // What follows from points is left alone.
        if section.diameter(x)?.to_bits() != diameter.to_bits() {
            section.set_diameter_at(x, *diameter)?;
        }
    }
    Ok(())
}

/// Mechanisms and their values.
fn fill(section: &Section, record: &SectionRecord) -> Result<(), NeuronError> {
    for mechanism in &record.mechanisms {
        section.insert(mechanism)?;
    }
    for (ion, numbers) in &record.ion_styles {
        section.set_ion_style(ion, IonStyle::from_numbers(*numbers))?;
    }
    for (name, values) in &record.values {
        let (expected, found) = (record.nseg, values.len());
        if expected != found {
            return Err(NeuronError::BufferLength { expected, found });
        }
        for (x, value) in centers(expected).zip(values) {
            section.set_at(name, x, *value)?;
        }
    }
    Ok(())
}
