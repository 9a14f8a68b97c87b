//! Line plots: curves of a field, with their names and units.

use std::{borrow::Cow, cell::RefCell};

use bevy_egui::egui;
use compneurovis_core::{
    Field, LinePlotView, Rgba, Scale, Scene,
    decimate::{DecimatedSeries, SeriesFollower},
    view::BACKGROUND,
};
use egui_plot::{Plot, PlotBounds, PlotItemBase, PlotMemory, PlotTransform};

use super::{
    LinePlotState, PlotMode,
    axis::{self, along, color32},
    curve::{CurveItem, Easel, Painting},
    drawn::Drawn,
    extent::{Line, followed, trimmed_before},
    legend::legend_ui,
    link::Group,
    paint::Canvas,
    palette::curve_color,
    paper::{self, Paper},
    plot_menu::{is_other, menu_ui, remove_ui, zoom_by_wheel},
    readout,
    source::{Curve, curves, source, x_dim},
};
use crate::timeline::Ghosts;

/// More curves than this are a picture, where there is a GPU to show it; their meshes would be large.
const MESH_CURVES: usize = 3;

/// From so many samples for a column of pixels on, a curve is a picture too.
const DENSE: usize = 3;

/// How much of the colour of the ground a curve of a run before has.
const GHOSTLY: f32 = 0.55;

/// Draws a line plot into the rest of `ui`; if there is nothing to draw, it says why.
///
/// Drag moves it, the wheel zooms along x, a drag with the right button zooms into a box, and a
/// double-click lets it follow its data again. Clicks in the legend hide curves, with Alt all others.
pub fn line_plot_ui(ui: &mut egui::Ui, state: &mut LinePlotState, view: &LinePlotView, scene: &Scene) {
    let paused = match state.wants_pause.take() {
        Some(true) => source(&view.source, scene).ok().map(|field| Box::new(field.into_owned())),
        Some(false) => None,
        None => state.paused.take(),
    };
    state.frozen = paused.is_some();
    let shown = match &paused {
        Some(field) => Ok(Cow::Borrowed(&**field)),
        None => source(&view.source, scene),
    };
    let drawn = shown.and_then(|field| {
        let found = curves(view, &field, scene)?;
        let dim = x_dim(view, &field)?.to_owned();
        PlotFrame { view, scene, field: &field, dim: &dim, curves: &found }.show(ui, state)
    });
    if let Err(why) = drawn {
        ui.weak(why);
    }
    state.paused = paused;
}

/// What is drawn in a frame.
struct PlotFrame<'a> {
    view: &'a LinePlotView,
    scene: &'a Scene,
    field: &'a Field,
    dim: &'a str,
    curves: &'a [Curve],
}

