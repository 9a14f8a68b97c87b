//! From what is wanted to what is done at once, and what takes frames.

use std::path::{Path, PathBuf};

use bevy::{platform::collections::HashMap, prelude::*};
use compneurovis_core::{DataSource, Notice, PanelContent, PanelId, Scene, View, error_causes};

use super::{
    Export, ExportError, ExportInput, ExportSettings, Exported, Recipe, data,
    movie::{Movie, Movies},
    path::{free_path, name, slug},
    picture::Shot,
};
use crate::{
    plot::{FigureSeen, LinePlotState, has_svg, svg_of},
    session::{LiveSession, Past, SessionNotice, SessionProgress, SessionScene, ViewOf},
    timeline::Ghosts,
};

/// How long a word about a file is to be read, in ms.
const NOTICE_MS: u64 = 12_000;

/// Size of a plot as SVG, in CSS pixels.
const FIGURE_SIZE: (f64, f64) = (720.0, 420.0);

/// What is being exported, and what has come of it.
#[derive(Resource, Default)]
pub(super) struct Jobs {
    /// Pictures that wait.
    pub(super) shots: std::collections::VecDeque<Shot>,
    /// Whether more pictures of the same kind are about to come.
    pub(super) more_shots: bool,
    /// What is done.
    pub(super) outcomes: Vec<(Entity, Result<PathBuf, ExportError>)>,
    /// Pictures of movies that are done.
    pub(super) frames_done: Vec<Result<PathBuf, ExportError>>,
}

/// What is shown of a session.
#[derive(bevy::ecs::query::QueryData)]
pub(super) struct Source {
    session: &'static LiveSession,
    scene: &'static SessionScene,
    progress: &'static SessionProgress,
    past: Option<&'static Past>,
    ghosts: Option<&'static Ghosts>,
}

impl SourceItem<'_, '_> {
    /// The moment that is shown, in simulated ms.
    pub(super) fn time_ms(&self) -> f64 {
        self.past.and_then(Past::simulated_ms).unwrap_or(self.progress.time_ms)
    }

    /// How what is shown came about.
    pub(super) fn recipe(&self) -> Recipe {
        Recipe::of(self.session.title(), self.scene, self.progress, self.time_ms())
    }

    pub(super) fn title(&self) -> &str {
        self.session.title()
    }
}

pub(super) fn take_exports(
    mut inputs: MessageReader<ExportInput>,
    sources: Query<Source>,
    plots: Query<(&ViewOf, &LinePlotState)>,
    settings: Res<ExportSettings>,
    mut jobs: ResMut<Jobs>,
    mut movies: ResMut<Movies>,
) {
    for ExportInput { session, export, to } in inputs.read() {
        // A session that was despawned meanwhile has nothing to show.
        let Ok(source) = sources.get(*session) else { continue };
        let target =
            Target { folder: &settings.folder, to: to.as_deref(), title: source.title(), time_ms: source.time_ms() };
        match export {
            Export::Picture { panel, scale } => {
                let what = panel.as_ref().map_or("", PanelId::as_str);
                let path = target.file(what, "png");
                jobs.shots.push_back(Shot {
                    session: *session,
                    panel: panel.clone(),
                    scale: *scale,
                    path,
                    of_movie: false,
                });
            }
            Export::Svg { panel } => {
                let written = svg(&source, panel, *session, &plots, &target.file(panel.as_str(), "svg"));
                jobs.outcomes.push((*session, written));
            }
            Export::Csv => {
                let folder = target.folder("traces");
                jobs.outcomes.push((*session, data::write_csv(source.scene, &folder).map(|()| folder)));
            }
            Export::Npz => {
                let path = target.file("data", "npz");
                let written = data::write_npz(source.scene, source.time_ms(), &path).map(|()| path);
                jobs.outcomes.push((*session, written));
            }
            Export::Nwb => {
                let path = target.file("run", "nwb");
                jobs.outcomes.push((*session, nwb(&source, &path).map(|()| path)));
            }
            Export::Movie { panel, scale, frames, frames_per_second } => {
                let path = to.clone().unwrap_or_else(|| target.file("movie", "mp4"));
                movies.0.push_back(Movie::new(*session, panel.clone(), *scale, (*frames, *frames_per_second), path));
            }
        }
    }
}

/// Where a file goes.
struct Target<'a> {
    folder: &'a Path,
    to: Option<&'a Path>,
    title: &'a str,
    time_ms: f64,
}

