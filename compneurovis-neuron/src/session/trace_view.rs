//! The plot of the trace of the selected compartment.

use compneurovis_core::{Binding, ColorLimits, LinePlotView, State, scene::SELECTED_ENTITY};

use super::{NeuronModel, TRACE_VIEW};

/// The plot of a model's traces, as its hooks want it.
pub(super) fn trace_view<M: NeuronModel>(model: &M) -> LinePlotView {
    let mut trace = LinePlotView::new(TRACE_VIEW, model.history_field_id(), "time")
        .with_title(model.trace_title())
        .with_x_label("Time", "ms")
        .with_y_label(model.trace_y_label(), model.trace_y_unit())
        .selecting("segment", Binding::state(SELECTED_ENTITY));
    // Limits as the colours have them, so that a resting cell does not look like a wild one.
    let limits: ColorLimits = model.morphology_color_limits();
    if let Some((low, high)) = limits.fixed(&State::new()) {
        trace = trace.with_y_limits(f64::from(low), f64::from(high));
    }
    model.trace_view_updates(&mut trace);
    trace
}
