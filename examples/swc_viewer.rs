//! Any SWC file, or a folder of them as one population, without a simulator.
//!
//! `cargo run --example swc_viewer -- --swc FILE` shows a cell coloured by the distance from its root along the tree;
//! of a folder every file is a cell of its own. What was odd about the files is told in the window and in the log.
//! Without `--swc` a cell is generated.

use std::process::ExitCode;

use clap::Parser;
use compneurovis_core::{
    AppSpec, Capabilities, ColorLimits, ColorMap, Emitter, Field, MorphologyGeometry, MorphologyGeometryBuilder,
    MorphologyView, Scene, Session, SessionError,
};
use compneurovis_examples::{Args, Folder, folder, show_app};
use compneurovis_swc::{Sections, SwcMode};

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
    fn add(&mut self, sections: &Sections, name: Option<&str>) {
        sections.add_to(&mut self.builder, name, |section| section.points.len().max(2) - 1);
    }
}

impl SwcViewer {
    fn population(&self) -> Result<Population, SessionError> {
        let mut population = Population { builder: MorphologyGeometry::builder("cells"), warnings: Vec::new() };
        match &self.args.swc {
            Some(path) if path.is_dir() => {
                let Folder { cells, warnings } = folder(path, self.args.swc_mode.unwrap_or(SwcMode::Repaired))?;
                cells.iter().for_each(|(name, sections)| population.add(sections, Some(name)));
                population.warnings = warnings;
            }
            _ => {
                let (sections, warnings) = self.args.cell().sections()?;
                population.add(&sections, None);
                population.warnings = warnings;
            }
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
            let word = if warnings.len() == 1 { "warning" } else { "warnings" };
            emitter.notice(format!("{} {word}: {}", warnings.len(), first.join("; ")));
        }
        let view = MorphologyView::new("cells", "cells").with_title("Morphology").colored_by("distance from root");
        let field = Field::over_compartments("distance from root", "cells", distance_um)?.with_unit("µm");
        let scene = Scene::new().with_geometry(geometry).with_field(field);
        let scene = scene.with_metadata("cell", self.args.cell().to_string());
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
