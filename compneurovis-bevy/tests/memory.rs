//! Memory of a cell on the screen: at most 100 bytes for each frustum, core's geometry and its values included.
//!
//! A program of its own with a single test, since the allocator counts for all threads. What the driver of the graphics
//! adapter takes is not counted; it follows the size of the window. Without any adapter the test says so and passes,
//! unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
use std::{sync::Arc, time::Duration};

use compneurovis_bevy::{FrontendError, Headless, morphology::Pictures};
use compneurovis_core::{
    AppSpec, Emitter, Field, Frustum, MorphologyGeometry, MorphologyView, Scene, Section, SectionKind, Session,
    SessionError,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Bytes for a frustum.
const LIMIT: f64 = 100.0;

/// Frusta of a section, and compartments: about as in reconstructed cells.
const PIECES: usize = 25;
const NSEG: u32 = 10;

const PATIENCE: Duration = Duration::from_secs(120);

/// Sections that run to the right, side by side.
fn comb(frusta: usize) -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("comb");
    for index in 0..frusta / PIECES {
        let section = builder.section(Section::new(format!("dend[{index}]"), SectionKind::Dendrite, NSEG));
        let (row, column) = (index / 100, index % 100);
        let at = |piece: usize| [(column * 60 + piece * 2) as f32, row as f32 * 3.0, (piece % 2) as f32];
        let position = |piece: usize| piece as f32 / PIECES as f32 * NSEG as f32;
        for piece in 0..PIECES {
            builder.frustum(Frustum {
                start_um: at(piece),
                start_radius_um: 0.5,
                end_um: at(piece + 1),
                end_radius_um: 0.5,
                section,
                start_position: position(piece),
                end_position: position(piece + 1),
            });
        }
    }
    builder.build().expect("a comb")
}

/// Shows a cell and changes all its values all the time.
struct Live {
    geometry: Arc<MorphologyGeometry>,
    step: f32,
}

impl Session for Live {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let (id, values) = (self.geometry.id().clone(), vec![0.0; self.geometry.compartments()]);
        Ok(Some(
            Scene::new()
                .with_geometry(self.geometry.clone())
                .with_field(Field::over_compartments("v", id.clone(), values)?)
                .with_view(MorphologyView::new("cell", id).colored_by("v")),
        ))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.step += 1.0;
        let mut values = emitter.take_buffer(self.geometry.compartments());
        values.extend((0..self.geometry.compartments()).map(|index| self.step - index as f32 * 1e-3));
        emitter.replace("v", values);
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    }
}

/// The bytes that are taken while a cell of so many frusta is on the screen.
fn taken(frusta: usize) -> Result<usize, FrontendError> {
    let before = MEMORY.current_usage();
    let geometry = Arc::new(comb(frusta));
    assert_eq!(geometry.frusta().len(), frusta);
    let app = AppSpec::new("Live", move || Ok(Live { geometry: geometry.clone(), step: 0.0 }));
    let mut headless = Headless::new(app, (1280, 720))?;
    headless.run_until("a picture", PATIENCE, |headless| {
        let camera = headless.cell_camera();
        camera.is_some_and(|camera| headless.world_mut().resource::<Pictures>().covered_pixels(camera) > 1000)
    })?;
    for _ in 0..20 {
        headless.frame();
    }
    Ok(MEMORY.current_usage().saturating_sub(before))
}

#[test]
fn a_frustum_takes_at_most_a_hundred_bytes() {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let small = match taken(100_000) {
        Err(FrontendError::NoAdapter(why)) if !required => {
            return eprintln!("skipped, as there is no graphics adapter: {why}");
        }
        small => small.expect("a picture"),
    };
    let large = taken(1_000_000).expect("a picture");
    let slope = (large as f64 - small as f64) / 900_000.0;
    println!("{small} bytes for 100,000 frusta and {large} for a million: {slope:.1} for one");
    assert!(slope > 44.0, "the geometry alone takes that: {slope}");
    assert!(slope <= LIMIT, "{slope} bytes for a frustum");
}
