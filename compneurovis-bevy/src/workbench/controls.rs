//! Sliders and buttons.

use bevy_egui::egui;
use compneurovis_core::{Control, ControlKind, ScalarControl, Scale, Scene, SessionCommand, Value};

/// Draws the controls and actions of a scene, and Reset; gives what the user wants to `send`.
pub fn controls_ui(ui: &mut egui::Ui, scene: &Scene, mut send: impl FnMut(SessionCommand)) {
    if !scene.controls.is_empty() {
        ui.strong("Controls");
        let label_width = 120.0f32.min(ui.available_width() * 0.35);
        egui::Grid::new("controls").num_columns(2).min_col_width(label_width).spacing([10.0, 6.0]).show(ui, |ui| {
            for control in scene.controls.values() {
                ui.label(&control.label);
                control_ui(ui, control, scene.state.get(control.id.as_str()), &mut send);
                ui.end_row();
            }
        });
        ui.add_space(4.0);
    }
    ui.horizontal_wrapped(|ui| {
        if ui.button("⟲ Reset").on_hover_text("Start over at t = 0; controls keep their values (R)").clicked() {
            send(SessionCommand::Reset);
        }
        let defaults = ui.add_enabled(!scene.controls.is_empty(), egui::Button::new("Defaults"));
        if defaults.on_hover_text("Give every control its default").clicked() {
            send(SessionCommand::RestoreDefaults);
        }
        for action in scene.actions.values() {
            let button = ui.button(&action.label);
            let button = if action.shortcuts.is_empty() {
                button
            } else {
                button.on_hover_text(format!("Key: {}", action.shortcuts.join(", ")))
            };
            if button.clicked() {
                send(SessionCommand::InvokeAction { action: action.id.clone() });
            }
        }
    });
}

fn control_ui(ui: &mut egui::Ui, control: &Control, value: Option<&Value>, send: &mut impl FnMut(SessionCommand)) {
    match &control.kind {
        ControlKind::Scalar(scalar) => {
            let mut number = value.and_then(Value::as_f64).unwrap_or(scalar.default);
            ui.spacing_mut().slider_width = (ui.available_width() - 90.0).max(60.0);
            if ui.add(slider(&mut number, scalar)).changed() {
                send(SessionCommand::SetControl { control: control.id.clone(), value: Value::Float(number) });
            }
        }
        _ => {
            ui.weak("this version has no widget for it");
        }
    }
}

fn slider<'a>(number: &'a mut f64, scalar: &ScalarControl) -> egui::Slider<'a> {
    let slider = egui::Slider::new(number, scalar.min..=scalar.max);
    let slider = match scalar.scale {
        // Steps of equal ratios are the slider's own business.
        Scale::Logarithmic => slider.logarithmic(true),
        Scale::Linear => slider.step_by((scalar.max - scalar.min) / f64::from(scalar.steps.max(1))),
    };
    let digits = digits(scalar);
    let suffix = if scalar.unit.is_empty() { String::new() } else { format!(" {}", scalar.unit) };
    slider.suffix(suffix).min_decimals(digits.min(2)).max_decimals(digits)
}

/// Decimals that tell one step from the next.
fn digits(scalar: &ScalarControl) -> usize {
    let step = (scalar.max - scalar.min) / f64::from(scalar.steps.max(1));
    (-(step.log10()).floor()).clamp(0.0, 9.0) as usize
}
