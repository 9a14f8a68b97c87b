//! Back in a live run of NEURON, to a stored state, and on from there with another stimulus: what a window does
//! between its timeline and its ghosts, without the window.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::time::{Duration, Instant};

use common::cell::{SOMA, first_life, reference};
use common::look::{Look, start_paused};
use compneurovis_core::{
    AppSpec, Field, MarkKind, Phase, Scene, ScrubBuffer, SessionCommand, SessionLink, SessionStatus, SessionUpdate,
    Snapshot,
};
use compneurovis_neuron::HISTORY_FIELD;

/// As long as anything may take here.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a window has of a session: the scene that grows, and its past.
struct Window {
    link: SessionLink,
    scene: Scene,
    status: SessionStatus,
    past: ScrubBuffer,
    snapshots: Vec<Snapshot>,
}

impl Window {
    fn open(app: &AppSpec) -> Self {
        let link = app.start().unwrap();
        let past = ScrubBuffer::new(64 << 20);
        Self { link, scene: Scene::new(), status: SessionStatus::default(), past, snapshots: Vec::new() }
    }

    fn send(&self, command: SessionCommand) {
        self.link.commands.send(command).unwrap();
    }

    /// One frame: takes what has come, and shows it.
    fn frame(&mut self) {
        for update in self.link.updates.recv_timeout(Duration::from_millis(20)) {
            self.past.note(&update);
            match update {
                SessionUpdate::Status(status) => self.status = status,
                SessionUpdate::Snapshot(snapshot) => self.snapshots.push(snapshot),
                SessionUpdate::Error(failure) => panic!("{failure}"),
                update => drop(self.scene.apply(update).unwrap()),
            }
        }
        // Statuses come more rarely than samples.
        let time_ms = newest_ms(&self.scene).unwrap_or(self.status.time_ms);
        self.past.shown(time_ms, &self.scene);
    }

    #[track_caller]
    fn watch(&mut self, mut done: impl FnMut(&Self) -> bool) {
        let begin = Instant::now();
        while !done(self) {
            assert!(begin.elapsed() < PATIENCE, "at t = {} ms", self.status.time_ms);
            self.frame();
        }
    }

    #[track_caller]
    fn run_until(&mut self, time_ms: f64) {
        self.send(SessionCommand::RunUntil { time_ms });
        let there = |status: SessionStatus| status.phase == Phase::Paused && (status.time_ms - time_ms).abs() < 1e-6;
        self.watch(|window| there(window.status));
    }
}

fn bits(trace: &Field) -> Vec<u32> {
    trace.series_of("time", SOMA).unwrap().iter().map(|value| value.to_bits()).collect()
}

/// The trace of a run whose pulse is weaker from 5 ms on, without any going back.
fn weaker_from_5_ms() -> Vec<u32> {
    let mut viewer = start_paused(first_life(|_| {}).0);
    viewer.run_until(5.0).unwrap();
    viewer.wish_for("stim_amp", 0.25);
    viewer.run_until(20.0).unwrap();
    viewer.bits(SOMA)
}

#[test]
fn a_branch_from_a_stored_state_runs_beside_the_trace_of_the_run_before() {
    let Some(_turn) = common::turn() else { return };
    let (expected, branched) = (reference(), weaker_from_5_ms());
    assert_ne!(expected[60..], branched[60..]);
    let app = first_life(|_| {}).0.with_first_command(SessionCommand::Pause);
    let mut window = Window::open(&app);
    window.watch(|window| window.status.phase == Phase::Paused);
    window.run_until(5.0);
    window.send(SessionCommand::Snapshot);
    window.watch(|window| window.snapshots.len() == 1);
    window.run_until(20.0);

    // The moment before is there again, and the run has not been touched.
    let shown = window.past.scene_at(5.0 + 1e-7).unwrap();
    assert_eq!(bits(&shown.fields[HISTORY_FIELD]), expected[..=50]);
    assert_eq!(bits(&window.scene.fields[HISTORY_FIELD]), expected);

    // What was becomes the ghost of what comes.
    let ghost = window.scene.fields[HISTORY_FIELD].clone();
    let snapshot = window.snapshots[0].clone();
    assert!((snapshot.time_ms - 5.0).abs() < 1e-9);
    window.send(SessionCommand::Restore(snapshot));
    window.watch(|window| (window.status.time_ms - 5.0).abs() < 1e-9);
    window.send(SessionCommand::set("stim_amp", 0.25));
    window.run_until(20.0);
    assert_eq!(bits(&window.scene.fields[HISTORY_FIELD]), branched[50..], "as if it had been so from the beginning");
    assert_eq!(bits(&ghost), expected);

    // Both runs are along the one timeline: the second after the first, with a mark between.
    let timeline = window.past.timeline().unwrap();
    assert!((timeline.end_ms - 35.0).abs() < 1e-3, "{}", timeline.end_ms);
    let reset = timeline.marks.iter().find(|mark| mark.kind == MarkKind::Reset).unwrap();
    assert!((reset.time_ms - 20.0).abs() < 1e-3, "{reset:?}");
    // The sum of 200 steps is a little more than 20 ms.
    assert_eq!(bits(&window.past.scene_at(20.0 + 1e-7).unwrap().fields[HISTORY_FIELD]), expected);
    assert_eq!(bits(&window.past.scene_at(timeline.end_ms).unwrap().fields[HISTORY_FIELD]), branched[50..]);
}

/// The time of the newest sample of a scene.
fn newest_ms(scene: &Scene) -> Option<f64> {
    scene.fields.get(HISTORY_FIELD)?.coord("time").ok()?.numbers()?.last().copied()
}
