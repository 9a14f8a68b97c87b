//! What a session says to a frontend.

use indexmap::IndexMap;
use ndarray::ArrayD;
use serde::{Deserialize, Serialize};

use crate::{Action, ActionId, Control, ControlId, Coord, Field, FieldId, Geometry, Pace, Scene, Value, View, ViewId};

/// A change of what there is to see. A session emits the narrowest true one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SessionUpdate {
    /// A whole scene, instead of whatever was there.
    SceneReady(Box<Scene>),
    /// New values of a field, and new coords for the dims named.
    FieldReplace {
        /// The field.
        field: FieldId,
        /// Its new values, of the same rank.
        values: ArrayD<f32>,
        /// The coords that change with them.
        coords: Vec<(String, Coord)>,
    },
    /// More values of a field along one dim.
    FieldAppend {
        /// The field.
        field: FieldId,
        /// The dim that grows; its coord holds numbers.
        dim: String,
        /// The new values: the axes of the field in their order, but the dim that grows last.
        values: ArrayD<f32>,
        /// The coordinate of each new position.
        coord: Vec<f64>,
        /// How many of the newest positions to keep; all if `None`.
        max_length: Option<usize>,
    },
    /// Changes of structure, applied all or none.
    ScenePatch(Vec<SceneChange>),
    /// New values of the shared state.
    StatePatch(IndexMap<String, Value>),
    /// Where the session stands.
    Status(SessionStatus),
    /// A line for the user to read; an empty one takes it away.
    Notice(String),
    /// What went wrong.
    Error(Failure),
}

/// One change of structure. The thing is added, or takes the place of the one with its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SceneChange {
    /// Adds or replaces a field.
    SetField(Field),
    /// Adds or replaces a geometry.
    SetGeometry(Geometry),
    /// Adds or replaces a view.
    SetView(View),
    /// Removes a view.
    RemoveView(ViewId),
    /// Adds or replaces a control.
    SetControl(Control),
    /// Removes a control.
    RemoveControl(ControlId),
    /// Adds or replaces an action.
    SetAction(Action),
    /// Removes an action.
    RemoveAction(ActionId),
}

/// What a session is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Being built and initialised.
    #[default]
    Starting,
    /// Advancing.
    Running,
    /// Standing still, until told to go on.
    Paused,
    /// It failed. Its data stays readable; `Restart` builds it anew.
    Failed,
    /// It ended.
    Stopped,
}

/// Where a session stands. Emitted by the runner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionStatus {
    /// What it is doing.
    pub phase: Phase,
    /// Simulated time in ms.
    pub time_ms: f64,
    /// Solver steps since the start.
    pub steps: u64,
    /// Simulated ms per second of the clock on the wall, lately. 0 while standing still.
    pub ms_per_second: f64,
    /// How fast it may go.
    pub pace: Pace,
}

/// What went wrong in a session, for the user to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What the session was doing, such as "starting".
    pub doing: String,
    /// The error and its causes, outermost first.
    pub causes: Vec<String>,
    /// Whether the session ended by it. If not, it goes on.
    pub fatal: bool,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.doing, self.causes.join(": "))
    }
}

impl Failure {
    /// The error with all its sources.
    pub fn new(doing: impl Into<String>, error: &(dyn std::error::Error + 'static), fatal: bool) -> Self {
        let chain = std::iter::successors(Some(error), |error| error.source());
        let mut causes: Vec<String> = Vec::new();
        for cause in chain.map(ToString::to_string) {
            // Many errors tell their source in their own text.
            if !causes.iter().any(|told| told.contains(&cause)) {
                causes.push(cause);
            }
        }
        Self { doing: doing.into(), causes, fatal }
    }
}
