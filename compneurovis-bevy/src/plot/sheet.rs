//! The picture of a plot that lies beneath what egui draws.

use std::sync::Arc;

use bevy::{ecs::entity::Entity, math::UVec2};
use bevy_egui::egui;

use super::{paint::Place, paper::Paper};
use crate::beneath::{Beneath, Picture};

/// A picture on paper.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// The colour of what is behind the plot, if its picture may lie beneath what egui draws.
    pub(super) ground: Option<egui::Color32>,
    /// What the picture was drawn on.
    paper: Paper,
    /// Its width and height in pixels.
    size: UVec2,
    /// Its opaque pixels, row by row.
    picture: Arc<Vec<[u8; 4]>>,
    /// Changes with the pixels.
    version: u64,
    /// Where it is shown in this frame, in pixels of the window.
    shown_at: Option<UVec2>,
    /// What is filled around it.
    around: Option<(egui::Rect, egui::Color32)>,
}

impl Sheet {
    /// Begins a frame, in which the plot is drawn over something plain that is beneath the panels, or by egui alone.
    pub(crate) fn begin(&mut self, ground: Option<egui::Color32>) {
        self.ground = ground;
        self.shown_at = None;
        self.around = None;
    }

    /// What is beneath the panels of the plot that was drawn, which is that of an entity.
    pub(crate) fn show(&self, of: Entity, beneath: &mut Beneath) {
        if let Some((rect, color)) = self.around {
            beneath.fill_with(rect, color);
        }
        if let Some(at) = self.shown_at {
            let (pixels, size) = (self.picture.clone(), self.size);
            beneath.show(Picture { of, version: self.version, pixels, size, at });
        }
    }

    /// Fills what is behind the plot with what its view says, if it says something, and returns the colour there if
    /// the picture lies beneath what egui draws.
    pub(super) fn background(&mut self, ui: &egui::Ui, said: Option<egui::Color32>) -> Option<egui::Color32> {
        self.around = None;
        let Some(said) = said else { return self.ground };
        if self.ground.is_some() && said.a() == 255 {
            self.around = Some((ui.max_rect(), said));
            return Some(said);
        }
        self.ground = None;
        ui.painter().rect_filled(ui.max_rect(), 0.0, said);
        None
    }

    /// Takes where it is shown in this frame.
    pub(super) fn place(&mut self, place: &Place) {
        let at = place.origin();
        self.shown_at = Some(UVec2::new(at.x.max(0.0) as u32, at.y.max(0.0) as u32));
    }

    /// Whether it is a picture on that paper.
    pub(super) fn is_on(&self, paper: &Paper) -> bool {
        self.paper == *paper
    }

    /// Draws the picture anew, of pixels column by column.
    pub(super) fn renew(&mut self, paper: Paper, size: (usize, usize), columns: &[egui::Color32]) {
        paper.compose(size, columns, Arc::make_mut(&mut self.picture));
        self.size = UVec2::new(size.0 as u32, size.1 as u32);
        self.paper = paper;
        self.version += 1;
    }
}
