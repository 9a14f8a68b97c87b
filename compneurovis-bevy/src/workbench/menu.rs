//! The menus of the window: which panels are shown, how it looks, layouts as files.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{Notice, Scene};

use super::{Arrangement, LayoutFile, Theme, WorkbenchSettings, settings::SCALES};
use crate::session::SessionNotice;

/// How long a message about a layout file is to be read.
const NOTICE_MS: u64 = 8000;

/// What is open beside the panels.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct Menu {
    pub(super) help: bool,
    pub(super) log: bool,
    pub(super) performance: bool,
    pub(super) layout_file: bool,
    path: String,
}

impl Menu {
    /// Draws the menu of a session.
    pub(super) fn ui(
        &mut self,
        ui: &mut egui::Ui,
        scene: &Scene,
        arrangement: &mut Arrangement,
        settings: &mut Mut<WorkbenchSettings>,
    ) {
        ui.menu_button("View", |ui| {
            panels_ui(ui, scene, arrangement);
            ui.separator();
            looks_ui(ui, settings);
            ui.separator();
            ui.checkbox(&mut self.log, "Log");
            ui.checkbox(&mut self.performance, "Performance");
            if ui.button("Layout file…").clicked() {
                self.layout_file = true;
            }
        });
        if ui.button("?").on_hover_text("Keys (F1)").clicked() {
            self.help = !self.help;
        }
    }

    /// Draws the window that saves and loads the layout, if it is open.
    pub(super) fn layout_file_ui(
        &mut self,
        context: &egui::Context,
        title: &str,
        arrangement: &mut Arrangement,
        settings: &mut Mut<WorkbenchSettings>,
        notice: &mut SessionNotice,
    ) {
        if self.path.is_empty() {
            self.path = default_path(title);
        }
        let mut open = self.layout_file;
        egui::Window::new("Layout file").open(&mut open).resizable(false).show(context, |ui| {
            let path = ui.label("File").id;
            ui.add(egui::TextEdit::singleline(&mut self.path).desired_width(320.0)).labelled_by(path);
            ui.horizontal(|ui| {
                let path = PathBuf::from(self.path.trim());
                if ui.button("Save").clicked() {
                    notice.show(told(save(&path, arrangement, settings)));
                }
                if ui.button("Load").clicked() {
                    notice.show(told(load(&path, arrangement, settings)));
                }
            });
            if !notice.text.is_empty() {
                ui.label(&notice.text);
            }
        });
        self.layout_file = open;
    }
}

fn panels_ui(ui: &mut egui::Ui, scene: &Scene, arrangement: &mut Arrangement) {
    ui.strong("Panels");
    let panels: Vec<_> = arrangement.layout().panels.values().cloned().collect();
    for panel in panels {
        let mut shown = arrangement.is_open(&panel.id);
        let title: String = panel.shown_title(scene).chars().take(40).collect();
        if ui.checkbox(&mut shown, title).changed() {
            arrangement.set_open(&panel.id, shown);
        }
    }
    if ui.button("As the model says").on_hover_text("Put every panel where it was at first").clicked() {
        arrangement.restore();
    }
}

fn looks_ui(ui: &mut egui::Ui, settings: &mut Mut<WorkbenchSettings>) {
    let mut chosen = **settings;
    ui.horizontal(|ui| {
        ui.selectable_value(&mut chosen.theme, Theme::Light, "Light");
        ui.selectable_value(&mut chosen.theme, Theme::Dark, "Dark");
    });
    ui.horizontal(|ui| {
        for scale in SCALES {
            ui.selectable_value(&mut chosen.scale, scale, format!("{:.0} %", scale * 100.0));
        }
    });
    settings.set_if_neq(chosen);
}

/// A name in the working folder, of the letters and digits of a title.
fn default_path(title: &str) -> String {
    let name: String = title.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(60).collect();
    format!("{}.layout.json", name.to_lowercase())
}

fn save(
    path: &Path,
    arrangement: &Arrangement,
    settings: &WorkbenchSettings,
) -> Result<String, super::LayoutFileError> {
    LayoutFile::of(arrangement, settings.theme, settings.scale).save(path)?;
    Ok(format!("The layout is in `{}`.", path.display()))
}

fn load(
    path: &Path,
    arrangement: &mut Arrangement,
    settings: &mut Mut<WorkbenchSettings>,
) -> Result<String, super::LayoutFileError> {
    let file = LayoutFile::load(path)?;
    let gone = file.apply(path, arrangement)?;
    (settings.theme, settings.scale) = (file.theme, file.scale);
    Ok(match gone.as_slice() {
        [] => format!("The layout is that of `{}`.", path.display()),
        gone => format!("The layout is that of `{}`, without {gone:?}, which are not here.", path.display()),
    })
}

fn told(outcome: Result<String, super::LayoutFileError>) -> Notice {
    let text = outcome.unwrap_or_else(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        format!("{error}{}", cause.unwrap_or_default())
    });
    let mut notice = Notice::new(text);
    notice.timeout_ms = Some(NOTICE_MS);
    notice
}
