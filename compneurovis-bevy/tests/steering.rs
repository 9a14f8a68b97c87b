//! From a slider in the window to the model and back to the screen.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::time::Duration;

use bevy_egui::{EguiInput, egui};
use compneurovis_bevy::{FrontendError, Headless, LiveSession, SessionProblems};
use compneurovis_core::{
    Action, AppSpec, Control, Emitter, Field, LinePlotView, Phase, Scene, Session, SessionCommand, SessionError, Value,
    remote::ProcessOptions,
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
                .with_control(Control::scalar("gain", "Gain", 0.5, 0.0, 1.0))
                .with_action(Action::new("hang", "Hang")),
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
        match command {
            SessionCommand::SetControl { value, .. } => {
                self.gain = value.as_f64().ok_or("a number")?;
                self.since_set = Some(self.steps);
            }
            SessionCommand::InvokeAction { .. } => loop {
                std::thread::sleep(Duration::from_millis(100));
            },
            _ => {}
        }
        Ok(())
    }
}

fn echo(title: &str) -> AppSpec {
    AppSpec::new(title, || Ok(Echo { gain: 0.5, steps: 0, since_set: None }))
}

/// The same in a process of its own: this one once more, for the test that is named.
fn in_child() -> AppSpec {
    let options = ProcessOptions::default().with_args(["--exact", "the_child_of_a_window", "--nocapture"]);
    echo("Child").in_process(options.with_echo(false))
}

/// Returns at once, unless this is the process that a test has started: then it never does.
#[test]
fn the_child_of_a_window() {
    let _ = in_child();
}

fn window(app: AppSpec) -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(app, (1280, 720)) {
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
        let at = egui::pos2(1000.0, 40.0 + 4.0 * step as f32);
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
    let Some(mut headless) = window(echo("Echo")) else { return };
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
    let Some(mut headless) = window(echo("Echo")) else { return };
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

/// Clicks along the bar on top, where a user would read which button is which, until something has come of it.
fn click_along_the_bar(headless: &mut Headless, done: impl Fn(&Headless) -> bool) -> bool {
    (0..2).flat_map(|_| (1..95).rev()).any(|step| {
        let at = egui::pos2(8.0 * step as f32, 14.0);
        for pressed in [None, Some(true), Some(false)] {
            point(headless, at, pressed);
            headless.frame();
        }
        std::thread::sleep(Duration::from_millis(5));
        headless.frame();
        done(headless)
    })
}

#[test]
fn a_child_that_hangs_is_ended_by_its_button_while_the_window_lives_and_begins_anew() {
    let Some(mut headless) = window(in_child()) else { return };
    headless.send(SessionCommand::invoke("hang"));
    let begin = std::time::Instant::now();
    let mut longest = Duration::ZERO;
    while begin.elapsed() < Duration::from_millis(1500) {
        longest = longest.max(headless.frame());
    }
    assert!(longest < Duration::from_secs(1), "the window goes on: {longest:?}");
    let session = headless.session();
    let live = headless.world_mut().get::<LiveSession>(session).unwrap();
    assert!(live.busy().is_some(), "it says so");
    assert_eq!(headless.status().phase, Phase::Running, "nothing is ended that nobody wants ended");
    let before = newest(&headless, "gain");
    assert!(click_along_the_bar(&mut headless, |headless| headless.status().phase == Phase::Failed));
    let problems = headless.world_mut().get::<SessionProblems>(session).unwrap();
    assert!(problems.iter().any(|failure| failure.to_string().contains("was ended, as was asked for")), "{problems:?}");
    assert_eq!(newest(&headless, "gain"), before, "the data stay readable");
    headless.send(SessionCommand::Restart);
    let begin = std::time::Instant::now();
    while headless.status().phase != Phase::Running || headless.status().time_ms < 5.0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "it begins anew: {:?}", headless.status());
        headless.frame();
    }
}
