//! What is in the picture, pixel by pixel, drawn by a real adapter (a software one will do).
//!
//! Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::{io::Write, time::Duration};

use bevy::prelude::*;
use common::{LONG, star_app, star_values};
use compneurovis_bevy::{
    FrontendError, Headless, OrbitCamera, SelectEntity, ViewOf,
    morphology::{CellStage, Pictures},
    workbench::WorkbenchSettings,
};
use compneurovis_core::{ColorMap, Modifiers, Rgba, SessionCommand, colormap::table_index};

const PATIENCE: Duration = Duration::from_secs(60);

/// A window without a display, with the star in it; `None` where there is no adapter.
fn star(size: (u32, u32)) -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(star_app(), size) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    note_evidence(&headless.adapter());
    let seen = |headless: &mut Headless| covered(headless) > 0;
    headless.run_until("a cell in the picture", PATIENCE, seen).expect("a picture");
    // One more for the panels, which know the scene a frame later.
    for _ in 0..3 {
        headless.frame();
    }
    Some(headless)
}

/// Tells CI that an adapter has drawn.
fn note_evidence(adapter: &str) {
    let Ok(path) = std::env::var("COMPNEUROVIS_TEST_EVIDENCE") else { return };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).expect("the evidence file");
    writeln!(file, "gpu {adapter}").expect("the evidence file");
}

fn covered(headless: &mut Headless) -> usize {
    let Some(camera) = headless.cell_camera() else { return 0 };
    headless.world_mut().resource::<Pictures>().covered_pixels(camera)
}

fn cell(headless: &mut Headless) -> Entity {
    let world = headless.world_mut();
    let mut query = world.query::<(Entity, &ViewOf)>();
    query.iter(world).find(|(_, of)| of.view.as_str() == "cell").expect("a cell").0
}

/// Where a compartment is, in pixels of the whole picture.
fn on_screen(headless: &mut Headless, compartment: u32) -> Option<UVec2> {
    let (camera, cell) = (headless.cell_camera()?, cell(headless));
    let world = headless.world_mut();
    let at = world.resource::<Pictures>().find_on_screen(world.resource::<CellStage>(), camera, cell, compartment)?;
    let viewport = world.get::<Camera>(camera)?.physical_viewport_rect()?;
    Some(viewport.min + at.middle.as_uvec2())
}

fn pixel(image: &Image, at: UVec2) -> [u8; 3] {
    let color = image.get_color_at(at.x, at.y).expect("a pixel within").to_srgba();
    [color.red, color.green, color.blue].map(|part| (part * 255.0).round() as u8)
}

/// Whether a pixel is a colour in some light: shading scales all parts alike.
fn is_lit(pixel: [u8; 3], color: Rgba) -> bool {
    let (pixel, color) = (pixel.map(f32::from), [color.0[0], color.0[1], color.0[2]].map(f32::from));
    let light = (pixel[0] + pixel[1] + pixel[2]) / (color[0] + color[1] + color[2]);
    (0.25..=1.02).contains(&light) && pixel.iter().zip(color).all(|(pixel, color)| (pixel - light * color).abs() < 6.0)
}

#[test]
fn every_compartment_has_the_colour_of_its_value() {
    let Some(mut headless) = star((1280, 720)) else { return };
    headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
    for _ in 0..3 {
        headless.frame();
    }
    let image = headless.screenshot().expect("a picture");
    let table = ColorMap::Scalar.table();
    for (compartment, value) in (0u32..).zip(star_values()) {
        let at =
            on_screen(&mut headless, compartment).unwrap_or_else(|| panic!("compartment {compartment} is not seen"));
        let expected = table[table_index(value, (-80.0, 50.0)).expect("a number")];
        let found = pixel(&image, at);
        assert!(is_lit(found, expected), "compartment {compartment} at {at}: {found:?}, not a lit {expected:?}");
    }
    assert_eq!(pixel(&image, UVec2::new(3, 3)), [255, 255, 255], "the background is white");
    // Also right beside a cell, where the picture of the cells ends and that of the window begins.
    let soma = on_screen(&mut headless, 0).expect("seen");
    let column: Vec<[u8; 3]> = (0..image.height()).map(|y| pixel(&image, UVec2::new(soma.x, y))).collect();
    let first = column.iter().position(|color| *color != [255; 3]).expect("the thin section, or the soma");
    let last = column.iter().rposition(|color| *color != [255; 3]).expect("the soma");
    let is_blue = |color: &[u8; 3]| color[2] > color[0];
    assert!(first > 0 && is_blue(&column[last]), "no edge of another colour below the soma: {:?}", column[last]);
    let row: Vec<[u8; 3]> = (0..soma.x).map(|x| pixel(&image, UVec2::new(x, soma.y))).collect();
    let left = row.iter().position(|color| *color != [255; 3]).expect("the soma");
    assert!(row[left..].iter().all(is_blue), "nor to the left of it");
}

