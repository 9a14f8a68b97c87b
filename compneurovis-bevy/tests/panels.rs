//! Plots, controls and bars, driven by what a user does with pointer and keys.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use bevy_egui::egui::{self, Pos2, Vec2, accesskit::Role};
use compneurovis_bevy::{
    Input,
    plot::{LinePlotState, PlotMode, line_plot_ui},
    workbench::{
        ControlsShown, FrameCost, Snapshots, TransportRequest, bound_keys, controls_ui, performance_ui, snapshots_ui,
        transport_ui,
    },
};
use compneurovis_core::{
    Action, Binding, Capabilities, Control, Coord, Counters, Field, LinePlotView, Phase, Scale, Scene, SessionCommand,
    SessionStatus, Snapshot, Value, XyControl, XyShape, scene::SELECTED_ENTITY,
};
use egui_kittest::{Harness, kittest::Queryable};

#[path = "panels/line_plots.rs"]
mod line_plots;
#[path = "panels/pictures.rs"]
mod pictures;

const SIZE: Vec2 = Vec2::new(600.0, 300.0);

/// Plots of one scene, each in a part of the window.
struct Plots {
    scene: Scene,
    views: Vec<LinePlotView>,
    states: Vec<LinePlotState>,
}

fn plots(scene: Scene, views: Vec<LinePlotView>) -> Harness<'static, Plots> {
    let states = views.iter().map(|_| LinePlotState::default()).collect();
    let show = |ui: &mut egui::Ui, plots: &mut Plots| {
        let height = ui.available_height() / plots.views.len() as f32;
        for (index, (view, state)) in plots.views.iter().zip(&mut plots.states).enumerate() {
            let from = ui.min_rect().min + egui::vec2(0.0, height * index as f32);
            let area = egui::Rect::from_min_size(from, egui::vec2(SIZE.x, height));
            let mut part = ui.new_child(egui::UiBuilder::new().id_salt(index).max_rect(area));
            line_plot_ui(&mut part, state, view, &plots.scene);
        }
    };
    let mut harness =
        Harness::builder().with_size(SIZE).with_step_dt(0.05).build_ui_state(show, Plots { scene, views, states });
    harness.run_steps(3);
    harness
}

fn series(x: &[f64], y: &[f32]) -> Scene {
    Scene::new().with_field(Field::series("f", "time", x.to_vec(), y.to_vec()).unwrap().with_unit("mV"))
}

fn view() -> LinePlotView {
    LinePlotView::new("plot", "f", "time").with_x_label("Time", "ms")
}

