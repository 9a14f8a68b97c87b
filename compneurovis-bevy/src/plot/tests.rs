//! A plot that is drawn frame after frame is the plot that would be drawn anew.

use bevy_egui::egui;
use compneurovis_core::{Coord, Field, LinePlotView, Scene, SessionUpdate};
use egui_kittest::Harness;
use ndarray::Array2;

use super::{LinePlotState, line_plot_ui};

const TRACES: usize = 3;

type Shown = (LinePlotState, Scene, LinePlotView);

fn show(shown: Shown) -> Harness<'static, Shown> {
    let draw = |ui: &mut egui::Ui, (state, scene, view): &mut Shown| {
        state.sheet().begin(Some(egui::Color32::WHITE));
        line_plot_ui(ui, state, view, scene);
    };
    Harness::builder().with_size(egui::vec2(420.0, 300.0)).build_ui_state(draw, shown)
}

fn pixels(harness: &Harness<Shown>) -> Vec<u8> {
    let mut bytes = Vec::new();
    harness.state().0.canvas.bytes(&mut bytes);
    bytes
}

/// Numbers from 0 to 1 that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1 << 24) as f64
    }
}

fn plot(rolling_window: Option<f64>) -> (Scene, LinePlotView) {
    let labels = Coord::labels((0..TRACES).map(|at| at.to_string()));
    let dims = [("trace", labels), ("time", Coord::from(vec![0.0]))];
    let traces = Field::new("traces", Array2::zeros((TRACES, 1)).into_dyn(), dims).expect("fits");
    let mut view = LinePlotView::new("plot", "traces", "time");
    view.rolling_window = rolling_window;
    (view.y.min, view.y.max) = (Some(-0.1), Some(1.1));
    (Scene::new().with_field(traces), view)
}

#[test]
fn a_plot_that_goes_on_looks_as_if_it_were_drawn_anew() {
    // With a window that moves over a longer history, and with a history that moves.
    for rolling_window in [Some(20.0), None] {
        let (scene, view) = plot(rolling_window);
        let (mut dice, mut time) = (Dice(11), 0.0);
        let mut going_on = show((LinePlotState::default(), scene, view));
        for round in 0..60 {
            let count = (dice.roll() * 12.0) as usize;
            let times: Vec<f64> = (0..count)
                .map(|_| {
                    time += dice.roll();
                    time
                })
                .collect();
            let values = Array2::from_shape_fn((TRACES, count), |_| dice.roll() as f32).into_dyn();
            let update = SessionUpdate::FieldAppend {
                field: "traces".into(),
                dim: "time".to_owned(),
                values,
                coord: times,
                max_length: Some(150),
            };
            going_on.state_mut().1.apply(update).expect("it fits");
            going_on.step();
            if round % 6 == 5 {
                let (_, scene, view) = going_on.state();
                let mut anew = show((LinePlotState::default(), scene.clone(), view.clone()));
                anew.run_steps(3);
                assert!(pixels(&going_on) == pixels(&anew), "round {round} with {rolling_window:?}");
                assert!(pixels(&anew).iter().any(|byte| *byte > 0), "there are curves");
            }
        }
        let columns = going_on.state().0.columns;
        assert!(columns.is_some(), "it goes by columns of pixels");
    }
}
