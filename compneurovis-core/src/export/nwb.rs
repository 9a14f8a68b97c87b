//! Runs as Neurodata Without Borders: HDF5 files that pynwb and its tools read.

use std::{
    hash::{BuildHasher, RandomState},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use hdf5_pure::{AttrValue, FileBuilder, FinishedGroup, FormatError, GroupBuilder};
use ndarray::Axis;

use super::ExportError;
use crate::{Coord, Field, Mark, Scene};

/// The version of the schema that files follow.
const NWB_VERSION: &str = "2.8.0";

/// Series of one field that get a time series each, under their labels; more are kept as one matrix.
const MAX_SERIES: usize = 256;

/// What a file of NWB has to say beside the data.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NwbAbout {
    /// What was run, in a sentence.
    pub session_description: String,
    /// Unique for the run; made up if it is empty.
    pub identifier: String,
    /// When the run began, in ns since 1970; now if it is 0.
    pub started_unix_ns: u64,
    /// Who ran it, as "Last, First".
    pub experimenter: Vec<String>,
    /// Where.
    pub institution: String,
    /// What it is about.
    pub keywords: Vec<String>,
    /// The animal that the model is of; written if its species or age is known. nwbinspector wants both.
    pub subject: NwbSubject,
    /// Spikes and events along the run, which become annotations under `processing/events`.
    pub marks: Vec<Mark>,
}

impl NwbAbout {
    /// The least: what was run.
    pub fn new(session_description: impl Into<String>) -> Self {
        Self {
            session_description: session_description.into(),
            identifier: String::new(),
            started_unix_ns: 0,
            experimenter: Vec::new(),
            institution: String::new(),
            keywords: vec!["simulation".to_owned()],
            subject: NwbSubject::default(),
            marks: Vec::new(),
        }
    }
}

/// The animal that a model is of. What is empty is not written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NwbSubject {
    /// What it is called.
    pub subject_id: String,
    /// Its Latin name, such as `Rattus norvegicus`.
    pub species: String,
    /// `M`, `F`, `O` for other or `U` for unknown.
    pub sex: String,
    /// Its age as a duration of ISO 8601, such as `P14D`.
    pub age: String,
    /// What it is.
    pub description: String,
}

impl Default for NwbSubject {
    fn default() -> Self {
        Self {
            subject_id: "simulation".to_owned(),
            species: String::new(),
            sex: "U".to_owned(),
            age: String::new(),
            description: "a simulated model".to_owned(),
        }
    }
}

impl NwbSubject {
    /// Whether it is a certain animal: half a subject is worse than none to those who check files.
    fn is_known(&self) -> bool {
        !(self.species.is_empty() && self.age.is_empty())
    }

    fn group(&self, general: &mut GroupBuilder) -> FinishedGroup {
        let mut group = new_group(general, "subject", "Subject");
        let texts = [
            ("subject_id", &self.subject_id),
            ("species", &self.species),
            ("sex", &self.sex),
            ("age", &self.age),
            ("description", &self.description),
        ];
        for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            let text = group.create_dataset(name).with_vlen_strings(&[text]).with_shape(&[]);
            if name == "age" {
                text.set_attr("reference", text_attr("birth"));
            }
        }
        group.finish()
    }
}

impl From<FormatError> for ExportError {
    fn from(error: FormatError) -> Self {
        Self::Format(error.to_string())
    }
}

impl From<hdf5_pure::Error> for ExportError {
    fn from(error: hdf5_pure::Error) -> Self {
        Self::Format(error.to_string())
    }
}

