//! Line plots under the pointer: what is zoomed, hidden, pointed at, and what is written at axes.

use bevy_egui::egui::{self, Pos2};
use compneurovis_bevy::plot::PlotMode;
use compneurovis_core::{
    Coord, Field, LinePlotView, Scene,
    scene::{SELECTED_ENTITY, TRACED_ENTITIES},
};
use egui_kittest::{Harness, kittest::Queryable};

use super::{Plots, has_text, plots, series, shown_x, texts, view};

fn shown_y(harness: &Harness<Plots>) -> (f64, f64) {
    let (min, max) = harness.state().states[0].shown().unwrap();
    (min[1], max[1])
}

/// Two traces over ten times, of which the one is ten times the other.
fn two() -> (Scene, LinePlotView) {
    let times: Vec<f64> = (0..10).map(f64::from).collect();
    let values = ndarray::Array2::from_shape_fn((2, 10), |(row, at)| at as f32 * if row == 0 { 1.0 } else { 10.0 });
    let dims = [("segment", Coord::labels(["near", "far"])), ("time", Coord::from(times))];
    let field = Field::new("f", values.into_dyn(), dims).unwrap().with_unit("mV").with_label("Membrane potential");
    (Scene::new().with_field(field), view())
}

fn button<S>(harness: &Harness<S>, button: egui::PointerButton, at: Pos2, pressed: bool) {
    harness.hover_at(at);
    harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: egui::Modifiers::NONE });
}

#[test]
fn a_box_is_zoomed_into_with_the_right_button() {
    let times: Vec<f64> = (0..100).map(f64::from).collect();
    let values: Vec<f32> = (0..100).map(|at| at as f32).collect();
    let mut harness = plots(series(&times, &values), vec![view()]);
    let (before, y_before) = (shown_x(&harness, 0), shown_y(&harness));
    button(&harness, egui::PointerButton::Secondary, egui::pos2(250.0, 60.0), true);
    harness.step();
    for part in 1..=4 {
        harness.hover_at(egui::pos2(250.0 + 25.0 * part as f32, 60.0 + 20.0 * part as f32));
        harness.step();
    }
    button(&harness, egui::PointerButton::Secondary, egui::pos2(350.0, 140.0), false);
    harness.run_steps(4);
    let (after, y_after) = (shown_x(&harness, 0), shown_y(&harness));
    assert_eq!(harness.state().states[0].mode, PlotMode::Free);
    let part = (after.1 - after.0) / (before.1 - before.0);
    assert!((0.1..0.3).contains(&part), "a fifth of the width: {before:?} {after:?}");
    assert!(y_after.1 - y_after.0 < 0.5 * (y_before.1 - y_before.0), "{y_before:?} {y_after:?}");
}

#[test]
fn the_wheel_zooms_along_x_around_the_pointer() {
    let times: Vec<f64> = (0..100).map(f64::from).collect();
    let mut harness = plots(series(&times, &[0.0; 100]), vec![view()]);
    let (before, y_before) = (shown_x(&harness, 0), shown_y(&harness));
    harness.hover_at(egui::pos2(320.0, 100.0));
    harness.step();
    let wheel = egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 100.0),
        phase: egui::TouchPhase::Move,
        modifiers: egui::Modifiers::NONE,
    };
    harness.event(wheel);
    harness.run_steps(20);
    let after = shown_x(&harness, 0);
    assert!(after.0 > before.0 && after.1 < before.1, "{before:?} {after:?}");
    assert_eq!(shown_y(&harness), y_before, "y stays");
}

#[test]
fn curves_are_hidden_in_the_legend_and_alt_hides_all_others() {
    let (scene, view) = two();
    let mut harness = plots(scene, vec![view]);
    assert!(shown_y(&harness).1 > 80.0);
    harness.get_by_label("far").click();
    harness.run_steps(4);
    assert!(shown_y(&harness).1 < 20.0, "y follows what is seen: {:?}", shown_y(&harness));
    harness.get_by_label("far").click();
    harness.run_steps(4);
    assert!(shown_y(&harness).1 > 80.0);
    let far = harness.get_by_label("near").rect().center();
    harness.hover_at(far);
    harness.step();
    for pressed in [true, false] {
        let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::ALT);
        harness.event_modifiers(egui::Event::PointerButton { pos: far, button, pressed, modifiers }, modifiers);
        harness.step();
    }
    harness.run_steps(4);
    assert!(shown_y(&harness).1 < 20.0, "only the one is left: {:?}", shown_y(&harness));
}

#[test]
fn names_that_do_not_fit_above_the_plot_are_in_a_menu() {
    let names: Vec<String> = (0..40).map(|at| format!("dend[{at}]")).collect();
    let dims = [("segment", Coord::labels(names)), ("time", Coord::from(vec![0.0, 1.0]))];
    let values = ndarray::Array2::from_shape_fn((40, 2), |(row, _)| row as f32).into_dyn();
    let scene = Scene::new().with_field(Field::new("v", values, dims).unwrap());
    let view = LinePlotView::new("plot", "v", "time");
    let mut harness = plots(scene, vec![view]);
    assert!(harness.query_by_label("dend[0]").is_some() && harness.query_by_label("dend[39]").is_none());
    assert!(shown_y(&harness).1 > 39.0);
    harness.get_by_label_contains("more").click();
    harness.run_steps(4);
    harness.get_by_label("dend[39]").scroll_to_me();
    harness.run_steps(20);
    harness.get_by_label("dend[39]").click();
    harness.run_steps(4);
    assert!(shown_y(&harness).1 < 40.5 && shown_y(&harness).1 >= 38.0, "it is hidden: {:?}", shown_y(&harness));
    assert!(harness.query_by_label("dend[39]").is_some(), "the menu stays, as others may be chosen too");
}

