//! What the plots have in common that are not of curves over time.

use bevy_egui::egui;
use compneurovis_core::{Binding, DataSource, Field, PlotAxis, Rgba, Scene, Selector, State, view::BACKGROUND};
use egui_plot::{GridMark, Plot, PlotBounds};
use indexmap::IndexMap;

use super::{
    axis::{self, color32},
    source::source,
};

/// What is left of a field when the parts that a view selects are taken.
pub(super) fn selected(
    from: &DataSource,
    selectors: &IndexMap<String, Binding<Selector>>,
    scene: &Scene,
) -> Result<Field, String> {
    let field = source(from, scene)?;
    let resolve = |(dim, selector): (&String, &Binding<Selector>)| {
        selector.resolve(&scene.state).map(|selector| (dim.clone(), selector)).map_err(|error| error.to_string())
    };
    let resolved = selectors.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
    field.select(resolved).map_err(|error| error.to_string())
}

/// Room around values that are [along](axis::along) an axis, both ends as it fixes them.
pub(super) fn extent(values: impl Iterator<Item = f64>, axis: &PlotAxis, margin: f64) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    let fixed = |end: Option<f64>| end.map(|end| axis::along(axis.scale, end)).filter(|end| end.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = match (low <= high, low < high) {
        (false, _) => (0.0, 1.0),
        (_, false) => (low - 0.5, low + 0.5),
        _ => (low - (high - low) * margin, high + (high - low) * margin),
    };
    let (low, high) = (fixed(axis.min).unwrap_or(low), fixed(axis.max).unwrap_or(high));
    if low < high && low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) }
}

/// The names of both axes, each with its unit.
pub(super) fn labels(x: (&PlotAxis, &str, &str), y: (&PlotAxis, &str, &str)) -> (String, String) {
    let label = |(axis, name, unit): (&PlotAxis, &str, &str)| {
        let name = if axis.label.is_empty() { name } else { &axis.label };
        axis::with_unit(name, if axis.unit.is_empty() { unit } else { &axis.unit })
    };
    (label(x), label(y))
}

/// A plot with axes but nothing in it yet.
pub(super) fn plot<'a>(ui: &egui::Ui, x: &PlotAxis, y: &PlotAxis, labels: (String, String)) -> Plot<'a> {
    Plot::new("plot")
        .id(ui.id().with("plot"))
        .width(axis::width(ui))
        .custom_x_axes(vec![axis::hints(x, x.scale, true, labels.0)])
        .custom_y_axes(vec![axis::hints(y, y.scale, false, axis::upright(ui, labels.1))])
        .x_grid_spacer(axis::ticks(x, x.scale, true))
        .y_grid_spacer(axis::ticks(y, y.scale, false))
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
}

/// The same plot, with the names of its rows on the y axis, as many as there is room for.
pub(super) fn named_rows<'a, T: AsRef<str> + 'a>(
    plot: Plot<'a>,
    y: &PlotAxis,
    label: String,
    names: Vec<T>,
) -> Plot<'a> {
    let (last, step) = (names.len().saturating_sub(1), (names.len() / 20).max(1));
    let name = move |mark: GridMark, _: &std::ops::RangeInclusive<f64>| {
        let whole = (mark.value - mark.value.round()).abs() < 1e-6 && mark.value >= 0.0;
        let name = names.get(mark.value.round() as usize).filter(|_| whole);
        name.map_or_else(String::new, |name| name.as_ref().chars().take(14).collect())
    };
    let spacer = move |input: egui_plot::GridInput| {
        let (low, high) = (input.bounds.0.ceil().max(0.0) as usize, input.bounds.1.floor().clamp(0.0, 1e6) as usize);
        let mark = |at: usize| GridMark { value: at as f64, step_size: step as f64 };
        (low..=high.min(last)).step_by(step).map(mark).collect()
    };
    let axis = axis::hints(y, y.scale, false, label).formatter(name);
    plot.custom_y_axes(vec![axis]).y_grid_spacer(spacer)
}

/// Whether a plot follows its data: as long as the user has not moved it. Double-click to go back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Follow {
    free: bool,
    asked: Option<([f64; 2], [f64; 2])>,
}

impl Follow {
    pub(super) fn load(ui: &egui::Ui) -> Self {
        ui.data(|data| data.get_temp(ui.id().with("follow"))).unwrap_or_default()
    }

    /// Shows all that there is, unless the user wants something else.
    pub(super) fn ask(&mut self, plot: &mut egui_plot::PlotUi, x: (f64, f64), y: (f64, f64)) {
        self.asked = (!self.free).then_some(([x.0, y.0], [x.1, y.1]));
        if let Some((min, max)) = self.asked {
            plot.set_plot_bounds(PlotBounds::from_min_max(min, max));
        }
        super::plot_menu::zoom_by_wheel(plot);
    }

    pub(super) fn store(mut self, ui: &egui::Ui, response: &egui::Response, shown: &PlotBounds) {
        if response.double_clicked() {
            self.free = false;
        } else if super::plot_menu::is_other(self.asked, (shown.min(), shown.max())) {
            self.free = true;
        }
        ui.data_mut(|data| data.insert_temp(ui.id().with("follow"), self));
    }
}

/// Paints what is behind a plot, if its view says so.
pub(super) fn background(ui: &egui::Ui, said: &Binding<Rgba>, state: &State) {
    let color = said.resolve_or(state, BACKGROUND);
    if color != BACKGROUND {
        ui.painter().rect_filled(ui.max_rect(), 0.0, color32(color));
    }
}