/// Writes the traces of a scene as NWB: each series of a field that has a dim of times in ms becomes a
/// `TimeSeries` under `acquisition`, named `{field}` or `{field} {label}`, with times in seconds. What has no
/// times, such as a geometry, is not part of the format; export it as NPZ.
///
/// The dim of times is the one called `time` or `t`, with numbers; of a field without one nothing is
/// written.
///
/// # Errors
/// The file cannot be written.
pub fn nwb(scene: &Scene, about: &NwbAbout, path: impl AsRef<Path>) -> Result<(), ExportError> {
    let now_ns = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let now_ns = u64::try_from(now_ns).unwrap_or(u64::MAX);
    let started = timestamp(if about.started_unix_ns == 0 { now_ns } else { about.started_unix_ns });
    let mut file = FileBuilder::new();
    for (name, text) in [("namespace", "core"), ("neurodata_type", "NWBFile"), ("nwb_version", NWB_VERSION)] {
        file.set_attr(name, text_attr(text));
    }
    file.set_attr("object_id", text_attr(&unique_id()));
    let identifier = if about.identifier.is_empty() { unique_id() } else { about.identifier.clone() };
    let texts = [
        ("identifier", identifier.as_str()),
        ("session_description", about.session_description.as_str()),
        ("session_start_time", started.as_str()),
        ("timestamps_reference_time", started.as_str()),
    ];
    for (name, text) in texts {
        file.create_dataset(name).with_vlen_strings(&[text]).with_shape(&[]);
    }
    file.create_dataset("file_create_date").with_vlen_strings(&[&timestamp(now_ns)]);
    let mut general = file.create_group("general");
    let lists = [("experimenter", &about.experimenter), ("keywords", &about.keywords)];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        general.create_dataset(name).with_vlen_strings(&list);
    }
    if !about.institution.is_empty() {
        general.create_dataset("institution").with_vlen_strings(&[&about.institution]).with_shape(&[]);
    }
    if about.subject.is_known() {
        let subject = about.subject.group(&mut general);
        general.add_group(subject);
    }
    let by = concat!("CompNeuroVis ", env!("CARGO_PKG_VERSION"));
    general
        .create_dataset("source_script")
        .with_vlen_strings(&[by])
        .with_shape(&[])
        .set_attr("file_name", text_attr(by));
    file.add_group(general.finish());
    let mut acquisition = file.create_group("acquisition");
    for series in scene.fields.values().flat_map(all_series) {
        let group = series.group(&mut acquisition);
        acquisition.add_group(group);
    }
    file.add_group(acquisition.finish());
    let analysis = file.create_group("analysis").finish();
    file.add_group(analysis);
    let mut processing = file.create_group("processing");
    if !about.marks.is_empty() {
        let events = events(&mut processing, &about.marks);
        processing.add_group(events);
    }
    file.add_group(processing.finish());
    let mut stimulus = file.create_group("stimulus");
    for name in ["presentation", "templates"] {
        let empty = stimulus.create_group(name).finish();
        stimulus.add_group(empty);
    }
    file.add_group(stimulus.finish());
    Ok(file.write(path)?)
}

/// A time series in the making.
struct Series<'a> {
    name: String,
    description: String,
    unit: &'a str,
    times_ms: &'a [f64],
    /// For each time its value, or the values of all series.
    values: Vec<f32>,
    columns: Option<usize>,
}

/// The time series of a field.
fn all_series(field: &Field) -> Vec<Series<'_>> {
    let is_time =
        |(_, (dim, coord)): &(usize, (&str, &Coord))| matches!(*dim, "time" | "t") && coord.numbers().is_some();
    let Some((axis, (_, coord))) = field.coords().enumerate().find(is_time) else { return Vec::new() };
    let (times_ms, unit, id) = (coord.numbers().unwrap_or_default(), field.unit(), field.id().as_str());
    let values = field.values();
    let about = |what: &str| format!("{what} of the field `{id}` of a simulation");
    let others: Vec<(&str, &Coord)> = field.coords().filter(|(dim, _)| Some(*dim) != field.dims().nth(axis)).collect();
    if times_ms.is_empty() {
        return Vec::new();
    }
    match others[..] {
        [] => vec![Series {
            name: id.to_owned(),
            description: about("the values"),
            unit,
            times_ms,
            values: values.iter().copied().collect(),
            columns: None,
        }],
        [(_, Coord::Labels(labels))] if labels.names().len() <= MAX_SERIES => {
            let one = |(at, label): (usize, &std::sync::Arc<str>)| Series {
                name: format!("{id} {label}"),
                description: about(&format!("the series `{label}`")),
                unit,
                times_ms,
                values: values.index_axis(Axis(1 - axis), at).iter().copied().collect(),
                columns: None,
            };
            labels.names().iter().enumerate().map(one).collect()
        }
        _ => {
            let mut order: Vec<usize> = (0..values.ndim()).filter(|other| *other != axis).collect();
            order.insert(0, axis);
            let names: Vec<&str> = others.iter().map(|(dim, _)| *dim).collect();
            vec![Series {
                name: id.to_owned(),
                description: about(&format!("all values over {}, row by row,", names.join(" and "))),
                unit,
                times_ms,
                values: values.view().permuted_axes(order).iter().copied().collect(),
                columns: values.len().checked_div(times_ms.len()),
            }]
        }
    }
}