/// The words of a window, as they are painted.
fn texts<S>(harness: &Harness<S>) -> Vec<String> {
    fn add(shape: &egui::Shape, texts: &mut Vec<String>) {
        match shape {
            egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, texts)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    harness.output().shapes.iter().for_each(|clipped| add(&clipped.shape, &mut texts));
    texts
}

fn has_text<S>(harness: &Harness<S>, part: &str) -> bool {
    texts(harness).iter().any(|text| text.contains(part))
}

fn shown_x(harness: &Harness<Plots>, plot: usize) -> (f64, f64) {
    let (min, max) = harness.state().states[plot].shown().unwrap();
    (min[0], max[0])
}

fn drag<S>(harness: &mut Harness<S>, from: Pos2, to: Pos2) {
    harness.drag_at(from);
    harness.step();
    for part in 1..=4 {
        harness.hover_at(from + (to - from) * (part as f32 / 4.0));
        harness.step();
    }
    harness.drop_at(to);
    harness.run_steps(2);
}

#[test]
fn a_rolling_window_ends_at_the_newest_finite_sample() {
    let times = [0.0, 1.0, 2.0, 3.0, 4.0];
    let values = [1.0, 2.0, 3.0, 4.0, f32::NAN];
    let windows = [(Some(1.5), (1.5, 3.0)), (Some(30.0), (0.0, 3.0)), (None, (0.0, 3.0))];
    for (window, expected) in windows {
        let mut view = view();
        view.rolling_window = window;
        let harness = plots(series(&times, &values), vec![view]);
        assert_eq!(shown_x(&harness, 0), expected, "{window:?}");
    }
    let harness = plots(series(&[0.0], &[1.0]), vec![view().with_rolling_window(30.0)]);
    assert_eq!(shown_x(&harness, 0), (0.0, 30.0), "a single sample is where a window begins");
}

#[test]
fn y_limits_are_kept_and_follow_the_data_where_there_are_none() {
    let harness = plots(series(&[0.0, 1.0], &[-1.0, 1.0]), vec![view().with_y_limits(-80.0, 40.0), view()]);
    let y = |plot: usize| harness.state().states[plot].shown().map(|(min, max)| (min[1], max[1])).unwrap();
    assert_eq!(y(0), (-80.0, 40.0));
    assert!(y(1).0 < -1.0 && y(1).0 > -1.5 && y(1).1 > 1.0, "{:?}", y(1));
}

#[test]
fn a_moved_plot_stays_where_it_is_until_it_is_double_clicked() {
    let times: Vec<f64> = (0..100).map(f64::from).collect();
    let mut harness = plots(series(&times, &[0.0; 100]), vec![view()]);
    drag(&mut harness, egui::pos2(300.0, 120.0), egui::pos2(400.0, 120.0));
    assert_eq!(harness.state().states[0].mode, PlotMode::Free);
    let moved = shown_x(&harness, 0);
    assert!(moved.0 < -5.0 && moved.1 < 95.0, "{moved:?}");
    // New data do not move it.
    let longer: Vec<f64> = (0..200).map(f64::from).collect();
    harness.state_mut().scene = series(&longer, &[0.0; 200]);
    harness.run_steps(3);
    assert_eq!(shown_x(&harness, 0), moved);
    harness.run_steps(20);
    for _ in 0..2 {
        harness.drag_at(egui::pos2(300.0, 120.0));
        harness.step();
        harness.drop_at(egui::pos2(300.0, 120.0));
        harness.step();
    }
    harness.run_steps(3);
    assert_eq!(harness.state().states[0].mode, PlotMode::Follow);
    assert_eq!(shown_x(&harness, 0), (0.0, 199.0));
}

#[test]
fn plots_over_the_same_quantity_move_together_and_others_do_not() {
    let times: Vec<f64> = (0..100).map(f64::from).collect();
    let mut apart = view();
    apart.linked = false;
    let mut harness = plots(series(&times, &[0.0; 100]), vec![view(), view(), apart]);
    drag(&mut harness, egui::pos2(300.0, 40.0), egui::pos2(400.0, 40.0));
    let moved = shown_x(&harness, 0);
    assert!(moved.1 < 95.0, "{moved:?}");
    let second = shown_x(&harness, 1);
    assert!((second.0 - moved.0).abs() < 1e-6 && (second.1 - moved.1).abs() < 1e-6, "{second:?} {moved:?}");
    assert_eq!(shown_x(&harness, 2), (0.0, 99.0));
}

#[test]
fn a_paused_plot_keeps_what_it_shows() {
    let mut harness = plots(series(&[0.0, 1.0], &[0.0, 1.0]), vec![view()]);
    harness.state_mut().states[0].set_paused(true);
    harness.run_steps(2);
    harness.state_mut().scene = series(&[5.0, 6.0], &[0.0, 1.0]);
    harness.run_steps(2);
    assert!(harness.state().states[0].is_paused());
    assert_eq!(shown_x(&harness, 0), (0.0, 1.0));
    harness.state_mut().states[0].set_paused(false);
    harness.run_steps(2);
    assert_eq!(shown_x(&harness, 0), (5.0, 6.0));
}

#[test]
fn a_refresh_cap_defers_new_samples() {
    let mut slow = view();
    slow.max_refresh_hz = Some(0.01);
    let mut uncapped = view();
    uncapped.max_refresh_hz = Some(0.0);
    let mut harness = plots(series(&[0.0, 1.0], &[0.0, 1.0]), vec![slow, uncapped]);
    harness.state_mut().scene = series(&[0.0, 9.0], &[0.0, 1.0]);
    harness.run_steps(3);
    assert_eq!((shown_x(&harness, 0), shown_x(&harness, 1)), ((0.0, 1.0), (0.0, 9.0)));
}

#[test]
fn a_logarithmic_axis_shows_powers() {
    let mut log = view();
    log.x.scale = Scale::Logarithmic;
    let harness = plots(series(&[1.0, 10.0, 1000.0], &[0.0, 1.0, 2.0]), vec![log]);
    assert_eq!(shown_x(&harness, 0), (0.0, 3.0));
}

#[test]
fn what_cannot_be_drawn_is_said_in_its_place() {
    let traces = |labels: &[&str]| {
        let values = ndarray::Array2::from_elem((labels.len(), 2), 1.0).into_dyn();
        let dims = [("segment", Coord::labels(labels)), ("time", Coord::from(vec![0.0, 1.0]))];
        Scene::new().with_field(Field::new("f", values, dims).unwrap())
    };
    let follows = view().selecting("segment", Binding::state(SELECTED_ENTITY));
    let cases = [
        (Scene::new(), view(), "no field `f`"),
        (traces(&["a"]), follows.clone(), "Nothing is selected"),
        (traces(&["a"]).with_state(SELECTED_ENTITY, "z"), follows, "not traced"),
        (traces(&["a"]), LinePlotView::new("p", "f", "space"), "space"),
    ];
    for (scene, view, expected) in cases {
        let harness = plots(scene, vec![view]);
        assert!(harness.query_by_label_contains(expected).is_some(), "{expected}");
    }
}

#[test]
fn odd_data_are_no_trouble() {
    let long = "µ→".repeat(100);
    let wide = Field::new(
        "f",
        ndarray::Array2::from_elem((8, 3), f32::NAN).into_dyn(),
        [
            ("segment", Coord::labels((0..8).map(|at| format!("{long}{at}")))),
            ("time", Coord::from(vec![0.0, 1.0, 2.0])),
        ],
    );
    let scenes = [
        series(&[], &[]),
        series(&[1.0], &[f32::NAN]),
        series(&[3.0, 1.0, f64::NAN, 2.0], &[1.0, f32::INFINITY, 3.0, f32::NEG_INFINITY]),
        series(&[1e300, 1e308], &[f32::MAX, f32::MIN]),
        Scene::new().with_field(wide.unwrap()),
    ];
    for scene in scenes {
        let mut titled = view().with_title(long.clone()).with_rolling_window(f64::NAN);
        titled.y.label = long.clone();
        let mut harness = plots(scene, vec![titled.clone(), view().with_y_limits(5.0, -5.0), titled]);
        // In no room at all, too.
        harness.set_size(Vec2::new(2.0, 1.0));
        harness.run_steps(2);
    }
}

/// Controls, and what the user did with them. Their values follow, as in the window.
struct Knobs {
    scene: Scene,
    inputs: Vec<Input>,
}

fn knobs(scene: Scene, size: Vec2) -> Harness<'static, Knobs> {
    let show = |ui: &mut egui::Ui, knobs: &mut Knobs| {
        let mut inputs = Vec::new();
        controls_ui(ui, &knobs.scene, ControlsShown::default(), None, |input| inputs.push(input));
        for input in &inputs {
            if let Input::Control(control, value) = input {
                knobs.scene.state.insert(control.to_string(), value.clone());
            }
        }
        knobs.inputs.extend(inputs);
    };
    let mut harness = Harness::builder().with_size(size).build_ui_state(show, Knobs { scene, inputs: Vec::new() });
    harness.run_steps(3);
    harness
}

