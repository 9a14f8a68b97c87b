//! Frames of one or more fields, with times.

use std::collections::{HashMap, HashSet};

use ndarray::ArrayD;
use thiserror::Error;

use crate::{ApplyError, Coord, Field, FieldId, Mark, Scene, SessionUpdate, Timeline};

/// What there was at one time: new values of some fields.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReplayFrame {
    /// When, in ms.
    pub time_ms: f64,
    /// The fields that changed. The others are as in the frame before.
    pub fields: Vec<FrameField>,
}

/// The values of a field at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameField {
    /// The field.
    pub field: FieldId,
    /// Its values.
    pub values: ArrayD<f32>,
    /// The coords that change with them.
    pub coords: Vec<(String, Coord)>,
}

impl ReplayFrame {
    /// A frame in which nothing changes yet.
    pub fn new(time_ms: f64) -> Self {
        Self { time_ms, fields: Vec::new() }
    }

    /// The same frame with new values of a field.
    #[must_use]
    pub fn with(self, field: impl Into<FieldId>, values: ArrayD<f32>) -> Self {
        self.with_coords(field, values, Vec::new())
    }

    /// The same frame with new values and coords of a field.
    #[must_use]
    pub fn with_coords(mut self, field: impl Into<FieldId>, values: ArrayD<f32>, coords: Vec<(String, Coord)>) -> Self {
        self.fields.push(FrameField { field: field.into(), values, coords });
        self
    }
}

impl ReplayFrame {
    fn fields_with_coords(&self) -> impl Iterator<Item = &FieldId> {
        self.fields.iter().filter(|changed| !changed.coords.is_empty()).map(|changed| &changed.field)
    }
}

impl FrameField {
    fn update(&self) -> SessionUpdate {
        let Self { field, values, coords } = self.clone();
        SessionUpdate::FieldReplace { field, values, coords }
    }
}

/// All coords of a field, as a replacement names them.
pub(super) fn all_coords(field: &Field) -> Vec<(String, Coord)> {
    field.coords().map(|(dim, coord)| (dim.to_owned(), coord.clone())).collect()
}

/// Where each field is in the frames, whose times must grow.
fn check_frames(frames: &[ReplayFrame]) -> Result<HashMap<FieldId, Vec<(usize, usize)>>, RecordingError> {
    let mut places: HashMap<FieldId, Vec<(usize, usize)>> = HashMap::new();
    let mut before = f64::NEG_INFINITY;
    for (index, frame) in frames.iter().enumerate() {
        if !(frame.time_ms.is_finite() && frame.time_ms > before) {
            return Err(RecordingError::Time { frame: index, time_ms: frame.time_ms.to_string() });
        }
        before = frame.time_ms;
        for (place, FrameField { field, .. }) in frame.fields.iter().enumerate() {
            let places = places.entry(field.clone()).or_default();
            if places.last().is_some_and(|(last, _)| *last == index) {
                return Err(RecordingError::FieldTwice { frame: index, field: field.clone() });
            }
            places.push((index, place));
        }
    }
    Ok(places)
}

/// Why frames are no recording.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// There are no frames.
    #[error("a recording has at least one frame")]
    NoFrames,
    /// Times that do not grow.
    #[error("frame {frame} is at {time_ms} ms, which is not a time after that of the frame before")]
    Time {
        /// Index of the frame.
        frame: usize,
        /// Its time, as text: it may be no number.
        time_ms: String,
    },
    /// A field twice in one frame.
    #[error("frame {frame} has the field `{field}` twice")]
    FieldTwice {
        /// Index of the frame.
        frame: usize,
        /// The field.
        field: FieldId,
    },
    /// Values that do not fit the scene.
    #[error("frame {frame} does not fit the scene")]
    Frame {
        /// Index of the frame.
        frame: usize,
        /// Why not.
        source: ApplyError,
    },
    /// A scene that contradicts itself.
    #[error("the scene of the recording contradicts itself")]
    Scene(#[from] ApplyError),
}

/// A scene, and frames that change its fields; checked, so that playing it cannot fail.
#[derive(Clone, Debug)]
pub struct Recording {
    scene: Scene,
    frames: Vec<ReplayFrame>,
    /// For each field the frames that have it, in order, and where in the frame it is.
    places: HashMap<FieldId, Vec<(usize, usize)>>,
    marks: Vec<Mark>,
}

