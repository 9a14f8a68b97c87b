//! How a recording lies in its MCAP file.

/// The profile in the header of the file.
pub(super) const PROFILE: &str = "compneurovis";

/// The metadata at the beginning: title, versions, when it was started.
pub(super) const BEGIN: &str = "compneurovis.recording";

/// The metadata at the end: what was dropped, the values of the controls.
pub(super) const END: &str = "compneurovis.end";

/// The attachment with all marks, as a list in JSON.
pub(super) const MARKS_ATTACHMENT: &str = "marks.json";

/// The encoding of messages that are updates.
pub(super) const UPDATE_ENCODING: &str = "compneurovis";

pub(super) const UPDATE_SCHEMA: &str = "compneurovis.SessionUpdate";

pub(super) const MARK_SCHEMA: &str = "compneurovis.Mark";

/// What stands in the schema of updates, for whoever finds such a file.
pub(super) const ABOUT_UPDATES: &str = "\
A message is one SessionUpdate of CompNeuroVis, version 1. All numbers are little-endian.
0 u8: 1; 1 u8: 1, the version; 2 u16: 0; 4 u32: number of arrays; 8 u64: length of the JSON text.
16: the arrays, each of u8 type (1 u8, 2 i32, 3 u32, 4 i64, 5 f32, 6 f64), 7 bytes 0, u64 number of values,
the values, and zeros up to a multiple of 8 bytes. Then, to the end of the message, the update as JSON,
in which {\"array\": 0} stands for the first array, and so on.
log_time is the time of the run in ns: simulated time, which goes on counting where the model is reset.
publish_time is in ns since the recording was started.
";

pub(super) const ABOUT_MARKS: &str = r#"{"type": "object", "properties": {"time_ms": {"type": "number"},
 "kind": {"type": "string"}, "label": {"type": "string"}}}"#;

/// The channels. Those that an index is looked through for have fixed ids.
pub(super) mod channel {
    /// The whole scene, now and then. With it a chunk begins.
    pub(in crate::recording) const KEYFRAME: u16 = 1;
    /// Structure, layout and whole new scenes.
    pub(in crate::recording) const SCENE: u16 = 2;
    /// The shared state.
    pub(in crate::recording) const STATE: u16 = 3;
    /// Notices and errors.
    pub(in crate::recording) const LOG: u16 = 4;
    /// Values of fields that have no channel of their own.
    pub(in crate::recording) const OTHER_FIELDS: u16 = 5;
    /// What happened when.
    pub(in crate::recording) const MARKS: u16 = 6;
    /// What the recorder has to say.
    pub(in crate::recording) const RECORDER: u16 = 7;
    /// From here on each field has its own.
    pub(in crate::recording) const FIRST_FIELD: u16 = 16;
    pub(in crate::recording) const LAST_FIELD: u16 = 60_000;

    pub(in crate::recording) const MARKS_TOPIC: &str = "/marks";
    pub(in crate::recording) const RECORDER_TOPIC: &str = "/recorder";
    pub(in crate::recording) const FIELD_PREFIX: &str = "/fields/";

    /// Those whose messages are updates.
    pub(in crate::recording) const OF_UPDATES: [(u16, &str); 5] =
        [(KEYFRAME, "/keyframe"), (SCENE, "/scene"), (STATE, "/state"), (LOG, "/log"), (OTHER_FIELDS, "/fields")];

    /// Whether what happens to the scene is on a channel.
    pub(in crate::recording) fn is_played(id: u16) -> bool {
        !matches!(id, KEYFRAME | MARKS | RECORDER)
    }
}

/// Nanoseconds of a time in ms that is not negative.
pub(super) fn nanoseconds(time_ms: f64) -> u64 {
    // Saturates, and makes 0 of what is no number.
    (time_ms * 1e6).round() as u64
}

/// The time in ms of so many nanoseconds.
pub(super) fn milliseconds(time_ns: u64) -> f64 {
    time_ns as f64 / 1e6
}
