//! Axes: linear or logarithmic, with the ticks that a view asks for.

use bevy_egui::egui;
use compneurovis_core::{PlotAxis, Scale};
use egui_plot::{AxisHints, GridInput, GridMark, HPlacement};

use crate::ticks::{self, Ticks};

/// More ticks than this are no ticks: the spacing was meant for another zoom.
const MAX_TICKS: f64 = 200.0;

/// Least distance of numbered ticks along x, in the 8 points of egui_plot's grid.
const X_TICKS_APART: f64 = 8.0;

/// The same along y.
const Y_TICKS_APART: f64 = 3.0;

/// The least distance in a low plot, whose y axis would have a single number otherwise.
const Y_TICKS_CLOSE: f64 = 1.7;

/// Room to the right of a plot, in points, for the half of a number at its edge.
const RIGHT: f32 = 12.0;

/// Room above a plot for the half of a number at its upper edge, in points.
pub(super) const ABOVE: f32 = 4.0;

/// Room below a plot for the numbers and the label of its x axis, in points.
const BELOW_PT: f32 = 34.0;

/// How wide a plot is that fills the rest of `ui`.
pub(super) fn width(ui: &egui::Ui) -> f32 {
    (ui.available_width() - RIGHT).max(1.0)
}

/// Where a value that a logarithmic axis cannot show lies: below everything.
pub(super) const BELOW: f64 = -1e30;

/// Where a value is along an axis: itself, or its logarithm; NaN if the axis cannot show it.
pub(super) fn along(scale: Scale, value: f64) -> f64 {
    match scale {
        Scale::Linear => value,
        Scale::Logarithmic if value > 0.0 => value.log10(),
        Scale::Logarithmic => f64::NAN,
    }
}

/// The value that is somewhere along an axis.
pub(super) fn value_at(scale: Scale, along: f64) -> f64 {
    match scale {
        Scale::Linear => along,
        Scale::Logarithmic => 10f64.powf(along),
    }
}

/// A name with its unit.
pub(super) fn with_unit(label: &str, unit: &str) -> String {
    if unit.is_empty() { label.to_owned() } else { format!("{label} ({unit})") }
}

/// The label of a y axis, as far as there is room for it beside a plot that fills the rest of `ui`: else its unit alone, which says
/// more about the numbers than half a name.
pub(super) fn upright(ui: &egui::Ui, label: String) -> String {
    let room = ui.available_height() - BELOW_PT;
    let font = egui::TextStyle::Body.resolve(ui.style());
    let fits = |text: &str| {
        let laid_out = ui.painter().layout_no_wrap(text.to_owned(), font.clone(), egui::Color32::WHITE);
        laid_out.size().x <= room
    };
    if fits(&label) {
        return label;
    }
    let unit = label.rsplit_once('(').and_then(|(_, unit)| unit.strip_suffix(')')).unwrap_or_default();
    if fits(unit) { unit.to_owned() } else { String::new() }
}

/// How an axis is written: its label, and numbers at the ticks.
pub(super) fn hints<'a>(axis: &PlotAxis, scale: Scale, is_x: bool, label: String) -> AxisHints<'a> {
    let spacing = axis.major_tick_spacing.filter(|spacing| is_spacing(*spacing));
    let written = move |mark: GridMark, _: &std::ops::RangeInclusive<f64>| match (scale, spacing) {
        (Scale::Logarithmic, _) if (mark.value - mark.value.round()).abs() > 1e-9 => String::new(),
        (Scale::Logarithmic, _) => number(value_at(scale, mark.value), f64::NAN),
        // Small ticks have no numbers.
        (_, Some(major)) if mark.step_size < major * 0.999 => String::new(),
        _ => number(mark.value, mark.step_size),
    };
    // In a narrow panel egui's usual spacing leaves an axis without numbers.
    if is_x {
        AxisHints::new_x().label(label).formatter(written).label_spacing(40.0..=50.0)
    } else {
        AxisHints::new_y()
            .label(label)
            .formatter(written)
            .placement(HPlacement::Left)
            .min_thickness(44.0)
            .label_spacing(12.0..=13.0)
    }
}

