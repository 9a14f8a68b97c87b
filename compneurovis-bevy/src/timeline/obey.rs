//! From what is wanted of a timeline to what happens.

use std::path::Path;

use bevy::prelude::*;
use compneurovis_core::{MarkKind, Notice, SessionCommand, Timeline, recording::RecordingStatus};

use super::{BranchPoints, Ghosts, TimelineInput, TimelineRequest};
use crate::{
    export::{ExportSettings, free_path, path},
    session::{
        LiveSession, Past, SendCommand, SessionNotice, SessionProblems, SessionProgress, SessionScene, SessionTimeline,
    },
};

/// How long a word about time is to be read, in ms.
const NOTICE_MS: u64 = 8000;

/// The components that a timeline changes.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
pub(super) struct InTime {
    entity: Entity,
    session: &'static LiveSession,
    scene: &'static mut SessionScene,
    progress: &'static SessionProgress,
    timeline: &'static SessionTimeline,
    notice: &'static mut SessionNotice,
    problems: &'static mut SessionProblems,
    past: &'static mut Past,
    snapshots: &'static BranchPoints,
    ghosts: &'static mut Ghosts,
}

pub(super) fn obey(
    mut inputs: MessageReader<TimelineInput>,
    mut sessions: Query<InTime>,
    mut commands: MessageWriter<SendCommand>,
    settings: Res<ExportSettings>,
) {
    for TimelineInput { session, request } in inputs.read() {
        // A session that was despawned meanwhile has no time left.
        let Ok(mut in_time) = sessions.get_mut(*session) else { continue };
        let mut send = |command| {
            commands.write(SendCommand { session: *session, command });
        };
        in_time.obey(request, &settings.folder, &mut send);
    }
}

impl InTimeItem<'_, '_> {
    fn obey(&mut self, request: &TimelineRequest, folder: &Path, send: &mut impl FnMut(SessionCommand)) {
        match request {
            TimelineRequest::Show(time_ms) => self.show(*time_ms, send),
            TimelineRequest::Step(part) => {
                let Some(timeline) = self.span() else { return };
                let now_ms = self.shown_ms(&timeline) + part * timeline.duration_ms();
                let beyond = now_ms >= timeline.end_ms && !self.progress.capabilities.seek;
                if beyond { self.show_now() } else { self.show(now_ms, send) }
            }
            TimelineRequest::Begin => {
                let Some(timeline) = self.span() else { return };
                self.show(timeline.start_ms, send);
            }
            TimelineRequest::Now if self.progress.capabilities.seek => {
                let Some(timeline) = self.span() else { return };
                self.show(timeline.end_ms, send);
            }
            TimelineRequest::Now => self.show_now(),
            TimelineRequest::Branch => self.branch(send),
            TimelineRequest::ForgetGhosts => *self.ghosts = Ghosts::default(),
            TimelineRequest::Record(path) => self.record(path.as_deref(), folder),
            TimelineRequest::StopRecording => self.stop_recording(),
            TimelineRequest::ToggleRecording => match self.is_recorded() {
                true => self.stop_recording(),
                false => self.record(None, folder),
            },
        }
    }

    /// What can be gone through: a recording's own span, or that of the past.
    fn span(&self) -> Option<Timeline> {
        if self.progress.capabilities.seek { self.timeline.0.clone() } else { self.past.timeline() }
    }

    fn shown_ms(&self, timeline: &Timeline) -> f64 {
        if self.progress.capabilities.seek {
            return self.progress.time_ms;
        }
        self.past.moment_ms().unwrap_or(timeline.end_ms)
    }

    fn show(&mut self, time_ms: f64, send: &mut impl FnMut(SessionCommand)) {
        if self.progress.capabilities.seek {
            let time_ms = self.timeline.0.as_ref().map_or(time_ms, |timeline| timeline.clamp(time_ms));
            return send(SessionCommand::Seek { time_ms });
        }
        if self.past.moment_ms() == Some(time_ms) {
            return;
        }
        if self.past.show(time_ms, &mut self.scene.bypass_change_detection().0) {
            self.scene.set_changed();
        }
    }

    fn show_now(&mut self) {
        if self.past.show_now(&mut self.scene.bypass_change_detection().0) {
            self.scene.set_changed();
        }
    }

    /// Goes back to a snapshot. Not on in time before the user has had a chance to change something.
    fn branch(&mut self, send: &mut impl FnMut(SessionCommand)) {
        if !self.progress.capabilities.snapshot {
            return self.say(format!("“{}” cannot be put back to an earlier state.", self.session.title()));
        }
        let Some(timeline) = self.span() else { return self.say("There is no earlier moment yet.".to_owned()) };
        let moment_ms = self.shown_ms(&timeline);
        let Some((run_ms, snapshot)) = self.snapshots.at(moment_ms) else {
            return self.say(format!("There is no snapshot at or before t = {moment_ms:.3} ms."));
        };
        let (run_ms, snapshot) = (run_ms, snapshot.clone());
        *self.ghosts = Ghosts::of(self.past.live(&self.scene.0));
        self.show_now();
        self.past.mark(MarkKind::Event, format!("branch from {run_ms:.3} ms"));
        let text = format!(
            "Back at t = {:.3} ms. Change a control and run again; what was is shown as “{}”.",
            snapshot.time_ms,
            Ghosts::NAME
        );
        send(SessionCommand::Pause);
        send(SessionCommand::Restore(snapshot));
        self.say(text);
    }

    fn is_recorded(&self) -> bool {
        self.session.recording().is_some_and(|status| status.running)
    }

    /// Records what is emitted from now on, into a file that is not there yet.
    fn record(&mut self, path: Option<&Path>, folder: &Path) {
        let named = || folder.join(path::name(self.session.title(), self.progress.time_ms, "", "mcap"));
        let path = free_path(&path.map_or_else(named, Path::to_owned));
        let begun = self.session.record_to(&path, self.past.live(&self.scene.0));
        match begun {
            Ok(()) => self.say(format!("Recording to {}", absolute(&path))),
            Err(failure) => {
                self.say(failure.to_string());
                self.problems.add(failure);
            }
        }
    }

    fn stop_recording(&mut self) {
        let Some(status) = self.session.stop_recording() else { return };
        self.say(match &status.error {
            None => format!("Recorded: {}", recording_text(&status)),
            Some(error) => format!("The recording has ended: {error}"),
        });
    }

    fn say(&mut self, text: String) {
        let mut notice = Notice::new(text);
        notice.timeout_ms = Some(NOTICE_MS);
        self.notice.show(notice);
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// How far a recording is: its file, how much is in it, and what is not.
pub(crate) fn recording_text(status: &RecordingStatus) -> String {
    let megabytes = status.bytes as f64 / 1e6;
    let dropped = match status.dropped_frames {
        0 => String::new(),
        count => format!(", {count} frames left out as the disk is slow"),
    };
    format!("{}, {megabytes:.1} MB{dropped}", absolute(&status.path))
}
