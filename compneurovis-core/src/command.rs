//! What a frontend says to a session.

use serde::{Deserialize, Serialize};

use crate::{ActionId, ControlId, EntityId, Snapshot, Value, action::Payload};

/// A wish of the user's. The [runner](crate::runner) takes those about time and life; the session
/// gets the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SessionCommand {
    /// Start over at t = 0. Control values and traced compartments stay.
    Reset,
    /// Give every control its default.
    RestoreDefaults,
    /// Set a control.
    SetControl {
        /// Which.
        control: ControlId,
        /// To what.
        value: Value,
    },
    /// Do an action. If its id is the name of a [`BuiltinAction`](crate::BuiltinAction), the runner
    /// does that.
    InvokeAction {
        /// Which.
        action: ActionId,
        /// What goes with it.
        #[serde(default)]
        payload: Payload,
    },
    /// A key that no action and no frontend took.
    KeyPressed {
        /// Its name, such as `"K"` or `"Ctrl+K"`.
        key: String,
    },
    /// A compartment was clicked.
    EntityClicked {
        /// Which.
        entity: EntityId,
        /// Keys held meanwhile.
        modifiers: Modifiers,
    },
    /// Stand still. Taken by the runner.
    Pause,
    /// Go on. Taken by the runner.
    Resume,
    /// Pause, and advance once. Taken by the runner.
    Step,
    /// Go on until this simulated time, then pause. Taken by the runner.
    RunUntil {
        /// In ms.
        #[serde(with = "crate::wire::number")]
        time_ms: f64,
    },
    /// Go to this time, forwards or backwards, if the session can.
    Seek {
        /// In ms.
        #[serde(with = "crate::wire::number")]
        time_ms: f64,
    },
    /// Whether to begin again at the end, if the session has one.
    SetLoop(bool),
    /// Emit the whole state of the model, if the session can.
    Snapshot,
    /// Go back to a state that was emitted before, if the session can.
    Restore(Snapshot),
    /// How fast to go. Taken by the runner.
    SetPace(Pace),
    /// Drop the session and build a new one. Taken by the runner; also after a failure.
    Restart,
    /// End the process of the session at once, whatever it is inside of, if it has one of its own. Data
    /// stays readable, and `Restart` starts another. Taken by the runner.
    EndProcess,
    /// End the session. Taken by the runner.
    Stop,
}

impl SessionCommand {
    /// Doing an action that needs nothing but its id.
    pub fn invoke(action: impl Into<ActionId>) -> Self {
        Self::InvokeAction { action: action.into(), payload: Payload::new() }
    }

    /// Setting a control.
    pub fn set(control: impl Into<ControlId>, value: impl Into<Value>) -> Self {
        Self::SetControl { control: control.into(), value: value.into() }
    }

    /// What a session does that obeys it, for messages: "setting `stim_amp`".
    pub fn doing(&self) -> String {
        match self {
            Self::SetControl { control, .. } => format!("setting `{control}`"),
            Self::RestoreDefaults => "restoring the defaults".to_owned(),
            Self::InvokeAction { action, .. } => format!("doing `{action}`"),
            Self::EntityClicked { entity, .. } => format!("handling a click on `{entity}`"),
            Self::KeyPressed { key } => format!("handling the key `{key}`"),
            Self::Reset => "starting over".to_owned(),
            Self::Seek { time_ms } => format!("going to t = {time_ms} ms"),
            Self::EndProcess => "ending the process of the session".to_owned(),
            Self::Snapshot => "taking a snapshot".to_owned(),
            Self::Restore(snapshot) => format!("going back to t = {} ms", snapshot.time_ms),
            other => format!("obeying `{}`", other.name()),
        }
    }

    /// What it is called in logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::RestoreDefaults => "restore_defaults",
            Self::SetControl { .. } => "set_control",
            Self::InvokeAction { .. } => "invoke_action",
            Self::KeyPressed { .. } => "key_pressed",
            Self::EntityClicked { .. } => "entity_clicked",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Step => "step",
            Self::RunUntil { .. } => "run_until",
            Self::Seek { .. } => "seek",
            Self::SetLoop(_) => "set_loop",
            Self::Snapshot => "snapshot",
            Self::Restore(_) => "restore",
            Self::SetPace(_) => "set_pace",
            Self::Restart => "restart",
            Self::EndProcess => "end_process",
            Self::Stop => "stop",
        }
    }
}

/// Keys held during a click.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Control, or Command on a Mac.
    pub control: bool,
    /// Alt or Option.
    pub alt: bool,
}

/// How fast simulated time goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// As fast as the solver can.
    #[default]
    Unlimited,
    /// So many simulated ms in each second of the clock on the wall, if the solver can.
    MsPerSecond(#[serde(with = "crate::wire::number")] f64),
}
