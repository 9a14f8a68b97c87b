//! Any SWC file, or a folder of them as one population, without a simulator.
//!
//! `cargo run --example swc_viewer -- --swc FILE` shows a cell coloured by the distance from its root along the tree;
//! of a folder every file is a cell of its own. What was odd about the files is told in the window and in the log.
//! Without `--swc` a cell is generated.

use std::{path::Path, process::ExitCode};

use clap::Parser;
use compneurovis_core::{
    AppSpec, Capabilities, ColorLimits, ColorMap, Emitter, Field, MorphologyGeometry, MorphologyGeometryBuilder,
    MorphologyView, Scene, Session, SessionError,
};
use compneurovis_examples::{Args, CellSource, show_app};
use compneurovis_swc::SwcMode;

/// How many warnings are told in the window; all are in the log.
const TOLD: usize = 3;

struct SwcViewer {
    args: Args,
}

/// A population being collected.
struct Population {
    builder: MorphologyGeometryBuilder,
    warnings: Vec<String>,
}

impl Population {
    fn add(&mut self, source: &CellSource, name: Option<&str>) -> Result<(), SessionError> {
        let (sections, warnings) = source.sections()?;
        sections.add_to(&mut self.builder, name, |section| section.points.len().max(2) - 1);
        let of = name.map(|name| format!("{name}: ")).unwrap_or_default();
        self.warnings.extend(warnings.into_iter().map(|warning| format!("{of}{warning}")));
        Ok(())
    }

    /// Every SWC file of a folder. One that cannot be read is a warning.
    fn add_folder(&mut self, folder: &Path, mode: SwcMode) -> Result<(), SessionError> {
        let is_swc = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("swc"));
        let mut paths: Vec<_> = folder.read_dir()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| is_swc(path));
        paths.sort();
        for path in &paths {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let source = CellSource::File { path: path.clone(), mode: Some(mode) };
            if let Err(error) = self.add(&source, Some(&name)) {
                self.warnings.push(format!("{name} was left out: {error}"));
            }
        }
        if paths.is_empty() { Err(format!("{} has no SWC files", folder.display()).into()) } else { Ok(()) }
    }
}

impl SwcViewer {
    fn population(&self) -> Result<Population, SessionError> {
        let mut population = Population { builder: MorphologyGeometry::builder("cells"), warnings: Vec::new() };
        match &self.args.swc {
            Some(folder) if folder.is_dir() => {
                population.add_folder(folder, self.args.swc_mode.unwrap_or(SwcMode::Repaired))?;
            }
            _ => population.add(&self.args.cell(), None)?,
        }
        Ok(population)
    }
}

impl Session for SwcViewer {
    fn initialize(&mut self, emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let Population { builder, warnings } = self.population()?;
        let geometry = builder.build()?;
        let compartments = 0..geometry.compartments() as u32;
        let distance_um: Vec<f32> =
            compartments.map(|index| geometry.root_distance_um(index).map(|um| um as f32)).collect::<Result<_, _>>()?;
        warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
        if !warnings.is_empty() {
            let first: Vec<&str> = warnings.iter().take(TOLD).map(String::as_str).collect();
            emitter.notice(format!("{} warnings: {}", warnings.len(), first.join("; ")));
        }
        let view = MorphologyView::new("cells", "cells").with_title("Morphology").colored_by("distance from root");
        let field = Field::over_compartments("distance from root", "cells", distance_um)?.with_unit("µm");
        let scene = Scene::new().with_geometry(geometry).with_field(field);
        Ok(Some(scene.with_view(view.with_colors(ColorMap::Viridis, ColorLimits::Automatic))))
    }

    fn advance(&mut self, _emitter: &mut Emitter) -> Result<(), SessionError> {
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::STILL
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let title = args.swc.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    let title = title.unwrap_or_else(|| "A generated cell".to_owned());
    let viewed = args.clone();
    show_app(AppSpec::new(title, move || Ok(SwcViewer { args: viewed.clone() })), &args)
}
