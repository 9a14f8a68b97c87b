//! BranchPoints of sessions, taken every so often, to branch from.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use compneurovis_core::{Phase, SessionCommand, Snapshot};

use super::PastSettings;
use crate::session::{Past, SendCommand, SessionEvent, SessionMessage, SessionProgress};

/// States of a session, by the time of its run. A component of the session's entity.
///
/// When their memory is full, the one goes whose neighbours are nearest to each other: the first and the
/// last stay, and what is between them is spread over the run.
#[derive(Component, Clone, Debug, Default)]
pub struct BranchPoints {
    budget_bytes: usize,
    taken: Vec<(f64, Snapshot)>,
    asked_at: Option<Instant>,
    asked_ms: Option<f64>,
    /// How many were asked for that have not come.
    waiting: u32,
}

impl BranchPoints {
    /// Room for so many bytes.
    pub fn new(budget_bytes: usize) -> Self {
        Self { budget_bytes, ..Self::default() }
    }

    /// The newest snapshot at or before a time, in ms of the run, and its time.
    pub fn at(&self, run_ms: f64) -> Option<(f64, &Snapshot)> {
        // A picture is shown of a state that was there a rounding before.
        let after = self.taken.partition_point(|(at, _)| *at <= run_ms + 1e-9);
        self.taken.get(after.checked_sub(1)?).map(|(at, snapshot)| (*at, snapshot))
    }

    /// The times at which there is one, in ms of the run.
    pub fn times(&self) -> impl ExactSizeIterator<Item = f64> {
        self.taken.iter().map(|(at, _)| *at)
    }

    /// Bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.taken.iter().map(|(_, snapshot)| snapshot.data.len()).sum()
    }

    /// Whether the next snapshot that comes is one that nobody but this has asked for.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting > 0
    }

    fn keep(&mut self, run_ms: f64, snapshot: Snapshot) {
        if self.budget_bytes == 0 {
            return;
        }
        let after = self.taken.partition_point(|(at, _)| *at <= run_ms);
        match after.checked_sub(1).filter(|&before| self.taken[before].0 == run_ms) {
            Some(same) => self.taken[same].1 = snapshot,
            None => self.taken.insert(after, (run_ms, snapshot)),
        }
        while self.bytes() > self.budget_bytes && self.taken.len() > 1 {
            let between = 1..self.taken.len() - 1;
            let gap = |at: &usize| self.taken[at + 1].0 - self.taken[at - 1].0;
            let gone = between.min_by(|a, b| gap(a).total_cmp(&gap(b))).unwrap_or(0);
            self.taken.remove(gone);
        }
    }
}

/// Asks for a snapshot now and then of what runs, and before its first step.
pub(super) fn take_snapshots(
    settings: Res<PastSettings>,
    mut sessions: Query<(Entity, &SessionProgress, &mut BranchPoints)>,
    mut commands: MessageWriter<SendCommand>,
) {
    for (session, progress, mut snapshots) in &mut sessions {
        let alive = matches!(progress.phase, Phase::Running | Phase::Paused);
        if !(alive && progress.capabilities.snapshot) || snapshots.budget_bytes == 0 {
            continue;
        }
        let pause = Duration::from_secs_f64(settings.snapshots_every_s.clamp(0.01, 3600.0));
        let due = snapshots.asked_at.is_none_or(|asked_at| asked_at.elapsed() >= pause);
        // What stands still is asked once.
        if due && snapshots.asked_ms != Some(progress.time_ms) {
            let snapshots = snapshots.bypass_change_detection();
            (snapshots.asked_at, snapshots.asked_ms) = (Some(Instant::now()), Some(progress.time_ms));
            snapshots.waiting = 1;
            commands.write(SendCommand { session, command: SessionCommand::Snapshot });
        }
    }
}

/// Keeps whatever snapshots come, whoever has asked for them.
pub(super) fn keep_snapshots(
    mut messages: MessageReader<SessionMessage>,
    mut sessions: Query<(&mut BranchPoints, &Past)>,
) {
    for SessionMessage { session, event } in messages.read() {
        let (SessionEvent::Snapshot(snapshot), Ok((mut snapshots, past))) = (event, sessions.get_mut(*session)) else {
            continue;
        };
        snapshots.waiting = 0;
        snapshots.keep(past.run_ms(snapshot.time_ms), snapshot.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(time_ms: f64) -> Snapshot {
        Snapshot { format: "test".to_owned(), time_ms, data: vec![0; 100].into() }
    }

    #[test]
    fn the_ends_stay_and_the_rest_is_spread_over_the_run() {
        let mut snapshots = BranchPoints::new(500);
        for at in 0..101 {
            snapshots.keep(f64::from(at), snapshot(f64::from(at)));
            assert!(snapshots.bytes() <= 500);
        }
        let times: Vec<f64> = snapshots.times().collect();
        assert_eq!((times.len(), times[0], times[4]), (5, 0.0, 100.0));
        let widest = times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        assert!(widest <= 65.0, "{times:?}");
        assert_eq!(snapshots.at(99.5).map(|(at, _)| at), Some(times[3]));
        assert!(snapshots.at(-1.0).is_none());
    }
}
