//! What a session says to a frontend.

use ndarray::ArrayD;
use serde::{Deserialize, Serialize};

use crate::{
    Action, ActionId, AdvanceCost, Capabilities, Control, ControlId, Coord, Field, FieldId, Geometry, GeometryId,
    Layout, Operator, OperatorId, Pace, PanelCamera, PanelId, Scene, Snapshot, SpaceOptions, State, Timeline, View,
    ViewId,
};

/// A change of what there is to see. A session emits the narrowest true one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SessionUpdate {
    /// A whole scene, instead of whatever was there.
    SceneReady(Box<Scene>),
    /// New values of a field, and new coords for the dims named.
    FieldReplace {
        /// The field.
        field: FieldId,
        /// Its new values, of the same rank.
        #[serde(with = "crate::wire::array")]
        values: ArrayD<f32>,
        /// The coords that change with them.
        #[serde(default)]
        coords: Vec<(String, Coord)>,
    },
    /// More values of a field along one dim.
    FieldAppend {
        /// The field.
        field: FieldId,
        /// The dim that grows; its coord holds numbers.
        dim: String,
        /// The new values: the axes of the field in their order, but the dim that grows last.
        #[serde(with = "crate::wire::array")]
        values: ArrayD<f32>,
        /// The coordinate of each new position.
        #[serde(with = "crate::wire::numbers")]
        coord: Vec<f64>,
        /// How many of the newest positions to keep; all if `None`.
        max_length: Option<usize>,
    },
    /// Changes of structure, applied all or none.
    ScenePatch(Vec<SceneChange>),
    /// Changes of one panel.
    PanelPatch(PanelPatch),
    /// Another layout. Panels that stay under their ids keep what the user did to them.
    LayoutReplace(Layout),
    /// New values of the shared state, all or none.
    StatePatch(State),
    /// Where the session stands.
    Status(SessionStatus),
    /// A line for the user to read.
    Notice(Notice),
    /// What went wrong.
    Error(Failure),
    /// What was asked for by [`SessionCommand::Snapshot`](crate::SessionCommand::Snapshot).
    Snapshot(Snapshot),
    /// How far the session can be sought through, and what happened when.
    Timeline(Timeline),
}

/// Changes of one panel. What is `None` stays as it is; an empty list clears.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PanelPatch {
    /// The panel.
    pub panel: PanelId,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// The views it shows.
    #[serde(default)]
    pub views: Option<Vec<ViewId>>,
    /// The operators drawn on them, in a panel of views in 3-D.
    #[serde(default)]
    pub operators: Option<Vec<OperatorId>>,
    /// The controls of a panel of controls.
    #[serde(default)]
    pub controls: Option<Vec<ControlId>>,
    /// The actions of a panel of controls.
    #[serde(default)]
    pub actions: Option<Vec<ActionId>>,
    /// Where the camera goes, in a panel of views in 3-D.
    #[serde(default)]
    pub camera: Option<PanelCamera>,
    /// How a panel of views in 3-D behaves.
    #[serde(default)]
    pub options: Option<SpaceOptions>,
}

impl PanelPatch {
    /// A patch that changes nothing yet.
    pub fn new(panel: impl Into<PanelId>) -> Self {
        Self {
            panel: panel.into(),
            title: None,
            views: None,
            operators: None,
            controls: None,
            actions: None,
            camera: None,
            options: None,
        }
    }
}

/// A line for the user to read. An empty one takes away the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The line.
    pub text: String,
    /// After how many ms it goes by itself; never if `None`.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
}

impl Notice {
    /// A line that stays.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), timeout_ms: None }
    }
}

/// One change of structure. The thing is added, or takes the place of the one with its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there are few at a time, and none is kept")]
#[non_exhaustive]
pub enum SceneChange {
    /// Adds or replaces a field.
    SetField(Field),
    /// Removes a field.
    RemoveField(FieldId),
    /// Adds or replaces a geometry.
    SetGeometry(Geometry),
    /// Removes a geometry.
    RemoveGeometry(GeometryId),
    /// Adds or replaces a view.
    SetView(View),
    /// Removes a view, also from the panels.
    RemoveView(ViewId),
    /// Adds or replaces an operator.
    SetOperator(Operator),
    /// Removes an operator, also from the panels.
    RemoveOperator(OperatorId),
    /// Adds or replaces a control.
    SetControl(Control),
    /// Removes a control, also from the panels.
    RemoveControl(ControlId),
    /// Adds or replaces an action.
    SetAction(Action),
    /// Removes an action, also from the panels.
    RemoveAction(ActionId),
    /// Sets a line of what is known about the scene; an empty one removes it.
    SetMetadata {
        /// What it is about.
        key: String,
        /// The line.
        text: String,
    },
}

/// What a session is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    #[serde(with = "crate::wire::number")]
    pub time_ms: f64,
    /// Solver steps since the start.
    pub steps: u64,
    /// Simulated ms per second of the clock on the wall, lately. 0 while standing still.
    #[serde(with = "crate::wire::number")]
    pub ms_per_second: f64,
    /// How fast it may go.
    pub pace: Pace,
    /// What the session can do beyond advancing; known once it is initialised.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// What advancing costs lately.
    #[serde(default)]
    pub cost: AdvanceCost,
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
        Self { doing: doing.into(), causes: crate::error_causes(error), fatal }
    }
}
