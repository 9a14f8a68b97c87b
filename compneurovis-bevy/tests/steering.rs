//! From a slider in the window to the model and back to the screen.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::time::Duration;

use bevy_egui::{EguiInput, egui};
use compneurovis_bevy::{FrontendError, Headless};
use compneurovis_core::{
    AppSpec, Control, Emitter, Field, LinePlotView, Scene, Session, SessionCommand, SessionError, Value,
};

/// Emits, with every step, what its control is set to.
struct Echo {
    gain: f64,
    steps: u64,
    since_set: Option<u64>,
}

impl Session for Echo {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let zero = |id: &str| Field::series(id, "time", vec![0.0], vec![0.0]);
        Ok(Some(
            Scene::new()
                .with_field(zero("gain")?)
                .with_field(zero("delay")?)
                .with_view(LinePlotView::new("plot", "gain", "time"))
                .with_control(Control::scalar("gain", "Gain", 0.5, 0.0, 1.0)),
        ))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.steps += 1;
        let time_ms = self.steps as f64;
        if let Some(steps) = self.since_set.take() {
            emitter.append_series("delay", "time", &[time_ms], &[(self.steps - steps) as f32], Some(1000));
        }
        emitter.append_series("gain", "time", &[time_ms], &[self.gain as f32], Some(1000));
        emitter.set_time(time_ms, 1);
        std::thread::sleep(Duration::from_millis(1));
        Ok(())
    }

    fn handle(&mut self, command: &SessionCommand, _emitter: &mut Emitter) -> Result<(), SessionError> {
        if let SessionCommand::SetControl { value, .. } = command {
            self.gain = value.as_f64().ok_or("a number")?;
            self.since_set = Some(self.steps);
        }
        Ok(())
    }
}

fn window() -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let app = AppSpec::new("Echo", || Ok(Echo { gain: 0.5, steps: 0, since_set: None }));
    let mut headless = match Headless::new(app, (800, 600)) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let running = |headless: &mut Headless| headless.status().time_ms > 5.0;
    headless.run_until("the session", Duration::from_secs(60), running).unwrap();
    Some(headless)
}

/// Does what a pointer does, before the next frame.
fn point(headless: &mut Headless, at: egui::Pos2, pressed: Option<bool>) {
    let world = headless.world_mut();
    for mut input in world.query::<&mut EguiInput>().iter_mut(world) {
        input.0.events.push(egui::Event::PointerMoved(at));
        if let Some(pressed) = pressed {
            let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::default());
            input.0.events.push(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        }
    }
}

fn set_to(headless: &Headless) -> Option<f64> {
    headless.scene()?.state.get("gain").and_then(Value::as_f64)
}

fn newest(headless: &Headless, field: &str) -> f32 {
    *headless.scene().unwrap().fields[field].series_at("time", &[]).unwrap().last().unwrap()
}

/// Where the slider is: looked for as a user would, by trying. It is left pressed.
fn grab_slider(headless: &mut Headless) -> egui::Pos2 {
    for step in 0..150 {
        let at = egui::pos2(600.0, 40.0 + 4.0 * step as f32);
        point(headless, at, None);
        headless.frame();
        point(headless, at, Some(true));
        headless.frame();
        headless.frame();
        if set_to(headless).is_some_and(|gain| gain != 0.5) {
            return at;
        }
        point(headless, at, Some(false));
        headless.frame();
    }
    panic!("there is no slider");
}

#[test]
fn a_moved_slider_reaches_the_model_with_its_next_step_and_the_screen_within_two_frames() {
    let Some(mut headless) = window() else { return };
    let at = grab_slider(&mut headless);
    let mut frames = Vec::new();
    for round in 0..60 {
        let before = set_to(&headless);
        let to = egui::pos2(at.x + 1.0 + (round % 7) as f32 * 9.0, at.y);
        point(&mut headless, to, None);
        headless.frame();
        let set = set_to(&headless).unwrap();
        if before == Some(set) {
            continue;
        }
        // The model takes its step meanwhile.
        std::thread::sleep(Duration::from_millis(4));
        let seen = (1..=50).find(|_| {
            headless.frame();
            newest(&headless, "gain") == set as f32
        });
        frames.push(seen.expect("the model follows"));
    }
    assert!(frames.len() >= 40, "{} moves", frames.len());
    frames.sort_unstable();
    let p95 = frames[frames.len() * 95 / 100];
    eprintln!(
        "frames until a move is seen, after {} moves: median {}, p95 {p95}",
        frames.len(),
        frames[frames.len() / 2]
    );
    assert!(p95 <= 2, "{frames:?}");
    let delays = headless.scene().unwrap().fields["delay"].series_at("time", &[]).unwrap().to_vec();
    assert!(delays.len() > 40 && delays[1..].iter().all(|delay| *delay == 1.0), "the next step has it: {delays:?}");
}

#[test]
fn a_change_is_undone_and_done_again_by_keys() {
    use bevy::{
        input::ButtonState,
        input::keyboard::{Key, KeyCode, KeyboardInput},
        prelude::*,
    };
    let Some(mut headless) = window() else { return };
    let at = grab_slider(&mut headless);
    point(&mut headless, at, Some(false));
    headless.frame();
    let set = set_to(&headless).unwrap();
    let press = |headless: &mut Headless, key_code: KeyCode, text: &str| {
        for state in [ButtonState::Pressed, ButtonState::Released] {
            let world = headless.world_mut();
            world.resource_mut::<ButtonInput<KeyCode>>().press(KeyCode::ControlLeft);
            let logical_key = Key::Character(text.into());
            let window = Entity::PLACEHOLDER;
            world.write_message(KeyboardInput { key_code, logical_key, state, text: None, repeat: false, window });
            headless.frame();
            headless.frame();
        }
    };
    press(&mut headless, KeyCode::KeyZ, "z");
    assert_eq!(set_to(&headless), Some(0.5));
    press(&mut headless, KeyCode::KeyY, "y");
    assert_eq!(set_to(&headless), Some(set));
}
