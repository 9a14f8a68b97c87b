//! A model whose every state is known: a wave along the star, with snapshots.

use compneurovis_core::{
    AppSpec, Capabilities, ColorLimits, Control, ControlId, Coord, Emitter, Field, LinePlotView, MorphologyView, Scene,
    Session, SessionCommand, SessionContext, SessionError, Snapshot, Value,
};

use super::{LONG, star};

/// One step, in ms.
pub(crate) const STEP_MS: f64 = 0.5;

/// Compartments of the star.
const COMPARTMENTS: usize = LONG as usize + 2;

pub(crate) struct Wave {
    step: u64,
    gain: f32,
}

/// The potential of a compartment at a time.
pub(crate) fn wave_value(compartment: usize, time_ms: f64, gain: f32) -> f32 {
    let phase = time_ms * 0.6 - compartment as f64 * 0.4;
    -65.0 + gain * (80.0 * phase.sin().max(0.0).powi(4)) as f32
}

impl Wave {
    fn time_ms(&self) -> f64 {
        self.step as f64 * STEP_MS
    }

    fn values(&self) -> Vec<f32> {
        (0..COMPARTMENTS).map(|at| wave_value(at, self.time_ms(), self.gain)).collect()
    }

    fn traces(&self) -> ndarray::ArrayD<f32> {
        let values = self.values();
        ndarray::array![[values[0]], [values[6]]].into_dyn()
    }

    fn begin_trace(&self, emitter: &mut Emitter) {
        emitter.replace_copy("traces", &self.traces().view(), vec![("time".to_owned(), vec![self.time_ms()].into())]);
        emitter.replace("v", self.values());
        emitter.set_time(self.time_ms(), 0);
    }
}

impl Session for Wave {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let dims = [("segment", Coord::labels(["soma", "dend"])), ("time", Coord::from(vec![0.0]))];
        let mut cell = MorphologyView::new("cell", "cell").with_title("Star").colored_by("v");
        cell.color_limits = ColorLimits::Fixed(-70.0, 20.0);
        Ok(Some(
            Scene::new()
                .with_geometry(star())
                .with_field(Field::over_compartments("v", "cell", self.values())?.with_unit("mV"))
                .with_field(Field::new("traces", self.traces(), dims)?.with_unit("mV"))
                .with_view(cell)
                .with_view(
                    LinePlotView::new("plot", "traces", "time")
                        .with_title("Traces")
                        .with_x_label("Time", "ms")
                        .with_y_label("Potential", "mV")
                        .with_rolling_window(40.0),
                )
                .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
                .with_metadata("model", "a wave"),
        ))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.step += 1;
        emitter.replace("v", self.values());
        emitter.append("traces", "time", &[self.time_ms()], self.traces(), Some(2000));
        emitter.set_time(self.time_ms(), 1);
        std::thread::sleep(std::time::Duration::from_millis(1));
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::MODEL;
        capabilities.snapshot = true;
        capabilities
    }

    fn on_control(
        &mut self,
        _control: &ControlId,
        value: &Value,
        _context: &mut SessionContext,
    ) -> Result<bool, SessionError> {
        self.gain = value.as_f64().ok_or("a number")? as f32;
        Ok(true)
    }

    fn on_reset(&mut self, context: &mut SessionContext) -> Result<bool, SessionError> {
        self.step = 0;
        self.begin_trace(context.emitter());
        Ok(true)
    }

    fn snapshot(&mut self) -> Result<Snapshot, SessionError> {
        let data = self.step.to_le_bytes().to_vec().into();
        Ok(Snapshot { format: "wave".to_owned(), time_ms: self.time_ms(), data })
    }

    fn restore(&mut self, snapshot: &Snapshot, emitter: &mut Emitter) -> Result<(), SessionError> {
        let bytes = (&snapshot.data[..]).try_into().map_err(|_| "another format")?;
        self.step = u64::from_le_bytes(bytes);
        self.begin_trace(emitter);
        Ok(())
    }
}

/// The wave, which stands still at first.
pub(crate) fn wave_app() -> AppSpec {
    AppSpec::new("Wave", || Ok(Wave { step: 0, gain: 1.0 })).with_first_command(SessionCommand::Pause)
}
