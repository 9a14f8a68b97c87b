//! A quantity along the path between two compartments.

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{
    Binding, BindingError, Field, LinePlotView, MorphologyGeometry, RangePlotView, Rgba, Scene, Selector, State,
    scene::SELECTED_ENTITY,
};
use egui_plot::{Line, PlotPoint, PlotPoints};

use super::{
    axis::{self, along},
    flat, palette,
    refresh::Kept,
};

/// What a range plot remembers from frame to frame. A component of the entities of range plots.
#[derive(Component, Debug, Default)]
pub struct RangePlotState(Kept<RangePlotView, Result<Profile, String>>);

/// The quantity as it was along the path when it was due last.
#[derive(Debug)]
struct Profile {
    /// Both ends of the path.
    ends: String,
    /// Along the axes.
    points: Vec<PlotPoint>,
    bounds: ((f64, f64), (f64, f64)),
    labels: (String, String),
    pen: Rgba,
}

/// Draws a range plot into the rest of `ui`; if there is nothing to draw, it says why.
pub fn range_plot_ui(ui: &mut egui::Ui, state: &mut RangePlotState, view: &RangePlotView, scene: &Scene) {
    let (profile, _) = state.0.renewed(view, view.max_refresh_hz, || profile(view, scene));
    match profile {
        Ok(profile) => profile.show(ui, view, scene),
        Err(why) => {
            ui.weak(why);
        }
    }
}

fn profile(view: &RangePlotView, scene: &Scene) -> Result<Profile, String> {
    let cell = scene.morphology(&view.geometry);
    let cell = cell.ok_or_else(|| format!("There is no cell `{}`.", view.geometry))?;
    let field = scene.fields.get(&view.field).ok_or_else(|| format!("There is no field `{}` yet.", view.field))?;
    let (from, to) = (compartment(&view.from, cell, &scene.state)?, compartment(&view.to, cell, &scene.state)?);
    let path = cell.path(from, to).map_err(|error| error.to_string())?;
    let values = newest_values(field, cell.compartments())?;
    let at = |(distance, compartment): (&f64, &u32)| {
        let value = f64::from(*values.get(*compartment as usize)?);
        Some(PlotPoint::new(along(view.x.scale, *distance), along(view.y.scale, value)))
    };
    let points: Vec<PlotPoint> = path.distances_um().iter().zip(path.compartments()).filter_map(at).collect();
    let name = |compartment| cell.entity_id(compartment).map_or_else(String::new, |id| id.to_string());
    let distances = [0.0, path.length_um()].map(|distance| along(view.x.scale, distance)).into_iter();
    Ok(Profile {
        ends: format!("{} to {}", name(from), name(to)),
        bounds: (
            flat::extent(distances.chain(points.iter().map(|point| point.x)), &view.x, 0.0),
            flat::extent(points.iter().map(|point| point.y), &view.y, 0.05),
        ),
        points,
        labels: flat::labels((&view.x, "Distance", "µm"), (&view.y, field.label(), field.unit())),
        pen: view.pen.resolve_or(&scene.state, LinePlotView::PEN),
    })
}

impl Profile {
    fn show(&self, ui: &mut egui::Ui, view: &RangePlotView, scene: &Scene) {
        flat::background(ui, &view.background, &scene.state);
        let color = palette::pen(self.pen, LinePlotView::PEN, ui.visuals().dark_mode);
        ui.add(egui::Label::new(self.ends.as_str()).truncate());
        let mut follow = flat::Follow::load(ui);
        ui.add_space(axis::ABOVE);
        let response = flat::plot(ui, &view.x, &view.y, self.labels.clone()).show(ui, |plot| {
            follow.ask(plot, self.bounds.0, self.bounds.1);
            // A value that is none is a gap.
            for piece in self.points.split(|point| !(point.x.is_finite() && point.y.is_finite())) {
                plot.line(Line::new("", PlotPoints::Borrowed(piece)).color(color).width(1.8).allow_hover(false));
            }
            follow
        });
        response.inner.store(ui, &response.response, response.transform.bounds());
    }
}

pub(super) fn compartment(which: &Binding<String>, cell: &MorphologyGeometry, state: &State) -> Result<u32, String> {
    let id = which.resolve(state).map_err(|error| match error {
        BindingError::UnknownKey { key, .. } if key == SELECTED_ENTITY => {
            "Nothing is selected; click a compartment.".to_owned()
        }
        error => error.to_string(),
    })?;
    cell.compartment_of(&id).ok_or_else(|| format!("The cell `{}` has no compartment `{id}`.", cell.id()))
}

/// The newest value of each compartment: of a field with more dims, where the others end.
pub(super) fn newest_values(field: &Field, compartments: usize) -> Result<Vec<f32>, String> {
    let shape = field.shape();
    let axis = shape.iter().position(|&length| length == compartments);
    let axis = axis.ok_or_else(|| format!("`{}` has no value for each of {compartments} compartments.", field.id()))?;
    let dims: Vec<&str> = field.dims().collect();
    let others = dims.iter().enumerate().filter(|(at, _)| *at != axis).map(|(_, dim)| (*dim, Selector::Index(-1)));
    let newest = field.select(others).map_err(|error| error.to_string())?;
    Ok(newest.values().iter().copied().collect())
}
