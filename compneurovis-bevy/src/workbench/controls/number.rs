//! Controls of numbers: sliders with an entry beside them, and boxes.

use bevy_egui::egui;
use compneurovis_core::{IntegerControl, NumberWidget, ScalarControl, Scale, Value};

/// Room for the entry beside a slider, and for the button that resets it.
const ENTRY: f32 = 104.0;

pub(super) fn scalar_ui(
    ui: &mut egui::Ui,
    scalar: &ScalarControl,
    unit: &str,
    mut number: f64,
    label: egui::Id,
) -> Option<Value> {
    let suffix = suffix(unit);
    let response = match scalar.widget {
        NumberWidget::Slider => {
            ui.spacing_mut().slider_width = (ui.available_width() - ENTRY).max(24.0);
            ui.add(slider(&mut number, scalar).suffix(suffix))
        }
        NumberWidget::Box => {
            let speed = (scalar.max - scalar.min) / f64::from(scalar.steps.max(1));
            let drag = egui::DragValue::new(&mut number).range(scalar.min..=scalar.max).speed(speed);
            ui.add(drag.suffix(suffix).max_decimals(digits(scalar)))
        }
    };
    response.labelled_by(label).changed().then_some(Value::Float(number))
}

pub(super) fn integer_ui(
    ui: &mut egui::Ui,
    integer: &IntegerControl,
    unit: &str,
    mut number: i64,
    label: egui::Id,
) -> Option<Value> {
    let (before, range) = (number, integer.min..=integer.max);
    let response = match integer.widget {
        NumberWidget::Slider => {
            ui.spacing_mut().slider_width = (ui.available_width() - ENTRY).max(24.0);
            ui.add(egui::Slider::new(&mut number, range).suffix(suffix(unit)))
        }
        NumberWidget::Box => {
            if ui.small_button("−").clicked() {
                number = number.saturating_sub(1).max(integer.min);
            }
            let drag = egui::DragValue::new(&mut number).range(range).speed(0.1).suffix(suffix(unit));
            let response = ui.add(drag);
            if ui.small_button("+").clicked() {
                number = number.saturating_add(1).min(integer.max);
            }
            response
        }
    };
    response.labelled_by(label);
    (number != before).then_some(Value::Int(number))
}

fn suffix(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

fn slider<'a>(number: &'a mut f64, scalar: &ScalarControl) -> egui::Slider<'a> {
    let digits = digits(scalar);
    // What is typed is kept as it is; only the handle goes in steps.
    let slider = egui::Slider::new(number, scalar.min..=scalar.max).max_decimals(digits + 3);
    match scalar.scale {
        // Steps of equal ratios are the slider's own business.
        Scale::Logarithmic => slider.logarithmic(true).smallest_positive(scalar.min),
        Scale::Linear => slider.min_decimals(digits.min(2)),
    }
}

/// Decimals that tell one step from the next.
fn digits(scalar: &ScalarControl) -> usize {
    let step = match scalar.scale {
        Scale::Linear => (scalar.max - scalar.min) / f64::from(scalar.steps.max(1)),
        Scale::Logarithmic => scalar.min,
    };
    (-(step.log10()).floor()).clamp(0.0, 9.0) as usize
}
