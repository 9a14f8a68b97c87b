//! How a session speaks: everything it emits goes through here.

use std::{collections::VecDeque, error::Error, sync::Arc, time::Duration};

use crossbeam_channel::Receiver;
use ndarray::{Array1, ArrayD, ArrayViewD};

use crate::{
    AdvanceCost, Coord, Failure, FieldId, Notice, SessionCommand, SessionUpdate, State, Value,
    outline::Outline,
    runner::{Outbox, Pulse, Steps, UpdateReceiver},
};

/// As many series as anyone has asked for by clicks.
const FEW_SERIES: usize = 64;

/// The session's end of the link: takes updates, keeps the simulated time, and tells when to stop.
///
/// Emitting never waits for the viewer.
pub struct Emitter {
    outbox: Arc<Outbox>,
    pulse: Arc<Pulse>,
    outline: Outline,
    /// Where commands come from, to look whether one waits.
    commands: Option<Receiver<SessionCommand>>,
    /// What hooks want done after them.
    queue: VecDeque<SessionCommand>,
    pause_requested: bool,
    time_ms: f64,
    steps: u64,
    /// Whether the session tells its time at all.
    tells_time: bool,
    cost: AdvanceCost,
}

impl Emitter {
    pub(crate) fn new(outbox: Arc<Outbox>, pulse: Arc<Pulse>) -> Self {
        Self {
            outbox,
            pulse,
            outline: Outline::default(),
            commands: None,
            queue: VecDeque::new(),
            pause_requested: false,
            time_ms: 0.0,
            steps: 0,
            tells_time: false,
            cost: AdvanceCost::default(),
        }
    }

    /// The same emitter, which can tell whether a command waits.
    pub(crate) fn hearing(mut self, commands: Receiver<SessionCommand>) -> Self {
        self.commands = Some(commands);
        self
    }

    /// An emitter that is linked to no one, for tests and benchmarks of a session alone.
    ///
    /// What is emitted is coalesced and never read.
    pub fn detached() -> Self {
        Self::new(Arc::default(), Arc::default())
    }

    /// An emitter and the receiver of what it emits, without a runner between them, for tests and
    /// benchmarks of a session or a viewer alone.
    pub fn linked() -> (Self, UpdateReceiver) {
        let outbox = Arc::<Outbox>::default();
        (Self::new(outbox.clone(), Arc::default()), UpdateReceiver::new(outbox))
    }

    /// Emits an update. One that no scene would take, such as a scene that contradicts itself or a
    /// value that its control refuses, is reported instead.
    pub fn emit(&mut self, update: SessionUpdate) {
        // Here and not at the viewer, as a newer scene or state supersedes what waits before it.
        if let Err(error) = self.outline.note(&update) {
            return self.report("emitting an update", &error);
        }
        self.outbox.push(update);
    }

    /// Emits new values of a field of one dim. The vector best comes from [`take_buffer`](Self::take_buffer).
    pub fn replace(&mut self, field: impl Into<FieldId>, values: Vec<f32>) {
        let values = Array1::from_vec(values).into_dyn();
        self.emit(SessionUpdate::FieldReplace { field: field.into(), values, coords: Vec::new() });
    }

    /// Emits a copy of new values of a field of one dim. Few values overwrite those that wait, without memory of
    /// their own.
    pub fn replace_slice(&mut self, field: &FieldId, values: &[f32]) {
        if !self.outbox.overwrite(field, values) {
            let mut buffer = self.take_buffer(values.len());
            buffer.extend_from_slice(values);
            self.replace(field, buffer);
        }
    }

