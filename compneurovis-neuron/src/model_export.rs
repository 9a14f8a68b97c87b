//! Reading a model out of NEURON.

use std::collections::{BTreeMap, BTreeSet};

use crate::census::EventSource;
use crate::error::NeuronError;
use crate::interpreter::Neuron;
use crate::model_file::{
    ConnectionRecord, ModelFile, ParentRecord, PointProcessRecord, SectionRecord, SourceRecord, VERSION,
};
use crate::net_con::NetCon;
use crate::point_process::{PointProcess, wrong_class};
use crate::section::Section;
use crate::shape::centers;
use crate::symbol::Kind;

impl Neuron {
    /// Describes the model: all sections with their shapes, connections and mechanisms, point
    /// processes, connections that carry events, and the globals of what is used. A model that is
    /// built from it by [`Neuron::import_model`] has the same voltages, to the last bit; to single
    /// precision where the length of a section was set after its 3-D points, which NEURON keeps so.
    ///
    /// It is the model and not its state, and what its values are now: not in it are vectors that are
    /// played or recorded, and `POINTER`s, which [`ModelFile::left_out`] names and a warning in the log, nor
    /// connections from other variables than potentials.
    ///
    /// # Errors
    /// [`NeuronError::WrongKind`] for `extracellular`, whose variables are arrays, and
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn export_model(&self) -> Result<ModelFile, NeuronError> {
        let sections = self.sections()?;
        let records = sections.iter().map(|section| self.section_record(section, &sections));
        let records: Vec<SectionRecord> = records.collect::<Result<_, _>>()?;
        let mut points = self.point_processes()?;
        let mut point_records = Vec::new();
        let mut kept = Vec::new();
        for point in points.drain(..) {
            if let Some(record) = point_record(&point, &sections, self)? {
                point_records.push(record);
                kept.push(point);
            }
        }
        let connections = self.net_cons()?;
        let connections = connections.iter().map(|connection| connection_record(connection, &sections, &kept));
        let connections = connections.collect::<Result<_, _>>()?;
        let used = records.iter().flat_map(|record| &record.mechanisms);
        let used: BTreeSet<&str> =
            used.map(String::as_str).chain(point_records.iter().map(|record| record.class.as_str())).collect();
        let left_out = self.left_out(&used)?;
        for what in &left_out {
            tracing::warn!("an exported model cannot hold {what}");
        }
        Ok(ModelFile {
            version: VERSION,
            left_out,
            globals: self.globals_of(&used),
            random_streams: self.inner.random_positions(&self.inner.instances()?)?,
            sections: records,
            point_processes: point_records,
            connections,
        })
    }

    /// What a model has, of these mechanisms and classes, and a description cannot say.
    fn left_out(&self, used: &BTreeSet<&str>) -> Result<Vec<String>, NeuronError> {
        let mut left_out = Vec::new();
        let vectors = self.timed_vectors()?;
        if vectors > 0 {
            left_out.push(format!("the playing or recording of {vectors} vectors"));
        }
        for (mechanism, pointer) in self.inner.pointers_of(used)? {
            left_out.push(format!("where the POINTER `{pointer}` of `{mechanism}` points"));
        }
        Ok(left_out)
    }

    fn section_record(&self, section: &Section, all: &[Section]) -> Result<SectionRecord, NeuronError> {
        let nseg = section.nseg()?;
        let parent = section.parent()?.and_then(|(parent, x)| Some((place(&parent, all)?, x)));
        let child_x = section.orientation()?;
        let children = section.children()?;
        let mechanisms = section.mechanisms()?;
        if mechanisms.iter().any(|name| name == "extracellular") {
            return Err(wrong_class(
                "extracellular",
                "a mechanism of arrays",
                "one whose variables are single numbers",
            ));
        }
        let mut ion_styles = BTreeMap::new();
        for ion in mechanisms.iter().filter(|name| name.ends_with("_ion")) {
            if let Some(style) = section.ion_style(ion)? {
                ion_styles.insert(ion.clone(), style.numbers());
            }
        }
        let points = section.points()?.into_iter().map(|point| [point.x, point.y, point.z, point.diameter]);
        Ok(SectionRecord {
            name: section.name().to_owned(),
            parent: parent.map(|(section, x)| ParentRecord { section, x, child_x }),
            children: children.iter().filter_map(|child| place(child, all)).collect(),
            nseg,
            length_um: section.length()?,
            ra_ohm_cm: section.ra()?,
            points_um: points.collect(),
            diameters_um: centers(nseg).map(|x| section.diameter(x)).collect::<Result<_, _>>()?,
            values: self.values_of(section, &mechanisms, nseg)?,
            mechanisms,
            ion_styles,
        })
    }