impl Series<'_> {
    fn group(&self, parent: &mut GroupBuilder) -> FinishedGroup {
        let mut group = new_group(parent, &group_name(&self.name), "TimeSeries");
        group.set_attr("description", text_attr(&self.description));
        group.set_attr("comments", text_attr("simulated; times are those of the model"));
        let length = self.times_ms.len() as u64;
        let shape: Vec<u64> = [length].into_iter().chain(self.columns.map(|columns| columns as u64)).collect();
        let (unit, factor) = si(self.unit);
        let data = group.create_dataset("data").with_f32_data(&self.values).with_shape(&shape);
        data.set_attr("unit", text_attr(unit))
            .set_attr("conversion", AttrValue::F32(factor))
            .set_attr("offset", AttrValue::F32(0.0))
            .set_attr("resolution", AttrValue::F32(-1.0));
        if let Some(rate_hz) = self.rate_hz() {
            let start_s = self.times_ms.first().map_or(0.0, |time_ms| time_ms / 1e3);
            let start = group.create_dataset("starting_time").with_f64_data(&[start_s]).with_shape(&[]);
            start.set_attr("rate", AttrValue::F64(rate_hz)).set_attr("unit", text_attr("seconds"));
            return group.finish();
        }
        let seconds: Vec<f64> = self.times_ms.iter().map(|time_ms| time_ms / 1e3).collect();
        let timestamps = group.create_dataset("timestamps").with_f64_data(&seconds).with_shape(&[length]);
        timestamps.set_attr("interval", AttrValue::I32(1)).set_attr("unit", text_attr("seconds"));
        group.finish()
    }

    /// The rate of samples that come regularly, but for what sums of steps lose.
    fn rate_hz(&self) -> Option<f64> {
        let (first, last) = (self.times_ms.first()?, self.times_ms.last()?);
        let intervals = self.times_ms.len().checked_sub(1).filter(|count| *count > 0)?;
        let step_ms = (last - first) / intervals as f64;
        let is_there = |(at, time_ms): (usize, &f64)| (first + at as f64 * step_ms - time_ms).abs() < 1e-6 * step_ms;
        let rate_hz = 1e3 / step_ms;
        // What should be round is, whatever the sums made of it.
        let round_hz = (rate_hz * 1e3).round() / 1e3;
        let rate_hz = if (round_hz - rate_hz).abs() < 1e-9 * rate_hz { round_hz } else { rate_hz };
        self.times_ms.iter().enumerate().all(is_there).then_some(rate_hz)
    }
}

/// The marks as a series of annotations in a module of their own.
fn events(processing: &mut GroupBuilder, marks: &[Mark]) -> FinishedGroup {
    let mut module = new_group(processing, "events", "ProcessingModule");
    module.set_attr("description", text_attr("what happened during the simulation"));
    let mut group = new_group(&mut module, "marks", "AnnotationSeries");
    group.set_attr("description", text_attr("spikes, controls that were set, actions and resets"));
    group.set_attr("comments", text_attr("the kind, and what it was"));
    let kind = |mark: &Mark| serde_json::to_value(mark.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
    let texts: Vec<String> =
        marks.iter().map(|mark| format!("{}: {}", kind(mark).unwrap_or_default(), mark.label)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let data = group.create_dataset("data").with_vlen_strings(&texts);
    data.set_attr("unit", text_attr("n/a"))
        .set_attr("conversion", AttrValue::F32(1.0))
        .set_attr("offset", AttrValue::F32(0.0))
        .set_attr("resolution", AttrValue::F32(-1.0));
    let seconds: Vec<f64> = marks.iter().map(|mark| mark.time_ms / 1e3).collect();
    let timestamps = group.create_dataset("timestamps").with_f64_data(&seconds);
    timestamps.set_attr("interval", AttrValue::I32(1)).set_attr("unit", text_attr("seconds"));
    let marks = group.finish();
    module.add_group(marks);
    module.finish()
}

/// A group of a type of NWB.
fn new_group(parent: &mut GroupBuilder, name: &str, kind: &str) -> GroupBuilder {
    let mut group = parent.create_group(name);
    group.set_attr("namespace", text_attr("core"));
    group.set_attr("neurodata_type", text_attr(kind));
    group.set_attr("object_id", text_attr(&unique_id()));
    group
}

fn text_attr(text: &str) -> AttrValue {
    AttrValue::VarLenString(text.to_owned())
}

/// Names of groups hold no slash, and tools dislike colons.
fn group_name(name: &str) -> String {
    name.replace(['/', ':'], "_")
}

/// The unit of the SI, and what values are multiplied by to be in it. Others stay as they are.
fn si(unit: &str) -> (&str, f32) {
    match unit {
        "mV" => ("volts", 1e-3),
        "V" => ("volts", 1.0),
        "nA" => ("amperes", 1e-9),
        "pA" => ("amperes", 1e-12),
        "" => ("a.u.", 1.0),
        other => (other, 1.0),
    }
}

/// A random UUID of version 4.
fn unique_id() -> String {
    // The standard library's hashers are seeded at random.
    let random = || RandomState::new().hash_one(SystemTime::now());
    let (high, low) = ((random() & !0xf000) | 0x4000, (random() & !(3 << 62)) | (2 << 62));
    let text = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// A moment in ISO 8601, in UTC.
///
/// The date of a day number is computed as in "chrono-compatible low-level date algorithms" by Howard Hinnant.
fn timestamp(unix_ns: u64) -> String {
    let seconds = unix_ns / 1_000_000_000;
    let (days, of_day) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let micros = unix_ns / 1000 % 1_000_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000000+00:00");
        assert_eq!(timestamp(951_782_400_000_000_000), "2000-02-29T00:00:00.000000+00:00");
        assert_eq!(timestamp(1_795_557_600_500_000_000), "2026-11-24T22:00:00.500000+00:00");
        assert_ne!(unique_id(), unique_id());
    }
}
