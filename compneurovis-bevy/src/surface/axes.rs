//! The axes of a surface as lines and texts, where a camera sees them best.

use bevy::prelude::*;

use super::{AxisText, SurfaceShape, lines::Line, look::AxesLook, sight::Sight};
use crate::ticks::{Ticks, ticks};

/// Width of an axis and its ticks, in points.
const AXIS_WIDTH: f32 = 1.5;

/// Width of an edge of the box, in points.
const BOX_WIDTH: f32 = 1.0;

/// An edge of the box is so much fainter than an axis.
const BOX_ALPHA: f32 = 0.35;

/// Length of a tick beside an axis, as a part of the box's horizontal sides.
const TICK_LENGTH: f64 = 0.03;

/// An axis that is shorter on the screen, in points, has neither ticks nor texts: they would lie on each other.
const READABLE: f32 = 30.0;

/// Two edges are as near to the viewer, if they differ by less than this part of the box.
const SAME_DEPTH: f32 = 0.03;

/// The axes of a surface, where they are.
struct Frame<'a> {
    shape: &'a SurfaceShape,
    look: &'a AxesLook,
    sight: &'a Sight,
    lines: &'a mut Vec<Line>,
}

/// Draws the axes and the box, and says where the texts are.
pub(super) fn draw_axes(shape: &SurfaceShape, look: &AxesLook, sight: &Sight, lines: &mut Vec<Line>) -> Vec<AxisText> {
    if !look.visible {
        return Vec::new();
    }
    let mut frame = Frame { shape, look, sight, lines };
    if look.bounding_box {
        frame.draw_box();
    }
    (0..3).filter_map(|side| frame.draw_axis(side)).collect()
}

