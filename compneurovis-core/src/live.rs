//! Small live applications without a trait to implement: a state, and closures that change it.

use std::{sync::Arc, time::Duration};

use indexmap::IndexMap;

use crate::{
    ActionId, AppSpec, Capabilities, ControlId, Emitter, EntityId, Modifiers, Scene, Session, SessionContext,
    SessionError, Value, action::Payload,
};

type Make<S> = dyn Fn() -> Result<(S, Scene), SessionError> + Send + Sync;
type Advance<S> = dyn Fn(&mut S, &mut Emitter) -> Result<(), SessionError> + Send + Sync;
type OnControl<S> = dyn Fn(&mut S, &Value, &mut SessionContext) -> Result<(), SessionError> + Send + Sync;
type OnAction<S> = dyn Fn(&mut S, &Payload, &mut SessionContext) -> Result<(), SessionError> + Send + Sync;
type OnKey<S> = dyn Fn(&mut S, &str, &mut SessionContext) -> Result<bool, SessionError> + Send + Sync;
type OnClick<S> = dyn Fn(&mut S, &EntityId, Modifiers, &mut SessionContext) -> Result<(), SessionError> + Send + Sync;
type OnReset<S> = dyn Fn(&mut S, &mut SessionContext) -> Result<(), SessionError> + Send + Sync;

/// An application in the making: a state with its scene, and what is done to it.
///
/// ```
/// use compneurovis_core::prelude::*;
/// use compneurovis_core::LiveApp;
///
/// /// A leaky integrator.
/// struct Leak { v_mv: f32, rest_mv: f32, t_ms: f64 }
///
/// let app = LiveApp::new("Leak", || {
///     let trace = Field::series("v", "time", vec![0.0], vec![0.0])?.with_unit("mV");
///     let scene = Scene::new()
///         .with_field(trace)
///         .with_view(LinePlotView::new("trace", "v", "time"))
///         .with_control(Control::scalar("rest", "Rest", -65.0, -90.0, -40.0).with_unit("mV"))
///         .with_action(Action::new("kick", "Kick").with_shortcut("K"));
///     Ok((Leak { v_mv: 0.0, rest_mv: -65.0, t_ms: 0.0 }, scene))
/// })
/// .on_advance(|leak, emitter| {
///     leak.t_ms += 0.1;
///     leak.v_mv += 0.1 * (leak.rest_mv - leak.v_mv) / 10.0;
///     emitter.append_series("v", "time", &[leak.t_ms], &[leak.v_mv], Some(1000));
///     emitter.set_time(leak.t_ms, 1);
///     Ok(())
/// })
/// .on_control("rest", |leak, value, _| {
///     leak.rest_mv = value.as_f64().ok_or("a number was expected")? as f32;
///     Ok(())
/// })
/// .on_action("kick", |leak, _, _| {
///     leak.v_mv += 20.0;
///     Ok(())
/// })
/// .app();
///
/// let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause))?;
/// viewer.run_until(100.0)?;
/// let trace = viewer.scene.fields["v"].as_slice().unwrap_or_default();
/// assert!((trace[trace.len() - 1] + 65.0).abs() < 0.1);
/// # Ok::<(), compneurovis_core::HeadlessError>(())
/// ```
pub struct LiveApp<S> {
    title: String,
    spec: LiveSpec<S>,
}

/// What the sessions of an application share over their lives.
struct LiveSpec<S> {
    make: Box<Make<S>>,
    advance: Option<Box<Advance<S>>>,
    controls: IndexMap<ControlId, Box<OnControl<S>>>,
    actions: IndexMap<ActionId, Box<OnAction<S>>>,
    key: Option<Box<OnKey<S>>>,
    click: Option<Box<OnClick<S>>>,
    reset: Option<Box<OnReset<S>>>,
    cadence: Option<Duration>,
}

