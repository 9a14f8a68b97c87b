//! A session to test with: counts steps, and fails where it is told to.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use compneurovis_core::{Capabilities, Refusal, Snapshot, prelude::*};

/// Counts steps of a tenth of a millisecond.
#[derive(Default)]
pub(crate) struct Counter {
    pub(crate) time_ms: f64,
    pub(crate) steps: usize,
    pub(crate) gain: f64,
    pub(crate) fail_at: Option<usize>,
    pub(crate) panic_at: Option<usize>,
}

impl Counter {
    fn show(&self, emitter: &mut Emitter) {
        let coords = vec![("time".to_owned(), Coord::from(vec![self.time_ms]))];
        emitter.replace_copy("x", &ndarray::arr1(&[self.steps as f32]).into_dyn().view(), coords);
        emitter.set_time(self.time_ms, 0);
    }
}

impl Session for Counter {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        if self.fail_at == Some(0) {
            return Err("no model".into());
        }
        let trace = Field::series("x", "time", vec![0.0], vec![0.0])?;
        let mut cell = MorphologyGeometry::builder("cell");
        cell.section(compneurovis_core::Section::new("soma", compneurovis_core::SectionKind::Soma, 1));
        let scene = Scene::new()
            .with_field(trace)
            .with_geometry(cell.build()?)
            .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 10.0))
            .with_control(Control::toggle("grid", "Grid", false).for_frontend())
            .with_action(Action::new("kick", "Kick").with_shortcut("K"))
            .with_action(Action::new("again", "Again"));
        Ok(Some(scene))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.steps += 1;
        self.time_ms += 0.1;
        if self.fail_at == Some(self.steps) {
            return Err("it diverged".into());
        }
        assert_ne!(self.panic_at, Some(self.steps), "out of luck");
        emitter.append_series("x", "time", &[self.time_ms], &[self.steps as f32], Some(50));
        emitter.set_time(self.time_ms, 1);
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::MODEL;
        capabilities.snapshot = true;
        capabilities
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        (self.time_ms, self.steps) = (0.0, 0);
        self.show(context.emitter());
        Ok(true)
    }

    fn on_control(
        &mut self,
        control: &ControlId,
        value: &Value,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        self.gain = value.as_f64().ok_or("not a number")?;
        context.set_state("gain in the model", self.gain);
        Ok(control.as_str() == "gain")
    }

    fn on_action(
        &mut self,
        action: &ActionId,
        payload: &Payload,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        match action.as_str() {
            "kick" => {
                let by = payload.get("by").and_then(Value::as_f64).unwrap_or(1.0);
                context.set_state("kicked", by);
                context.show_status("kicked", Some(1000));
            }
            "again" => context.invoke_action("again", Payload::new()),
            "kick and pause" => {
                context.invoke_action("kick", Payload::from([("by".to_owned(), Value::Float(3.0))]));
                context.invoke_action("pause", Payload::new());
            }
            "refuse" => return Err("not now".into()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn on_entity_clicked(
        &mut self,
        entity: &EntityId,
        _modifiers: compneurovis_core::Modifiers,
        context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        assert_eq!(context.selected_entity().as_ref(), Some(entity));
        let info = context.entity_info(entity).ok_or("no such compartment")?;
        context.set_state("clicked", &*info.section);
        Ok(true)
    }

    fn snapshot(&mut self) -> Result<Snapshot, SessionError> {
        let data = self.steps.to_le_bytes().to_vec().into();
        Ok(Snapshot { format: "counter".to_owned(), time_ms: self.time_ms, data })
    }

    fn restore(&mut self, snapshot: &Snapshot, emitter: &mut Emitter) -> Result<(), SessionError> {
        if snapshot.format != "counter" {
            return Err(Refusal::Unsupported { what: "read another's snapshot" }.into());
        }
        let bytes = snapshot.data[..].try_into().map_err(|_| "a snapshot of another length")?;
        (self.steps, self.time_ms) = (usize::from_le_bytes(bytes), snapshot.time_ms);
        self.show(emitter);
        Ok(())
    }
}

/// An application that counts.
pub(crate) fn counter() -> AppSpec {
    AppSpec::new("counter", || Ok(Counter::default()))
}

/// The same, standing still before its first step.
pub(crate) fn paused(app: AppSpec) -> Viewer {
    let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause)).expect("a thread");
    viewer.watch("a pause", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    viewer
}