impl Recording {
    /// A recording of at least one frame.
    ///
    /// # Errors
    /// No frames, times that do not grow, fields that the scene does not have or that do not fit it.
    pub fn new(scene: Scene, frames: Vec<ReplayFrame>) -> Result<Self, RecordingError> {
        scene.check()?;
        if frames.is_empty() {
            return Err(RecordingError::NoFrames);
        }
        let places = check_frames(&frames)?;
        let mut recording = Self { scene, frames, places, marks: Vec::new() };
        recording.check_fields()?;
        recording.scene = recording.scene_at(0);
        Ok(recording)
    }

    /// Plays all frames once, to see that they fit; a field whose coords change has all of them in every
    /// frame from then on, so that any frame can be shown after any other.
    fn check_fields(&mut self) -> Result<(), RecordingError> {
        let changing: HashSet<FieldId> =
            self.frames.iter().flat_map(ReplayFrame::fields_with_coords).cloned().collect();
        let mut shown = self.scene.clone();
        for (index, frame) in self.frames.iter_mut().enumerate() {
            for changed in &mut frame.fields {
                let refused = |source| RecordingError::Frame { frame: index, source };
                shown.apply(changed.update()).map_err(refused)?;
                if changing.contains(&changed.field) {
                    changed.coords = all_coords(&shown.fields[&changed.field]);
                }
            }
        }
        Ok(())
    }

    /// A recording of one field, a frame each `interval_ms`, the first at 0.
    ///
    /// # Errors
    /// As [`new`](Self::new); also an interval that is not positive.
    pub fn of_field(
        scene: Scene,
        field: impl Into<FieldId>,
        interval_ms: f64,
        frames: impl IntoIterator<Item = ArrayD<f32>>,
    ) -> Result<Self, RecordingError> {
        let field = field.into();
        let frame = |(index, values)| ReplayFrame::new(index as f64 * interval_ms).with(&field, values);
        Self::new(scene, frames.into_iter().enumerate().map(frame).collect())
    }

    /// The same recording with marks along its time.
    #[must_use]
    pub fn with_marks(mut self, marks: impl IntoIterator<Item = Mark>) -> Self {
        self.marks.extend(marks);
        self
    }

    /// From when to when it goes, and its marks.
    pub fn timeline(&self) -> Timeline {
        // There is a frame at least.
        let time_ms = |frame: Option<&ReplayFrame>| frame.map_or(0.0, |frame| frame.time_ms);
        Timeline::new(time_ms(self.frames.first()), time_ms(self.frames.last())).with_marks(self.marks.clone())
    }

    /// The scene as the first frame shows it.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The frames; at least one.
    pub fn frames(&self) -> &[ReplayFrame] {
        &self.frames
    }

    /// Index of the frame that is shown at a time: the last that is not after it, or the first.
    pub fn frame_at(&self, time_ms: f64) -> usize {
        self.frames.partition_point(|frame| frame.time_ms <= time_ms).saturating_sub(1)
    }

    /// What each field that ever changes is at a frame, from the frames up to there; not those that
    /// did not change until then.
    pub(super) fn fields_at(&self, frame: usize) -> impl Iterator<Item = &FrameField> {
        self.places.values().filter_map(move |places| {
            let until = places.partition_point(|(index, _)| *index <= frame);
            let (index, place) = places[until.checked_sub(1)?];
            self.frames[index].fields.get(place)
        })
    }

    /// The fields that change only after a frame.
    pub(super) fn fields_after(&self, frame: usize) -> impl Iterator<Item = &FieldId> {
        let later = move |places: &Vec<(usize, usize)>| places.first().is_some_and(|(first, _)| *first > frame);
        self.places.iter().filter(move |(_, places)| later(places)).map(|(field, _)| field)
    }

    fn scene_at(&self, frame: usize) -> Scene {
        let mut scene = self.scene.clone();
        for field in self.fields_at(frame) {
            // It did when the frames were checked.
            let _ = scene.apply(field.update());
        }
        scene
    }
}
