//! A figure as SVG.

use compneurovis_core::Scale;
use svg::{
    Document,
    node::element::{ClipPath, Definitions, Description, Group, Line, Polyline, Rectangle, Text, Title},
};

use super::{Figure, Stroke, bar};
use crate::{
    plot::axis::{number, value_at},
    ticks,
};

/// Room around the plot for its numbers and labels: left, top, right, bottom.
const ROOM: (f64, f64, f64, f64) = (66.0, 30.0, 16.0, 46.0);

/// Room for the entries of a legend, at the right.
const LEGEND: f64 = 120.0;

/// An empty page of `size`, in CSS pixels, with its title and lines about how it came about.
pub(super) fn page(title: &str, size: (f64, f64), about: &str) -> Document {
    Document::new()
        .set("width", size.0)
        .set("height", size.1)
        .set("viewBox", (0.0, 0.0, size.0, size.1))
        .set("font-family", "Helvetica, Arial, sans-serif")
        .set("font-size", 11)
        .add(Title::new(title))
        .add(Description::new().add(svg::node::Text::new(about)))
        .add(Rectangle::new().set("width", size.0).set("height", size.1).set("fill", "#ffffff"))
        .add(words(title.to_owned(), (size.0 / 2.0, 18.0), "middle").set("fill", "#202020").set("font-size", 13))
}

/// A figure as SVG text of `size`, in CSS pixels, with a line about how it came about.
pub(super) fn figure_svg(figure: &Figure, size: (f64, f64), about: &str) -> String {
    let legend = if figure.has_legend { LEGEND } else { 0.0 };
    let bars = if figure.color_scales.is_empty() { 0.0 } else { bar::ROOM };
    let (left, top) = (ROOM.0, ROOM.1);
    let (width, height) = ((size.0 - left - ROOM.2 - legend - bars).max(40.0), (size.1 - top - ROOM.3).max(40.0));
    let place = Page { figure, left, top, width, height };
    let clip = ClipPath::new().set("id", "plot").add(place.frame());
    let mut curves = Group::new().set("clip-path", "url(#plot)").set("fill", "none").set("stroke-width", 1.4);
    for stroke in &figure.strokes {
        curves = curves.add(place.stroke(stroke));
    }
    page(&figure.title, size, about)
        .add(Definitions::new().add(clip))
        .add(place.axes())
        .add(place.picture())
        .add(place.levels())
        .add(curves)
        .add(place.frame().set("fill", "none").set("stroke", "#404040"))
        .add(place.labels(size))
        .add(place.legend())
        .add(bar::bars(&figure.color_scales, left + width + legend + ROOM.2, top, height))
        .to_string()
}

