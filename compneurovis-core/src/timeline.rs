//! How far a session can be sought through, and what happened when.

use serde::{Deserialize, Serialize};

/// The span of time that [`SessionCommand::Seek`](crate::SessionCommand::Seek) reaches, and the marks
/// along it.
///
/// A session that can be sought through emits one when it starts and whenever it changes; each takes the
/// place of the one before. It outlives new scenes, and ends with the session's life.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// The first time there is something to see at, in ms.
    #[serde(with = "crate::wire::number")]
    pub start_ms: f64,
    /// The last, in ms.
    #[serde(with = "crate::wire::number")]
    pub end_ms: f64,
    /// What happened in between, by time.
    #[serde(default)]
    pub marks: Vec<Mark>,
}

impl Timeline {
    /// A span without marks.
    pub fn new(start_ms: f64, end_ms: f64) -> Self {
        Self { start_ms, end_ms, marks: Vec::new() }
    }

    /// The same span with marks, which are put in the order of their times.
    #[must_use]
    pub fn with_marks(mut self, marks: impl IntoIterator<Item = Mark>) -> Self {
        self.marks.extend(marks);
        self.marks.sort_by(|a, b| a.time_ms.total_cmp(&b.time_ms));
        self
    }

    /// Its length in ms; 0 for one that makes no sense.
    pub fn duration_ms(&self) -> f64 {
        // Not a number is not greater either.
        (self.end_ms - self.start_ms).max(0.0)
    }

    /// The nearest time within the span.
    pub fn clamp(&self, time_ms: f64) -> f64 {
        time_ms.min(self.end_ms).max(self.start_ms)
    }
}

/// Something that happened at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// When, in ms.
    #[serde(with = "crate::wire::number")]
    pub time_ms: f64,
    /// Of what kind it is.
    pub kind: MarkKind,
    /// What it is, for the reader: the series that crossed its threshold, the control and its value.
    pub label: String,
}

impl Mark {
    /// A mark.
    pub fn new(time_ms: f64, kind: MarkKind, label: impl Into<String>) -> Self {
        Self { time_ms, kind, label: label.into() }
    }
}

/// What a [`Mark`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MarkKind {
    /// A series rose over its threshold.
    Spike,
    /// A control got another value.
    Control,
    /// The user did an action.
    Action,
    /// The model started over, or went to another time.
    Reset,
    /// Something went wrong.
    Failure,
    /// Anything else.
    Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_in_order_and_times_within() {
        let mark = |time_ms| Mark::new(time_ms, MarkKind::Spike, "soma");
        let timeline = Timeline::new(10.0, 30.0).with_marks([mark(20.0), mark(12.0)]);
        assert_eq!(timeline.marks.iter().map(|mark| mark.time_ms).collect::<Vec<_>>(), [12.0, 20.0]);
        assert_eq!([5.0, 15.0, 50.0].map(|time_ms| timeline.clamp(time_ms)), [10.0, 15.0, 30.0]);
        assert_eq!(timeline.duration_ms(), 20.0);
        assert_eq!(Timeline::new(3.0, f64::NAN).duration_ms(), 0.0);
    }
}
