//! A curve as a thing in egui_plot's plots, which know its name and colour and ask for its shapes.

use std::{cell::RefCell, ops::RangeInclusive};

use bevy_egui::egui;
use compneurovis_core::{Scale, decimate::DecimatedSeries};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};

use super::{
    paint::{self, Canvas, Place},
    paper::Paper,
    spans::{Scratch, Span, Window, spans},
};
use crate::raster::share;

/// Length of a dash with its gap, and of the gap alone, in points.
const DASH: (f64, f64) = (7.0, 2.5);

/// Columns of pixels, of all curves together, from which on a second thread is worth its start.
const SHARED_COLUMNS: usize = 8_000;

/// Curves whose spans are made one after the other, with one scratch.
const BATCH: usize = 4;

/// What a curve looked like when it was drawn last.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    spans: Vec<Span>,
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
    pub(super) waiting: Vec<Waiting<'a>>,
    pub(super) place: Option<Place>,
    /// How many curves are not where or what they were.
    pub(super) renewed: usize,
}

/// A curve that goes to the canvas.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    drawn: &'a mut Drawn,
    stroke: Stroke,
    /// How its spans are made, if those it has are old.
    renewal: Option<Renewal<'a>>,
}

/// How the spans of a curve are made.
#[derive(Clone, Copy, Debug)]
struct Renewal<'a> {
    series: DecimatedSeries<'a>,
    window: Window,
    from: f64,
    dashed: bool,
    pixels_per_point: f32,
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
    /// Taken when it is drawn.
    pub(super) drawn: RefCell<Option<&'a mut Drawn>>,
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
        let Some(drawn) = self.drawn.take() else { return };
        let mut easel = self.easel.borrow_mut();
        let is_old = self.fresh || drawn.window.is_none_or(|(before, _)| before != window);
        easel.renewed += usize::from(is_old || drawn.window != Some((window, place)));
        drawn.window = Some((window, place));
        let Self { series, from, dashed, .. } = *self;
        let renewal = is_old.then_some(Renewal { series, window, from, dashed, pixels_per_point });
        let half_width = paint::half_width(self.highlighted());
        if let Some(canvas) = &easel.canvas {
            if easel.waiting.is_empty() && canvas.sheet.ground.is_none() {
                shapes.extend(canvas.shape(rect));
            }
            easel.waiting.push(Waiting { drawn, stroke: (self.id, self.color, half_width), renewal });
            easel.place = Some(place);
            return;
        }
        if let Some(renewal) = renewal {
            renewal.make(easel.scratch, &mut drawn.spans);
        }
        shapes.push(egui::Shape::mesh(paint::mesh(&drawn.spans, &place, self.color, half_width)));
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

impl Renewal<'_> {
    fn make(&self, scratch: &mut Scratch, columns: &mut Vec<Span>) {
        spans(&self.series, &self.window, scratch, columns);
        self.hide_trimmed(columns);
        if self.dashed {
            dash(&self.window, self.pixels_per_point, columns);
        }
    }

    /// Leaves out what lies before the first sample that is to be seen.
    fn hide_trimmed(&self, spans: &mut [Span]) {
        let (low, high) = self.window.range;
        let hidden = ((self.from - low) / (high - low) * self.window.columns as f64).floor().max(0.0) as usize;
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
        self.renew();
        let (Some(canvas), Some(place)) = (self.canvas.as_deref_mut(), self.place) else { return };
        let strokes: Vec<Stroke> = self.waiting.iter().map(|waiting| waiting.stroke).collect();
        let (columns, rows) = place.pixels();
        if self.renewed == 0 && *self.painted == strokes && canvas.size() == (columns, rows) {
            return;
        }
        canvas.clear(columns, rows);
        let curves: Vec<paint::Painted> = self
            .waiting
            .iter()
            .rev()
            .map(|Waiting { drawn, stroke: (_, color, half_width), .. }| (&drawn.spans[..], *color, *half_width))
            .collect();
        canvas.paint_behind(&curves, &place);
        *self.painted = strokes;
    }

    /// Makes the spans that are old, on several threads if they are many.
    fn renew(&mut self) {
        let columns: usize =
            self.waiting.iter().filter_map(|waiting| waiting.renewal).map(|renewal| renewal.window.columns).sum();
        let threads = if columns > SHARED_COLUMNS { paint::threads() } else { 1 };
        share(threads, self.waiting.chunks_mut(BATCH), |curves| {
            let mut scratch = Scratch::default();
            for Waiting { drawn, renewal, .. } in curves {
                if let Some(renewal) = renewal {
                    renewal.make(&mut scratch, &mut drawn.spans);
                }
            }
        });
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
