//! The core of CompNeuroVis: what a simulation can say to a viewer, and a viewer to a simulation.
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
//! | [`geometry`] | sections, compartments, frusta |
//! | [`view`], [`colormap`], [`decimate`] | how a field is drawn |
//! | [`control`], [`action`], [`value`] | what the user can change |
//! | [`scene`], [`update`], [`command`] | the protocol |
//! | [`session`], [`emitter`], [`runner`] | running a model on its worker thread |
//! | [`app`], [`frontend`] | what an application is, and who shows it |
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

pub mod action;
pub mod app;
pub mod colormap;
pub mod command;
pub mod control;
pub mod decimate;
pub mod emitter;
pub mod error;
pub mod field;
pub mod frontend;
pub mod geometry;
pub mod id;
pub mod runner;
pub mod scene;
pub mod session;
pub mod update;
pub mod value;
pub mod view;

pub use action::Action;
pub use app::AppSpec;
pub use colormap::{ColorMap, ColorNorm, ColorTable, Ramp, Rgba};
pub use command::{Modifiers, Pace, SessionCommand};
pub use control::{Control, ControlKind, ScalarControl, Scale};
pub use emitter::Emitter;
pub use error::{ApplyError, ColorError, ControlError, FieldError, GeometryError, PathError};
pub use field::{Coord, Field, Selector};
pub use frontend::Frontend;
pub use geometry::{
    EntityInfo, Frustum, Geometry, GridGeometry, MorphologyGeometry, MorphologyGeometryBuilder, Path, Section,
    SectionEnd, SectionKind,
};
pub use id::{ActionId, ControlId, EntityId, FieldId, GeometryId, ViewId};
pub use runner::{CommandError, CommandSender, SessionLink, UpdateReceiver};
pub use scene::Scene;
pub use session::{Session, SessionBuilder, SessionError};
pub use update::{Failure, Phase, SceneChange, SessionStatus, SessionUpdate};
pub use value::{Binding, Value};
pub use view::{LinePlotView, MorphologyView, View};

/// The names that a session or a frontend is written with.
pub mod prelude {
    pub use crate::{
        Action, ActionId, AppSpec, Binding, ColorMap, Control, ControlId, Coord, Emitter, EntityId, Field, FieldId,
        Frontend, Geometry, GeometryId, LinePlotView, MorphologyGeometry, MorphologyView, Pace, Rgba, Scene,
        SceneChange, Selector, Session, SessionCommand, SessionError, SessionLink, SessionUpdate, Value, View, ViewId,
    };
}
