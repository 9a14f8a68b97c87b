//! The core of CompNeuroVis: what a simulation can say to a viewer, and a viewer to a simulation.
//!
//! A session of one's own is a page of code:
//!
//! ```
//! use compneurovis_core::prelude::*;
//!
//! /// A leaky integrator with one knob.
//! struct Leak { v_mv: f32, t_ms: f64 }
//!
//! impl Session for Leak {
//!     fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
//!         let trace = Field::series("v", "time", vec![0.0], vec![self.v_mv])?.with_unit("mV");
//!         Ok(Some(Scene::new().with_field(trace).with_view(LinePlotView::new("trace", "v", "time"))))
//!     }
//!     fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
//!         self.t_ms += 0.1;
//!         self.v_mv += 0.1 * (-65.0 - self.v_mv) / 10.0;
//!         emitter.append_series("v", "time", &[self.t_ms], &[self.v_mv], Some(1000));
//!         emitter.set_time(self.t_ms, 1);
//!         Ok(())
//!     }
//! }
//!
//! let app = AppSpec::new("Leak", || Ok(Leak { v_mv: 0.0, t_ms: 0.0 }));
//! let link = app.start()?;
//! let first = link.updates.recv_timeout(std::time::Duration::from_secs(5));
//! assert!(!first.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Data, structure and picture are separate.** A [`Field`] says what the values are, a
//! [`Geometry`] where they live, a [`View`] how they are drawn, a [`Control`] or [`Action`] what
//! the user can change; a [`Scene`] is all of these. A [`Session`] runs a model on a worker
//! thread and emits the narrowest true [`SessionUpdate`]; a [`Frontend`] draws them and sends
//! semantic [`SessionCommand`]s back. Neither knows the other's machinery, and this crate knows
//! no GPU, no foreign code and no window.
//!
//! | module | noun |
//! |---|---|
//! | [`field`] | values over named dims, with appends that cost the batch and not the history |
//! | [`geometry`] | sections, compartments, frusta; grids |
//! | [`view`], [`operator`], [`colormap`], [`decimate`] | how a field is drawn, and what is computed for it |
//! | [`control`], [`action`], [`value`], [`binding`] | what the user can change, and what follows it |
//! | [`layout`] | where on the screen |
//! | [`scene`], [`update`], [`command`], [`timeline`] | the protocol |
//! | [`codec`], [`remote`] | the protocol as bytes; sessions in other processes and on other machines |
//! | [`session`], [`context`], [`emitter`], [`runner`] | running a model on its worker thread |
//! | [`live`], [`replay`], [`still`], [`surface`] | sessions that are ready made |
//! | [`scrub`], `recording` | what a live run showed lately; runs to files and back |
//! | `export` | data for other programs |
//! | [`app`], [`diagnostics`] | what an application is |
//! | [`frontend`], [`interaction`], [`headless`] | who shows it, what input means, and showing without a picture |
//!
//! The [`tutorials`] begin where this page ends.
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `export` | yes | traces, fields and geometry as CSV and NPZ |
//! | `recording` | yes | runs to files, and back |
//! | `nwb` | no | whole runs as Neurodata Without Borders |

pub mod action;
pub mod app;
pub mod binding;
pub mod capabilities;
pub mod codec;
pub mod colormap;
pub mod command;
pub mod context;
pub mod control;
pub mod cost;
pub mod decimate;
pub mod diagnostics;
pub mod emitter;
pub mod error;
#[cfg(feature = "export")]
pub mod export;
pub mod field;
pub mod frontend;
pub mod geometry;
pub mod headless;
pub mod id;
pub mod interaction;
pub mod layout;
pub mod live;
pub mod operator;
mod outline;
#[cfg(test)]
mod protocol_tests;
#[cfg(test)]
mod random_updates;
#[cfg(feature = "recording")]
pub mod recording;
pub mod remote;
pub mod replay;
mod run_clock;
pub mod runner;
pub mod scene;
pub mod scrub;
mod selection;
pub mod session;
pub mod snapshot;
pub mod spikes;
pub mod still;
pub mod surface;
pub mod timeline;
pub mod tutorials;
pub mod update;
pub mod value;
pub mod view;
mod wire;

