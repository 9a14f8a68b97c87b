//! Which cells a camera sees and which lines it shows around them, drawn by a real adapter.
//!
//! Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::time::Duration;

use bevy::{camera::visibility::RenderLayers, prelude::*};
use common::star_app;
use compneurovis_bevy::{
    FrontendError, Headless, ViewOf,
    morphology::{CellHighlights, CellStage, Pictures},
    raster::Highlight,
    workbench::WorkbenchSettings,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// The star in a window without panels; `None` where there is no adapter.
fn star() -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(star_app(), (640, 480)) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
    headless.run_until("a cell in the picture", PATIENCE, |headless| covered(headless) > 0).expect("a picture");
    settle(&mut headless);
    Some(headless)
}

fn settle(headless: &mut Headless) {
    for _ in 0..3 {
        headless.frame();
    }
}

fn camera(headless: &mut Headless) -> Entity {
    headless.cell_camera().expect("a camera")
}

fn covered(headless: &mut Headless) -> usize {
    let camera = camera(headless);
    headless.world_mut().resource::<Pictures>().covered_pixels(camera)
}

fn cell(headless: &mut Headless) -> Entity {
    let world = headless.world_mut();
    let mut query = world.query::<(Entity, &ViewOf)>();
    query.iter(world).find(|(_, of)| of.view.as_str() == "cell").expect("a cell").0
}

fn count(headless: &mut Headless, wanted: [u8; 4]) -> usize {
    let image = headless.screenshot().expect("a picture");
    image.data.expect("pixels").chunks(4).filter(|pixel| pixel[..3] == wanted[..3]).count()
}

#[test]
fn a_camera_sees_the_cells_of_its_layers() {
    let Some(mut headless) = star() else { return };
    let (camera, cell) = (camera(&mut headless), cell(&mut headless));
    let (first, third) = (RenderLayers::layer(0), RenderLayers::layer(3));
    headless.world_mut().entity_mut(cell).insert(third.clone());
    settle(&mut headless);
    assert_eq!(covered(&mut headless), 0, "the camera is on the first layer");
    let bounds = |headless: &mut Headless, layers| headless.world_mut().resource::<CellStage>().bounds_for(layers);
    assert_eq!(bounds(&mut headless, &first), None);
    assert_eq!(bounds(&mut headless, &third), Some((Vec3::new(-22.0, -12.0, -12.0), Vec3::new(126.0, 70.01, 12.0))));
    headless.world_mut().entity_mut(camera).insert(RenderLayers::from_layers(&[1, 3]));
    settle(&mut headless);
    assert!(covered(&mut headless) > 0);
    headless.world_mut().entity_mut(cell).remove::<RenderLayers>();
    settle(&mut headless);
    assert_eq!(covered(&mut headless), 0, "the cell is on the first layer again");
}

#[test]
fn highlights_are_drawn_as_they_are_set() {
    let Some(mut headless) = star() else { return };
    let cell = cell(&mut headless);
    let (blue, violet) = ([0, 0, 255, 255], [200, 0, 200, 255]);
    let lines = [(3..5, blue, 2), (7..8, violet, 6)].map(|(compartments, colour, width_px)| Highlight {
        compartments,
        colour,
        width_px,
    });
    assert_eq!((count(&mut headless, blue), count(&mut headless, violet)), (0, 0));
    headless.world_mut().entity_mut(cell).insert(CellHighlights(lines.to_vec()));
    let (narrow, wide) = (count(&mut headless, blue), count(&mut headless, violet));
    assert!(narrow > 100 && wide > 2 * narrow, "{narrow} and {wide} pixels");
    headless.world_mut().entity_mut(cell).insert(CellHighlights::default());
    assert_eq!((count(&mut headless, blue), count(&mut headless, violet)), (0, 0), "and go away again");
}

#[test]
fn highlights_of_compartments_that_are_none_are_no_lines() {
    let Some(mut headless) = star() else { return };
    let cell = cell(&mut headless);
    let blue = [0, 0, 255, 255];
    let beyond = [1000..2000, u32::MAX - 1..u32::MAX, 5..5].map(|compartments| Highlight {
        compartments,
        colour: blue,
        width_px: u32::MAX,
    });
    headless.world_mut().entity_mut(cell).insert(CellHighlights(beyond.to_vec()));
    assert_eq!(count(&mut headless, blue), 0);
}
