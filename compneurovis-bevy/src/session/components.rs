//! The components of session and view entities.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bevy::prelude::*;
use compneurovis_core::{
    AppSpec, Busy, Counters, EntityId, Failure, GeometryId, HeatMapView, Interaction, LinePlotView, MorphologyView,
    Notice, PhasePlaneView, RangePlotView, RasterView, ResolvedLayout, Scene, SessionLink, SessionStatus,
    StateGraphView, SurfaceView, Timeline, View, ViewId, recording::RecordingStatus,
};

/// A session. Spawn it, and the session starts on a worker thread of its own; despawn it, and the
/// session ends and its views go with it. Its transform moves all its cells.
///
/// ```
/// use bevy::prelude::*;
/// use compneurovis_bevy::prelude::*;
/// use compneurovis_core::AppSpec;
/// # use compneurovis_core::{Emitter, Scene, Session, SessionError};
/// # struct Nothing;
/// # impl Session for Nothing {
/// #     fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> { Ok(None) }
/// #     fn advance(&mut self, _: &mut Emitter) -> Result<(), SessionError> { Ok(()) }
/// # }
/// let mut app = App::new();
/// app.add_plugins((MinimalPlugins, CompNeuroVisPlugins));
/// let session = app.world_mut().spawn(LiveSession::new(AppSpec::new("Nothing", || Ok(Nothing)))).id();
/// app.update();
/// assert!(app.world().get::<SessionProgress>(session).is_some());
/// ```
#[derive(Component, Debug)]
#[require(
    SessionScene,
    SessionLayout,
    SessionProgress,
    SessionProblems,
    SessionNotice,
    SessionTimeline,
    Selection,
    Transform,
    Visibility
)]
pub struct LiveSession {
    pub(super) app: AppSpec,
    pub(super) link: Option<SessionLink>,
    pub(super) interaction: Interaction,
}

impl LiveSession {
    /// A session that starts with the next frame.
    pub fn new(app: AppSpec) -> Self {
        Self { interaction: Interaction::new(&app), app, link: None }
    }

    /// A session that was started already, so that it initialises while the app is being built.
    pub fn started(app: AppSpec, link: SessionLink) -> Self {
        Self { interaction: Interaction::new(&app), app, link: Some(link) }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.app.title
    }

    /// What it has been stuck in for long, if it is.
    pub fn busy(&self) -> Option<Busy> {
        self.link.as_ref()?.busy()
    }

    /// What has become of its updates.
    pub fn counters(&self) -> Counters {
        self.link.as_ref().map(|link| link.updates.counters()).unwrap_or_default()
    }

    /// What the user's next click or key means.
    pub fn interaction(&self) -> &Interaction {
        &self.interaction
    }

    /// Records what the session emits from now on into a file that is not there yet, beginning with what
    /// there is to see of it now.
    ///
    /// # Errors
    /// It was not started, there is such a file, it cannot be made, or the session is being recorded.
    pub fn record_to(&self, path: &Path, scene: &Scene) -> Result<(), Failure> {
        let refused = |error: &(dyn std::error::Error + 'static)| Failure::new("recording", error, false);
        let not_started = std::io::Error::other("the session has not started yet");
        let link = self.link.as_ref().ok_or_else(|| refused(&not_started))?;
        link.record_to(path, scene).map_err(|error| refused(&error))
    }

    /// Ends the recording and waits until all of it is in the file. `None` if there is none.
    pub fn stop_recording(&self) -> Option<RecordingStatus> {
        self.link.as_ref()?.stop_recording()
    }

    /// How far the recording is, or how the last one ended; `None` if there never was one.
    pub fn recording(&self) -> Option<RecordingStatus> {
        self.link.as_ref()?.recording()
    }

    /// Whether it was started.
    pub fn is_started(&self) -> bool {
        self.link.is_some()
    }
}

/// Everything there is to see of a session: fields, geometries, views, controls, actions, state.
#[derive(Component, Debug, Default, Deref)]
pub struct SessionScene(pub(crate) Scene);

/// The layout of a session's scene, as it can be drawn. Resolved once a frame, for all that draw by it.
#[derive(Component, Clone, Debug, Default, PartialEq, Deref)]
pub struct SessionLayout(pub(crate) ResolvedLayout);

/// Where a session stands: what it does, simulated time, speed. The time is that of the scene, as far as the session tells
/// it; the rest is the newest status, which is told a few dozen times a second.
#[derive(Component, Clone, Copy, Debug, Default, Deref)]
pub struct SessionProgress(pub(crate) SessionStatus);

/// The span of time that a session can be sought through, if it can; see [`Past`](super::Past) for others.
#[derive(Component, Clone, Debug, Default, PartialEq, Deref)]
pub struct SessionTimeline(pub(crate) Option<Timeline>);

/// What went wrong in a session, oldest first; empty again after a restart.
#[derive(Component, Clone, Debug, Default, Deref)]
pub struct SessionProblems(pub(crate) Vec<Failure>);

/// How many problems are kept: the first, which is often the cause of the others, and the newest.
const MAX_PROBLEMS: usize = 50;

impl SessionProblems {
    /// Adds one, and logs it if it is news; of many, and of those that ended a session, there is a log already.
    pub(crate) fn add(&mut self, failure: Failure) {
        if !failure.fatal && self.0.len() < MAX_PROBLEMS && !self.0.contains(&failure) {
            warn!("{failure}");
        }
        self.0.push(failure);
        if self.0.len() > MAX_PROBLEMS {
            self.0.remove(1);
        }
    }
}

/// The line that is to be read, from the session or from the user's own input; may be empty.
#[derive(Component, Clone, Debug, Default, Deref)]
pub struct SessionNotice {
    #[deref]
    pub(crate) notice: Notice,
    /// When it came.
    pub(crate) since: Option<Instant>,
}

impl SessionNotice {
    pub(crate) fn show(&mut self, notice: Notice) {
        *self = Self { notice, since: Some(Instant::now()) };
    }

