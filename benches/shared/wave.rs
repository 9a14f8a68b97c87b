//! A session without a simulator, that emits new values when it is told to.

use std::{
    f32::consts::TAU,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    time::Duration,
};

use compneurovis_core::{
    AppSpec, Emitter, Field, LinePlotView, MorphologyGeometry, MorphologyView, Scene, Session, SessionError,
    view::VOLTAGE_LIMITS_MV,
};

/// The field with one value for each compartment.
pub const FIELD: &str = "v";

/// The field of the first compartment's values over time.
const TRACE: &str = "trace";

/// Samples of the trace that are kept.
const TRACE_SAMPLES: usize = 1000;

/// Compartments from one crest of the wave to the next.
const WAVE_LENGTH: usize = 1000;

/// By how many compartments the wave moves in a step; not a divisor of the length.
const WAVE_SPEED: usize = 37;

/// How long a session that has no orders waits before the worker looks at its commands.
const IDLE_WAIT: Duration = Duration::from_millis(20);

/// How long values that were ordered may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The other end of a [`wave_app`]'s session: tells it to emit.
#[derive(Debug)]
pub struct Orders {
    order: SyncSender<()>,
    delivered: Receiver<f32>,
}

impl Orders {
    /// Lets the session emit one step, waits until it has, and returns the new value of the first
    /// compartment, by which a frame that shows this step can be told.
    ///
    /// # Panics
    /// If the session does not emit.
    pub fn next_step(&mut self) -> f32 {
        self.order.send(()).expect("the session is there");
        self.delivered.recv_timeout(PATIENCE).expect("the session emits what was ordered")
    }
}

/// The session's end of [`Orders`].
#[derive(Debug)]
struct Counter {
    orders: Receiver<()>,
    deliver: SyncSender<f32>,
}

/// A potential wave that travels through the compartments of a cell, a step for each order.
struct Wave {
    geometry: Option<Arc<MorphologyGeometry>>,
    counter: Counter,
    table: Vec<f32>,
    step: usize,
}

/// An application that shows a wave in a cell, or nothing at all, and emits a step for each order.
///
/// So a frame can show new values without a simulator beside it that takes a part of the machine.
pub fn wave_app(geometry: Option<Arc<MorphologyGeometry>>) -> (AppSpec, Orders) {
    let (order, orders) = sync_channel(1);
    let (deliver, delivered) = sync_channel(1);
    let counter = Mutex::new(Some(Counter { orders, deliver }));
    let app = AppSpec::new("Wave", move || {
        let counter = counter.lock().unwrap_or_else(PoisonError::into_inner).take();
        let counter = counter.ok_or("this session cannot be restarted")?;
        Ok(Wave { geometry: geometry.clone(), counter, table: table(), step: 0 })
    });
    (app, Orders { order, delivered })
}

/// One wave length of potentials in mV.
fn table() -> Vec<f32> {
    let (low, high) = VOLTAGE_LIMITS_MV;
    let at = |index: usize| (index as f32 / WAVE_LENGTH as f32 * TAU).sin() * 0.5 + 0.5;
    (0..WAVE_LENGTH).map(|index| low + (high - low) * at(index)).collect()
}

impl Wave {
    /// Writes the potentials of this step behind what is in `out`.
    fn write(&self, compartments: usize, out: &mut Vec<f32>) {
        let (begin, end) = self.table.split_at(self.step * WAVE_SPEED % WAVE_LENGTH);
        let rotated = end.iter().chain(begin).copied().collect::<Vec<_>>();
        let whole = compartments / WAVE_LENGTH;
        (0..whole).for_each(|_| out.extend_from_slice(&rotated));
        out.extend_from_slice(&rotated[..compartments % WAVE_LENGTH]);
    }

    fn first_value(&self) -> f32 {
        self.table[self.step * WAVE_SPEED % WAVE_LENGTH]
    }

    fn time_ms(&self) -> f64 {
        self.step as f64 * 0.1
    }

    fn emit(&mut self, emitter: &mut Emitter) {
        self.step += 1;
        if let Some(geometry) = &self.geometry {
            let mut values = emitter.take_buffer(geometry.compartments());
            self.write(geometry.compartments(), &mut values);
            emitter.replace(FIELD, values);
            let (times, trace) = ([self.time_ms()], [self.first_value()]);
            emitter.append_series(TRACE, "time", &times, &trace, Some(TRACE_SAMPLES));
        }
        emitter.set_time(self.time_ms(), 1);
    }
}

impl Session for Wave {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let Some(geometry) = &self.geometry else { return Ok(None) };
        let mut values = Vec::new();
        self.write(geometry.compartments(), &mut values);
        let trace = Field::series(TRACE, "time", vec![0.0], vec![self.first_value()])?;
        let id = geometry.id().clone();
        let scene = Scene::new()
            .with_field(Field::over_compartments(FIELD, id.clone(), values)?.with_unit("mV"))
            .with_field(trace.with_unit("mV"))
            .with_geometry(geometry.clone())
            .with_view(MorphologyView::new("cell", id).with_title("Cell").colored_by(FIELD))
            .with_view(LinePlotView::new("plot", TRACE, "time").with_title("Trace").with_x_label("Time", "ms"));
        Ok(Some(scene))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        match self.counter.orders.recv_timeout(IDLE_WAIT) {
            Ok(()) => {
                self.emit(emitter);
                Ok(self.counter.deliver.send(self.first_value())?)
            }
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => {
                // The measurement is over; the app takes the session down.
                std::thread::sleep(IDLE_WAIT);
                Ok(())
            }
        }
    }
}