impl Frame<'_> {
    /// All edges but the three at the corner that is nearest to the viewer: they would lie over the surface.
    fn draw_box(&mut self) {
        let corners = self.shape.corners();
        let depth = |corner: &usize| self.sight.project(corners[*corner]).map_or(f32::NEG_INFINITY, |(_, depth)| depth);
        let nearest = (0..8).min_by(|a, b| depth(a).total_cmp(&depth(b))).unwrap_or(0);
        let mut color = self.look.color;
        color.alpha *= BOX_ALPHA;
        for side in 0..3 {
            // A side without length has its edges once.
            let flat = |other: usize| self.shape.min[other] == self.shape.max[other];
            for corner in (0..8usize).filter(|corner| corner >> side & 1 == 0) {
                let end = corner | 1 << side;
                let doubled = (0..3).any(|other| other != side && flat(other) && corner >> other & 1 == 1);
                let in_front = corner == nearest || end == nearest;
                if !flat(side) && !doubled && !in_front {
                    self.lines.push(Line::new(corners[corner], corners[end], color, BOX_WIDTH));
                }
            }
        }
    }

    /// Draws an axis with its ticks: 0 for x, 1 for y, 2 for height.
    fn draw_axis(&mut self, side: usize) -> Option<AxisText> {
        let corner = if self.look.in_middle { self.shape.middle() } else { self.shape.corner(self.edge(side)) };
        let at = |value: f64| {
            let mut data = corner;
            data[side] = value;
            self.shape.about_middle(data)
        };
        let (low, high) = (self.shape.min[side], self.shape.max[side]);
        let (from, to) = (at(low), at(high));
        let line = Line::new(from, to, self.look.color, AXIS_WIDTH);
        let ticks = ticks(low, high, self.look.tick_count);
        let places: Vec<Vec3> = ticks.values.iter().map(|&value| at(value)).collect();
        let readable = self.sight.length(from, to) >= READABLE;
        if from != to {
            self.lines.push(line);
        }
        if !readable {
            return None;
        }
        let out = self.outwards(side, corner);
        let back = if self.look.in_middle { -out } else { Vec3::ZERO };
        let widths = places.iter().map(|&place| Line::new(place + back, place + out, self.look.color, AXIS_WIDTH));
        if self.look.tick_length_scale > 0.0 {
            self.lines.extend(widths);
        }
        self.text(side, &ticks, &places, (from, to), out)
    }

    /// The corner of the box at which the edge begins that an axis runs along: of the horizontal edges at the bottom
    /// the one nearest to the viewer, or the right one if both are as near; of the upright ones that which is leftmost
    /// on the screen, where nothing of the surface is behind the texts.
    fn edge(&self, side: usize) -> usize {
        let corners = self.shape.corners();
        if side == 2 {
            let left = |corner: &usize| self.sight.project(corners[*corner]).map_or(f32::INFINITY, |(at, _)| at.x);
            return (0..4).min_by(|a, b| left(a).total_cmp(&left(b))).unwrap_or(0);
        }
        let other = 1 << (1 - side);
        let middle = |corner: usize| self.sight.project((corners[corner] + corners[corner | 1 << side]) / 2.0);
        let (Some((one, near)), Some((two, far))) = (middle(0), middle(other)) else { return 0 };
        let depths = corners.iter().filter_map(|&corner| self.sight.project(corner)).map(|(_, depth)| depth);
        let (least, most) =
            depths.fold((f32::MAX, f32::MIN), |(least, most), depth| (least.min(depth), most.max(depth)));
        let first = if (near - far).abs() < SAME_DEPTH * (most - least) { one.x > two.x } else { near < far };
        if first { 0 } else { other }
    }

    /// From an axis to the end of a tick.
    fn outwards(&self, side: usize, corner: [f64; 3]) -> Vec3 {
        let span = |side: usize| ((self.shape.max[side] - self.shape.min[side]) * self.shape.scale[side]).abs();
        let length = |across: usize| {
            // A row has no width to go by, and a ribbon too much.
            let spans = [span(across), 2.0 * span(side)].into_iter().filter(|&span| span > 0.0);
            let span = spans.fold(f64::INFINITY, f64::min);
            (span * TICK_LENGTH * f64::from(self.look.tick_length_scale.max(0.01))) as f32
        };
        let middle = self.shape.middle();
        let from = self.shape.about_middle(corner);
        // In the coordinates of the view's entity, the data's y is -z.
        let unit = |across: usize| {
            let positive = if across == 0 { Vec3::X } else { Vec3::NEG_Z };
            let beyond = corner[across] - middle[across];
            // Beside a row, downwards as it is seen.
            let down = || self.sight.direction(from, from + positive * length(across)).is_none_or(|way| way.y >= 0.0);
            let outwards = if beyond == 0.0 { down() } else { beyond > 0.0 };
            if outwards { positive } else { -positive }
        };
        match side {
            0 => unit(1) * length(1),
            1 => unit(0) * length(0),
            // To the left as it is seen, if that can be.
            _ => {
                let left = |across: &usize| {
                    let direction = self.sight.direction(from, from + unit(*across) * length(*across));
                    direction.map_or(f32::INFINITY, |direction| direction.x)
                };
                let across = if left(&0) <= left(&1) { 0 } else { 1 };
                unit(across) * length(across)
            }
        }
    }

    fn text(
        &self,
        side: usize,
        ticks: &Ticks,
        places: &[Vec3],
        (from, to): (Vec3, Vec3),
        out: Vec3,
    ) -> Option<AxisText> {
        let ((first, _), (last, _)) = (self.sight.project(from)?, self.sight.project(to)?);
        let middle = (from + to) / 2.0;
        let outwards = self.sight.direction(middle, middle + out).unwrap_or(Vec2::Y);
        let numbers = ticks.values.iter().zip(places).filter_map(|(&value, &place)| {
            let (at, _) = self.sight.project(place + out)?;
            Some((at, ticks.text(value)))
        });
        // Upright axes, and those in the middle, have their names at their ends.
        let at_end = side == 2 || self.look.in_middle;
        let along = (last - first).try_normalize().unwrap_or(Vec2::NEG_Y);
        let (name_at, name_towards) =
            if at_end { (last, along) } else { (self.sight.project(middle + out)?.0, outwards) };
        Some(AxisText {
            numbers: numbers.collect(),
            outwards,
            name: self.look.names[side].clone(),
            name_at,
            name_towards,
            name_beyond_numbers: !at_end,
            number_size: self.look.tick_label_size,
            name_size: self.look.label_size,
            color: self.look.text_color,
        })
    }
}