pub use action::{Action, BuiltinAction, Payload};
pub use app::AppSpec;
pub use binding::{Binding, BindingError};
pub use capabilities::Capabilities;
pub use colormap::{ColorMap, ColorNorm, ColorTable, Ramp, Rgba};
pub use command::{Modifiers, Pace, SessionCommand};
pub use context::SessionContext;
pub use control::{
    BoolControl, ChoiceControl, ChoiceWidget, Control, ControlKind, IntegerControl, NumberWidget, ScalarControl, Scale,
    TextControl, XyControl, XyShape,
};
pub use cost::AdvanceCost;
pub use diagnostics::DiagnosticsSpec;
pub use emitter::Emitter;
pub use error::{
    ApplyError, ColorError, ControlError, FieldError, GeometryError, LayoutError, PathError, error_causes,
};
pub use field::{Coord, Field, Selector};
pub use frontend::Frontend;
pub use geometry::{
    EntityInfo, Frustum, Geometry, GridGeometry, MorphologyGeometry, MorphologyGeometryBuilder, Path, Section,
    SectionEnd, SectionKind,
};
pub use headless::{HeadlessError, HeadlessFrontend, Viewer};
pub use id::{ActionId, ControlId, EntityId, FieldId, GeometryId, OperatorId, PanelId, ViewId};
pub use interaction::{FrontendContext, FrontendHooks, InputError, Interaction, Reaction};
pub use layout::{Axis, Layout, LayoutNode, Panel, PanelCamera, PanelContent, ResolvedLayout, SpaceOptions, Split};
pub use live::LiveApp;
pub use operator::{GridSlice, Operator, OperatorError};
#[cfg(feature = "recording")]
pub use recording::{
    RecordError, RecordedSession, RecordingFile, RecordingFileError, RecordingInfo, RecordingSettings, RecordingSpec,
    RecordingStatus, recorded_app,
};
pub use replay::{Recording, RecordingError, ReplayFrame, ReplaySession, replay_app};
pub use runner::{Activity, Busy, CommandError, CommandSender, Counters, PerfLog, SessionLink, UpdateReceiver};
pub use scene::{Scene, SceneProblem};
pub use scrub::ScrubBuffer;
pub use selection::Selected;
pub use session::{Refusal, Session, SessionBuilder, SessionError};
pub use snapshot::Snapshot;
pub use spikes::{Spike, SpikeFinder};
pub use still::StillSession;
pub use surface::{grid_field, still_app, surface_app, surface_scene};
pub use timeline::{Mark, MarkKind, Timeline};
pub use update::{Failure, Notice, PanelPatch, Phase, SceneChange, SessionStatus, SessionUpdate};
pub use value::{FromValue, State, Value};
pub use view::{
    ColorLimits, CustomView, DataSource, HeatMapView, LevelMarker, LinePlotView, MorphologyView, PhasePlaneView,
    PlotAxis, RangePlotView, RasterView, StateGraphView, SurfaceView, View,
};

/// The names that a session or a frontend is written with.
pub mod prelude {
    pub use crate::{
        Action, ActionId, AppSpec, Binding, ColorMap, Control, ControlId, Coord, Emitter, EntityId, Field, FieldId,
        Frontend, Geometry, GeometryId, HeadlessFrontend, LinePlotView, MorphologyGeometry, MorphologyView, Pace,
        Payload, Phase, Rgba, Scene, SceneChange, Selector, Session, SessionCommand, SessionContext, SessionError,
        SessionLink, SessionUpdate, Value, View, ViewId, Viewer,
    };
}
