//! The transport bar: what can be done about time, of what the session can do.

use bevy_egui::egui;
use compneurovis_core::{BuiltinAction, Pace, Phase, SessionCommand, SessionStatus};

use crate::session::Input;

/// Paces that are offered, from one that shows a spike travel upwards, in simulated ms per second.
const PACES: [f64; 8] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// How much further "run until" goes unless the user says otherwise, in ms.
const RUN_FOR_MS: f64 = 100.0;

/// What the transport bar asks for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TransportRequest {
    /// A command for the session.
    Command(SessionCommand),
    /// An action, to be handled as if its button was pressed.
    Input(Input),
}

/// Draws buttons to pause, step, run until a time, set the pace, start over and restore defaults:
/// those that the session can do.
pub fn transport_ui(
    ui: &mut egui::Ui,
    status: &SessionStatus,
    has_controls: bool,
    mut take: impl FnMut(TransportRequest),
) {
    let capabilities = status.capabilities;
    let mut send = |command| take(TransportRequest::Command(command));
    match status.phase {
        Phase::Failed if ui.button("Restart").on_hover_text("Build the session anew").clicked() => {
            send(SessionCommand::Restart);
        }
        Phase::Running | Phase::Paused if capabilities.advance => {
            run_ui(ui, status, &mut send);
            pace_ui(ui, status.pace, &mut send);
        }
        _ => {}
    }
    let in_a_process = matches!(status.phase, Phase::Starting | Phase::Running | Phase::Paused) && capabilities.process;
    if in_a_process
        && ui
            .button("End process")
            .on_hover_text("End the process of the session, whatever it is at; Restart builds it anew")
            .clicked()
    {
        send(SessionCommand::EndProcess);
    }
    let alive = matches!(status.phase, Phase::Running | Phase::Paused);
    if alive && capabilities.seek {
        time_ui(ui, "seek", "Go to", status, |time_ms| SessionCommand::Seek { time_ms }, &mut send);
    }
    if alive && capabilities.looping {
        let id = ui.id().with("loop");
        let mut looping = ui.data(|data| data.get_temp(id)).unwrap_or(false);
        if ui.checkbox(&mut looping, "Loop").on_hover_text("Begin again at the end").changed() {
            ui.data_mut(|data| data.insert_temp(id, looping));
            send(SessionCommand::SetLoop(looping));
        }
    }
    let mut invoke = |action: BuiltinAction| take(TransportRequest::Input(Input::Action(action.name().into())));
    if alive && capabilities.reset {
        let button = ui.button("⟲ Reset");
        if button.on_hover_text("Start over at t = 0; controls keep their values (R)").clicked() {
            invoke(BuiltinAction::Reset);
        }
    }
    if has_controls && ui.button("Defaults").on_hover_text("Give every control its default").clicked() {
        invoke(BuiltinAction::RestoreDefaults);
    }
}

fn run_ui(ui: &mut egui::Ui, status: &SessionStatus, send: &mut impl FnMut(SessionCommand)) {
    if status.phase == Phase::Running {
        if ui.button("⏸ Pause").on_hover_text("Stand still (Space)").clicked() {
            send(SessionCommand::Pause);
        }
    } else if ui.button("▶ Run").on_hover_text("Go on (Space)").clicked() {
        send(SessionCommand::Resume);
    }
    if ui.button("⏭ Step").on_hover_text("Pause, and advance once (full stop)").clicked() {
        send(SessionCommand::Step);
    }
    time_ui(ui, "until", "Run until", status, |time_ms| SessionCommand::RunUntil { time_ms }, send);
}

/// A button with a time beside it, which is some way ahead unless the user says otherwise.
fn time_ui(
    ui: &mut egui::Ui,
    name: &str,
    label: &str,
    status: &SessionStatus,
    command: impl FnOnce(f64) -> SessionCommand,
    send: &mut impl FnMut(SessionCommand),
) {
    let id = ui.id().with(name);
    let said: Option<f64> = ui.data(|data| data.get_temp(id));
    // A time that is over is no wish any more.
    let said = said.filter(|&said| said > status.time_ms);
    let ahead = ((status.time_ms + RUN_FOR_MS) / RUN_FOR_MS).floor() * RUN_FOR_MS;
    let mut time_ms = said.unwrap_or(ahead);
    let clicked = ui.button(label).clicked();
    let range = 0.0..=f64::MAX;
    let entry = ui.add(egui::DragValue::new(&mut time_ms).suffix(" ms").speed(1.0).range(range).max_decimals(3));
    if entry.changed() {
        ui.data_mut(|data| data.insert_temp(id, time_ms));
    }
    if clicked {
        send(command(time_ms));
    }
}

/// A menu of paces, up to as fast as the solver can.
fn pace_ui(ui: &mut egui::Ui, pace: Pace, send: &mut impl FnMut(SessionCommand)) {
    let mut chosen = pace;
    let menu = egui::ComboBox::from_id_salt("pace").width(84.0).selected_text(pace_text(pace));
    let response = menu.show_ui(ui, |ui| {
        for choice in PACES.map(Pace::MsPerSecond).into_iter().chain([Pace::Unlimited]) {
            ui.selectable_value(&mut chosen, choice, pace_text(choice));
        }
    });
    response.response.on_hover_text("Simulated ms per second");
    if chosen != pace {
        send(SessionCommand::SetPace(chosen));
    }
}

fn pace_text(pace: Pace) -> String {
    match pace {
        Pace::Unlimited => "full speed".to_owned(),
        Pace::MsPerSecond(rate) => format!("{rate} ms/s"),
    }
}