#[test]
fn the_pointer_has_the_values_of_all_curves_in_all_plots_of_the_group() {
    let (scene, view) = two();
    let mut harness = plots(scene, vec![view.clone(), view]);
    let told = |harness: &Harness<Plots>| {
        texts(harness).into_iter().filter(|text| text.contains("near: ") && text.contains("far: ")).collect::<Vec<_>>()
    };
    assert!(told(&harness).is_empty());
    harness.hover_at(egui::pos2(330.0, 60.0));
    harness.run_steps(3);
    let told = told(&harness);
    assert_eq!(told.len(), 2, "in the plot that is pointed at and in its neighbour: {told:?}");
    let value = |name: &str| {
        let line = told[0].lines().find(|line| line.starts_with(name)).unwrap();
        line.split(' ').nth(1).unwrap().parse::<f64>().unwrap()
    };
    assert_eq!(value("far"), 10.0 * value("near"));
    assert!(told[0].lines().next().unwrap().ends_with(" ms") && told[0].contains(" mV"), "{told:?}");
}

#[test]
fn axes_are_named_with_units_and_ticks_are_where_they_are_wanted() {
    let (scene, mut view) = two();
    view.x.major_tick_spacing = Some(3.0);
    view.x.minor_tick_spacing = Some(1.0);
    let harness = plots(scene.clone(), vec![view.clone()]);
    assert!(has_text(&harness, "Time (ms)"));
    assert!(has_text(&harness, "Membrane potential (mV)"), "what the field is called: {:?}", texts(&harness));
    let written = |harness: &Harness<Plots>, number: &str| texts(harness).iter().any(|text| text == number);
    assert!(["0", "3", "6", "9"].iter().all(|number| written(&harness, number)), "{:?}", texts(&harness));
    assert!(!written(&harness, "2") && !written(&harness, "4"), "small ticks have no numbers");
    view.y.label = "V".to_owned();
    assert!(has_text(&plots(scene, vec![view]), "V (mV)"), "what the view says comes first");
}

#[test]
fn levels_and_samples_per_pixel_are_written() {
    let (scene, view) = two();
    let mut harness = plots(scene, vec![view.with_level(20.0, "threshold")]);
    assert!(has_text(&harness, "threshold") && !has_text(&harness, "samples per pixel"));
    harness.state_mut().states[0].show_density = true;
    harness.run_steps(2);
    assert!(has_text(&harness, "samples per pixel"));
}

/// A click with the right button in the middle of a plot.
fn open_menu(harness: &mut Harness<Plots>) {
    for pressed in [true, false] {
        button(harness, egui::PointerButton::Secondary, egui::pos2(300.0, 100.0), pressed);
        harness.step();
    }
    harness.run_steps(4);
}

#[test]
fn the_menu_of_a_plot_pauses_it_and_makes_its_axes_logarithmic() {
    let mut harness = plots(series(&[1.0, 10.0, 1000.0], &[1.0, 10.0, 100.0]), vec![view()]);
    open_menu(&mut harness);
    harness.get_by_label("Logarithmic x").click();
    harness.run_steps(4);
    assert_eq!(shown_x(&harness, 0), (0.0, 3.0));
    open_menu(&mut harness);
    harness.get_by_label("Pause this plot").click();
    harness.run_steps(4);
    assert!(harness.state().states[0].is_paused());
}

#[test]
fn a_plot_with_one_curve_has_no_legend_and_says_what_it_is() {
    let (scene, view) = two();
    let one = view.clone().selecting("segment", compneurovis_core::Selector::Label("far".to_owned()));
    let harness = plots(scene.clone(), vec![one]);
    assert!(has_text(&harness, "far") && !has_text(&harness, "near"));
    let mut without = view;
    without.show_legend = false;
    let harness = plots(scene, vec![without]);
    assert!(!has_text(&harness, "far") && !has_text(&harness, "near"));
}

#[test]
fn traces_of_what_is_selected_can_be_removed_in_the_menu() {
    let (scene, view) = two();
    let one = scene.with_state(SELECTED_ENTITY, "far");
    let mut harness = plots(one.clone(), vec![view.clone()]);
    open_menu(&mut harness);
    assert!(harness.query_by_label("Remove far").is_none(), "one stays");
    let both = one.with_state(TRACED_ENTITIES, vec!["near".to_owned(), "far".to_owned()]);
    let mut harness = plots(both, vec![view]);
    open_menu(&mut harness);
    harness.get_by_label("Remove near").click();
    harness.run_steps(4);
    assert_eq!(harness.state_mut().states[0].take_removed().as_deref(), Some("near"));
    assert_eq!(harness.state_mut().states[0].take_removed(), None);
}
