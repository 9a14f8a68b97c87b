//! What a frontend says to a session.

use serde::{Deserialize, Serialize};

use crate::{ActionId, ControlId, EntityId, Value};

/// A wish of the user's. The [runner](crate::runner) takes those about time and life; the session
/// gets the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Do an action.
    InvokeAction {
        /// Which.
        action: ActionId,
    },
    /// A key that no action and no frontend took.
    KeyPressed {
        /// Its name, such as `"K"`.
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
        time_ms: f64,
    },
    /// How fast to go. Taken by the runner.
    SetPace(Pace),
    /// Drop the session and build a new one. Taken by the runner; also after a failure.
    Restart,
    /// End the session. Taken by the runner.
    Stop,
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
pub enum Pace {
    /// As fast as the solver can.
    #[default]
    Unlimited,
    /// So many simulated ms in each second of the clock on the wall, if the solver can.
    MsPerSecond(f64),
}
