//! A curve as a thing in egui_plot's plots, which know its name and colour and ask for its shapes.

use std::{cell::RefCell, ops::RangeInclusive, sync::Arc};

use bevy_egui::egui;
use compneurovis_core::{Scale, decimate::DecimatedSeries};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};

use super::{
    paint::{self, Canvas, Place},
    paper::Paper,
    spans::{Scratch, Span, Window, spans},
};

/// Length of a dash with its gap, and of the gap alone, in points.
const DASH: (f64, f64) = (7.0, 2.5);

/// What a curve looked like when it was drawn last.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    spans: Arc<Vec<Span>>,
    window: Option<(Window, Place)>,
}

/// Whose line, and what it looks like.
pub(super) type Stroke = (egui::Id, egui::Color32, f32);

/// What the curves of a plot have in common while they are being drawn.
#[derive(Debug)]
pub(super) struct Easel<'a> {
    pub(super) canvas: Option<&'a mut Canvas>,
    pub(super) scratch: &'a mut Scratch,
    /// What the canvas has.
    pub(super) painted: &'a mut Vec<Stroke>,
    /// The curves that go to the canvas, in their order.
    pub(super) waiting: Vec<(Arc<Vec<Span>>, Stroke)>,
    pub(super) place: Option<Place>,
    /// How many spans were made anew.
    pub(super) renewed: usize,
}

/// A curve.
pub(super) struct CurveItem<'a> {
    pub(super) base: PlotItemBase,
    pub(super) id: egui::Id,
    pub(super) color: egui::Color32,
    pub(super) series: DecimatedSeries<'a>,
    pub(super) scales: (Scale, Scale),
    /// Whether there are new samples that are to be shown.
    pub(super) fresh: bool,
    /// Nothing is shown of what lies before.
    pub(super) from: f64,
    /// Whether it is drawn with gaps.
    pub(super) dashed: bool,
    pub(super) drawn: RefCell<&'a mut Drawn>,
    pub(super) easel: &'a RefCell<Easel<'a>>,
}

impl PlotItem for CurveItem<'_> {
    fn shapes(&self, ui: &egui::Ui, transform: &PlotTransform, shapes: &mut Vec<egui::Shape>) {
        let (rect, bounds) = (*transform.frame(), transform.bounds());
        let pixels_per_point = ui.pixels_per_point();
        let columns = (rect.width() * pixels_per_point).round().clamp(0.0, 16_384.0) as usize;
        let (x_scale, y_scale) = self.scales;
        let window = Window { range: (bounds.min()[0], bounds.max()[0]), columns, x_scale, y_scale };
        let place = Place { rect, pixels_per_point, y: (bounds.min()[1], bounds.max()[1]) };
        let (mut drawn, mut easel) = (self.drawn.borrow_mut(), self.easel.borrow_mut());
        let easel = &mut *easel;
        if self.fresh || drawn.window.is_none_or(|(before, _)| before != window) {
            let columns = Arc::make_mut(&mut drawn.spans);
            spans(&self.series, &window, easel.scratch, columns);
            self.hide_trimmed(&window, columns);
            if self.dashed {
                dash(&window, pixels_per_point, columns);
            }
            easel.renewed += 1;
        }
        if drawn.window != Some((window, place)) {
            easel.renewed += 1;
        }
        drawn.window = Some((window, place));
        let half_width = paint::half_width(self.highlighted());
        match &easel.canvas {
            None => shapes.push(egui::Shape::mesh(paint::mesh(&drawn.spans, &place, self.color, half_width))),
            Some(canvas) => {
                if easel.waiting.is_empty() && canvas.sheet.ground.is_none() {
                    shapes.extend(canvas.shape(rect));
                }
                easel.waiting.push((drawn.spans.clone(), (self.id, self.color, half_width)));
                easel.place = Some(place);
            }
        }
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> egui::Color32 {
        self.color
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn id(&self) -> egui::Id {
        self.id
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

impl CurveItem<'_> {
    /// Leaves out what lies before the first sample that is to be seen.
    fn hide_trimmed(&self, window: &Window, spans: &mut [Span]) {
        let (low, high) = window.range;
        let hidden = ((self.from - low) / (high - low) * window.columns as f64).floor().max(0.0) as usize;
        spans.iter_mut().take(hidden).for_each(|span| *span = Span::NONE);
    }
}

/// Leaves gaps in a curve. Where they are goes with x, so that they move with the curve.
fn dash(window: &Window, pixels_per_point: f32, spans: &mut [Span]) {
    let (low, high) = window.range;
    let (period, gap) = (DASH.0 * f64::from(pixels_per_point), DASH.1 * f64::from(pixels_per_point));
    let first = low / (high - low) * window.columns as f64;
    for (column, span) in spans.iter_mut().enumerate() {
        if (first + column as f64).rem_euclid(period) < gap {
            *span = Span::NONE;
        }
    }
}

impl Easel<'_> {
    /// Paints what waits, the curve that was last on top.
    pub(super) fn finish(&mut self) {
        let (Some(canvas), Some(place)) = (self.canvas.as_deref_mut(), self.place) else { return };
        let strokes: Vec<Stroke> = self.waiting.iter().map(|(_, stroke)| *stroke).collect();
        let (columns, rows) = place.pixels();
        if self.renewed == 0 && *self.painted == strokes && canvas.size() == (columns, rows) {
            return;
        }
        canvas.clear(columns, rows);
        let curves: Vec<paint::Painted> = self
            .waiting
            .iter()
            .rev()
            .map(|(spans, (_, color, half_width))| (&spans[..], *color, *half_width))
            .collect();
        canvas.paint_behind(&curves, &place);
        *self.painted = strokes;
    }

    /// Lays the picture beneath what egui draws, also if it has no curves.
    pub(super) fn lay_on(&mut self, paper: Paper, ui: &egui::Ui, transform: &PlotTransform) {
        let Some(canvas) = self.canvas.as_deref_mut() else { return };
        let bounds = transform.bounds();
        let (rect, y) = (*transform.frame(), (bounds.min()[1], bounds.max()[1]));
        let place = self.place.unwrap_or(Place { rect, pixels_per_point: ui.pixels_per_point(), y });
        if self.place.is_none() {
            let (columns, rows) = place.pixels();
            canvas.clear(columns, rows);
            self.painted.clear();
        }
        canvas.lay_on(paper, &place);
    }
}
