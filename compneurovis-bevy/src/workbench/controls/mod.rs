//! Sliders, boxes and buttons.

mod number;
mod pad;

use bevy_egui::egui;
use compneurovis_core::{
    Action, ActionId, BuiltinAction, ChoiceControl, ChoiceWidget, Control, ControlId, ControlKind, Scene, TextControl,
    Value,
};
use indexmap::IndexMap;

use crate::session::Input;

/// From this width on, in points, many controls stand in two columns.
const TWO_COLUMNS_FROM: f32 = 560.0;

/// From this many on they are many.
const MANY: usize = 8;

/// Which controls and actions a panel shows; all if `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// The controls, in their order.
    pub controls: Option<&'a [ControlId]>,
    /// The actions, in their order.
    pub actions: Option<&'a [ActionId]>,
}

/// Draws controls and actions of a scene; gives what the user does to `take`.
///
/// `armed` is the action that waits for a compartment to be clicked. Those of the runner, such as Reset,
/// are in the [transport bar](super::transport_ui).
pub fn controls_ui(
    ui: &mut egui::Ui,
    scene: &Scene,
    shown: Shown,
    armed: Option<&ActionId>,
    mut take: impl FnMut(Input),
) {
    let controls: Vec<&Control> = match shown.controls {
        None => scene.controls.values().collect(),
        Some(listed) => listed.iter().filter_map(|id| scene.controls.get(id)).collect(),
    };
    let actions: Vec<&Action> = match shown.actions {
        None => scene.actions.values().collect(),
        Some(listed) => listed.iter().filter_map(|id| scene.actions.get(id)).collect(),
    };
    for (group, members) in grouped(&controls) {
        if group.is_empty() {
            columns_ui(ui, scene, &members, &mut take);
        } else {
            egui::CollapsingHeader::new(group)
                .id_salt(("controls", group))
                .default_open(true)
                .show_unindented(ui, |ui| columns_ui(ui, scene, &members, &mut take));
        }
    }
    let offered: Vec<&Action> = actions.into_iter().filter(|action| BuiltinAction::of(&action.id).is_none()).collect();
    if !(controls.is_empty() || offered.is_empty()) {
        ui.separator();
    }
    for (group, members) in actions_grouped(&offered) {
        ui.horizontal_wrapped(|ui| {
            if !group.is_empty() {
                ui.weak(group);
            }
            members.iter().for_each(|action| action_ui(ui, action, armed, &mut take));
        });
    }
}

/// The controls of each group, groups in the order in which they begin.
fn grouped<'a>(controls: &[&'a Control]) -> IndexMap<&'a str, Vec<&'a Control>> {
    let mut groups: IndexMap<&str, Vec<&Control>> = IndexMap::new();
    controls.iter().for_each(|control| groups.entry(&control.group).or_default().push(control));
    groups
}

fn actions_grouped<'a>(actions: &[&'a Action]) -> IndexMap<&'a str, Vec<&'a Action>> {
    let mut groups: IndexMap<&str, Vec<&Action>> = IndexMap::new();
    actions.iter().for_each(|action| groups.entry(&action.group).or_default().push(action));
    groups
}

/// Controls below each other, many of them in two columns where there is room. Pads have a row each.
fn columns_ui(ui: &mut egui::Ui, scene: &Scene, controls: &[&Control], take: &mut impl FnMut(Input)) {
    let (pads, rows): (Vec<&Control>, Vec<&Control>) =
        controls.iter().partition(|control| matches!(control.kind, ControlKind::Xy(_)));
    if ui.available_width() >= TWO_COLUMNS_FROM && rows.len() >= MANY {
        let half = rows.len().div_ceil(2);
        ui.columns(2, |columns| {
            rows[..half].iter().for_each(|control| row_ui(&mut columns[0], scene, control, take));
            rows[half..].iter().for_each(|control| row_ui(&mut columns[1], scene, control, take));
        });
    } else {
        rows.iter().for_each(|control| row_ui(ui, scene, control, take));
    }
    pads.iter().for_each(|control| row_ui(ui, scene, control, take));
}