/// Where the ticks of an axis are.
pub(super) fn ticks(axis: &PlotAxis, scale: Scale, is_x: bool) -> Box<dyn Fn(GridInput) -> Vec<GridMark>> {
    let apart = if is_x { X_TICKS_APART } else { Y_TICKS_APART };
    let close = if is_x { X_TICKS_APART } else { Y_TICKS_CLOSE };
    let major = axis.major_tick_spacing.filter(|spacing| is_spacing(*spacing));
    let minor = axis.minor_tick_spacing.filter(|spacing| is_spacing(*spacing)).or(major.map(|major| major / 5.0));
    Box::new(move |input| {
        let (low, high) = input.bounds;
        match (scale, major, minor) {
            (Scale::Logarithmic, ..) if high - low < 40.0 => decades(low, high),
            (Scale::Linear, Some(major), minor) if (high - low) / major <= MAX_TICKS => {
                let fine = minor.filter(|minor| (high - low) / minor <= MAX_TICKS);
                let mut marks = multiples(low, high, major);
                let is_major = |value: f64| (value / major - (value / major).round()).abs() < 1e-6;
                marks.extend(
                    fine.into_iter().flat_map(|minor| multiples(low, high, minor)).filter(|mark| !is_major(mark.value)),
                );
                marks
            }
            _ => usual(input, apart, close),
        }
    })
}

/// Ticks at 1, 2 or 5 times a power of ten, so far apart that their numbers have room, and small ones between. A single
/// number says nothing of the scale, so that two may be closer.
fn usual(input: GridInput, apart: f64, close: f64) -> Vec<GridMark> {
    let ((low, high), base) = (input.bounds, input.base_step_size.abs());
    if !(base.is_finite() && base > 0.0 && (high - low).is_finite()) {
        return Vec::new();
    }
    let Some(wide) = ticks::round_up(base * apart * 0.9999) else { return Vec::new() };
    let major = if multiples(low, high, wide).len() >= 2 { wide } else { closer(low, high, base * close, wide) };
    let is_two = (major / 10f64.powf((major.log10() + 1e-9).floor())).round() == 2.0;
    let minor = major / if is_two { 4.0 } else { 5.0 };
    if (high - low) / minor > 4.0 * MAX_TICKS {
        return Vec::new();
    }
    let is_major = |mark: &GridMark| (mark.value / major - (mark.value / major).round()).abs() < 1e-6;
    let mut marks = multiples(low, high, major);
    marks.extend(multiples(low, high, minor).into_iter().filter(|mark| !is_major(mark)));
    marks
}

/// The widest step of at least `least` that has two ticks in a range; `wide` if there is none.
fn closer(low: f64, high: f64, least: f64, wide: f64) -> f64 {
    let narrower = |step: &f64| ticks::round_down(*step * 0.6);
    let mut steps = std::iter::successors(Some(wide), narrower).take_while(|step| *step >= least);
    steps.find(|step| multiples(low, high, *step).len() >= 2).unwrap_or(wide)
}

fn is_spacing(spacing: f64) -> bool {
    spacing.is_finite() && spacing > 0.0
}

fn multiples(low: f64, high: f64, step: f64) -> Vec<GridMark> {
    let (from, to) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (from..=to).map(|at| GridMark { value: at as f64 * step, step_size: step }).collect()
}

fn decades(low: f64, high: f64) -> Vec<GridMark> {
    let mut marks = Vec::new();
    for decade in low.floor() as i64..=high.ceil() as i64 {
        for digit in 1..10 {
            let value = decade as f64 + f64::from(digit).log10();
            marks.push(GridMark { value, step_size: if digit == 1 { 1.0 } else { 0.1 } });
        }
    }
    marks
}

