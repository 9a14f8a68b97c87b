//! What lies over a cell, and what is selected in it, by pointer and messages.
//!
//! Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where, a skipped one that it was"
)]

mod common;

use std::time::Duration;

use bevy::prelude::*;
use bevy_egui::{EguiInput, egui};
use common::star_app;
use compneurovis_bevy::{
    CellHighlights, ChosenLimits, FitSelection, FrontendError, Headless, Morphology, OrbitCamera, SelectEntity,
    Selection,
    morphology::{HIGHLIGHT_COLOR, Pictures},
};
use compneurovis_core::Modifiers;

fn star() -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(star_app(), (1280, 720)) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let seen = |headless: &mut Headless| {
        let camera = headless.cell_camera();
        camera.is_some_and(|camera| headless.world_mut().resource::<Pictures>().covered_pixels(camera) > 0)
    };
    headless.run_until("a cell in the picture", Duration::from_secs(60), seen).unwrap();
    for _ in 0..4 {
        headless.frame();
    }
    Some(headless)
}

fn of_cell<T: Component + Clone>(headless: &mut Headless) -> T {
    let world = headless.world_mut();
    world.query_filtered::<&T, With<Morphology>>().single(world).unwrap().clone()
}

fn select(headless: &mut Headless, entity: &str, modifiers: Modifiers) {
    let session = headless.session();
    headless.world_mut().write_message(SelectEntity { session, entity: entity.into(), modifiers });
    for _ in 0..2 {
        headless.frame();
    }
}

/// What the pointer does before each of some frames.
fn point(headless: &mut Headless, at: egui::Pos2, pressed: Option<bool>) {
    let world = headless.world_mut();
    for mut input in world.query::<&mut EguiInput>().iter_mut(world) {
        input.0.events.push(egui::Event::PointerMoved(at));
        if let Some(pressed) = pressed {
            let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::default());
            input.0.events.push(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        }
    }
    headless.frame();
}

#[test]
fn limits_are_dragged_at_the_colour_bar_and_given_back() {
    let Some(mut headless) = star() else { return };
    assert_eq!(of_cell::<ChosenLimits>(&mut headless).0, None);
    // The upper number is right of the upper end of the bar; looked for as a user would, by trying.
    let found = (60..140).step_by(4).find(|y| {
        let at = egui::pos2(55.0, *y as f32);
        point(&mut headless, at, None);
        point(&mut headless, at, Some(true));
        for step in 1..=4 {
            point(&mut headless, at + egui::vec2(10.0 * step as f32, 0.0), None);
        }
        point(&mut headless, at + egui::vec2(40.0, 0.0), Some(false));
        of_cell::<ChosenLimits>(&mut headless).0.is_some()
    });
    let (low, high) = of_cell::<ChosenLimits>(&mut headless).0.expect("a number that can be dragged");
    assert!(low == -80.0 && high > 50.0, "{low} to {high}, found at {found:?}");
    assert_eq!(
        headless.cell_camera().map(|camera| headless.world_mut().get::<OrbitCamera>(camera).unwrap().yaw),
        Some(0.0)
    );
}

#[test]
fn several_are_selected_with_the_way_between_them_and_whole_sections() {
    let Some(mut headless) = star() else { return };
    let control = Modifiers { control: true, ..Modifiers::default() };
    let session = headless.session();
    select(&mut headless, "soma[0]@0.50000", Modifiers::default());
    select(&mut headless, "dend[0]@0.25000", control);
    let selection = headless.world_mut().get::<Selection>(session).unwrap().clone();
    assert_eq!(selection.entities.iter().map(|selected| selected.compartment).collect::<Vec<_>>(), [0, 3]);
    let highlights = of_cell::<CellHighlights>(&mut headless);
    let gold: Vec<_> = highlights.iter().filter(|line| line.colour == HIGHLIGHT_COLOR).collect();
    assert_eq!((gold[0].compartments.clone(), gold[1].compartments.clone()), (0..1, 3..4));
    let way: Vec<_> = highlights.iter().filter(|line| line.colour != HIGHLIGHT_COLOR).collect();
    assert_eq!((way.len(), way[0].compartments.clone()), (1, 0..4));
    select(&mut headless, "dend[0]@0.25000", control);
    assert_eq!(headless.world_mut().get::<Selection>(session).unwrap().entities.len(), 1);
    select(&mut headless, "dend[0]@0.55000", Modifiers { shift: true, ..Modifiers::default() });
    let whole = of_cell::<CellHighlights>(&mut headless);
    assert!(whole.iter().any(|line| line.compartments == (1..11)), "{whole:?}");
}

#[test]
fn a_camera_fits_what_is_selected() {
    let Some(mut headless) = star() else { return };
    let camera = headless.cell_camera().unwrap();
    let before = *headless.world_mut().get::<OrbitCamera>(camera).unwrap();
    select(&mut headless, "dend[0]@0.95000", Modifiers::default());
    headless.world_mut().write_message(FitSelection { camera });
    for _ in 0..3 {
        headless.frame();
    }
    let after = *headless.world_mut().get::<OrbitCamera>(camera).unwrap();
    assert!(after.target.distance(Vec3::new(72.0, 0.0, 0.0)) < 60.0 && after.target.x > before.target.x, "{after:?}");
    assert!(!after.auto_frame);
}
