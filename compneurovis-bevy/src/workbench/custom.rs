//! Pictures of views that are not ours.

use std::collections::HashMap;

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{CustomView, Scene};

type Draw = dyn Fn(&mut egui::Ui, &CustomView, &Scene) + Send + Sync;

/// Who draws which kind of [`CustomView`]: a panel whose view is of a kind that is registered here is drawn
/// by the function that was given for it.
///
/// ```
/// use compneurovis_bevy::workbench::CustomViews;
/// use compneurovis_core::{CustomView, Scene};
///
/// let mut views = CustomViews::default();
/// views.register("mean", |ui, view: &CustomView, scene: &Scene| {
///     let Some(field) = view.fields.first().and_then(|id| scene.fields.get(id)) else { return };
///     let values = field.values();
///     ui.heading(format!("{:.1} {}", values.mean().unwrap_or(f32::NAN), field.unit()));
/// });
/// assert!(views.knows("mean"));
/// ```
#[derive(Resource, Default)]
pub struct CustomViews(HashMap<String, Box<Draw>>);

impl CustomViews {
    /// Draws views of a kind by `draw` from now on. It gets the rest of the panel, and is called with every
    /// frame that shows it.
    pub fn register(
        &mut self,
        kind: impl Into<String>,
        draw: impl Fn(&mut egui::Ui, &CustomView, &Scene) + Send + Sync + 'static,
    ) {
        self.0.insert(kind.into(), Box::new(draw));
    }

    /// Whether someone draws views of this kind.
    pub fn knows(&self, kind: &str) -> bool {
        self.0.contains_key(kind)
    }

    /// Draws a view, or says that nobody can.
    pub(super) fn ui(&self, ui: &mut egui::Ui, view: &CustomView, scene: &Scene) {
        match self.0.get(&view.kind) {
            Some(draw) => draw(ui, view, scene),
            None => {
                let known = if self.0.is_empty() { "none".to_owned() } else { self.kinds().join(", ") };
                ui.weak(format!("Nobody draws views of the kind `{}`; registered: {known}.", view.kind));
            }
        }
    }

    fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = self.0.keys().map(String::as_str).collect();
        kinds.sort_unstable();
        kinds
    }
}
