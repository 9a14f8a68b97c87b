//! A quantity along the path between two compartments.

use bevy_egui::egui;
use compneurovis_core::{
    Binding, BindingError, Field, LinePlotView, MorphologyGeometry, RangePlotView, Scene, Selector, State,
    scene::SELECTED_ENTITY,
};
use egui_plot::{Line, PlotPoints};

use super::{flat, palette};

/// Draws a range plot into the rest of `ui`; if there is nothing to draw, it says why.
pub fn range_plot_ui(ui: &mut egui::Ui, view: &RangePlotView, scene: &Scene) {
    if let Err(why) = show(ui, view, scene) {
        ui.weak(why);
    }
}

fn show(ui: &mut egui::Ui, view: &RangePlotView, scene: &Scene) -> Result<(), String> {
    let cell = scene.morphology(&view.geometry);
    let cell = cell.ok_or_else(|| format!("There is no cell `{}`.", view.geometry))?;
    let field = scene.fields.get(&view.field).ok_or_else(|| format!("There is no field `{}` yet.", view.field))?;
    let (from, to) = (compartment(&view.from, cell, &scene.state)?, compartment(&view.to, cell, &scene.state)?);
    let path = cell.path(from, to).map_err(|error| error.to_string())?;
    let values = newest_values(field, cell.compartments())?;
    let at = |(distance, compartment): (&f64, &u32)| Some([*distance, f64::from(*values.get(*compartment as usize)?)]);
    let points: Vec<[f64; 2]> = path.distances_um().iter().zip(path.compartments()).filter_map(at).collect();
    let labels = flat::labels((&view.x, "Distance", "µm"), (&view.y, field.id().as_str(), field.unit()));
    flat::background(ui, &view.background, &scene.state);
    let said = view.pen.resolve_or(&scene.state, LinePlotView::PEN);
    let color = palette::pen(said, LinePlotView::PEN, ui.visuals().dark_mode);
    let bounds = (
        flat::extent([0.0, path.length_um()].into_iter(), &view.x, 0.0),
        flat::extent(points.iter().map(|point| point[1]), &view.y, 0.05),
    );
    let name = |compartment| cell.entity_id(compartment).map_or_else(String::new, |id| id.to_string());
    ui.add(egui::Label::new(format!("{} to {}", name(from), name(to))).truncate());
    let mut follow = flat::Follow::load(ui);
    let response = flat::plot(ui, &view.x, &view.y, labels).show(ui, |plot| {
        follow.ask(plot, bounds.0, bounds.1);
        // A value that is none is a gap.
        for piece in points.split(|point| !point[1].is_finite()) {
            plot.line(Line::new("", PlotPoints::new(piece.to_vec())).color(color).width(1.8).allow_hover(false));
        }
        follow
    });
    response.inner.store(ui, &response.response, response.transform.bounds());
    Ok(())
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
