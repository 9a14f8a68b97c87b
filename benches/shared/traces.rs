//! A session of traces without a simulator, that emits new samples when it is told to.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    time::Duration,
};

use compneurovis_core::{AppSpec, Coord, Emitter, Field, LinePlotView, Scene, Session, SessionError};
use ndarray::Array2;

/// The field of traces.
pub const TRACES: &str = "traces";

/// New samples of each trace for each order.
const BATCH: usize = 10;

/// From one sample to the next in ms.
const DT_MS: f64 = 0.1;

/// How long a session that has no orders waits before the worker looks at its commands.
const IDLE_WAIT: Duration = Duration::from_millis(20);

/// How long samples that were ordered may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The other end of a [`traces_app`]'s session: tells it to emit.
#[derive(Debug)]
pub struct TraceOrders {
    order: SyncSender<()>,
    delivered: Receiver<f64>,
}

impl TraceOrders {
    /// Lets the session emit new samples of all traces, waits until it has, and returns the time of the newest.
    ///
    /// # Panics
    /// If the session does not emit.
    pub fn next_samples(&mut self) -> f64 {
        self.order.send(()).expect("the session is there");
        self.delivered.recv_timeout(PATIENCE).expect("the session emits what was ordered")
    }
}

type Ends = (Receiver<()>, SyncSender<f64>);

struct Traces {
    count: usize,
    samples: usize,
    ends: Ends,
    next: usize,
}

/// An application that shows so many traces of so many samples each in one plot, and nothing else; for
/// each order every trace gets new samples and loses as many old ones.
pub fn traces_app(count: usize, samples: usize) -> (AppSpec, TraceOrders) {
    let (order, orders) = sync_channel(1);
    let (deliver, delivered) = sync_channel(1);
    let ends = Arc::new(Mutex::new(Some((orders, deliver))));
    let app = AppSpec::new("Traces", move || {
        let ends = ends.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ends = ends.ok_or("this session cannot be restarted")?;
        Ok(Traces { count, samples, ends, next: samples })
    });
    (app, TraceOrders { order, delivered })
}

/// A sample of a trace: slow and fast waves, and noise that is the same in every run.
fn sample(trace: usize, at: usize) -> f32 {
    let time = at as f32 * 0.01;
    let noise = ((at.wrapping_mul(2_654_435_761).wrapping_add(trace * 97)) >> 8 & 0xff) as f32 / 255.0;
    (time + trace as f32).sin() + 0.3 * (time * 17.0).sin() + 0.2 * noise + 0.5 * trace as f32
}

impl Traces {
    fn batch(&self, from: usize, length: usize) -> Array2<f32> {
        Array2::from_shape_fn((self.count, length), |(trace, at)| sample(trace, from + at))
    }
}

impl Session for Traces {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        if self.count == 0 {
            return Ok(None);
        }
        let times: Vec<f64> = (0..self.samples).map(|at| at as f64 * DT_MS).collect();
        let labels = Coord::labels((0..self.count).map(|trace| format!("trace {trace}")));
        let dims = [("trace", labels), ("time", Coord::from(times))];
        let field = Field::new(TRACES, self.batch(0, self.samples).into_dyn(), dims)?;
        let mut view = LinePlotView::new("plot", TRACES, "time").with_title("Traces").with_x_label("Time", "ms");
        view.show_legend = false;
        Ok(Some(Scene::new().with_field(field.with_unit("mV")).with_view(view)))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        match self.ends.0.recv_timeout(IDLE_WAIT) {
            Ok(()) => {
                let from = self.next;
                self.next += BATCH;
                let times: Vec<f64> = (from..self.next).map(|at| at as f64 * DT_MS).collect();
                let newest = self.next as f64 * DT_MS - DT_MS;
                if self.count > 0 {
                    emitter.append(TRACES, "time", &times, self.batch(from, BATCH).into_dyn(), Some(self.samples));
                }
                emitter.set_time(newest, 1);
                Ok(self.ends.1.send(newest)?)
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
