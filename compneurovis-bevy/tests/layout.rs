//! Panels that are dragged, resized, closed, opened, saved and loaded by pointer.
//!
//! Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where, a skipped one that it was"
)]

mod common;

use std::{path::Path, time::Duration};

use bevy_egui::{EguiInput, egui};
use common::gallery_app;
use compneurovis_bevy::{
    FrontendError, Headless,
    workbench::{Arrangement, LayoutFile, Theme},
};
use compneurovis_core::PanelId;

/// How far above a panel the middle of its tab is, in points.
const TAB_ABOVE: f32 = 11.0;

fn window() -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(gallery_app(), (1280, 720)) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let running = |headless: &mut Headless| headless.status().time_ms > 5.0;
    headless.run_until("the session", Duration::from_secs(60), running).unwrap();
    frames(&mut headless, 3);
    Some(headless)
}

fn frames(headless: &mut Headless, count: usize) {
    for _ in 0..count {
        headless.frame();
        headless.check_session().unwrap();
    }
}

/// Moves the pointer, and presses or releases its button if that is wanted, in a frame of its own.
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

fn drag(headless: &mut Headless, from: egui::Pos2, to: egui::Pos2) {
    point(headless, from, None);
    point(headless, from, Some(true));
    for step in 1..=8 {
        point(headless, from + (to - from) * (step as f32 / 8.0), None);
    }
    point(headless, to, None);
    point(headless, to, Some(false));
    frames(headless, 3);
}

fn click(headless: &mut Headless, at: egui::Pos2) {
    point(headless, at, None);
    point(headless, at, None);
    point(headless, at, Some(true));
    point(headless, at, Some(false));
    frames(headless, 3);
}

fn arrangement(headless: &mut Headless) -> &Arrangement {
    let session = headless.session();
    headless.world_mut().get::<Arrangement>(session).unwrap()
}

fn rect(headless: &mut Headless, panel: &str) -> Option<egui::Rect> {
    arrangement(headless).rect(&panel.into())
}

/// Where to take a panel by its tab.
fn tab(headless: &mut Headless, panel: &str) -> egui::Pos2 {
    rect(headless, panel).unwrap().left_top() + egui::vec2(16.0, -TAB_ABOVE)
}

#[test]
fn a_boundary_between_panels_is_dragged() {
    let Some(mut headless) = window() else { return };
    let (left, right) = (rect(&mut headless, "plot").unwrap(), rect(&mut headless, "range").unwrap());
    let between = egui::pos2((left.right() + right.left()) / 2.0, left.center().y);
    drag(&mut headless, between, between + egui::vec2(120.0, 0.0));
    let moved = rect(&mut headless, "plot").unwrap();
    assert!((moved.width() - left.width() - 120.0).abs() < 12.0, "{left:?} {moved:?}");
    let (top, below) = (rect(&mut headless, "plot").unwrap(), rect(&mut headless, "single").unwrap());
    let between = egui::pos2(top.center().x, below.top() - 2.0 * TAB_ABOVE - 1.5);
    drag(&mut headless, between, between - egui::vec2(0.0, 60.0));
    assert!(rect(&mut headless, "plot").unwrap().height() < top.height() - 40.0);
    // What is in the panels follows: nothing of one lies over another.
    assert_apart(&mut headless);
}

/// No panel that is seen lies over another.
fn assert_apart(headless: &mut Headless) {
    let panels: Vec<PanelId> = arrangement(headless).layout().panels.keys().cloned().collect();
    let rects: Vec<egui::Rect> = panels.iter().filter_map(|panel| arrangement(headless).rect(panel)).collect();
    assert!(rects.len() > 4);
    for (at, one) in rects.iter().enumerate() {
        for other in &rects[at + 1..] {
            assert!(one.shrink(0.5).intersect(other.shrink(0.5)).is_negative(), "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_panel_is_dragged_by_its_tab_to_another_and_found_again_in_a_file() {
    let Some(mut headless) = window() else { return };
    let before = arrangement(&mut headless).to_node();
    let (from, to) = (tab(&mut headless, "raster"), rect(&mut headless, "plot").unwrap().center());
    drag(&mut headless, from, to);
    let after = arrangement(&mut headless).to_node();
    assert_ne!(after, before, "it was moved");
    let panels = |(root, _): &(Option<compneurovis_core::LayoutNode>, Vec<PanelId>)| {
        let mut panels: Vec<PanelId> = root.as_ref().unwrap().panels().into_iter().cloned().collect();
        panels.sort_by_key(ToString::to_string);
        panels
    };
    assert_eq!(panels(&after), panels(&before), "none was lost");
    assert_apart(&mut headless);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("layout.json");
    LayoutFile::of(arrangement(&mut headless), Theme::Light, 1.0).save(&path).unwrap();
    let session = headless.session();
    headless.world_mut().get_mut::<Arrangement>(session).unwrap().restore();
    frames(&mut headless, 3);
    assert_eq!(arrangement(&mut headless).to_node(), before, "as the model says");
    load(&mut headless, &path);
    assert_eq!(arrangement(&mut headless).to_node(), after);
    assert_apart(&mut headless);
}

fn load(headless: &mut Headless, path: &Path) {
    let (file, session) = (LayoutFile::load(path).unwrap(), headless.session());
    let mut arrangement = headless.world_mut().get_mut::<Arrangement>(session).unwrap();
    assert_eq!(file.apply(path, &mut arrangement).unwrap(), Vec::<PanelId>::new());
    frames(headless, 3);
}

#[test]
fn a_panel_is_closed_at_its_tab_and_comes_back_to_its_place() {
    let Some(mut headless) = window() else { return };
    let (before, place) = (arrangement(&mut headless).to_node(), rect(&mut headless, "heat").unwrap());
    // The cross at the end of the tab is looked for as a user would, by trying.
    let y = place.top() - TAB_ABOVE;
    let found = (0..40).map(|step| egui::pos2(place.left() + 24.0 + 4.0 * step as f32, y)).find(|&at| {
        click(&mut headless, at);
        !arrangement(&mut headless).is_open(&"heat".into())
    });
    assert!(found.is_some(), "there is no cross");
    assert_eq!(rect(&mut headless, "heat"), None);
    assert!(rect(&mut headless, "range").unwrap().height() > place.height(), "its neighbours take its room");
    let session = headless.session();
    headless.world_mut().get_mut::<Arrangement>(session).unwrap().set_open(&"heat".into(), true);
    frames(&mut headless, 3);
    assert_eq!(arrangement(&mut headless).to_node(), before);
    assert_eq!(rect(&mut headless, "heat"), Some(place));
}
