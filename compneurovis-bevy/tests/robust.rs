//! Cells, cameras and windows that are odd: a picture or none, but never a panic.
//!
//! Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::time::Duration;

use bevy::{camera::RenderTarget, prelude::*, render::render_resource::Extent3d};
use compneurovis_bevy::{
    FrontendError, Headless, ViewOf,
    morphology::{CellStage, Pictures},
    workbench::WorkbenchSettings,
};
use compneurovis_core::{
    AppSpec, Emitter, Field, Frustum, MorphologyGeometry, MorphologyView, Phase, Scene, Section, SectionKind, Session,
    SessionError,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// The two ends of a frustum: points and radii.
type Ends = [([f32; 3], f32); 2];

/// Shows frusta that do not change.
struct Still(Vec<Ends>);

impl Session for Still {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let mut builder = MorphologyGeometry::builder("cell");
        let section = builder.section(Section::new("dend", SectionKind::Dendrite, 3));
        for [(start_um, start_radius_um), (end_um, end_radius_um)] in self.0.iter().copied() {
            let (start_position, end_position) = (0.0, 3.0);
            builder.frustum(Frustum {
                start_um,
                start_radius_um,
                end_um,
                end_radius_um,
                section,
                start_position,
                end_position,
            });
        }
        Ok(Some(
            Scene::new()
                .with_geometry(builder.build()?)
                .with_field(Field::over_compartments("v", "cell", vec![-60.0, f32::NAN, f32::INFINITY])?)
                .with_view(MorphologyView::new("cell", "cell").colored_by("v")),
        ))
    }

    fn advance(&mut self, _emitter: &mut Emitter) -> Result<(), SessionError> {
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    }
}

/// A window of so many pixels without panels, after some frames; `None` where there is no adapter.
fn shown(frusta: &[Ends], size: (u32, u32)) -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let frusta = frusta.to_vec();
    let mut headless = match Headless::new(AppSpec::new("Still", move || Ok(Still(frusta.clone()))), size) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    headless.world_mut().resource_mut::<WorkbenchSettings>().panels = false;
    headless
        .run_until("a scene", PATIENCE, |headless| {
            headless.status().phase == Phase::Running && !headless.world_mut().resource::<CellStage>().is_empty()
        })
        .expect("a scene");
    settle(&mut headless);
    Some(headless)
}

fn settle(headless: &mut Headless) {
    for _ in 0..4 {
        headless.frame();
        headless.check_session().expect("the session lives");
    }
}

fn covered(headless: &mut Headless) -> usize {
    let camera = headless.cell_camera().expect("a camera");
    headless.world_mut().resource::<Pictures>().covered_pixels(camera)
}

const TUBE: Ends = [([0.0; 3], 2.0), ([30.0, 5.0, 0.0], 1.0)];

#[test]
fn cells_of_all_sorts_are_drawn() {
    let far = [1e30, -1e30, 1e30];
    let cases: [(&str, &[Ends], bool); 7] = [
        ("no frustum", &[], false),
        ("one", &[TUBE], true),
        ("one of no length", &[[([3.0, 4.0, 5.0], 2.0); 2]], true),
        ("one of no radius", &[[([0.0; 3], 0.0), ([30.0, 5.0, 0.0], 0.0)]], true),
        ("a point", &[[([3.0, 4.0, 5.0], 0.0); 2]], true),
        ("one end within the other", &[[([0.0; 3], 9.0), ([1.0, 0.0, 0.0], 1.0)]], true),
        ("one beyond all numbers", &[[(far, 1.0), (far, f32::MAX)]], false),
    ];
    for (name, frusta, seen) in cases {
        let Some(mut headless) = shown(frusta, (320, 200)) else { return };
        assert_eq!(covered(&mut headless) > 0, seen, "{name}");
        headless.screenshot().expect(name);
    }
}

#[test]
fn a_window_of_one_pixel_has_a_picture() {
    let Some(mut headless) = shown(&[TUBE], (1, 1)) else { return };
    assert!(covered(&mut headless) <= 1);
    assert_eq!(headless.screenshot().expect("a picture").size(), UVec2::ONE);
}

#[test]
fn windows_may_change_their_size_all_the_time() {
    let Some(mut headless) = shown(&[TUBE], (320, 200)) else { return };
    let camera = headless.cell_camera().expect("a camera");
    let Some(RenderTarget::Image(target)) = headless.world_mut().get::<RenderTarget>(camera).cloned() else {
        panic!("the camera draws into an image");
    };
    let sizes = [(1, 1), (2000, 1), (1, 900), (333, 17), (17, 333), (640, 480), (641, 480), (1, 1), (320, 200)];
    for (width, height) in sizes.into_iter().chain(sizes).chain([(320, 200)]) {
        let mut images = headless.world_mut().resource_mut::<Assets<Image>>();
        let size = Extent3d { width, height, depth_or_array_layers: 1 };
        images.get_mut(&target.handle).expect("the target").resize(size);
        headless.frame();
        headless.check_session().expect("the session lives");
    }
    settle(&mut headless);
    assert!(covered(&mut headless) > 100);
    let image = headless.screenshot().expect("a picture");
    assert_eq!(image.size(), UVec2::new(320, 200));
}

#[test]
fn cells_in_impossible_places_are_not_drawn() {
    let Some(mut headless) = shown(&[TUBE], (320, 200)) else { return };
    let world = headless.world_mut();
    let mut views = world.query::<(Entity, &ViewOf)>();
    let cell = views.iter(world).next().expect("a cell").0;
    let none = [
        Transform::from_xyz(f32::NAN, 0.0, 0.0),
        Transform::from_xyz(0.0, f32::INFINITY, 0.0),
        Transform::from_scale(Vec3::splat(f32::NAN)),
        Transform::from_scale(Vec3::splat(f32::MAX)),
        Transform::from_rotation(Quat::from_xyzw(f32::NAN, 0.0, 0.0, 0.0)),
    ];
    for place in none {
        headless.world_mut().entity_mut(cell).insert(place);
        settle(&mut headless);
        assert_eq!(covered(&mut headless), 0, "{place:?}");
    }
    // Flat, mirrored and small cells are cells.
    for scale in [Vec3::ONE, Vec3::new(1.0, 1.0, 0.0), Vec3::new(-1.0, 1.0, 1.0), Vec3::splat(1e-3)] {
        headless.world_mut().entity_mut(cell).insert(Transform::from_scale(scale));
        settle(&mut headless);
        assert!(covered(&mut headless) > 0, "{scale}");
    }
}
