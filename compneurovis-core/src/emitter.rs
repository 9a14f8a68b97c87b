//! How a session speaks: everything it emits goes through here.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use indexmap::IndexMap;
use ndarray::{Array1, ArrayD};

use crate::{Failure, FieldId, SessionUpdate, Value, runner::Outbox};

/// The session's end of the link: takes updates, keeps the simulated time, and tells when to stop.
///
/// Emitting never waits for the viewer.
pub struct Emitter {
    outbox: Arc<Outbox>,
    stop: Arc<AtomicBool>,
    time_ms: f64,
    steps: u64,
}

impl Emitter {
    pub(crate) fn new(outbox: Arc<Outbox>, stop: Arc<AtomicBool>) -> Self {
        Self { outbox, stop, time_ms: 0.0, steps: 0 }
    }

    /// An emitter that is linked to no one, for tests and benchmarks of a session alone.
    ///
    /// What is emitted is coalesced and never read.
    pub fn detached() -> Self {
        Self::new(Arc::default(), Arc::default())
    }

    /// Emits an update. A scene that contradicts itself is reported instead.
    pub fn emit(&mut self, update: SessionUpdate) {
        // Here and not at the viewer, as a scene supersedes all that waits before it.
        if let SessionUpdate::SceneReady(scene) = &update
            && let Err(error) = scene.check()
        {
            return self.report("showing a scene", &error);
        }
        self.outbox.push(update);
    }

    /// Emits new values of a field of one dim. The vector best comes from [`take_buffer`](Self::take_buffer).
    pub fn replace(&mut self, field: impl Into<FieldId>, values: Vec<f32>) {
        let values = Array1::from_vec(values).into_dyn();
        self.emit(SessionUpdate::FieldReplace { field: field.into(), values, coords: Vec::new() });
    }

    /// Emits more samples of a field of one dim.
    pub fn append_series(
        &mut self,
        field: impl Into<FieldId>,
        dim: &str,
        coord: &[f64],
        values: &[f32],
        max_length: Option<usize>,
    ) {
        self.append(field, dim, coord, Array1::from_vec(values.to_vec()).into_dyn(), max_length);
    }

    /// Emits more samples of a field; `values` has the axes of the field, the dim that grows last.
    pub fn append(
        &mut self,
        field: impl Into<FieldId>,
        dim: &str,
        coord: &[f64],
        values: ArrayD<f32>,
        max_length: Option<usize>,
    ) {
        self.emit(SessionUpdate::FieldAppend {
            field: field.into(),
            dim: dim.to_owned(),
            values,
            coord: coord.to_vec(),
            max_length,
        });
    }

    /// Emits one value of the shared state.
    pub fn set_state(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.emit(SessionUpdate::StatePatch(IndexMap::from([(key.into(), value.into())])));
    }

    /// Emits a line for the user to read.
    pub fn notice(&mut self, text: impl Into<String>) {
        self.emit(SessionUpdate::Notice(text.into()));
    }

    /// Emits an error that the session survives.
    pub fn report(&mut self, doing: impl Into<String>, error: &(dyn Error + 'static)) {
        self.emit(SessionUpdate::Error(Failure::new(doing, error, false)));
    }

    /// An empty vector with room for `length` values: if possible one whose values were superseded.
    pub fn take_buffer(&mut self, length: usize) -> Vec<f32> {
        self.outbox.take_buffer(length)
    }

    /// Says how far the model is: simulated time in ms, and how many solver steps were done since
    /// this was said last. The runner paces by it and the viewer shows it.
    pub fn set_time(&mut self, time_ms: f64, steps_done: u64) {
        self.time_ms = time_ms;
        self.steps += steps_done;
    }

    /// The simulated time in ms that was said last.
    pub fn time_ms(&self) -> f64 {
        self.time_ms
    }

    /// How many solver steps were done in all.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether the session shall end as soon as it can.
    pub fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
