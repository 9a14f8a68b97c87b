//! Where the panels of views in space are in the window.

use bevy::{platform::collections::HashMap, prelude::*};
use bevy_egui::egui;
use compneurovis_core::PanelId;

/// Where each panel of views in space is, in points from the top left of the window.
///
/// Whoever lays out the window writes it; each panel's [`SpaceCamera`](super::SpaceCamera) draws into
/// its rectangle from the next frame on. A panel without one is hidden, and costs nothing.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct SpaceRects(HashMap<(Entity, PanelId), egui::Rect>);

impl SpaceRects {
    /// Hides all panels.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Says where a panel of a session is.
    pub fn set(&mut self, session: Entity, panel: PanelId, rect: egui::Rect) {
        self.0.insert((session, panel), rect);
    }

    /// Where a panel of a session is; `None` while it is hidden.
    pub fn get(&self, session: Entity, panel: &PanelId) -> Option<egui::Rect> {
        self.0.get(&(session, panel.clone())).copied()
    }
}
