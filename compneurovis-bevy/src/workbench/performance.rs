//! Where the time goes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bevy::{
    prelude::*,
    render::{Render, RenderApp, RenderSystems},
};
use bevy_egui::egui;
use compneurovis_core::{Counters, SessionStatus};

/// How much a new figure counts against those before it.
const NEWEST: f64 = 0.1;

/// What frames take, lately.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct FrameCost {
    /// From one frame to the next, in ms.
    pub frame_ms: f64,
    /// Applying the updates of sessions, in ms.
    pub apply_ms: f64,
    /// Laying out panels and plots, in ms.
    pub panels_ms: f64,
    /// Drawing cells on the CPU, in ms; 0 where a GPU does that.
    pub cells_ms: f64,
    /// Handing what changed to the GPU, in ms, on the thread that renders.
    pub upload_ms: f64,
    /// Telling the GPU what to draw, and waiting until it can take that, in ms, on the same thread.
    pub draw_ms: f64,
    began: Option<Instant>,
    applying: Option<Instant>,
    drawing_cells: Option<Instant>,
}

impl FrameCost {
    fn smooth(figure: &mut f64, took: Duration) {
        let took_ms = took.as_secs_f64() * 1e3;
        *figure = if *figure == 0.0 { took_ms } else { *figure + NEWEST * (took_ms - *figure) };
    }

    /// Takes note of what the panels took.
    pub(super) fn note_panels(&mut self, took: Duration) {
        Self::smooth(&mut self.panels_ms, took);
    }
}

pub(super) fn begin_cells(mut cost: ResMut<FrameCost>) {
    cost.drawing_cells = Some(Instant::now());
}

pub(super) fn end_cells(mut cost: ResMut<FrameCost>) {
    if let Some(begin) = cost.drawing_cells.take() {
        FrameCost::smooth(&mut cost.cells_ms, begin.elapsed());
    }
}

/// What rendering took last, in ns. The worlds of the window and of rendering share it, as they may
/// be on threads of their own.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct RenderClock(Arc<RenderTimes>);

#[derive(Debug, Default)]
struct RenderTimes {
    extract: AtomicU64,
    prepare: AtomicU64,
    draw: AtomicU64,
}

/// Which part of rendering goes on, and since when.
#[derive(Resource, Debug)]
struct RenderBegan(Instant);

fn note(time: &AtomicU64, took: Duration) {
    time.store(took.as_nanos().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Lets the world of rendering say what it takes, if there is one.
pub(super) fn measure_rendering(app: &mut App) {
    let clock = RenderClock::default();
    app.insert_resource(clock.clone());
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    if let Some(mut extract) = render_app.take_extract() {
        let clock = clock.clone();
        render_app.set_extract(move |main, render| {
            let begin = Instant::now();
            extract(main, render);
            note(&clock.0.extract, begin.elapsed());
        });
    }
    render_app.insert_resource(clock).insert_resource(RenderBegan(Instant::now())).add_systems(
        Render,
        (
            (|mut began: ResMut<RenderBegan>| began.0 = Instant::now()).in_set(RenderSystems::ExtractCommands),
            end_prepare.after(RenderSystems::Prepare).before(RenderSystems::Render),
            end_draw.after(RenderSystems::Render).before(RenderSystems::Cleanup),
        ),
    );
}

fn end_prepare(mut began: ResMut<RenderBegan>, clock: Res<RenderClock>) {
    note(&clock.0.prepare, began.0.elapsed());
    began.0 = Instant::now();
}

fn end_draw(began: Res<RenderBegan>, clock: Res<RenderClock>) {
    note(&clock.0.draw, began.0.elapsed());
}

pub(super) fn begin_frame(mut cost: ResMut<FrameCost>, clock: Option<Res<RenderClock>>) {
    if let Some(RenderClock(times)) = clock.as_deref() {
        let of = |time: &AtomicU64| Duration::from_nanos(time.load(Ordering::Relaxed));
        FrameCost::smooth(&mut cost.upload_ms, of(&times.extract) + of(&times.prepare));
        FrameCost::smooth(&mut cost.draw_ms, of(&times.draw));
    }
    let now = Instant::now();
    if let Some(before) = cost.began.replace(now) {
        FrameCost::smooth(&mut cost.frame_ms, now - before);
    }
    cost.applying = Some(now);
}

pub(super) fn end_apply(mut cost: ResMut<FrameCost>) {
    if let Some(begin) = cost.applying.take() {
        FrameCost::smooth(&mut cost.apply_ms, begin.elapsed());
    }
}

/// Draws figures about a session and the frames that show it.
pub fn performance_ui(ui: &mut egui::Ui, status: &SessionStatus, counters: &Counters, cost: &FrameCost) {
    let (advance, frames) = (&status.cost, if cost.frame_ms > 0.0 { 1e3 / cost.frame_ms } else { 0.0 });
    let rows = [
        ("Simulated", format!("{:.2} ms/s", status.ms_per_second), "How fast the model goes, and the pace allows"),
        ("Solver steps", status.steps.to_string(), "Since the start"),
        ("  advance", figure(advance.advance_ms, "ms"), "A call of the session: its steps, and emitting what is shown"),
        ("  step", figure(advance.step_us, "µs"), "A step of the solver alone, measured now and then"),
        ("  sample", figure(advance.sample_us, "µs"), "Taking the values after a step"),
        ("Updates", counters.emitted.to_string(), "Sent by the session so far"),
        ("  joined", counters.merged.to_string(), "With newer ones before they were drawn"),
        ("  trimmed", counters.trimmed.to_string(), "Samples that left the window of a trace unseen"),
        ("  queue", format!("{} (at most {})", counters.waiting, counters.most_waiting), "Waiting for the window"),
        ("Frames", format!("{frames:.1} /s"), "How often the window is drawn"),
        ("  apply", figure(cost.apply_ms, "ms"), "Updates to the scene"),
        ("  panels", figure(cost.panels_ms, "ms"), "Laying out panels, columns of plots"),
        ("  cells", figure(cost.cells_ms, "ms"), "Drawing cells on the CPU"),
        ("  upload", figure(cost.upload_ms, "ms"), "Handing what changed to the GPU"),
        ("  draw", figure(cost.draw_ms, "ms"), "Telling the GPU what to draw, and waiting until it can take that"),
    ];
    egui::Grid::new("performance").num_columns(2).striped(true).show(ui, |ui| {
        for (name, figure, why) in rows {
            let label = ui.label(name);
            label.on_hover_text(why);
            ui.monospace(figure);
            ui.end_row();
        }
    });
}

/// A figure with its unit; 0 is what nobody has measured.
fn figure(value: f64, unit: &str) -> String {
    if value == 0.0 { "–".to_owned() } else { format!("{value:.2} {unit}") }
}