    /// The variables of a section's mechanisms that are numbers.
    fn values_of(
        &self,
        section: &Section,
        mechanisms: &[String],
        nseg: usize,
    ) -> Result<BTreeMap<String, Vec<f64>>, NeuronError> {
        let mut values = BTreeMap::new();
        for name in self.inner.names_of(Kind::RangeVariable) {
            if !(name == "cm" || mechanisms.iter().any(|mechanism| belongs(&name, mechanism))) {
                continue;
            }
            // A POINTER that is not set has no value.
            let numbers: Result<Vec<f64>, _> = centers(nseg).map(|x| section.get(&name, x)).collect();
            if let Some(numbers) = numbers.ok().filter(|numbers| numbers.iter().all(|number| number.is_finite())) {
                values.insert(name, numbers);
            }
        }
        Ok(values)
    }

    /// The global numbers of mechanisms, and those that all models have.
    fn globals_of(&self, used: &BTreeSet<&str>) -> BTreeMap<String, f64> {
        let of_used =
            |name: &String| used.iter().any(|of| name.strip_suffix(of).is_some_and(|rest| rest.ends_with('_')));
        let names = self.inner.names_of(Kind::Variable).into_iter().filter(of_used);
        let names = names.chain(["celsius", "dt"].map(str::to_owned));
        // Some that look like numbers are not: what cannot be read is no parameter.
        names
            .filter_map(|name| Some((name.clone(), self.global(&name).ok().filter(|value| value.is_finite())?)))
            .collect()
    }
}

/// Whether a range variable is one of a mechanism, or of an ion.
fn belongs(name: &str, mechanism: &str) -> bool {
    match mechanism.strip_suffix("_ion") {
        Some(ion) => {
            name.strip_prefix('e') == Some(ion) || name.strip_suffix(['i', 'o']).is_some_and(|rest| rest == ion)
        }
        None => name.strip_suffix(mechanism).is_some_and(|rest| rest.ends_with('_')),
    }
}

fn place(section: &Section, all: &[Section]) -> Option<usize> {
    all.iter().position(|other| other == section)
}

/// A point process; `None` for one whose section has been deleted.
fn point_record(
    point: &PointProcess,
    sections: &[Section],
    neuron: &Neuron,
) -> Result<Option<PointProcessRecord>, NeuronError> {
    let location = point.location()?.and_then(|(section, x)| Some((place(&section, sections)?, x)));
    if location.is_none() && neuron.inner.point_class(point.class())?.placed {
        return Ok(None);
    }
    let mut values = BTreeMap::new();
    for (name, len) in point.attributes()? {
        let numbers: Vec<f64> = match len {
            None => vec![point.get(&name)?],
            Some(len) => (0..len).map(|index| point.get_index(&name, index)).collect::<Result<_, _>>()?,
        };
        if numbers.iter().all(|number| number.is_finite()) {
            values.insert(name, numbers);
        }
    }
    Ok(Some(PointProcessRecord { class: point.class().to_owned(), location, values }))
}

fn connection_record(
    connection: &NetCon,
    sections: &[Section],
    points: &[PointProcess],
) -> Result<ConnectionRecord, NeuronError> {
    let index = |process: &PointProcess| points.iter().position(|other| other.is_same(process));
    let source = match connection.source()? {
        EventSource::Process(process) => index(&process).map(SourceRecord::Process),
        EventSource::Voltage(section, x) => place(&section, sections).map(|section| SourceRecord::Voltage(section, x)),
        EventSource::Nothing => None,
    };
    Ok(ConnectionRecord {
        source: source.unwrap_or(SourceRecord::Nothing),
        target: connection.target()?.and_then(|target| index(&target)),
        delay_ms: connection.delay()?,
        threshold_mv: connection.threshold()?,
        weights: (0..connection.weight_count()?).map(|index| connection.weight(index)).collect::<Result<_, _>>()?,
        active: connection.is_active()?,
    })
}
