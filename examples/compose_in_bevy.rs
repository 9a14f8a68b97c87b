//! Our cell in somebody's Bevy app: the app has the window, the camera, the turntable and the panel; we have the cell.
//!
//! `cargo run --example compose_in_bevy` shows it: `CompNeuroVisPlugins` alone, and none of our window.

use std::{process::ExitCode, time::Duration};

use bevy::{camera::RenderTarget, core_pipeline::tonemapping::Tonemapping, prelude::*};
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext, egui};
use clap::Parser;
use compneurovis_bevy::{
    plot::{DrawPlots, LinePlotState, PlotPlugin, line_plot_ui},
    prelude::*,
    workbench::{ControlsShown, cell_color_bar_ui, controls_ui},
};
use compneurovis_core::{AppSpec, Control, Field, LinePlotView, LiveApp, MorphologyView, SessionError};
use compneurovis_examples::{Args, CellSource, picture, picture_path, set_number};

struct Wave {
    distances_um: Vec<f64>,
    time_ms: f64,
    speed: f64,
}

impl Wave {
    fn values(&self) -> Vec<f32> {
        let at = |um: &f64| -70.0 + 100.0 * (0.02 * (um - self.speed * self.time_ms)).cos().max(0.0).powi(6);
        self.distances_um.iter().map(|um| at(um) as f32).collect()
    }
}

fn wave(args: &Args) -> AppSpec {
    let source: CellSource = args.cell();
    LiveApp::new("Composed", move || {
        let geometry = source.load("cell", |section| section.points.len().max(2) - 1)?.geometry;
        let distances_um = (0..geometry.compartments() as u32).map(|at| geometry.root_distance_um(at));
        let distances_um = distances_um.collect::<Result<_, _>>()?;
        let wave = Wave { distances_um, time_ms: 0.0, speed: 20.0 };
        let values = wave.values();
        let trace = LinePlotView::new("trace", "trace", "time").with_x_label("Time", "ms").with_y_label("V", "mV");
        let scene = compneurovis_core::Scene::new()
            .with_field(Field::series("trace", "time", vec![0.0], vec![values[0]])?.with_unit("mV"))
            .with_field(Field::over_compartments("v", "cell", values)?.with_unit("mV"))
            .with_geometry(geometry)
            .with_view(MorphologyView::new("cell", "cell").colored_by("v"))
            .with_view(trace.with_y_limits(-80.0, 40.0))
            .with_control(Control::scalar("speed", "Speed", 20.0, 1.0, 60.0).with_unit("µm/ms"));
        Ok((wave, scene))
    })
    .on_advance(|wave, emitter| {
        wave.time_ms += 0.25;
        let values = wave.values();
        emitter.append_series("trace", "time", &[wave.time_ms], &values[..1], Some(2000));
        emitter.replace("v", values);
        emitter.set_time(wave.time_ms, 1);
        Ok::<(), SessionError>(())
    })
    .on_control("speed", |wave, value, _| set_number(&mut wave.speed, value))
    .every(Duration::from_millis(16))
    .app()
}

/// The app: its camera, panel and systems, drawn to the window or to the image of a picture.
fn compose(app: &mut App, target: RenderTarget) {
    let camera = move |mut commands: Commands| {
        let ours = (OrbitCamera::default(), PickingCamera);
        commands.spawn((Camera3d::default(), Msaa::Off, Tonemapping::None, target.clone(), PrimaryEguiContext, ours));
    };
    app.add_plugins((EguiPlugin::default(), PlotPlugin))
        .insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() })
        .insert_resource(ClearColor(Color::srgb(0.09, 0.10, 0.13)))
        .add_systems(Startup, camera)
        .add_systems(Update, turn)
        .add_systems(EguiPrimaryContextPass, panel.in_set(DrawPlots));
}

/// The app's own business with the cell: it is an entity as any other.
fn turn(mut cells: Query<&mut Transform, With<Morphology>>, time: Res<Time>) {
    cells.iter_mut().for_each(|mut cell| cell.rotate_y(0.2 * time.delta_secs()));
}

fn panel(
    mut contexts: EguiContexts,
    sessions: Query<(Entity, &LiveSession, &SessionScene, &SessionProgress)>,
    cells: Query<&Morphology>,
    mut plots: Query<(&LinePlot, &mut LinePlotState)>,
    mut inputs: MessageWriter<UserInput>,
) -> Result {
    let context = contexts.ctx_mut()?;
    egui::Window::new("An app of one's own").fixed_pos((12.0, 12.0)).fixed_size((340.0, 420.0)).show(context, |ui| {
        for (session, live, scene, progress) in &sessions {
            ui.label(format!("{}: t = {:.2} ms", live.title(), progress.time_ms));
            let mut done = Vec::new();
            controls_ui(ui, scene, ControlsShown::default(), None, |input| done.push(UserInput { session, input }));
            inputs.write_batch(done);
            cells.iter().for_each(|cell| cell_color_bar_ui(ui, cell, scene));
            for (plot, mut state) in &mut plots {
                ui.allocate_ui(egui::vec2(340.0, 200.0), |ui| line_plot_ui(ui, &mut state, plot, scene));
            }
        }
    });
    Ok(())
}

fn main() -> ExitCode {
    let args = Args::parse();
    let app = wave(&args);
    if let Some(path) = picture_path(&app, &args) {
        return picture(app, &args, Some(&path), compose);
    }
    let mut window = App::new();
    window.add_plugins((DefaultPlugins.build().disable::<bevy::log::LogPlugin>(), CompNeuroVisPlugins));
    compose(&mut window, RenderTarget::default());
    window.world_mut().spawn(LiveSession::new(app));
    if window.run().is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
