//! Plots over the same quantity share their range of x and their cursor.

use bevy_egui::egui;

/// What the plots of a group have in common. Kept in egui's memory under the id of the group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    /// The range that the user chose in one of them; `None` where they follow their data.
    pub(super) range: Option<(f64, f64)>,
    /// Counts the user's choices.
    pub(super) version: u64,
    /// Where the pointer is along x, and the pass in which it was there.
    cursor: Option<(f64, u64)>,
}

impl Group {
    pub(super) fn load(context: &egui::Context, id: egui::Id) -> Self {
        context.data(|data| data.get_temp(id)).unwrap_or_default()
    }

    pub(super) fn store(self, context: &egui::Context, id: egui::Id) {
        context.data_mut(|data| data.insert_temp(id, self));
    }

    /// Takes note of a choice, and returns its number.
    pub(super) fn choose(&mut self, range: Option<(f64, f64)>) -> u64 {
        self.range = range;
        self.version += 1;
        self.version
    }

    pub(super) fn point_at(&mut self, x: f64, context: &egui::Context) {
        self.cursor = Some((x, context.cumulative_pass_nr()));
    }

    /// Where the pointer is in one of the plots; they hear of it a frame later at most.
    pub(super) fn cursor(&self, context: &egui::Context) -> Option<f64> {
        let (x, pass) = self.cursor?;
        (context.cumulative_pass_nr() <= pass + 1).then_some(x)
    }
}
