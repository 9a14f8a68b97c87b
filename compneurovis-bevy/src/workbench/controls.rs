//! Sliders, boxes and buttons.

use bevy_egui::egui;
use compneurovis_core::{
    ActionId, BuiltinAction, ChoiceControl, ChoiceWidget, Control, ControlKind, IntegerControl, NumberWidget,
    ScalarControl, Scale, Scene, TextControl, Value, XyControl,
};

use crate::session::Input;

/// Draws the controls and actions of a scene, and Reset; gives what the user does to `take`.
///
/// `armed` is the action that waits for a compartment to be clicked.
pub fn controls_ui(ui: &mut egui::Ui, scene: &Scene, armed: Option<&ActionId>, mut take: impl FnMut(Input)) {
    if !scene.controls.is_empty() {
        ui.strong("Controls");
        let label_width = 120.0f32.min(ui.available_width() * 0.35);
        egui::Grid::new("controls").num_columns(2).min_col_width(label_width).spacing([10.0, 6.0]).show(ui, |ui| {
            for control in scene.controls.values() {
                ui.label(&control.label);
                let value = scene.state.get(control.state_key()).cloned();
                if let Some(value) = control_ui(ui, control, value.unwrap_or_else(|| control.default_value())) {
                    take(Input::Control(control.id.clone(), value));
                }
                ui.end_row();
            }
        });
        ui.add_space(4.0);
    }
    ui.horizontal_wrapped(|ui| {
        // The transport bar has those of the runner.
        let others = scene.actions.values().filter(|action| BuiltinAction::of(&action.id).is_none());
        for action in others {
            let button = ui.add(egui::Button::new(&action.label).selected(armed == Some(&action.id)));
            let button = if action.shortcuts.is_empty() {
                button
            } else {
                button.on_hover_text(format!("Key: {}", action.shortcuts.join(", ")))
            };
            if button.clicked() {
                take(Input::Action(action.id.clone()));
            }
        }
    });
}

/// Draws a control that has a value, and gives the new one if it was moved.
fn control_ui(ui: &mut egui::Ui, control: &Control, value: Value) -> Option<Value> {
    let suffix = if control.unit.is_empty() { String::new() } else { format!(" {}", control.unit) };
    match &control.kind {
        ControlKind::Scalar(scalar) => scalar_ui(ui, scalar, suffix, value.as_f64()?),
        ControlKind::Integer(integer) => integer_ui(ui, integer, suffix, value.as_i64()?),
        ControlKind::Choice(choice) => choice_ui(ui, control, choice, value.as_str()?),
        ControlKind::Bool(_) => {
            let mut on = value.as_bool()?;
            ui.checkbox(&mut on, "").changed().then_some(Value::Bool(on))
        }
        ControlKind::Xy(xy) => xy_ui(ui, xy, value.as_pair()?),
        ControlKind::Text(text) => text_ui(ui, text, value.as_str()?.to_owned()),
        _ => {
            ui.weak("this version has no widget for it");
            None
        }
    }
}

fn scalar_ui(ui: &mut egui::Ui, scalar: &ScalarControl, suffix: String, mut number: f64) -> Option<Value> {
    let digits = digits(scalar);
    let response = match scalar.widget {
        NumberWidget::Slider => {
            ui.spacing_mut().slider_width = (ui.available_width() - 90.0).max(60.0);
            ui.add(slider(&mut number, scalar).suffix(suffix).min_decimals(digits.min(2)).max_decimals(digits))
        }
        NumberWidget::Box => {
            let speed = (scalar.max - scalar.min) / f64::from(scalar.steps.max(1));
            let drag = egui::DragValue::new(&mut number).range(scalar.min..=scalar.max).speed(speed);
            ui.add(drag.suffix(suffix).max_decimals(digits))
        }
    };
    response.changed().then_some(Value::Float(number))
}

fn integer_ui(ui: &mut egui::Ui, integer: &IntegerControl, suffix: String, mut number: i64) -> Option<Value> {
    let range = integer.min..=integer.max;
    let response = match integer.widget {
        NumberWidget::Slider => ui.add(egui::Slider::new(&mut number, range).suffix(suffix)),
        NumberWidget::Box => ui.add(egui::DragValue::new(&mut number).range(range).speed(0.1).suffix(suffix)),
    };
    response.changed().then_some(Value::Int(number))
}

fn choice_ui(ui: &mut egui::Ui, control: &Control, choice: &ChoiceControl, current: &str) -> Option<Value> {
    let mut chosen = current.to_owned();
    let mut offer = |ui: &mut egui::Ui| {
        for option in &choice.options {
            ui.selectable_value(&mut chosen, option.clone(), option);
        }
    };
    match choice.widget {
        ChoiceWidget::Dropdown => {
            egui::ComboBox::from_id_salt(control.id.as_str()).selected_text(current).show_ui(ui, offer);
        }
        ChoiceWidget::Buttons => {
            ui.horizontal_wrapped(&mut offer);
        }
    }
    (chosen != current).then_some(Value::Text(chosen))
}

fn xy_ui(ui: &mut egui::Ui, xy: &XyControl, (mut x, mut y): (f64, f64)) -> Option<Value> {
    let changed = ui.horizontal(|ui| {
        let mut axis = |label: &str, number: &mut f64, (min, max): (f64, f64)| {
            ui.label(label);
            ui.add(egui::DragValue::new(number).range(min..=max).speed((max - min) / 100.0)).changed()
        };
        let moved = axis(&xy.x_label, &mut x, xy.x_range);
        axis(&xy.y_label, &mut y, xy.y_range) || moved
    });
    changed.inner.then_some(Value::Pair(x, y))
}

fn text_ui(ui: &mut egui::Ui, text: &TextControl, mut written: String) -> Option<Value> {
    let edit = egui::TextEdit::singleline(&mut written).hint_text(text.placeholder.as_str());
    let edit = text.max_length.into_iter().fold(edit, egui::TextEdit::char_limit);
    ui.add(edit).changed().then_some(Value::Text(written))
}

fn slider<'a>(number: &'a mut f64, scalar: &ScalarControl) -> egui::Slider<'a> {
    let slider = egui::Slider::new(number, scalar.min..=scalar.max);
    match scalar.scale {
        // Steps of equal ratios are the slider's own business.
        Scale::Logarithmic => slider.logarithmic(true),
        Scale::Linear => slider.step_by((scalar.max - scalar.min) / f64::from(scalar.steps.max(1))),
    }
}

/// Decimals that tell one step from the next.
fn digits(scalar: &ScalarControl) -> usize {
    let step = (scalar.max - scalar.min) / f64::from(scalar.steps.max(1));
    (-(step.log10()).floor()).clamp(0.0, 9.0) as usize
}
