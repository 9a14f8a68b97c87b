//! How the window looks.

use bevy::prelude::*;
use bevy_egui::egui;
use serde::{Deserialize, Serialize};

/// What the window shows around the cells, and how.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct WorkbenchSettings {
    /// Whether the panels are there at all; without them the cell has the whole window.
    pub panels: bool,
    /// Whether a timeline leads through the latest past of live sessions. How much of it there is depends on how fast
    /// they ran, so that a picture that shall always be the same goes without.
    pub live_past: bool,
    /// Light or dark.
    pub theme: Theme,
    /// How large everything is: 1 is as the screen says, 2 twice that.
    pub scale: f32,
}

impl Default for WorkbenchSettings {
    fn default() -> Self {
        Self { panels: true, live_past: true, theme: Theme::Light, scale: 1.0 }
    }
}

/// Dark on light, or light on dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light, as on paper.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// The scales that the menu offers.
pub(super) const SCALES: [f32; 6] = [0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

impl WorkbenchSettings {
    /// Lets egui look so. Cheap if it does already.
    pub(super) fn apply(&self, context: &egui::Context) {
        let theme = match self.theme {
            Theme::Light => egui::Theme::Light,
            Theme::Dark => egui::Theme::Dark,
        };
        if context.theme() != theme {
            context.set_theme(theme);
        }
        let scale = if self.scale.is_finite() { self.scale.clamp(0.5, 4.0) } else { 1.0 };
        if context.zoom_factor() != scale {
            context.set_zoom_factor(scale);
        }
    }
}