impl PlotFrame<'_> {
    fn show(&self, ui: &mut egui::Ui, state: &mut LinePlotState) -> Result<(), String> {
        let view = self.view;
        let scales = (state.x_scale.unwrap_or(view.x.scale), state.y_scale.unwrap_or(view.y.scale));
        let plot_id = ui.id().with("plot");
        let due = state.refresh.is_due(view.max_refresh_hz);
        let before = state.before.clone();
        let LinePlotState {
            curves: kept,
            ghosts: kept_ghosts,
            scratch,
            canvas,
            mode,
            bounds,
            columns,
            heard,
            show_density,
            seen,
            painting,
            moment,
            ..
        } = state;
        kept.resize_with(self.curves.len(), Default::default);
        let now = Some((self.field.revision(), self.curves.to_vec()));
        let fresh = due && *seen != now;
        if fresh {
            *seen = now;
        }
        let hidden = PlotMemory::load(ui.ctx(), plot_id).map(|memory| memory.hidden_items).unwrap_or_default();
        let dark = ui.visuals().dark_mode;
        let (mut lines, mut drawns) = (Vec::new(), Vec::new());
        for (index, (curve, (follower, drawn))) in self.curves.iter().zip(kept.iter_mut()).enumerate() {
            let series = follower.follow(self.field, self.dim, &curve.place);
            let series = series.ok_or("The samples of a curve do not lie side by side.")?;
            let color = curve_color(view, self.scene, (index, self.curves.len()), &curve.label, dark);
            let id = egui::Id::new(("curve", curve.label.as_str(), index));
            lines.push(Line { series, label: curve.label.clone(), color, id, ghost: false });
            drawns.push(drawn);
        }
        let now = lines.len();
        if let Some(before) = &before {
            self.add_ghosts(before, ui.visuals(), kept_ghosts, &mut lines, &mut drawns);
        }
        let ground = self.background(ui, canvas);
        if let [only, ..] = &lines[..now]
            && now == 1
            && !only.label.is_empty()
        {
            ui.add(egui::Label::new(only.label.as_str()).truncate());
        }
        let visible: Vec<&Line> = lines.iter().filter(|line| !hidden.contains(&line.id)).collect();
        if *mode == PlotMode::Follow && (due || bounds.is_none()) {
            let (corners, moving) = followed(view, &self.scene.state, &visible, scales, painting.width());
            (*bounds, *columns) = (Some(corners), moving);
        }
        if view.show_legend && lines.len() > 1 {
            legend_ui(ui, plot_id, &lines);
        }
        let (group_id, mut group) = self.group(ui);
        self.hear(&group, mode, heard);
        let is_picture = ground.is_some()
            || lines.len() > 2 * MESH_CURVES
            || now > MESH_CURVES
            || is_dense(&visible, *bounds, scales.0, ui);
        let use_canvas = is_picture && (ground.is_some() || canvas.texture.is_some());
        if is_picture && !use_canvas {
            // It gets its texture for the next frame.
            canvas.clear(1, 1);
        }
        if !use_canvas {
            *painting = Painting::default();
        }
        let easel = RefCell::new(Easel {
            canvas: if use_canvas { Some(canvas) } else { None },
            scratch,
            painting,
            waiting: Vec::new(),
            place: None,
        });
        let trimmed = trimmed_before(view, &lines);
        let asked = bounds.filter(|_| *mode == PlotMode::Follow);
        let linked = group.range.filter(|_| view.linked && *heard == group.version && asked.is_none());
        ui.add_space(axis::ABOVE);
        let plot = self.plot(ui, plot_id, scales).show_grid(ground.is_none()).width(axis::width(ui));
        let response = plot.show(ui, |plot| {
            if let Some((min, max)) = asked {
                plot.set_plot_bounds(PlotBounds::from_min_max(min, max));
            } else if let Some((low, high)) = linked {
                plot.set_plot_bounds_x(low..=high);
            }
            zoom_by_wheel(plot);
            // The run before lies behind the one that goes on.
            let (ghosts, own): (Vec<_>, Vec<_>) = lines.iter().zip(drawns).partition(|(line, _)| line.ghost);
            for (line, drawn) in ghosts.into_iter().chain(own) {
                plot.add(CurveItem {
                    base: PlotItemBase::new(line.label.clone()),
                    id: line.id,
                    color: line.color,
                    series: line.series,
                    scales,
                    columns: *columns,
                    fresh,
                    from: trimmed,
                    dashed: line.ghost,
                    drawn: RefCell::new(Some(drawn)),
                    easel: &easel,
                });
            }
        });
        let transform = response.transform;
        easel.borrow_mut().finish();
        if let Some(ground) = ground {
            easel.borrow_mut().lay_on(self.paper(ui, &transform, scales, ground), ui, &transform);
        }
        self.levels(ui, &transform, scales.1);
        if let Some(moment) = moment.filter(|_| self.is_over_time()) {
            moment_line(ui, &transform, along(scales.0, moment));
        }
        if *show_density {
            density(ui, &transform, scales.0, &visible);
        }
        let response = response.response;
        if let Some(at) = response.hover_pos().filter(|at| transform.frame().contains(*at)) {
            let x = axis::value_at(scales.0, transform.value_from_position(at).x);
            group.point_at(x, ui.ctx());
        }
        if let Some(x) = group.cursor(ui.ctx()) {
            let unit = self.unit();
            let values: Vec<_> = visible
                .iter()
                .map(|line| (line.label.clone(), line.color, value_before(line.series, x), unit.to_owned()))
                .collect();
            readout::show(ui, &transform, scales.0, (x, &view.x.unit), &values);
        }
        let shown = (transform.bounds().min(), transform.bounds().max());
        let expected = asked.or(bounds.filter(|_| *mode == PlotMode::Free));
        if response.double_clicked() {
            *mode = PlotMode::Follow;
            *heard = group.choose(None);
        } else if is_other(expected, shown) && linked.is_none_or(|range| range != (shown.0[0], shown.1[0])) {
            *mode = PlotMode::Free;
            *heard = group.choose(Some((shown.0[0], shown.1[0])));
        }
        if *mode == PlotMode::Free {
            *bounds = Some(shown);
        }
        if view.linked {
            group.store(ui.ctx(), group_id);
        }
        response.context_menu(|ui| {
            menu_ui(ui, state, scales);
            remove_ui(ui, state, self.scene, self.curves);
        });
        Ok(())
    }

    /// Adds the curves of a run before, in lighter colours.
    fn add_ghosts<'b>(
        &self,
        before: &'b Field,
        visuals: &egui::Visuals,
        kept: &'b mut Vec<(SeriesFollower, Drawn)>,
        lines: &mut Vec<Line<'b>>,
        drawns: &mut Vec<&'b mut Drawn>,
    ) {
        // What cannot be drawn of it any more, such as traces that are not chosen now, is left out.
        let Ok(found) = curves(self.view, before, self.scene) else { return };
        kept.resize_with(found.len(), Default::default);
        for (index, (curve, (follower, drawn))) in found.iter().zip(kept).enumerate() {
            let Some(series) = follower.follow(before, self.dim, &curve.place) else { continue };
            let color = curve_color(self.view, self.scene, (index, found.len()), &curve.label, visuals.dark_mode);
            let color = color.lerp_to_gamma(visuals.panel_fill, GHOSTLY);
            let id = egui::Id::new(("ghost", curve.label.as_str(), index));
            lines.push(Line { series, label: Ghosts::NAME.to_owned(), color, id, ghost: true });
            drawns.push(drawn);
        }
    }

    /// Whether x is the time of the session.
    fn is_over_time(&self) -> bool {
        self.dim == "time" || self.view.x.unit == "ms"
    }

    /// The plots over the same quantity.
    fn group(&self, ui: &egui::Ui) -> (egui::Id, Group) {
        let id = egui::Id::new(("plots", &self.view.x.label, &self.view.x.unit));
        let group = if self.view.linked { Group::load(ui.ctx(), id) } else { Group::default() };
        (id, group)
    }

    /// Does what the user chose in another plot of the group.
    fn hear(&self, group: &Group, mode: &mut PlotMode, heard: &mut u64) {
        if self.view.linked && *heard != group.version {
            *heard = group.version;
            *mode = if group.range.is_some() { PlotMode::Free } else { PlotMode::Follow };
        }
    }

    /// The unit of the y axis.
    fn unit(&self) -> &str {
        if self.view.y.unit.is_empty() { self.field.unit() } else { &self.view.y.unit }
    }

    fn plot<'b>(&self, ui: &egui::Ui, id: egui::Id, (x_scale, y_scale): (Scale, Scale)) -> Plot<'b> {
        let view = self.view;
        let x_label = if view.x.label.is_empty() { self.dim } else { &view.x.label };
        let y_label = if view.y.label.is_empty() { self.field.label() } else { &view.y.label };
        let y_label = axis::upright(ui, axis::with_unit(y_label, self.unit()));
        Plot::new("plot")
            .id(id)
            .custom_x_axes(vec![axis::hints(&view.x, x_scale, true, axis::with_unit(x_label, &view.x.unit))])
            .custom_y_axes(vec![axis::hints(&view.y, y_scale, false, y_label)])
            .x_grid_spacer(axis::ticks(&view.x, x_scale, true))
            .y_grid_spacer(axis::ticks(&view.y, y_scale, false))
            .show_background(false)
            .show_x(false)
            .show_y(false)
            .show_crosshair(false)
            .allow_scroll(false)
            .allow_double_click_reset(false)
    }

    /// Fills what is behind the plot, and returns its colour if the picture of the plot lies beneath what egui draws.
    fn background(&self, ui: &egui::Ui, canvas: &mut Canvas) -> Option<egui::Color32> {
        let said = self.view.background.resolve_or(&self.scene.state, BACKGROUND);
        // White is what every view has that says nothing; that follows the theme.
        canvas.sheet.background(ui, (said != BACKGROUND).then(|| color32(said)))
    }

    /// What the curves are drawn on where that is not egui's.
    fn paper(
        &self,
        ui: &egui::Ui,
        transform: &PlotTransform,
        (x_scale, y_scale): (Scale, Scale),
        color: egui::Color32,
    ) -> Paper {
        let pixels_per_point = ui.pixels_per_point();
        let origin = (transform.frame().min * pixels_per_point).round() / pixels_per_point;
        let lines = |axis, scale, is_x| {
            let marks = axis::ticks(axis, scale, is_x)(paper::grid_input(transform, is_x));
            paper::lines(&marks, transform, is_x, (origin, pixels_per_point), ui.visuals().text_color())
        };
        Paper { color, upright: lines(&self.view.x, x_scale, true), level: lines(&self.view.y, y_scale, false) }
    }

    /// Lines across the plot at values that matter.
    fn levels(&self, ui: &egui::Ui, transform: &PlotTransform, scale: Scale) {
        let rect = *transform.frame();
        let painter = ui.painter().with_clip_rect(rect);
        for level in &self.view.levels {
            let Ok(value) = level.value.resolve(&self.scene.state) else { continue };
            let y = transform.position_from_point_y(along(scale, value));
            if !(rect.top()..=rect.bottom()).contains(&y) {
                continue;
            }
            let color = color32(level.color.resolve_or(&self.scene.state, Rgba::rgb(0x80, 0x80, 0x80)));
            let ends = [egui::pos2(rect.left(), y), egui::pos2(rect.right(), y)];
            painter.extend(egui::Shape::dashed_line(&ends, (1.2, color), 6.0, 4.0));
            let (at, font) = (egui::pos2(rect.left() + 4.0, y - 1.0), egui::FontId::proportional(11.0));
            painter.text(at, egui::Align2::LEFT_BOTTOM, &level.label, font, color);
        }
    }
}

