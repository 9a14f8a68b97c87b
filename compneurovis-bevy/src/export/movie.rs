//! Movies: the timeline from its beginning to its end, picture by picture.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bevy::prelude::*;
use compneurovis_core::{PanelId, Phase, SessionCommand};

use super::{ExportError, job::Jobs, path::free_path, picture::Shot};
use crate::{
    session::{Past, SendCommand, SessionProgress, SessionTimeline},
    timeline::{TimelineInput, TimelineRequest},
};

/// How long a session has to show another moment before its picture is taken.
const SETTLING: Duration = Duration::from_millis(60);

/// Frames that this takes at least.
const SETTLING_FRAMES: u32 = 4;

/// The most frames of a movie: names have five digits.
const MOST_FRAMES: usize = 99_999;

/// What ffmpeg said, once it is done.
type Joined = Arc<Mutex<Option<Result<PathBuf, ExportError>>>>;

/// The movies that are being made, one after the other.
#[derive(Resource, Default)]
pub(super) struct Movies(pub(super) VecDeque<Movie>);

/// A movie that is wanted.
pub(super) struct Movie {
    session: Entity,
    panel: Option<PanelId>,
    scale: f32,
    frames: usize,
    frames_per_second: u32,
    path: PathBuf,
    stage: Stage,
}

enum Stage {
    Waiting,
    /// Moments to show, their folder, which is next, whether the session ran.
    Showing {
        times_ms: Vec<f64>,
        folder: PathBuf,
        at: usize,
        since: Option<(Instant, u32)>,
        asked: bool,
        ran: bool,
    },
    Joining(Joined),
    Over,
}

impl Movie {
    pub(super) fn new(
        session: Entity,
        panel: Option<PanelId>,
        scale: f32,
        (frames, frames_per_second): (usize, u32),
        path: PathBuf,
    ) -> Self {
        let frames = frames.clamp(1, MOST_FRAMES);
        let frames_per_second = frames_per_second.clamp(1, 240);
        Self { session, panel, scale, frames, frames_per_second, path, stage: Stage::Waiting }
    }

    fn is_video(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("mp4"))
    }
}

type InTime = (&'static SessionProgress, &'static SessionTimeline, Option<&'static Past>);

pub(super) fn shoot_movies(
    mut movies: ResMut<Movies>,
    mut jobs: ResMut<Jobs>,
    sessions: Query<InTime>,
    mut times: MessageWriter<TimelineInput>,
    mut commands: MessageWriter<SendCommand>,
) {
    let Some(movie) = movies.0.front_mut() else { return };
    match movie.proceed(&mut jobs, &sessions, &mut times, &mut commands) {
        Ok(()) => {}
        Err(error) => {
            jobs.outcomes.push((movie.session, Err(error)));
            movie.stage = Stage::Over;
        }
    }
    if matches!(movie.stage, Stage::Over) {
        jobs.more_shots = false;
        movies.0.pop_front();
    }
}

impl Movie {
    fn proceed(
        &mut self,
        jobs: &mut Jobs,
        sessions: &Query<InTime>,
        times: &mut MessageWriter<TimelineInput>,
        commands: &mut MessageWriter<SendCommand>,
    ) -> Result<(), ExportError> {
        let Ok((progress, timeline, past)) = sessions.get(self.session) else { return Err(ExportError::NoTime) };
        let (session, is_video) = (self.session, self.is_video());
        let shot = |path: PathBuf| Shot { session, panel: self.panel.clone(), scale: self.scale, path, of_movie: true };
        match &mut self.stage {
            Stage::Waiting => {
                let seeks = progress.capabilities.seek;
                let span = if seeks { timeline.0.clone() } else { past.and_then(Past::timeline) };
                let span = span.ok_or(ExportError::NoTime)?;
                let part = |at: usize| at as f64 / (self.frames.max(2) - 1) as f64;
                let times_ms = (0..self.frames).map(|at| span.start_ms + part(at) * span.duration_ms()).collect();
                let frames = if is_video { self.path.with_extension("frames") } else { self.path.clone() };
                let folder = free_path(&frames);
                std::fs::create_dir_all(&folder)
                    .map_err(|source| ExportError::Write { path: folder.clone(), source })?;
                let ran = seeks && progress.phase == Phase::Running;
                if ran {
                    commands.write(SendCommand { session, command: SessionCommand::Pause });
                }
                jobs.more_shots = true;
                self.stage = Stage::Showing { times_ms, folder, at: 0, since: None, asked: false, ran };
            }
            Stage::Showing { times_ms, folder, at, since, asked, ran } => match (since.as_mut(), *asked) {
                (None, _) => {
                    times.write(TimelineInput { session, request: TimelineRequest::Show(times_ms[*at]) });
                    *since = Some((Instant::now(), 0));
                }
                (Some((since, frames)), false) => {
                    *frames += 1;
                    if since.elapsed() >= SETTLING && *frames >= SETTLING_FRAMES {
                        jobs.shots.push_back(shot(folder.join(format!("frame-{:05}.png", *at + 1))));
                        *asked = true;
                    }
                }
                (Some(_), true) => {
                    let Some(done) = jobs.frames_done.pop() else { return Ok(()) };
                    done?;
                    (*at, *since, *asked) = (*at + 1, None, false);
                    if *at == times_ms.len() {
                        let folder = folder.clone();
                        times.write(TimelineInput { session, request: TimelineRequest::Now });
                        if *ran {
                            commands.write(SendCommand { session, command: SessionCommand::Resume });
                        }
                        jobs.more_shots = false;
                        self.end(folder, jobs)?;
                    }
                }
            },
            Stage::Joining(joined) => {
                let outcome = joined.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some(outcome) = outcome {
                    jobs.outcomes.push((session, outcome));
                    self.stage = Stage::Over;
                }
            }
            Stage::Over => {}
        }
        Ok(())
    }

    /// All frames are there.
    fn end(&mut self, folder: PathBuf, jobs: &mut Jobs) -> Result<(), ExportError> {
        if !self.is_video() {
            jobs.outcomes.push((self.session, Ok(folder)));
            self.stage = Stage::Over;
            return Ok(());
        }
        let joined = Joined::default();
        let (movie, rate, told) = (free_path(&self.path), self.frames_per_second, joined.clone());
        let thread = std::thread::Builder::new().name("movie".to_owned());
        let failed = movie.clone();
        let work = move || {
            let outcome = join(&folder, &movie, rate);
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        };
        thread.spawn(work).map_err(|source| ExportError::Write { path: failed, source })?;
        self.stage = Stage::Joining(joined);
        Ok(())
    }
}

/// Lets ffmpeg join the frames of a folder to a movie that plays everywhere.
fn join(frames: &Path, movie: &Path, frames_per_second: u32) -> Result<PathBuf, ExportError> {
    let (frames_path, movie_path) = (frames.to_owned(), movie.to_owned());
    let run = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-n", "-framerate", &frames_per_second.to_string()])
        .arg("-i")
        .arg(frames.join("frame-%05d.png"))
        // Players want even sides and this way to write colours.
        .args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"])
        .arg(movie)
        .stdin(Stdio::null())
        .output();
    match run {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(ExportError::NoFfmpeg { movie: movie_path, frames: frames_path })
        }
        Err(source) => Err(ExportError::Write { path: movie_path, source }),
        Ok(output) if !output.status.success() => {
            let words = String::from_utf8_lossy(&output.stderr);
            let cause = words.lines().last().unwrap_or("it said nothing").to_owned();
            Err(ExportError::Ffmpeg { movie: movie_path, frames: frames_path, cause })
        }
        Ok(_) => Ok(movie_path),
    }
}