fn last_float(harness: &Harness<Knobs>) -> f64 {
    match harness.state().inputs.last() {
        Some(Input::Control(_, Value::Float(number))) => *number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_slider_is_dragged_typed_into_and_reset() {
    let mut harness = knobs(Scene::new().with_control(Control::scalar("g", "Gain", 1.0, 0.0, 2.0)), SIZE);
    let rect = harness.get_by_role(Role::Slider).rect();
    drag(&mut harness, rect.center(), egui::pos2(rect.right() + 50.0, rect.center().y));
    assert_eq!(last_float(&harness), 2.0);
    assert!(harness.state().inputs.len() > 1, "it is set while it is dragged");
    harness.get_by_role(Role::SpinButton).click();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.event(egui::Event::Text("0.123".to_owned()));
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    assert_eq!(last_float(&harness), 0.123, "what is typed is not rounded to a step");
    harness.get_by_label("⟲").click();
    harness.run_steps(2);
    assert_eq!(last_float(&harness), 1.0);
}

#[test]
fn a_logarithmic_slider_has_equal_ratios() {
    let control = Control::scalar("g", "Gain", 1.0, 0.01, 100.0).logarithmic();
    let mut harness = knobs(Scene::new().with_control(control), SIZE);
    let rect = harness.get_by_role(Role::Slider).rect();
    let quarter = egui::pos2(rect.left() + rect.width() * 0.25, rect.center().y);
    drag(&mut harness, rect.center(), quarter);
    let value = last_float(&harness);
    assert!((0.05..0.2).contains(&value), "a quarter of the way is a quarter of the powers: {value}");
}

#[test]
fn boxes_and_buttons_are_clicked() {
    let scene = Scene::new()
        .with_control(Control::toggle("noise", "Noise", false))
        .with_control(Control::integer("count", "Count", 3, 0, 4))
        .with_action(Action::new("kick", "Kick").with_shortcut("K"))
        .with_action(Action::new("reset", "Reset"));
    let mut harness = knobs(scene, SIZE);
    harness.get_by_role(Role::CheckBox).click();
    harness.run_steps(2);
    assert_eq!(harness.state().inputs, [Input::Control("noise".into(), Value::Bool(true))]);
    for _ in 0..2 {
        harness.get_by_label("+").click();
        harness.run_steps(2);
    }
    let expected = [Input::Control("noise".into(), Value::Bool(true)), Input::Control("count".into(), Value::Int(4))];
    assert_eq!(harness.state().inputs, expected, "not beyond the end");
    harness.get_by_label_contains("Kick").click();
    harness.run_steps(2);
    assert_eq!(harness.state().inputs[2..], [Input::Action("kick".into())]);
    assert!(harness.query_by_label("Reset").is_none(), "the transport bar has it");
}

#[test]
fn a_round_pad_reaches_its_edge_and_no_further() {
    let xy = XyControl { shape: XyShape::Circle, ..XyControl::default() };
    let control = Control::new("p", "Place", xy);
    let mut harness = knobs(Scene::new().with_control(control.clone()), egui::vec2(600.0, 400.0));
    let rect = harness.get_by_label("pad").rect();
    drag(&mut harness, rect.center(), rect.right_top());
    let Some(Input::Control(_, value)) = harness.state().inputs.last().cloned() else { panic!("nothing was set") };
    let (x, y) = value.as_pair().unwrap();
    assert!(control.accept(&value).is_ok(), "{value:?}");
    assert!(((x - 0.5).hypot(y - 0.5) - 0.5).abs() < 1e-6 && (x - y).abs() < 0.02, "{value:?}");
}

#[test]
fn many_controls_stand_in_two_columns_where_there_is_room() {
    let scene = |count: usize| {
        (0..count).fold(Scene::new(), |scene, at| {
            scene.with_control(Control::scalar(format!("c{at}"), format!("Control {at}"), 0.0, 0.0, 1.0))
        })
    };
    let columns = |count: usize, width: f32| {
        let harness = knobs(scene(count), egui::vec2(width, 500.0));
        let mut lefts: Vec<i64> =
            (0..count).map(|at| harness.get_by_label(&format!("Control {at}")).rect().left() as i64).collect();
        lefts.sort_unstable();
        lefts.dedup();
        lefts.len()
    };
    assert_eq!((columns(8, 1100.0), columns(8, 500.0), columns(3, 1100.0)), (2, 1, 1));
}

#[test]
fn controls_of_a_group_fold_together() {
    let scene = Scene::new().with_control(Control::toggle("a", "Noise", true).with_group("Synapses"));
    let mut harness = knobs(scene, SIZE);
    assert!(harness.query_by_label("Noise").is_some());
    harness.get_by_label("Synapses").click();
    harness.run_steps(30);
    assert!(harness.query_by_label("Noise").is_none());
}

/// The transport bar of a session with these capabilities.
fn transport(phase: Phase, capabilities: Capabilities) -> Harness<'static, Vec<TransportRequest>> {
    let status = SessionStatus { phase, capabilities, time_ms: 12.0, ..SessionStatus::default() };
    let show = move |ui: &mut egui::Ui, asked: &mut Vec<TransportRequest>| {
        ui.horizontal(|ui| transport_ui(ui, &status, false, |request| asked.push(request)));
    };
    let mut harness = Harness::builder().with_size(Vec2::new(900.0, 60.0)).build_ui_state(show, Vec::new());
    harness.run_steps(2);
    harness
}

#[test]
fn the_bar_offers_what_the_session_can_do() {
    let mut model = transport(Phase::Running, Capabilities::MODEL);
    model.get_by_label("⏸ Pause").click();
    model.run_steps(2);
    model.get_by_label("Run until").click();
    model.run_steps(2);
    let asked = [SessionCommand::Pause, SessionCommand::RunUntil { time_ms: 100.0 }].map(TransportRequest::Command);
    assert_eq!(*model.state(), asked);
    let still = transport(Phase::Running, Capabilities::STILL);
    for label in ["⏸ Pause", "⏭ Step", "Run until", "⟲ Reset"] {
        assert!(still.query_by_label(label).is_none() && model.query_by_label(label).is_some(), "{label}");
    }
    let mut of_process = Capabilities::MODEL;
    of_process.process = true;
    assert!(model.query_by_label("End process").is_none());
    // A session that is stuck before it ever ran can be ended, too.
    let mut stuck = transport(Phase::Starting, of_process);
    stuck.get_by_label("End process").click();
    stuck.run_steps(2);
    assert_eq!(*stuck.state(), [TransportRequest::Command(SessionCommand::EndProcess)]);
    assert!(transport(Phase::Failed, of_process).query_by_label("End process").is_none());
    let mut failed = transport(Phase::Failed, Capabilities::MODEL);
    failed.get_by_label("Restart").click();
    failed.run_steps(2);
    assert_eq!(*failed.state(), [TransportRequest::Command(SessionCommand::Restart)]);
}

#[test]
fn the_page_of_keys_has_what_is_bound_each_key_once() {
    let scene = Scene::new().with_action(Action::new("kick", "Kick").with_shortcut("r"));
    let keys = bound_keys(&scene, Capabilities::MODEL);
    let of = |key: &str| keys.iter().filter(|(known, _)| known.eq_ignore_ascii_case(key)).collect::<Vec<_>>();
    assert_eq!(of("R").len(), 1);
    assert_eq!(of("R")[0].1, "Kick", "what the model binds comes first");
    assert_eq!(of("Space").len(), 1);
    assert!(bound_keys(&Scene::new(), Capabilities::STILL).iter().all(|(key, _)| key != "Space"));
}

#[test]
fn snapshots_are_offered_where_they_can_be_taken() {
    let mut can = Capabilities::MODEL;
    can.snapshot = true;
    let bar = |capabilities: Capabilities| {
        let status = SessionStatus { phase: Phase::Running, capabilities, ..SessionStatus::default() };
        let show = move |ui: &mut egui::Ui, (kept, asked): &mut (Snapshots, Vec<SessionCommand>)| {
            ui.horizontal(|ui| snapshots_ui(ui, &status, kept, |command| asked.push(command)));
        };
        let size = Vec2::new(500.0, 300.0);
        let mut harness = Harness::builder().with_size(size).build_ui_state(show, Default::default());
        harness.run_steps(2);
        harness
    };
    assert!(bar(Capabilities::MODEL).query_by_label("Snapshot").is_none());
    let mut harness = bar(can);
    harness.get_by_label("Snapshot").click();
    harness.run_steps(2);
    assert_eq!(harness.state().1, [SessionCommand::Snapshot]);
    let taken = [1.5, 20.0].map(|time_ms| Snapshot { format: "f".to_owned(), time_ms, data: [7].into() });
    taken.iter().for_each(|snapshot| harness.state_mut().0.keep(snapshot.clone()));
    harness.run_steps(2);
    harness.get_by_label("Go back (2)").click();
    harness.run_steps(4);
    harness.get_by_label("t = 1.500 ms").click();
    harness.run_steps(4);
    assert_eq!(harness.state().1[1..], [SessionCommand::Restore(taken[0].clone())]);
    harness.get_by_label("Go back (2)").click();
    harness.run_steps(4);
    // The newest is on top.
    let forget = harness.query_all_by_label("✖").next().unwrap();
    forget.click();
    harness.run_steps(4);
    assert_eq!(harness.state().0.newest(), Some(&taken[0]));
    let keys = bound_keys(&Scene::new(), can);
    assert!(keys.iter().any(|(key, _)| key == "Ctrl+S") && keys.iter().any(|(key, _)| key == "Ctrl+B"));
    assert!(bound_keys(&Scene::new(), Capabilities::MODEL).iter().all(|(key, _)| key != "Ctrl+S"));
}

#[test]
fn figures_that_nobody_measured_are_no_zeros() {
    let status = SessionStatus { phase: Phase::Running, ms_per_second: 12.5, ..SessionStatus::default() };
    let cost = FrameCost { upload_ms: 1.25, ..FrameCost::default() };
    let show = move |ui: &mut egui::Ui| performance_ui(ui, &status, &Counters::default(), &cost);
    let mut harness = Harness::builder().with_size(Vec2::new(400.0, 500.0)).build_ui(show);
    harness.run_steps(2);
    for label in ["  step", "  sample", "  queue", "  upload", "  draw"] {
        assert!(harness.query_by_label(label).is_some(), "{label}");
    }
    assert!(harness.query_by_label("12.50 ms/s").is_some() && harness.query_by_label("1.25 ms").is_some());
    assert!(harness.query_all_by_label("–").count() >= 4);
}