    /// Emits a copy of new values of a field, and new coords for the dims named. The copy is made into
    /// memory that is used again.
    pub fn replace_copy(
        &mut self,
        field: impl Into<FieldId>,
        values: &ArrayViewD<'_, f32>,
        coords: Vec<(String, Coord)>,
    ) {
        let mut buffer = self.take_buffer(values.len());
        match values.as_slice() {
            Some(slice) => buffer.extend_from_slice(slice),
            None => buffer.extend(values),
        }
        // There are as many as there were.
        if let Ok(values) = ArrayD::from_shape_vec(values.raw_dim(), buffer) {
            self.emit(SessionUpdate::FieldReplace { field: field.into(), values, coords });
        }
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

    /// Emits more samples of a field over (series, `dim`), step after step: for each number of `coord` a value of
    /// each series. Few values join those that wait, without memory of their own.
    pub fn append_steps(
        &mut self,
        field: &FieldId,
        dim: &str,
        coord: &[f64],
        values: &[f32],
        max_length: Option<usize>,
    ) {
        let steps = Steps { field, dim, coord, values, max_length };
        if !self.outbox.join_steps(&steps) {
            // Few values shall not take away a large buffer that is used again.
            let large = values.len() > coord.len() * FEW_SERIES;
            let memory = if large { self.take_buffer(values.len()) } else { Vec::with_capacity(values.len()) };
            self.emit(steps.into_update(memory));
        }
    }

    /// Emits one value of the shared state.
    pub fn set_state(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.emit(SessionUpdate::StatePatch(State::from([(key.into(), value.into())])));
    }

    /// Emits a line for the user to read, which stays; an empty one takes away the one before.
    pub fn notice(&mut self, text: impl Into<String>) {
        self.emit(SessionUpdate::Notice(Notice::new(text)));
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
        self.tells_time = true;
        self.end_moment();
    }

    /// Says that what was emitted until now belongs to the time that was told last.
    pub(crate) fn end_moment(&self) {
        self.outbox.tell_moment(self.tells_time.then_some(self.time_ms));
        #[cfg(feature = "recording")]
        self.outbox.record_moment(self.time_ms);
    }

    /// The same after a batch of steps.
    pub(crate) fn end_batch(&self) {
        if self.tells_time {
            return self.end_moment();
        }
        #[cfg(feature = "recording")]
        self.outbox.record_moment_by_the_wall();
    }

    /// Does with the outline what every viewer does by itself with a command, and tells a recording, if there is one.
    /// Gives back what that changes of the shared state.
    pub(crate) fn note_deed(&mut self, command: &SessionCommand) -> State {
        let Some(deed) = self.outline.deed(command) else { return State::new() };
        let state = deed.state.clone();
        #[cfg(feature = "recording")]
        self.outbox.record_deed(deed);
        state
    }

    /// Says what one solver step cost, and taking its samples. The viewer shows it. A session that
    /// measures a step now and then is as well known as one that measures all, and costs less.
    pub fn note_step_cost(&mut self, step: Duration, sample: Duration) {
        self.cost.note_step(step, sample);
    }

    pub(crate) fn note_advance_cost(&mut self, took: Duration) {
        self.cost.note_advance(took);
    }

    /// What advancing costs lately.
    pub fn cost(&self) -> AdvanceCost {
        self.cost
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
        self.pulse.stop_requested()
    }

    /// Whether a command waits to be handled. A session whose steps take long looks at this between them
    /// and ends its batch early, so that the user need not wait for its end. Costs a few loads.
    pub fn command_waits(&self) -> bool {
        self.commands.as_ref().is_some_and(|commands| !commands.is_empty())
    }

    /// Asks the runner to stand still after this batch, as at the end of a recording.
    pub fn request_pause(&mut self) {
        self.pause_requested = true;
    }

    pub(crate) fn take_pause_request(&mut self) -> bool {
        std::mem::take(&mut self.pause_requested)
    }

    pub(crate) fn outline(&self) -> &Outline {
        &self.outline
    }

    pub(crate) fn queue(&mut self, command: SessionCommand) {
        self.queue.push_back(command);
    }

    pub(crate) fn take_queued(&mut self) -> Option<SessionCommand> {
        self.queue.pop_front()
    }
}
