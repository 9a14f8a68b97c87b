//! Somebody's Bevy app with a cell of ours in it, built as its author would: outside the workspace, by path.
//!
//! The app has a camera, a light, a box and a panel of its own; we have the cell, which goes past the box, through it
//! and behind it. `cargo run` opens a window. `cargo run -- --headless OUT.png` writes a picture and looks at it: it
//! fails unless the box hides what is behind it, and what is before it hides the box.

use std::{
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

use bevy::{camera::RenderTarget, core_pipeline::tonemapping::Tonemapping, prelude::*};
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext, egui};
use compneurovis_bevy::{
    Headless,
    prelude::*,
    workbench::{ControlsShown, cell_color_bar_ui, controls_ui},
};
use compneurovis_core::{
    AppSpec, ColorMap, Control, Field, Frustum, LiveApp, MorphologyGeometry, MorphologyView, Section, SectionKind,
    SessionCommand,
};

const BOX: Vec3 = Vec3::new(50.0, 80.0, 40.0);
const COLORS: ColorMap = ColorMap::Scalar;
const COMPARTMENTS: u32 = 40;
const PATIENCE: Duration = Duration::from_secs(60);
const SIZE: (u32, u32) = (960, 600);

/// A branch by its name, and from where to where it goes.
const BRANCHES: [(&str, [f32; 3], [f32; 3]); 3] = [
    ("before", [-60.0, 22.0, 40.0], [80.0, 22.0, 40.0]),
    ("through", [-60.0, 0.0, -30.0], [80.0, 0.0, 60.0]),
    ("behind", [-60.0, -32.0, -40.0], [80.0, -32.0, -40.0]),
];

/// A cell of three branches, and a wave along each of them.
fn model() -> AppSpec {
    let wave = |speed: f64, time_ms: f64| -> Vec<f32> {
        let at = |um: f64| -70.0 + 100.0 * (0.02 * (um - speed * time_ms)).cos().max(0.0).powi(2);
        (0..COMPARTMENTS * 3).map(|at_all| at(3.5 * f64::from(at_all % COMPARTMENTS)) as f32).collect()
    };
    LiveApp::new("A cell of ours", move || {
        let mut cell = MorphologyGeometry::builder("cell");
        for (name, start_um, end_um) in BRANCHES {
            let section = cell.section(Section::new(name, SectionKind::Dendrite, COMPARTMENTS));
            let (start_radius_um, end_radius_um, end_position) = (4.0, 4.0, COMPARTMENTS as f32);
            let start_position = 0.0;
            cell.frustum(Frustum {
                start_um,
                start_radius_um,
                end_um,
                end_radius_um,
                section,
                start_position,
                end_position,
            });
        }
        let scene = compneurovis_core::Scene::new()
            .with_field(Field::over_compartments("v", "cell", wave(20.0, 0.0))?.with_unit("mV"))
            .with_geometry(cell.build()?)
            .with_view(MorphologyView::new("cell", "cell").colored_by("v").with_colors(COLORS, (-80.0, 50.0)))
            .with_control(Control::scalar("speed", "Speed", 20.0, 1.0, 60.0).with_unit("µm/ms"));
        Ok(((20.0, 0.0), scene))
    })
    .on_advance(move |(speed, time_ms), emitter| {
        *time_ms += 0.25;
        emitter.replace("v", wave(*speed, *time_ms));
        emitter.set_time(*time_ms, 1);
        Ok(())
    })
    .on_control("speed", |(speed, _), value, _| {
        *speed = value.as_f64().ok_or("a number was expected")?;
        Ok(())
    })
    .every(Duration::from_millis(16))
    .app()
}

