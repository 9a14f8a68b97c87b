//! A curve as a thing in egui_plot's plots, which know its name and colour and ask for its shapes.

use std::{cell::RefCell, ops::RangeInclusive};

use bevy_egui::egui;
use compneurovis_core::{Scale, decimate::DecimatedSeries};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};

use super::{
    columns::Columns,
    drawn::{Drawn, Renewal, Renewed},
    paint::{self, Canvas, Place},
    paper::Paper,
    spans::{Scratch, Window},
};
use crate::raster::share;

/// Columns of pixels, of all curves together, from which on a second thread is worth its start.
const SHARED_COLUMNS: usize = 8_000;

/// Curves whose spans are made one after the other, with one scratch.
const BATCH: usize = 4;

/// Whose line, and what it looks like.
pub(super) type Stroke = (egui::Id, egui::Color32, f32);

/// What a canvas has.
#[derive(Clone, Debug, Default)]
pub(super) struct Painting {
    strokes: Vec<Stroke>,
    place: Option<Place>,
}

impl Painting {
    /// How many columns of pixels there are.
    pub(super) fn width(&self) -> Option<usize> {
        self.place.map(|place| place.pixels().0)
    }
}

/// What the curves of a plot have in common while they are being drawn.
#[derive(Debug)]
pub(super) struct Easel<'a> {
    pub(super) canvas: Option<&'a mut Canvas>,
    pub(super) scratch: &'a mut Scratch,
    pub(super) painting: &'a mut Painting,
    /// The curves that go to the canvas, in their order.
    pub(super) waiting: Vec<Waiting<'a>>,
    pub(super) place: Option<Place>,
}

/// A curve that goes to the canvas.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    drawn: &'a mut Drawn,
    stroke: Stroke,
    /// How its spans are made, if those it has are old.
    renewal: Option<Renewal<'a>>,
    renewed: Renewed,
}

/// A curve.
pub(super) struct CurveItem<'a> {
    pub(super) base: PlotItemBase,
    pub(super) id: egui::Id,
    pub(super) color: egui::Color32,
    pub(super) series: DecimatedSeries<'a>,
    pub(super) scales: (Scale, Scale),
    /// The columns of pixels of what the plot was asked to show, if it moves by whole ones.
    pub(super) columns: Option<Columns>,
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
        let count = (rect.width() * pixels_per_point).round().clamp(0.0, 16_384.0) as usize;
        let (range, (x_scale, y_scale)) = ((bounds.min()[0], bounds.max()[0]), self.scales);
        let asked = self.columns.filter(|columns| columns.range() == range && columns.count() == count);
        let window = Window { columns: asked.unwrap_or(Columns::over(range, count)), x_scale, y_scale };
        let Some(drawn) = self.drawn.take() else { return };
        let mut easel = self.easel.borrow_mut();
        let Self { series, from, dashed, .. } = *self;
        let is_old = self.fresh || !drawn.shows(&window);
        let renewal = is_old.then_some(Renewal { series, window, from, dashed, pixels_per_point });
        let half_width = paint::half_width(self.highlighted());
        let place = Place { rect, pixels_per_point, y: (bounds.min()[1], bounds.max()[1]) };
        if let Some(canvas) = &easel.canvas {
            if easel.waiting.is_empty() && canvas.sheet.ground.is_none() {
                shapes.extend(canvas.shape(rect));
            }
            let (stroke, renewed) = ((self.id, self.color, half_width), Renewed::nothing(count));
            easel.waiting.push(Waiting { drawn, stroke, renewal, renewed });
            easel.place = Some(place);
            return;
        }
        if let Some(renewal) = renewal {
            drawn.renew(&renewal, easel.scratch);
        }
        shapes.push(egui::Shape::mesh(paint::mesh(drawn.spans(), &place, self.color, half_width)));
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

impl Easel<'_> {
    /// Paints what waits, as far as it is not there already.
    pub(super) fn finish(&mut self) {
        self.renew();
        let (Some(canvas), Some(place)) = (self.canvas.as_deref_mut(), self.place) else { return };
        let strokes: Vec<Stroke> = self.waiting.iter().map(|waiting| waiting.stroke).collect();
        let (columns, rows) = place.pixels();
        let stays =
            self.painting.strokes == strokes && self.painting.place == Some(place) && canvas.size() == (columns, rows);
        let all = Renewed::all(columns);
        let renewed = if stays {
            self.waiting.iter().map(|waiting| waiting.renewed).reduce(Renewed::and).unwrap_or(all)
        } else {
            all
        };
        if renewed == Renewed::nothing(columns) {
            return;
        }
        if stays {
            canvas.move_left(renewed.moved);
        } else {
            canvas.clear(columns, rows);
        }
        // The curve that was last is on top.
        let curves: Vec<paint::Painted> = self
            .waiting
            .iter()
            .rev()
            .map(|Waiting { drawn, stroke: (_, color, half_width), .. }| (drawn.spans(), *color, *half_width))
            .collect();
        for part in renewed.parts(columns) {
            canvas.clear_columns(part.clone());
            canvas.paint_behind(&curves, &place, part);
        }
        *self.painting = Painting { strokes, place: Some(place) };
    }

    /// Makes the spans that are old, on several threads if they are many.
    fn renew(&mut self) {
        let columns: usize =
            self.waiting.iter().filter_map(|waiting| Some(waiting.drawn.to_renew(waiting.renewal.as_ref()?))).sum();
        let threads = if columns > SHARED_COLUMNS { paint::threads() } else { 1 };
        share(threads, self.waiting.chunks_mut(BATCH), |curves| {
            let mut scratch = Scratch::default();
            for Waiting { drawn, renewal, renewed, .. } in curves {
                if let Some(renewal) = renewal {
                    *renewed = drawn.renew(renewal, &mut scratch);
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
            *self.painting = Painting::default();
        }
        canvas.lay_on(paper, &place);
    }
}