#[test]
fn one_frustum_shows_ten_compartments_in_order() {
    let Some(mut headless) = star((1280, 720)) else { return };
    let columns: Vec<u32> =
        (1..=LONG).map(|compartment| on_screen(&mut headless, compartment).expect("seen").x).collect();
    assert!(columns.is_sorted(), "{columns:?}");
    let steps: Vec<u32> = columns.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // The first and the last have the round ends of the tube.
    let inner = &steps[1..steps.len() - 1];
    let (least, most) = (inner.iter().min().unwrap(), inner.iter().max().unwrap());
    assert!(*least > 10 && most - least <= 4, "equal arc lengths are equal widths: {steps:?}");
}

#[test]
fn selecting_draws_a_line_around_the_compartment() {
    let Some(mut headless) = star((1280, 720)) else { return };
    let before = headless.screenshot().expect("a picture");
    let session = headless.session();
    let entity = "dend[0]@0.55000".into();
    headless.world_mut().write_message(SelectEntity { session, entity, modifiers: Modifiers::default() });
    for _ in 0..3 {
        headless.frame();
    }
    let after = headless.screenshot().expect("a picture");
    let at = on_screen(&mut headless, 6).expect("seen");
    let column: Vec<[u8; 3]> = (at.y - 60..at.y + 60).map(|y| pixel(&after, UVec2::new(at.x, y))).collect();
    let gold = column.iter().filter(|pixel| **pixel == [255, 176, 0]).count();
    assert!(gold >= 4, "a line above and below");
    assert_eq!(pixel(&before, at), pixel(&after, at), "the colour of the compartment itself stays");
}

#[test]
fn a_hidden_cell_is_not_drawn() {
    let Some(mut headless) = star((640, 480)) else { return };
    headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
    for _ in 0..3 {
        headless.frame();
    }
    let soma = on_screen(&mut headless, 0).expect("seen");
    let shown = cell(&mut headless);
    headless.world_mut().entity_mut(shown).insert(Visibility::Hidden);
    for _ in 0..3 {
        headless.frame();
    }
    let image = headless.screenshot().expect("a picture");
    assert_eq!(pixel(&image, soma), [255, 255, 255], "a hidden cell is not drawn");
    headless.world_mut().entity_mut(shown).insert(Visibility::Inherited);
    for _ in 0..3 {
        headless.frame();
    }
    let image = headless.screenshot().expect("a picture");
    assert_ne!(pixel(&image, soma), [255, 255, 255]);
}

#[test]
fn a_failed_session_is_an_error_with_its_cause() {
    let Some(mut headless) = star((640, 480)) else { return };
    headless.send(SessionCommand::invoke("fail"));
    let error = headless.run_until("never", PATIENCE, |_| false).expect_err("it fails");
    assert!(error.to_string().contains("asked to fail"), "{error}");
    // The window lives on and shows why.
    assert!(covered(&mut headless) > 0);
    headless.screenshot().expect("a picture");
}

#[test]
fn a_framed_cell_is_there_as_a_whole_and_a_near_one_is_not() {
    let Some(mut headless) = star((640, 480)) else { return };
    let whole = |headless: &mut Headless| {
        let camera = headless.cell_camera().expect("a camera");
        let world = headless.world_mut();
        world.resource::<Pictures>().shows_everything(world.resource::<CellStage>(), camera)
    };
    assert!(whole(&mut headless));
    let camera = headless.cell_camera().expect("a camera");
    let world = headless.world_mut();
    let mut orbit = world.get_mut::<OrbitCamera>(camera).expect("an orbit camera");
    (orbit.auto_frame, orbit.target, orbit.distance) = (false, Vec3::ZERO, 60.0);
    for _ in 0..2 {
        headless.frame();
    }
    assert!(covered(&mut headless) > 0 && !whole(&mut headless));
}