/// The app, drawn to its window or to the image of a picture.
fn compose(app: &mut App, target: RenderTarget) {
    let setup = move |mut commands: Commands,
                      mut meshes: ResMut<Assets<Mesh>>,
                      mut materials: ResMut<Assets<StandardMaterial>>| {
        // Bevy's usual tone mapping needs its feature `tonemapping_luts`, and would change the colours of the box only.
        let place = Transform::from_xyz(40.0, 50.0, 230.0).looking_at(Vec3::ZERO, Vec3::Y);
        commands.spawn((Camera3d::default(), Tonemapping::None, place, target.clone(), PrimaryEguiContext));
        let light = DirectionalLight { illuminance: 3_000.0, ..default() };
        commands.spawn((light, Transform::from_xyz(1.0, 2.0, 3.0).looking_at(Vec3::ZERO, Vec3::Y)));
        let green = materials.add(StandardMaterial::from(Color::srgb(0.2, 0.7, 0.3)));
        commands.spawn((Mesh3d(meshes.add(Cuboid::from_size(BOX))), MeshMaterial3d(green)));
    };
    app.add_plugins(EguiPlugin::default())
        .insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() })
        .add_systems(Startup, setup)
        .add_systems(EguiPrimaryContextPass, panel);
}

fn panel(
    mut contexts: EguiContexts,
    sessions: Query<(Entity, &SessionScene, &SessionProgress)>,
    cells: Query<&Morphology>,
    mut inputs: MessageWriter<UserInput>,
) -> Result {
    egui::Window::new("Somebody's app").fixed_pos((12.0, 12.0)).fixed_size((220.0, 220.0)).show(
        contexts.ctx_mut()?,
        |ui| {
            for (session, scene, progress) in &sessions {
                ui.label(format!("t = {:.2} ms", progress.time_ms));
                let mut done = Vec::new();
                controls_ui(ui, scene, ControlsShown::default(), None, |input| done.push(UserInput { session, input }));
                inputs.write_batch(done);
                cells.iter().for_each(|cell| cell_color_bar_ui(ui, cell, scene));
            }
        },
    );
    Ok(())
}

/// Whether it is a colour of the map, as light or dark as it may be: cells are shaded.
fn is_of_map(color: [u8; 4]) -> bool {
    let color = color.map(f32::from);
    COLORS.table().iter().any(|entry| {
        let entry = entry.0.map(f32::from);
        let brightness = color[0].max(color[2]) / entry[0].max(entry[2]).max(1.0);
        (0..3).all(|part| (color[part] - brightness * entry[part]).abs() < 4.0)
    })
}

/// Looks at a picture where something is known to be: at places of the branches, which are seen or hidden.
fn check(headless: &mut Headless) -> Result<(), Box<dyn Error>> {
    let picture = headless.screenshot()?;
    let world = headless.world_mut();
    let (camera, from) = world.query::<(&Camera, &GlobalTransform)>().single(world)?;
    // By the branch and how far along it: in front of the box, in it, out of it again, behind it, beside it.
    for (branch, along, seen) in [(0, 0.43, true), (1, 0.43, false), (1, 0.8, true), (2, 0.43, false), (2, 0.9, true)] {
        let (name, start, end) = BRANCHES[branch];
        let at = camera.world_to_viewport(from, Vec3::from(start).lerp(end.into(), along))?.as_uvec2();
        let color = picture.get_color_at(at.x, at.y)?.to_srgba().to_u8_array();
        if is_of_map(color) != seen {
            let wanted = if seen { "the branch" } else { "the box" };
            return Err(format!("{wanted} was to be seen at {along} of `{name}`, not {color:?} at {at}").into());
        }
    }
    Ok(())
}

/// Draws frames until the picture is right, as Bevy makes pipelines in the background, and saves it.
fn headless(path: &Path) -> Result<(), Box<dyn Error>> {
    let until = SessionCommand::RunUntil { time_ms: 20.0 };
    let mut headless = Headless::composed(model().with_first_command(until), SIZE, compose)?;
    headless.run_until("20 ms of the model", PATIENCE, |headless| headless.status().time_ms >= 20.0)?;
    let begin = Instant::now();
    let checked = loop {
        match check(&mut headless) {
            Err(_) if begin.elapsed() < PATIENCE => {}
            checked => break checked,
        }
    };
    headless.save_png(path)?;
    checked
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => {
            let mut app = App::new();
            app.add_plugins((DefaultPlugins, CompNeuroVisPlugins));
            compose(&mut app, RenderTarget::default());
            app.world_mut().spawn(LiveSession::new(model()));
            app.run();
            Ok(())
        }
        ["--headless", path] => headless(Path::new(path)),
        _ => Err("usage: outside-app [--headless OUT.png]".into()),
    }
}
