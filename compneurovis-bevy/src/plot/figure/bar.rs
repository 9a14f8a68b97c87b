//! Colour bars of figures: which colour is which value.

use compneurovis_core::{Rgba, colormap::TABLE_SIZE};
use svg::node::element::{Group, LinearGradient, Rectangle, Stop};

use super::draw::{line, words};
use crate::{ticks, workbench::ColorScale};

/// Room beside a plot for its colour bars, in CSS pixels.
pub(super) const ROOM: f64 = 92.0;

/// Width of a bar.
const WIDTH: f64 = 12.0;

/// Between the bars of a figure: the numbers at their ends reach over them.
const GAP: f64 = 18.0;

/// From one colour of a map's table to the next that is written.
const STRIDE: usize = 3;

/// The bars of a figure, one above the other between `top` and `top + height`, with their left side at `left`.
pub(super) fn bars(scales: &[ColorScale], left: f64, top: f64, height: f64) -> Group {
    let mut group = Group::new().set("fill", "#202020");
    let each = (height - GAP * scales.len().saturating_sub(1) as f64) / scales.len().max(1) as f64;
    for (index, scale) in scales.iter().enumerate() {
        let top = top + index as f64 * (each + GAP);
        group = bar(group, scale, &format!("colors{index}"), (left, top, each.max(20.0)));
    }
    group
}

fn bar(group: Group, scale: &ColorScale, id: &str, (left, top, height): (f64, f64, f64)) -> Group {
    let frame = Rectangle::new().set("x", left).set("y", top).set("width", WIDTH).set("height", height);
    let turned = format!("translate({:.1} {:.1}) rotate(-90)", left + ROOM - 16.0, top + height / 2.0);
    let name = words(scale.name_with_unit(), (0.0, 0.0), "middle").set("transform", turned);
    let mut group =
        group.add(gradient(scale, id)).add(frame.set("fill", format!("url(#{id})")).set("stroke", "#808080")).add(name);
    for (y, text) in numbers(scale, height) {
        let x = left + WIDTH;
        group = group.add(line((x, top + y), (x + 3.0, top + y), "#404040"));
        group = group.add(words(text, (x + 6.0, top + y + 3.8), "start"));
    }
    group
}

/// From the bottom up. A gradient is the map itself between colours that lie near each other.
fn gradient(scale: &ColorScale, id: &str) -> LinearGradient {
    let stop = |(index, Rgba([red, green, blue, _])): (usize, &Rgba)| {
        let part = index as f64 / (TABLE_SIZE - 1) as f64;
        Stop::new().set("offset", format!("{part:.4}")).set("stop-color", format!("#{red:02x}{green:02x}{blue:02x}"))
    };
    let table = scale.map.table();
    let stops = table.iter().enumerate().filter(|(index, _)| index % STRIDE == 0 || index + 1 == TABLE_SIZE);
    let upward = LinearGradient::new().set("id", id).set("x1", 0).set("x2", 0).set("y1", 1).set("y2", 0);
    stops.map(stop).fold(upward, LinearGradient::add)
}

/// Numbers beside a bar: those of its ends, and round ones that do not touch them.
fn numbers(scale: &ColorScale, height: f64) -> Vec<(f64, String)> {
    let (low, high) = (f64::from(scale.limits.0), f64::from(scale.limits.1));
    let ends = scale.written();
    let mut numbers = vec![(0.0, ends.text(high)), (height, ends.text(low))];
    let between = ticks::ticks(low.min(high), low.max(high), (height / 40.0) as u32);
    let y = |value: f64| height * (high - value) / (high - low);
    let inner = between.values.iter().map(|&value| (y(value), between.text(value)));
    numbers.extend(inner.filter(|(y, _)| (12.0..=height - 12.0).contains(y)));
    numbers
}

#[cfg(test)]
mod tests {
    use compneurovis_core::ColorMap;

    use super::*;

    #[test]
    fn numbers_are_round_and_do_not_touch() {
        let scale = ColorScale {
            name: "v".to_owned(),
            unit: "mV".to_owned(),
            map: ColorMap::Viridis,
            limits: (-80.0, 52.0),
            automatic: false,
        };
        let numbers = numbers(&scale, 200.0);
        assert_eq!(numbers[..2], [(0.0, "52".to_owned()), (200.0, "−80".to_owned())]);
        assert!(numbers.len() > 3 && numbers[2..].iter().all(|(y, _)| (12.0..=188.0).contains(y)), "{numbers:?}");
        assert!(numbers.iter().any(|(_, text)| text == "0"), "{numbers:?}");
        let text = bars(&[scale.clone(), scale], 0.0, 0.0, 300.0).to_string();
        assert!(text.contains("colors0") && text.contains("colors1") && text.contains("v (mV)"));
    }
}
