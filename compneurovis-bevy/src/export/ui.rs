//! The window that exports: what, how large, and where to.

use std::path::PathBuf;

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{PanelId, Scene};

use super::{Export, ExportInput, ExportSettings, job::is_plot};

/// Scales that are offered, in pixels a point.
const SCALES: [f32; 4] = [1.0, 2.0, 3.0, 4.0];

/// Whether the window is open, and what is chosen in it.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct ExportWindow {
    pub(crate) open: bool,
    /// The panel; the whole window if `None`.
    panel: Option<PanelId>,
    folder: String,
}

impl ExportWindow {
    /// Draws the window of a session, if it is open; `take` gets what is wanted.
    pub(crate) fn ui(
        &mut self,
        context: &egui::Context,
        session: Entity,
        scene: &Scene,
        settings: &mut Mut<ExportSettings>,
        mut take: impl FnMut(ExportInput),
    ) {
        let mut open = self.open;
        if open && self.folder.is_empty() {
            self.folder = settings.folder.display().to_string();
        }
        egui::Window::new("Export").open(&mut open).resizable(false).show(context, |ui| {
            self.picture_ui(ui, scene, settings);
            let mut send = |export| take(ExportInput { session, export, to: None });
            let scale = settings.scale;
            ui.horizontal(|ui| {
                let panel = self.panel.clone();
                if ui.button("PNG").on_hover_text("Drawn anew at this scale; it carries its recipe").clicked() {
                    send(Export::Picture { panel: panel.clone(), scale });
                }
                let plot = panel.filter(|panel| is_plot(scene, panel));
                let svg = ui.add_enabled(plot.is_some(), egui::Button::new("SVG"));
                if svg.on_hover_text("Lines and words, for panels with a plot").clicked()
                    && let Some(panel) = plot
                {
                    send(Export::Svg { panel });
                }
                if ui
                    .button("Movie")
                    .on_hover_text("The timeline from its beginning to its end; MP4 by ffmpeg")
                    .clicked()
                {
                    let (frames, frames_per_second) = (settings.frames, settings.frames_per_second);
                    send(Export::Movie { panel: self.panel.clone(), scale, frames, frames_per_second });
                }
            });
            ui.separator();
            ui.horizontal(|ui| {
                ui.label("Data");
                if ui.button("Traces as CSV").clicked() {
                    send(Export::Csv);
                }
                if ui.button("Fields and geometry as NPZ").clicked() {
                    send(Export::Npz);
                }
                // A button that can only say no would be in the way.
                if cfg!(feature = "nwb")
                    && ui.button("Run as NWB").on_hover_text("Traces and marks, for pynwb and its tools").clicked()
                {
                    send(Export::Nwb);
                }
            });
            ui.separator();
            ui.horizontal(|ui| {
                let label = ui.label("Folder").id;
                let entry =
                    ui.add(egui::TextEdit::singleline(&mut self.folder).desired_width(260.0)).labelled_by(label);
                if entry.changed() && !self.folder.trim().is_empty() {
                    settings.folder = PathBuf::from(self.folder.trim());
                }
            });
            ui.weak("Files get names of title and time; none is overwritten.");
        });
        self.open = open;
    }

    fn picture_ui(&mut self, ui: &mut egui::Ui, scene: &Scene, settings: &mut Mut<ExportSettings>) {
        let layout = scene.resolved_layout();
        let mut chosen = (**settings).clone();
        egui::Grid::new("picture").num_columns(2).show(ui, |ui| {
            ui.label("Of");
            let title =
                |id: &PanelId| layout.panels.get(id).map_or(id.as_str(), |panel| panel.shown_title(scene)).to_owned();
            let text = self.panel.as_ref().map_or("the window".to_owned(), title);
            egui::ComboBox::from_id_salt("of").selected_text(text).width(200.0).show_ui(ui, |ui| {
                ui.selectable_value(&mut self.panel, None, "the window");
                for id in layout.panels.keys() {
                    ui.selectable_value(&mut self.panel, Some(id.clone()), title(id));
                }
            });
            ui.end_row();
            ui.label("Scale");
            ui.horizontal(|ui| {
                for scale in SCALES {
                    ui.selectable_value(&mut chosen.scale, scale, format!("{scale}×"));
                }
            });
            ui.end_row();
            ui.label("Movie");
            ui.horizontal(|ui| {
                ui.add(egui::DragValue::new(&mut chosen.frames).range(2..=99_999).suffix(" frames"));
                ui.add(egui::DragValue::new(&mut chosen.frames_per_second).range(1..=240).suffix(" a second"));
            });
            ui.end_row();
        });
        settings.set_if_neq(chosen);
    }
}