/// A line across a plot at the moment that everything shows.
fn moment_line(ui: &egui::Ui, transform: &PlotTransform, x: f64) {
    let (rect, at) = (*transform.frame(), transform.position_from_point_x(x));
    if (rect.left() - 1.0..=rect.right() + 1.0).contains(&at) {
        let at = at.clamp(rect.left() + 1.0, rect.right() - 1.0);
        ui.painter().vline(at, rect.y_range(), (1.5, egui::Color32::from_rgb(214, 96, 0)));
    }
}

/// Whether a curve has so many samples for a column of pixels that its spans may be long bars: as a mesh
/// they would be drawn over each other.
fn is_dense(lines: &[&Line], bounds: Option<([f64; 2], [f64; 2])>, scale: Scale, ui: &egui::Ui) -> bool {
    let Some((min, max)) = bounds else { return false };
    let range = (axis::value_at(scale, min[0]), axis::value_at(scale, max[0]));
    let columns = (ui.available_width() * ui.pixels_per_point()).max(1.0) as usize;
    lines.iter().any(|line| {
        let inside = line.series.sample_range(range).unwrap_or(0..line.series.y().len());
        inside.len() > DENSE * columns
    })
}

/// How many samples the columns of pixels have.
fn density(ui: &egui::Ui, transform: &PlotTransform, scale: Scale, lines: &[&Line]) {
    let bounds = transform.bounds();
    let range = (axis::value_at(scale, bounds.min()[0]), axis::value_at(scale, bounds.max()[0]));
    let samples = lines.iter().filter_map(|line| line.series.sample_range(range)).map(|inside| inside.len()).max();
    let pixels = (transform.frame().width() * ui.pixels_per_point()).max(1.0);
    let text = format!("{:.2} samples per pixel", samples.unwrap_or(0) as f32 / pixels);
    let (at, font) = (transform.frame().left_bottom() + egui::vec2(4.0, -4.0), egui::FontId::proportional(11.0));
    ui.painter().text(at, egui::Align2::LEFT_BOTTOM, text, font, ui.visuals().weak_text_color());
}

/// The newest value at or before an x.
fn value_before(series: DecimatedSeries, x: f64) -> Option<f32> {
    let after = series.x().partition_point(|&at| at <= x);
    series.y().get(after.checked_sub(1)?).copied()
}