/// A number with the digits that tell one tick from the next; without a step, with a few.
pub(super) fn number(value: f64, step: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        _ if step.is_finite() && step > 0.0 => Ticks { values: vec![value], step }.text(value),
        _ => ticks::number(value),
    }
}

/// A colour as egui has it.
pub(super) fn color32(color: compneurovis_core::Rgba) -> egui::Color32 {
    let [red, green, blue, alpha] = color.0;
    egui::Color32::from_rgba_unmultiplied(red, green, blue, alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(axis: &PlotAxis, scale: Scale, bounds: (f64, f64)) -> Vec<f64> {
        let mut values: Vec<f64> =
            ticks(axis, scale, true)(GridInput { bounds, base_step_size: 0.1 }).iter().map(|mark| mark.value).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn ticks_are_where_the_view_wants_them() {
        let axis = PlotAxis { major_tick_spacing: Some(2.0), minor_tick_spacing: Some(1.0), ..PlotAxis::default() };
        assert_eq!(at(&axis, Scale::Linear, (0.5, 4.5)), [1.0, 2.0, 3.0, 4.0]);
        // A window that moves on takes in a tick when it comes to it.
        assert_eq!(at(&axis, Scale::Linear, (-0.5, 0.9)), [0.0]);
        assert_eq!(at(&axis, Scale::Linear, (0.1, 3.0)), [1.0, 2.0, 3.0]);
        // Zoomed out, such ticks would fill the axis.
        assert!(at(&axis, Scale::Linear, (0.0, 1e6)).len() < 300);
        let axis = PlotAxis { major_tick_spacing: Some(f64::NAN), ..PlotAxis::default() };
        assert!(!at(&axis, Scale::Linear, (0.0, 1.0)).is_empty());
    }

    #[test]
    fn a_low_plot_has_two_numbers_if_they_have_room() {
        let numbered = |points: f64| {
            let input = GridInput { bounds: (-75.0, -45.0), base_step_size: 30.0 / points * 8.0 };
            let marks = ticks(&PlotAxis::default(), Scale::Linear, false)(input);
            let major = marks.iter().map(|mark| mark.step_size).fold(0.0, f64::max);
            marks.iter().filter(|mark| mark.step_size == major).map(|mark| mark.value).collect::<Vec<_>>()
        };
        assert_eq!(numbered(200.0), [-75.0, -70.0, -65.0, -60.0, -55.0, -50.0, -45.0]);
        assert_eq!(numbered(43.0), [-70.0, -60.0, -50.0]);
        assert_eq!(numbered(20.0).len(), 1, "else they would overlap");
    }

    #[test]
    fn a_logarithmic_axis_counts_in_powers() {
        assert!(along(Scale::Logarithmic, -1.0).is_nan() && along(Scale::Logarithmic, 100.0) == 2.0);
        let marks = at(&PlotAxis::default(), Scale::Logarithmic, (-2.0, 2.0));
        assert!(marks.iter().filter(|mark| mark.fract() == 0.0).count() >= 5, "{marks:?}");
    }

    #[test]
    fn numbers_have_the_digits_of_their_steps() {
        let cases = [(0.30000000000000004, 0.1, "0.3"), (-65.0, 10.0, "−65"), (1e-9, 1e-9, "1e−9"), (0.0, 0.1, "0")];
        for (value, step, expected) in cases {
            assert_eq!(number(value, step), expected);
        }
    }

    #[test]
    fn a_label_without_room_gives_way_to_its_unit() {
        let found = [400.0, 130.0, 40.0].map(|height| {
            let show =
                |ui: &mut egui::Ui, found: &mut String| *found = upright(ui, "Membrane potential (mV)".to_owned());
            let harness = egui_kittest::Harness::builder().with_size(egui::vec2(300.0, height));
            harness.build_ui_state(show, String::new()).state().clone()
        });
        assert_eq!(found, ["Membrane potential (mV)", "mV", ""]);
    }
}