/// Where a figure is on its page.
struct Page<'a> {
    figure: &'a Figure,
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Page<'_> {
    fn frame(&self) -> Rectangle {
        let (x, y) = (self.left, self.top);
        Rectangle::new().set("x", x).set("y", y).set("width", self.width).set("height", self.height)
    }

    fn x(&self, along: f64) -> f64 {
        let (low, high) = (self.figure.bounds.0[0], self.figure.bounds.1[0]);
        self.left + (along - low) / (high - low) * self.width
    }

    /// Far outside is at some distance: renderers have their limits.
    fn y(&self, along: f64) -> f64 {
        let (low, high) = (self.figure.bounds.0[1], self.figure.bounds.1[1]);
        self.top + (1.0 - ((along - low) / (high - low)).clamp(-10.0, 10.0)) * self.height
    }

    fn picture(&self) -> Group {
        let mut group = Group::new().set("clip-path", "url(#plot)");
        if let Some(picture) = &self.figure.picture {
            let (min, max) = picture.bounds;
            group = group.add(picture.image((self.x(min[0]), self.y(max[1])), (self.x(max[0]), self.y(min[1]))));
        }
        group
    }

    fn stroke(&self, stroke: &Stroke) -> Group {
        let mut group = Group::new().set("stroke", stroke.color.as_str()).set("stroke-linejoin", "round");
        if !stroke.label.is_empty() {
            group = group.set("data-label", stroke.label.as_str());
        }
        if stroke.dashed {
            group = group.set("stroke-dasharray", "5 3");
        }
        for piece in &stroke.pieces {
            let points: Vec<String> =
                piece.iter().map(|[x, y]| format!("{:.2},{:.2}", self.x(*x), self.y(*y))).collect();
            group = group.add(Polyline::new().set("points", points.join(" ")));
        }
        group
    }

    fn axes(&self) -> Group {
        let mut group = Group::new().set("fill", "#202020").set("stroke-width", 1);
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        for (at, text) in self.marks(true) {
            let x = self.x(at);
            group = group.add(line((x, self.top), (x, bottom), "#e4e4e4")).add(line(
                (x, bottom),
                (x, bottom + 4.0),
                "#404040",
            ));
            group = group.add(words(text, (x, bottom + 16.0), "middle"));
        }
        for (at, text) in self.marks(false) {
            let y = self.y(at);
            group = group.add(line((self.left, y), (right, y), "#e4e4e4")).add(line(
                (self.left - 4.0, y),
                (self.left, y),
                "#404040",
            ));
            group = group.add(words(text, (self.left - 7.0, y + 3.8), "end"));
        }
        group
    }

    /// Where the numbers of an axis are, along it, and what they are.
    fn marks(&self, is_x: bool) -> Vec<(f64, String)> {
        let axis = usize::from(!is_x);
        let (low, high) = (self.figure.bounds.0[axis], self.figure.bounds.1[axis]);
        let scale = if is_x { self.figure.scales.0 } else { self.figure.scales.1 };
        if !is_x && !self.figure.rows.is_empty() {
            // As many names as there is room for.
            let step = (12.0 * self.figure.rows.len() as f64 / self.height).ceil().max(1.0) as usize;
            let rows = self.figure.rows.iter().enumerate().step_by(step);
            return rows.map(|(row, name)| (row as f64, name.clone())).collect();
        }
        let count = if is_x { self.width / 80.0 } else { self.height / 45.0 };
        match scale {
            Scale::Logarithmic if high - low < 40.0 => (low.ceil() as i64..=high.floor() as i64)
                .map(|decade| (decade as f64, number(value_at(scale, decade as f64), f64::NAN)))
                .collect(),
            _ => {
                let marks = ticks::ticks(low, high, count.max(2.0) as u32);
                marks.values.iter().map(|&value| (value, marks.text(value))).collect()
            }
        }
    }

    fn levels(&self) -> Group {
        let mut group = Group::new().set("stroke-dasharray", "6 4");
        let (low, high) = (self.figure.bounds.0[1], self.figure.bounds.1[1]);
        for (at, label, color) in self.figure.levels.iter().filter(|(at, ..)| (low..=high).contains(at)) {
            let y = self.y(*at);
            group = group.add(line((self.left, y), (self.left + self.width, y), color));
            group = group.add(words(label.clone(), (self.left + 4.0, y - 3.0), "start").set("fill", color.as_str()));
        }
        group
    }

    fn labels(&self, size: (f64, f64)) -> Group {
        let (x, y) = &self.figure.labels;
        let middle = (self.left + self.width / 2.0, self.top + self.height / 2.0);
        let turned = format!("translate(14 {:.1}) rotate(-90)", middle.1);
        Group::new()
            .set("fill", "#202020")
            .add(words(x.clone(), (middle.0, size.1 - 8.0), "middle"))
            .add(words(y.clone(), (0.0, 0.0), "middle").set("transform", turned))
    }

    /// One entry a label; ghosts are all of one.
    fn legend(&self) -> Group {
        let mut group = Group::new();
        if !self.figure.has_legend {
            return group;
        }
        let mut known: Vec<&str> = Vec::new();
        let x = self.left + self.width + 10.0;
        for stroke in self.figure.strokes.iter().filter(|stroke| !stroke.label.is_empty()) {
            if known.contains(&stroke.label.as_str()) {
                continue;
            }
            let y = self.top + 10.0 + 16.0 * known.len() as f64;
            known.push(&stroke.label);
            let mut sample = line((x, y), (x + 18.0, y), &stroke.color).set("stroke-width", 2);
            if stroke.dashed {
                sample = sample.set("stroke-dasharray", "5 3");
            }
            group =
                group.add(sample).add(words(stroke.label.clone(), (x + 23.0, y + 4.0), "start").set("fill", "#202020"));
        }
        group
    }
}

pub(super) fn line(from: (f64, f64), to: (f64, f64), color: &str) -> Line {
    let round = |value: f64| (value * 100.0).round() / 100.0;
    Line::new()
        .set("x1", round(from.0))
        .set("y1", round(from.1))
        .set("x2", round(to.0))
        .set("y2", round(to.1))
        .set("stroke", color)
}

pub(super) fn words(text: String, (x, y): (f64, f64), anchor: &str) -> Text {
    Text::new(text)
        .set("x", (x * 100.0).round() / 100.0)
        .set("y", (y * 100.0).round() / 100.0)
        .set("text-anchor", anchor)
}