impl<S: 'static> LiveApp<S> {
    /// An application whose state and scene are made by `make`, on the worker thread and again for every
    /// restart: the state need not be `Send`.
    pub fn new(
        title: impl Into<String>,
        make: impl Fn() -> Result<(S, Scene), SessionError> + Send + Sync + 'static,
    ) -> Self {
        let spec = LiveSpec {
            make: Box::new(make),
            advance: None,
            controls: IndexMap::new(),
            actions: IndexMap::new(),
            key: None,
            click: None,
            reset: None,
            cadence: None,
        };
        Self { title: title.into(), spec }
    }

    /// Goes on by one batch of steps. Without it the application stands still.
    #[must_use]
    pub fn on_advance(
        mut self,
        advance: impl Fn(&mut S, &mut Emitter) -> Result<(), SessionError> + Send + Sync + 'static,
    ) -> Self {
        self.spec.advance = Some(Box::new(advance));
        self
    }

    /// Takes the new value of a control, which the control accepts.
    #[must_use]
    pub fn on_control(
        mut self,
        control: impl Into<ControlId>,
        take: impl Fn(&mut S, &Value, &mut SessionContext) -> Result<(), SessionError> + Send + Sync + 'static,
    ) -> Self {
        self.spec.controls.insert(control.into(), Box::new(take));
        self
    }

    /// Does an action.
    #[must_use]
    pub fn on_action(
        mut self,
        action: impl Into<ActionId>,
        act: impl Fn(&mut S, &Payload, &mut SessionContext) -> Result<(), SessionError> + Send + Sync + 'static,
    ) -> Self {
        self.spec.actions.insert(action.into(), Box::new(act));
        self
    }

    /// Hears of keys that nothing else took.
    #[must_use]
    pub fn on_key_press(
        mut self,
        hear: impl Fn(&mut S, &str, &mut SessionContext) -> Result<bool, SessionError> + Send + Sync + 'static,
    ) -> Self {
        self.spec.key = Some(Box::new(hear));
        self
    }

    /// Hears of clicks on compartments.
    #[must_use]
    pub fn on_entity_clicked(
        mut self,
        hear: impl Fn(&mut S, &EntityId, Modifiers, &mut SessionContext) -> Result<(), SessionError> + Send + Sync + 'static,
    ) -> Self {
        self.spec.click = Some(Box::new(hear));
        self
    }

    /// Starts over. Without it the state and its scene are made anew, and the controls take the values
    /// that they have.
    #[must_use]
    pub fn on_reset(
        mut self,
        reset: impl Fn(&mut S, &mut SessionContext) -> Result<(), SessionError> + Send + Sync + 'static,
    ) -> Self {
        self.spec.reset = Some(Box::new(reset));
        self
    }

    /// Advances at most once in so long.
    #[must_use]
    pub fn every(mut self, cadence: Duration) -> Self {
        self.spec.cadence = Some(cadence);
        self
    }

    /// The application.
    pub fn app(self) -> AppSpec {
        let spec = Arc::new(self.spec);
        AppSpec::new(self.title, move || Ok(LiveSession { spec: spec.clone(), state: None }))
    }
}

/// The session of a [`LiveApp`].
struct LiveSession<S> {
    spec: Arc<LiveSpec<S>>,
    state: Option<S>,
}

impl<S> LiveSession<S> {
    fn state(&mut self) -> Result<&mut S, SessionError> {
        self.state.as_mut().ok_or_else(|| "the session has not been initialised".into())
    }

    /// Makes the state anew, and lets the controls have the values that they have.
    fn make_anew(&mut self, context: &mut SessionContext) -> Result<(), SessionError> {
        let (state, mut scene) = (self.spec.make)()?;
        self.state = Some(state);
        for (id, control) in &scene.controls {
            let kept = context.control(id).filter(|value| control.accept(value).is_ok()).cloned();
            if let Some(value) = kept {
                scene.state.insert(control.state_key().to_owned(), value);
            }
        }
        let values: Vec<(ControlId, Value)> = scene.control_values().map(|(id, value)| (id.clone(), value)).collect();
        context.emitter().set_time(0.0, 0);
        context.emitter().emit(crate::SessionUpdate::SceneReady(Box::new(scene)));
        for (id, value) in values {
            self.on_control(&id, &value, context)?;
        }
        Ok(())
    }
}

impl<S> Session for LiveSession<S> {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let (state, scene) = (self.spec.make)()?;
        self.state = Some(state);
        Ok(Some(scene))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let spec = self.spec.clone();
        match &spec.advance {
            None => Ok(()),
            Some(advance) => advance(self.state()?, emitter),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { advance: self.spec.advance.is_some(), ..Capabilities::MODEL }
    }

    fn cadence(&self) -> Option<Duration> {
        self.spec.cadence
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        let spec = self.spec.clone();
        match &spec.reset {
            Some(reset) => reset(self.state()?, context)?,
            None => self.make_anew(context)?,
        }
        Ok(true)
    }

    fn on_control(
        &mut self,
        control: &ControlId,
        value: &Value,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        let spec = self.spec.clone();
        let Some(take) = spec.controls.get(control) else { return Ok(false) };
        take(self.state()?, value, context)?;
        Ok(true)
    }

    fn on_action(
        &mut self,
        action: &ActionId,
        payload: &Payload,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        let spec = self.spec.clone();
        let Some(act) = spec.actions.get(action) else { return Ok(false) };
        act(self.state()?, payload, context)?;
        Ok(true)
    }

    fn on_key_press(&mut self, key: &str, context: &mut SessionContext) -> Result<bool, SessionError> {
        let spec = self.spec.clone();
        let Some(hear) = &spec.key else { return Ok(false) };
        hear(self.state()?, key, context)
    }

    fn on_entity_clicked(
        &mut self,
        entity: &EntityId,
        modifiers: Modifiers,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        let spec = self.spec.clone();
        let Some(hear) = &spec.click else { return Ok(false) };
        hear(self.state()?, entity, modifiers, context)?;
        Ok(true)
    }
}
