//! A run that needs no simulator: a wave of excitation along an axon.

use compneurovis_core::{
    AppSpec, ColorLimits, Coord, Emitter, Field, Frustum, LinePlotView, MorphologyGeometry, MorphologyView, Scene,
    Section, SectionKind, Session, SessionError,
};

/// Compartments of the axon.
const COMPARTMENTS: usize = 160;

/// One step, in ms.
const DT_MS: f64 = 0.02;

/// Steps between two pictures.
const STEPS: usize = 10;

/// Compartments whose traces are drawn.
const TRACED: [usize; 3] = [10, 80, 150];

/// An application that runs the axon.
pub fn axon_app() -> AppSpec {
    AppSpec::new("Axon", || Ok(Axon::new()))
}

/// A cable of FitzHugh's and Nagumo's equations (FitzHugh 1961, Biophys J 1:445), scaled to mV and ms.
struct Axon {
    v: Vec<f64>,
    w: Vec<f64>,
    steps: usize,
}

impl Axon {
    fn new() -> Self {
        // Both at rest.
        Self { v: vec![-1.1994; COMPARTMENTS], w: vec![-0.6243; COMPARTMENTS], steps: 0 }
    }

    fn time_ms(&self) -> f64 {
        self.steps as f64 * DT_MS
    }

    /// One step of Euler's; every 25 ms a pulse of current enters at the beginning.
    fn step(&mut self) {
        let pulse = if self.time_ms() % 25.0 < 1.0 { 2.5 } else { 0.0 };
        let before = self.v.clone();
        for (at, (v, w)) in self.v.iter_mut().zip(&mut self.w).enumerate() {
            let (left, right) = (before[at.saturating_sub(1)], before[(at + 1).min(COMPARTMENTS - 1)]);
            let current = if at < 6 { pulse } else { 0.0 };
            let spread = 6.0 * (left - 2.0 * before[at] + right);
            let change = before[at] - before[at].powi(3) / 3.0 - *w + spread + current;
            *w += DT_MS * 0.08 * 2.0 * (before[at] + 0.7 - 0.8 * *w);
            *v += DT_MS * 2.0 * change;
        }
        self.steps += 1;
    }

    fn millivolts(&self) -> impl Iterator<Item = f32> {
        self.v.iter().map(|v| (v * 33.0 - 27.0) as f32)
    }

    fn traces(&self) -> ndarray::ArrayD<f32> {
        let values: Vec<f32> = self.millivolts().collect();
        ndarray::Array2::from_shape_fn((TRACED.len(), 1), |(at, _)| values[TRACED[at]]).into_dyn()
    }
}

/// A wavy line of one section.
fn axon() -> Result<MorphologyGeometry, SessionError> {
    let mut builder = MorphologyGeometry::builder("axon");
    let section = builder.section(Section::new("axon[0]", SectionKind::Axon, COMPARTMENTS as u32));
    let place = |at: usize| {
        let x = at as f32 * 5.0;
        [x, 60.0 * (x / 110.0).sin(), 20.0 * (x / 70.0).cos()]
    };
    for at in 0..COMPARTMENTS {
        builder.frustum(Frustum {
            start_um: place(at),
            start_radius_um: 4.0,
            end_um: place(at + 1),
            end_radius_um: 4.0,
            section,
            start_position: at as f32,
            end_position: (at + 1) as f32,
        });
    }
    Ok(builder.build()?)
}

impl Session for Axon {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let names = TRACED.map(|at| format!("compartment {at}"));
        let dims = [("segment", Coord::labels(names)), ("time", Coord::from(vec![0.0]))];
        let potential = Field::over_compartments("v", "axon", self.millivolts().collect())?.with_unit("mV");
        let mut cell = MorphologyView::new("cell", "axon").with_title("Axon").colored_by("v");
        cell.color_limits = ColorLimits::Fixed(-80.0, 40.0);
        Ok(Some(
            Scene::new()
                .with_geometry(axon()?)
                .with_field(potential)
                .with_field(Field::new("traces", self.traces(), dims)?.with_unit("mV"))
                .with_view(cell)
                .with_view(
                    LinePlotView::new("plot", "traces", "time")
                        .with_title("Traces")
                        .with_x_label("Time", "ms")
                        .with_y_label("Potential", "mV"),
                ),
        ))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        (0..STEPS).for_each(|_| self.step());
        emitter.replace("v", self.millivolts().collect());
        emitter.append("traces", "time", &[self.time_ms()], self.traces(), None);
        emitter.set_time(self.time_ms(), STEPS as u64);
        Ok(())
    }
}