/// A label, the widget, and a button that gives the control its default.
fn row_ui(ui: &mut egui::Ui, scene: &Scene, control: &Control, take: &mut impl FnMut(Input)) {
    let default = control.default_value();
    let value = scene.state.get(control.state_key()).cloned().unwrap_or_else(|| default.clone());
    let changed = ui.push_id(control.id.as_str(), |ui| {
        let row = |ui: &mut egui::Ui| {
            let width = (ui.available_width() * 0.36).clamp(40.0, 150.0);
            let label = egui::Label::new(control.label.as_str()).truncate();
            let (rect, _) =
                ui.allocate_exact_size(egui::vec2(width, ui.spacing().interact_size.y), egui::Sense::hover());
            let mut place = ui.new_child(
                egui::UiBuilder::new().max_rect(rect).layout(egui::Layout::left_to_right(egui::Align::Center)),
            );
            let label = place.add(label);
            let mut changed = widget_ui(ui, control, &value, label.id);
            let is_other = value != default;
            let reset = ui.add_visible(is_other, egui::Button::new("⟲").small().frame(false));
            if reset.on_hover_text(format!("Back to {}", text_of(&default))).clicked() {
                changed = Some(default.clone());
            }
            changed
        };
        ui.horizontal(row).inner
    });
    if let Some(value) = changed.inner {
        take(Input::Control(control.id.clone(), value));
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Float(number) => number.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
        Value::Text(text) if text.is_empty() => "no text".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Pair(x, y) => format!("{x}, {y}"),
        other => format!("{other:?}"),
    }
}

/// Draws a control that has a value, and gives the new one if it was moved.
fn widget_ui(ui: &mut egui::Ui, control: &Control, value: &Value, label: egui::Id) -> Option<Value> {
    match (&control.kind, value) {
        (ControlKind::Scalar(scalar), value) => number::scalar_ui(ui, scalar, &control.unit, value.as_f64()?, label),
        (ControlKind::Integer(integer), value) => {
            number::integer_ui(ui, integer, &control.unit, value.as_i64()?, label)
        }
        (ControlKind::Choice(choice), value) => choice_ui(ui, choice, value.as_str()?, label),
        (ControlKind::Bool(_), value) => {
            let mut on = value.as_bool()?;
            ui.checkbox(&mut on, "").labelled_by(label).changed().then_some(Value::Bool(on))
        }
        (ControlKind::Xy(xy), value) => pad::pad_ui(ui, xy, &control.unit, value.as_pair()?),
        (ControlKind::Text(text), value) => text_ui(ui, text, value.as_str()?.to_owned(), label),
        _ => {
            ui.weak("this version has no widget for it");
            None
        }
    }
}

fn choice_ui(ui: &mut egui::Ui, choice: &ChoiceControl, current: &str, label: egui::Id) -> Option<Value> {
    let mut chosen = current.to_owned();
    let mut offer = |ui: &mut egui::Ui| {
        for option in &choice.options {
            ui.selectable_value(&mut chosen, option.clone(), option);
        }
    };
    match choice.widget {
        ChoiceWidget::Dropdown => {
            let width = (ui.available_width() - 28.0).clamp(40.0, 220.0);
            let menu = egui::ComboBox::from_id_salt("choice").width(width).truncate().selected_text(current);
            menu.show_ui(ui, offer).response.labelled_by(label);
        }
        ChoiceWidget::Buttons => {
            ui.horizontal_wrapped(&mut offer);
        }
    }
    (chosen != current).then_some(Value::Text(chosen))
}

fn text_ui(ui: &mut egui::Ui, text: &TextControl, mut written: String, label: egui::Id) -> Option<Value> {
    let width = (ui.available_width() - 28.0).max(40.0);
    let edit = egui::TextEdit::singleline(&mut written).hint_text(text.placeholder.as_str()).desired_width(width);
    let edit = text.max_length.into_iter().fold(edit, egui::TextEdit::char_limit);
    ui.add(edit).labelled_by(label).changed().then_some(Value::Text(written))
}

/// A button, with the key that does the same.
fn action_ui(ui: &mut egui::Ui, action: &Action, armed: Option<&ActionId>, take: &mut impl FnMut(Input)) {
    let mut button = egui::Button::new(action.label.as_str()).selected(armed == Some(&action.id));
    if !action.shortcuts.is_empty() {
        button = button.shortcut_text(action.shortcuts.join(" "));
    }
    let response = ui.add(button);
    let response = match &action.selection_key {
        Some(_) => response.on_hover_text("Then click a compartment"),
        None => response,
    };
    if response.clicked() {
        take(Input::Action(action.id.clone()));
    }
}