    /// Whether its time is over.
    pub(crate) fn is_over(&self) -> bool {
        let Some((since, timeout_ms)) = self.since.zip(self.notice.timeout_ms) else { return false };
        since.elapsed() >= Duration::from_millis(timeout_ms)
    }
}

/// What is selected in a session, as far as its geometries have it.
#[derive(Component, Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// The compartments; the one that was clicked last comes last.
    pub entities: Vec<SelectedEntity>,
    /// The section that is selected as a whole, in the geometry of the compartment that was clicked last.
    pub section: Option<String>,
}

impl Selection {
    /// The compartment that was clicked last.
    pub fn primary(&self) -> Option<&SelectedEntity> {
        self.entities.last()
    }

    /// The compartments of a geometry that are selected.
    pub fn of_geometry<'a>(&'a self, geometry: &GeometryId) -> impl Iterator<Item = &'a SelectedEntity> {
        self.entities.iter().filter(move |selected| selected.geometry == *geometry)
    }
}

/// A compartment of a geometry.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedEntity {
    /// Its id, `"{section}@{x:.5}"`.
    pub entity: EntityId,
    /// The geometry it belongs to.
    pub geometry: GeometryId,
    /// Its index in fields over the compartments of that geometry.
    pub compartment: u32,
}

/// Marks the entity of a view, a child of its session's entity. The same entity for as long as the
/// view exists, however often it changes.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct ViewOf {
    /// The entity of the session.
    pub session: Entity,
    /// The view in the session's scene.
    pub view: ViewId,
}

impl ViewOf {
    /// Whether it is this view of this session.
    pub fn is(&self, session: Entity, view: &ViewId) -> bool {
        self.session == session && self.view == *view
    }
}

/// Limits of the colours that the user prefers to those of the view, in the field's unit.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct ChosenLimits(pub Option<(f32, f32)>);

/// The settings of a morphology view. Its entity's [`Transform`] places the cell in the world.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
#[require(Transform, Visibility, crate::SpaceBounds, ChosenLimits)]
pub struct Morphology(pub MorphologyView);

/// The settings of a surface view. Its entity's [`Transform`] places the surface in the world, and its
/// [`RenderLayers`](bevy::camera::visibility::RenderLayers) say which cameras see it.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
#[require(Transform, Visibility, crate::SpaceBounds, ChosenLimits)]
pub struct Surface(pub SurfaceView);

/// The settings of a line plot.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct LinePlot(pub LinePlotView);

/// The settings of a phase plane.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct PhasePlane(pub PhasePlaneView);

/// The settings of a range plot.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct RangePlot(pub RangePlotView);

/// The settings of a heat map.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct HeatMap(pub HeatMapView);

/// The settings of a spike raster.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct Raster(pub RasterView);

/// The settings of a state graph.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct StateGraph(pub StateGraphView);

/// A view that this frontend has no picture for, such as a custom one. What draws it looks for its kind.
#[derive(Component, Clone, Debug, PartialEq, Deref)]
pub struct OtherView(pub View);
