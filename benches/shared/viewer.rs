//! The app that is measured: a cell in a window without a display.

use std::{sync::Arc, time::Duration};

use bevy::prelude::{Entity, Vec2};
use compneurovis_bevy::{
    FrontendError, Headless, OrbitCamera, ViewOf,
    morphology::{CellColors, CellStage, Pictures},
    workbench::WorkbenchSettings,
};
use compneurovis_core::{MorphologyGeometry, Phase};

use crate::{FIELD, Orders, wave_app};

/// Width and height of the picture in pixels.
pub const SIZE: (u32, u32) = (1280, 720);

/// How long the first picture may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Frames before those that are measured, in which pipelines and caches come to rest.
const WARM_UP: usize = 10;

/// How far the camera turns before a frame, as a drag in pixels.
const DRAG_PX: f32 = 4.0;

/// An app that draws, and the orders to its session.
pub struct Viewer {
    /// The app.
    pub headless: Headless,
    orders: Orders,
}

impl Viewer {
    /// A camera and nothing to see.
    ///
    /// # Errors
    /// There is no adapter, or no frame.
    pub fn empty() -> Result<Self, FrontendError> {
        let mut viewer = Self::start(None, false)?;
        viewer.headless.run_until("an empty app", PATIENCE, |headless| headless.status().phase == Phase::Running)?;
        viewer.settle();
        Ok(viewer)
    }

    /// A cell, with panels around it or without.
    ///
    /// # Errors
    /// There is no adapter, or no picture.
    pub fn showing(geometry: Arc<MorphologyGeometry>, panels: bool) -> Result<Self, FrontendError> {
        let mut viewer = Self::first_picture(geometry, panels)?;
        viewer.settle();
        Ok(viewer)
    }

    /// The same as soon as the cell is in the picture.
    ///
    /// # Errors
    /// There is no adapter, or no picture.
    pub fn first_picture(geometry: Arc<MorphologyGeometry>, panels: bool) -> Result<Self, FrontendError> {
        let mut viewer = Self::start(Some(geometry), panels)?;
        viewer.headless.run_until("a picture of the cell", PATIENCE, |headless| {
            let camera = headless.cell_camera();
            camera.is_some_and(|camera| headless.world_mut().resource::<Pictures>().covered_pixels(camera) > 0)
        })?;
        Ok(viewer)
    }

    fn start(geometry: Option<Arc<MorphologyGeometry>>, panels: bool) -> Result<Self, FrontendError> {
        let (app, orders) = wave_app(geometry);
        let mut headless = Headless::new(app, SIZE)?;
        headless.world_mut().resource_mut::<WorkbenchSettings>().panels = panels;
        Ok(Self { headless, orders })
    }

    fn settle(&mut self) {
        for _ in 0..WARM_UP {
            self.headless.frame();
        }
    }

    /// The time of a frame that shows values which the one before had not.
    ///
    /// # Panics
    /// If the frame does not show them.
    pub fn fresh_frame(&mut self) -> Duration {
        let before = self.colored();
        let expected = self.orders.next_step();
        let took = self.headless.frame();
        self.headless.check_session().expect("the session lives");
        let scene = self.headless.scene().expect("a scene");
        let shown = scene.fields[FIELD].as_slice().and_then(|values| values.first().copied());
        assert_eq!(shown, Some(expected), "the frame shows the newest values");
        assert!(self.colored() > before || !self.cell_is_shown(), "and draws them");
        took
    }

    /// Turns the camera a little.
    pub fn turn(&mut self) {
        let world = self.headless.world_mut();
        for mut orbit in world.query::<&mut OrbitCamera>().iter_mut(world) {
            orbit.turn(Vec2::new(DRAG_PX, 0.0), SIZE.1 as f32);
        }
    }

    /// What is at a position in pixels, looked up as a click does it.
    ///
    /// # Panics
    /// If there is no camera.
    pub fn pick(&mut self, position: Vec2) -> Option<(Entity, u32)> {
        let camera = self.headless.cell_camera().expect("a camera");
        let world = self.headless.world_mut();
        world.resource::<Pictures>().pick(world.resource::<CellStage>(), camera, position)
    }

    /// The entity of the cell.
    ///
    /// # Panics
    /// If there is no cell.
    pub fn cell(&mut self) -> Entity {
        let world = self.headless.world_mut();
        let mut views = world.query::<(Entity, &ViewOf)>();
        views.iter(world).find(|(_, of)| of.view.as_str() == "cell").expect("a cell").0
    }

    fn cell_is_shown(&mut self) -> bool {
        self.headless.world_mut().resource::<CellStage>().frusta() > 0
    }

    /// How often values have become colours.
    fn colored(&mut self) -> u64 {
        self.headless.world_mut().resource::<CellColors>().version()
    }
}
