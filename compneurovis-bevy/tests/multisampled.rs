//! A cell before a camera with Bevy's usual multisampling: nothing of an earlier picture is left beside it.
//!
//! Without any adapter this test says so and passes, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.

use std::time::Duration;

use bevy::{core_pipeline::tonemapping::Tonemapping, prelude::*};
use compneurovis_bevy::{FrontendError, Headless, prelude::*};
use compneurovis_core::{
    AppSpec, Field, Frustum, MorphologyGeometry, MorphologyView, Phase, Section, SectionKind, Value,
    scene::SELECTED_ENTITY, still_app,
};

const SIZE: UVec2 = UVec2::new(960, 600);

/// A ball with a line around it, and a long thin stick.
fn ball_and_stick() -> AppSpec {
    let mut cell = MorphologyGeometry::builder("cell");
    for (name, kind, from_um, to_um, radius_um) in
        [("soma", SectionKind::Soma, -10.0, 10.0, 10.0), ("dend", SectionKind::Dendrite, 10.0, 410.0, 1.0)]
    {
        let section = cell.section(Section::new(name, kind, 1));
        cell.frustum(Frustum {
            start_um: [from_um, 0.0, 0.0],
            start_radius_um: radius_um,
            end_um: [to_um, 0.0, 0.0],
            end_radius_um: radius_um,
            section,
            start_position: 0.0,
            end_position: 1.0,
        });
    }
    let field = Field::over_compartments("v", "cell", vec![-65.0; 2]).expect("two values");
    let mut scene = compneurovis_core::Scene::new()
        .with_field(field)
        .with_geometry(cell.build().expect("two sections"))
        .with_view(MorphologyView::new("cell", "cell").colored_by("v"));
    scene.state.insert(SELECTED_ENTITY.to_owned(), Value::from("soma@0.50000"));
    still_app("Ball and stick", scene)
}

#[test]
fn nothing_is_left_of_the_picture_before_the_camera_moved() {
    let headless = Headless::composed(ball_and_stick(), SIZE.into(), |app, target| {
        app.add_systems(Startup, move |mut commands: Commands| {
            commands.spawn((Camera3d::default(), Tonemapping::None, target.clone(), OrbitCamera::default()));
        });
    });
    let mut headless = match headless {
        Err(FrontendError::NoAdapter(why)) => {
            let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|required| required == "1");
            assert!(!required, "there is no graphics adapter: {why}");
            return;
        }
        other => other.expect("an app"),
    };
    let mut frames = 0;
    let started = |headless: &mut Headless| {
        frames += 1;
        headless.status().phase != Phase::Starting && frames > 20
    };
    headless.run_until("a picture", Duration::from_secs(60), started).expect("frames");
    let picture = headless.screenshot().expect("a picture");
    let at = |x, y| picture.get_color_at(x, y).expect("a pixel").to_srgba().to_u8_array();
    let background = at(2, 2);
    let drawn: Vec<UVec2> = (0..SIZE.y)
        .flat_map(|y| (0..SIZE.x).map(move |x| UVec2::new(x, y)))
        .filter(|pixel| at(pixel.x, pixel.y) != background)
        .collect();
    assert!(drawn.len() > 3000, "the cell is there: {} pixels", drawn.len());
    // The stick goes along the middle, far from the ball on the left.
    let stray = drawn.iter().find(|pixel| pixel.x > 200 && pixel.y.abs_diff(SIZE.y / 2) > 6);
    assert_eq!(stray, None, "it is neither ball nor stick: {:?}", stray.map(|pixel| at(pixel.x, pixel.y)));
}