impl Target<'_> {
    fn file(&self, what: &str, extension: &str) -> PathBuf {
        let named = || self.folder.join(name(self.title, self.time_ms, what, extension));
        free_path(&self.to.map_or_else(named, Path::to_owned))
    }

    fn folder(&self, what: &str) -> PathBuf {
        let named = || self.folder.join(format!("{}-{what}-t{:.3}ms", slug(self.title), self.time_ms));
        match self.to {
            // A folder that one has chosen may have other things in it.
            Some(to) => to.to_owned(),
            None => free_path(&named()),
        }
    }
}

fn svg(
    source: &SourceItem,
    panel: &PanelId,
    session: Entity,
    plots: &Query<(&ViewOf, &LinePlotState)>,
    path: &Path,
) -> Result<PathBuf, ExportError> {
    let no_plot = |why: String| ExportError::NoPlot { panel: panel.clone(), why };
    let view = view_of(source.scene, panel)
        .ok_or_else(|| no_plot(format!("it shows no plot; those that do: {:?}", plot_panels(source.scene))))?;
    let state = plots.iter().find(|(of, _)| of.is(session, view.id())).map(|(_, state)| state);
    let before = match view {
        View::LinePlot(plot) => match &plot.source {
            DataSource::Field(field) => source.ghosts.and_then(|ghosts| ghosts.get(field)),
            DataSource::Operator(_) => None,
        },
        _ => None,
    };
    let seen = FigureSeen {
        bounds: state.and_then(LinePlotState::shown),
        scales: state.map_or((None, None), |state| (state.x_scale, state.y_scale)),
        before: before.map(|field| &**field),
    };
    let recipe = source.recipe().of_part(Some(panel), 1.0);
    let about: Vec<String> = recipe.lines.iter().map(|(keyword, text)| format!("{keyword}: {text}")).collect();
    let text = svg_of(view, source.scene, seen, FIGURE_SIZE, &about.join("\n")).map_err(no_plot)?;
    write(path, text.as_bytes())?;
    Ok(path.to_owned())
}

#[cfg(feature = "nwb")]
fn nwb(source: &SourceItem, path: &Path) -> Result<(), ExportError> {
    let marks = source.past.and_then(Past::timeline).map(|timeline| timeline.marks).unwrap_or_default();
    data::write_nwb(source.scene, source.title(), marks, path)
}

#[cfg(not(feature = "nwb"))]
fn nwb(_: &SourceItem, path: &Path) -> Result<(), ExportError> {
    Err(ExportError::NoNwb { path: path.to_owned() })
}

/// The view that is alone in a panel.
fn view_of<'a>(scene: &'a Scene, panel: &PanelId) -> Option<&'a View> {
    let layout = scene.resolved_layout();
    match layout.panels.get(panel).map(|panel| &panel.content) {
        Some(PanelContent::View(view)) => scene.views.get(view),
        Some(_) => None,
        // Who names a view means its panel.
        None => scene.views.get(panel.as_str()),
    }
}

/// The panels of which there is an SVG.
fn plot_panels(scene: &Scene) -> Vec<PanelId> {
    scene.resolved_layout().panels.into_keys().filter(|panel| is_plot(scene, panel)).collect()
}

/// Whether a panel has something that can be had as SVG.
pub(super) fn is_plot(scene: &Scene, panel: &PanelId) -> bool {
    view_of(scene, panel).is_some_and(has_svg)
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let failed = |source| ExportError::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}

/// Says what has come of exports, to the user and to whoever listens.
pub(super) fn tell_outcomes(
    mut jobs: ResMut<Jobs>,
    mut notices: Query<&mut SessionNotice>,
    mut exported: MessageWriter<Exported>,
) {
    if jobs.outcomes.is_empty() {
        return;
    }
    let mut told: HashMap<Entity, String> = HashMap::default();
    for (session, outcome) in jobs.outcomes.drain(..) {
        let text = match &outcome {
            Ok(path) => format!("Saved: {}", std::path::absolute(path).unwrap_or_else(|_| path.clone()).display()),
            Err(error) => error_causes(error).join(": "),
        };
        // Both the user and whoever listens are told: no one reads it in a log only.
        info!("{text}");
        told.insert(session, text.clone());
        exported.write(Exported { session, outcome: outcome.map_err(|_| text) });
    }
    for (session, text) in told {
        if let Ok(mut notice) = notices.get_mut(session) {
            let mut line = Notice::new(text);
            line.timeout_ms = Some(NOTICE_MS);
            notice.show(line);
        }
    }
}
