//! A view of one's own, and a Bevy system of one's own, over fields that a session sends.
//!
//! `cargo run --example custom_view` shows oscillators that pull at each other (Kuramoto's model). The dial is drawn by
//! a function that is registered for its kind; a system writes a line to the log whenever they fall into step.

use std::{f64::consts::TAU, process::ExitCode, time::Duration};

use bevy::prelude::{App, Local, Query, Update, info};
use bevy_egui::egui;
use clap::Parser;
use compneurovis_bevy::{SessionScene, workbench::CustomViews};
use compneurovis_core::{Control, CustomView, Emitter, Field, LinePlotView, LiveApp, Scene, SessionError};
use compneurovis_examples::{Args, set_number, show_extended};

/// How many there are, and the length of a step.
const OSCILLATORS: usize = 40;
const DT_MS: f64 = 1.0;

struct Kuramoto {
    time_ms: f64,
    coupling: f64,
    phases: Vec<f64>,
}

impl Kuramoto {
    fn new() -> Self {
        let phases = (0..OSCILLATORS).map(|at| TAU * (at as f64 * 0.618_033_988_749_895).fract());
        Self { time_ms: 0.0, coupling: 0.02, phases: phases.collect() }
    }

    /// How much they are in step, from 0 to 1, and at which phase.
    fn order(&self) -> (f64, f64) {
        let mean =
            |part: fn(f64) -> f64| self.phases.iter().map(|phase| part(*phase)).sum::<f64>() / OSCILLATORS as f64;
        let (x, y) = (mean(f64::cos), mean(f64::sin));
        (x.hypot(y), y.atan2(x))
    }

    fn step(&mut self) {
        let (order, common) = self.order();
        for (at, phase) in self.phases.iter_mut().enumerate() {
            let own = TAU / 100.0 * (0.9 + 0.2 * at as f64 / OSCILLATORS as f64);
            *phase = (*phase + DT_MS * (own + self.coupling * order * (common - *phase).sin())).rem_euclid(TAU);
        }
        self.time_ms += DT_MS;
    }

    fn scene(&self) -> Result<Scene, SessionError> {
        let phases =
            Field::series("phase", "oscillator", (0..OSCILLATORS).map(|at| at as f64).collect(), self.values())?;
        let order = Field::series("order", "time", vec![0.0], vec![self.order().0 as f32])?;
        let plot = LinePlotView::new("order", "order", "time").with_title("Order").with_x_label("Time", "ms");
        let mut dial = CustomView::new("dial", "dial").showing("phase").showing("order");
        dial.title = "Phases".to_owned();
        Ok(Scene::new()
            .with_field(phases)
            .with_field(order)
            .with_view(dial)
            .with_view(plot.with_y_label("Order", "").with_y_limits(0.0, 1.0))
            .with_control(Control::scalar("coupling", "Coupling", self.coupling, 0.0, 0.1)))
    }

    fn values(&self) -> Vec<f32> {
        self.phases.iter().map(|phase| *phase as f32).collect()
    }
}

fn advance(model: &mut Kuramoto, emitter: &mut Emitter) -> Result<(), SessionError> {
    model.step();
    emitter.replace("phase", model.values());
    emitter.append_series("order", "time", &[model.time_ms], &[model.order().0 as f32], Some(2000));
    emitter.set_time(model.time_ms, 1);
    Ok(())
}

/// Draws each oscillator as a dot on a circle, and their mean as a hand.
fn dial_ui(ui: &mut egui::Ui, view: &CustomView, scene: &Scene) {
    let Some(phases) = view.fields.first().and_then(|id| scene.fields.get(id)?.as_slice()) else { return };
    let (rect, painter) = (ui.available_rect_before_wrap(), ui.painter());
    let (middle, radius) = (rect.center(), 0.42 * rect.width().min(rect.height()));
    let ink = ui.visuals().text_color();
    painter.circle_stroke(middle, radius, egui::Stroke::new(1.5, ink));
    let mut hand = egui::Vec2::ZERO;
    for (at, phase) in phases.iter().enumerate() {
        let place = egui::vec2(phase.cos(), -phase.sin());
        hand += place / phases.len() as f32;
        let colour = egui::ecolor::Hsva::new(at as f32 / phases.len() as f32 * 0.8, 0.85, 0.8, 1.0);
        painter.circle_filled(middle + place * radius, 0.035 * radius, colour);
    }
    painter.arrow(middle, hand * radius, egui::Stroke::new(3.0, egui::Color32::from_rgb(200, 40, 40)));
}

/// Any system can read what sessions send.
fn note_order(scenes: Query<&SessionScene>, mut was_in_step: Local<bool>) {
    let order = scenes.iter().find_map(|scene| scene.fields.get("order")?.as_slice()?.last().copied());
    let is_in_step = order.is_some_and(|order| order > 0.9);
    if is_in_step && !*was_in_step {
        info!("the oscillators are in step");
    }
    *was_in_step = is_in_step;
}

fn extend(app: &mut App) {
    app.add_systems(Update, note_order);
    app.world_mut().resource_mut::<CustomViews>().register("dial", dial_ui);
}

fn main() -> ExitCode {
    let app = LiveApp::new("A view of one's own", || {
        let model = Kuramoto::new();
        let scene = model.scene()?;
        Ok((model, scene))
    })
    .on_advance(advance)
    .on_control("coupling", |model, value, _| set_number(&mut model.coupling, value))
    .every(Duration::from_millis(5));
    show_extended(app.app(), &Args::parse(), extend)
}
