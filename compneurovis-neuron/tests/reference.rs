//! The examples of the Python original, with the spike times and values that it has.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::{Arc, Mutex};

use common::look::{Look, start_paused};
use common::models::{self, Built};
use compneurovis_core::{Control, ControlId, Emitter, LinePlotView, Scene, SessionError, Value, Viewer};
use compneurovis_neuron::{
    CellLayout, GEOMETRY, Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, RecordedSamples, Recorders, Section,
    build_neuron_app,
};

/// The spikes of each place in ms.
type Spikes = Arc<Mutex<Vec<Vec<f64>>>>;

/// An example of the original.
#[derive(Clone)]
struct Example {
    build: fn(&Neuron) -> Result<Built, SessionError>,
    layout: CellLayout,
    dt_ms: f64,
    display_dt_ms: f64,
    max_samples: usize,
    window_ms: Option<f64>,
    /// What the slider says at the start.
    amplitude: f64,
    /// Of which sections, in the middle.
    spikes_of: &'static [&'static str],
    /// Of which attributes of which processes each step is kept.
    samples_of: &'static [(usize, &'static str)],
    shows_cell: bool,
    spikes: Spikes,
    samples: Arc<Mutex<Vec<Vec<f32>>>>,
}

impl Example {
    fn new(build: fn(&Neuron) -> Result<Built, SessionError>, spikes_of: &'static [&'static str]) -> Self {
        Self {
            build,
            layout: CellLayout::default(),
            dt_ms: 0.1,
            display_dt_ms: 0.1,
            max_samples: 1000,
            window_ms: None,
            amplitude: 1.0,
            spikes_of,
            samples_of: &[],
            shows_cell: true,
            spikes: Arc::default(),
            samples: Arc::default(),
        }
    }

    /// Runs it to a time in ms.
    fn run(&self, until_ms: f64) -> Viewer {
        self.spikes.lock().unwrap().clear();
        let example = self.clone();
        let mut viewer = start_paused(build_neuron_app(move || Model { example: example.clone(), built: None }));
        viewer.run_until(until_ms).unwrap();
        assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
        viewer
    }

    /// The spikes of a place, to the thousandth of a ms.
    fn spikes(&self, place: usize) -> Vec<f64> {
        self.spikes.lock().unwrap()[place].iter().map(|time| (time * 1000.0).round() / 1000.0).collect()
    }
}

struct Model {
    example: Example,
    built: Option<Built>,
}

impl NeuronModel for Model {
    fn settings(&self) -> NeuronSettings {
        let (mut settings, example) = (NeuronSettings::default(), &self.example);
        (settings.dt_ms, settings.display_dt_ms) = (example.dt_ms, example.display_dt_ms);
        settings.max_samples = example.max_samples;
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let built = self.built.insert((self.example.build)(neuron)?);
        Ok(built.sections.clone())
    }

    fn cell_layout(&self) -> CellLayout {
        self.example.layout.clone()
    }

    fn prepare_recorders(&mut self, _: &Neuron, _: &[Section], recorders: &mut Recorders) -> Result<(), SessionError> {
        let built = self.built.as_ref().ok_or("not built")?;
        for name in self.example.spikes_of {
            recorders.record_spikes(built.section(name)?, 0.5, 0.0)?;
        }
        for (process, name) in self.example.samples_of {
            recorders.record(*name, &built.processes[*process].range_ref(name)?)?;
        }
        *self.example.samples.lock().expect("no panic") = vec![Vec::new(); self.example.samples_of.len()];
        *self.example.spikes.lock().expect("no panic") = vec![Vec::new(); self.example.spikes_of.len()];
        Ok(())
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![Control::scalar("amplitude", "Amplitude", self.example.amplitude, -0.2, 1.6)]
    }

    fn apply_control(&mut self, _: &Neuron, _: &ControlId, value: &Value) -> Result<bool, SessionError> {
        let amplitude = value.as_f64().ok_or("a number")?;
        self.built.as_ref().ok_or("not built")?.set_amplitude(amplitude)?;
        Ok(true)
    }

    fn trace_view_updates(&self, view: &mut LinePlotView) {
        view.rolling_window = self.example.window_ms;
    }

    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        if self.example.shows_cell { parts.build() } else { parts.without_morphology().build() }
    }

    fn on_recorded_samples(
        &mut self,
        _times_ms: &[f64],
        samples: &RecordedSamples,
        _emitter: &mut Emitter,
    ) -> Result<(), SessionError> {
        let mut spikes = self.example.spikes.lock().expect("no panic");
        let mut kept = self.example.samples.lock().expect("no panic");
        kept.iter_mut().zip(samples.iter()).for_each(|(kept, (_, new))| kept.extend(new));
        samples.spikes().iter().for_each(|spike| spikes[spike.train].push(spike.time_ms));
        Ok(())
    }
}

#[test]
fn three_cells_excite_each_other_in_a_ring() {
    let Some(_turn) = common::turn() else { return };
    let mut example = Example::new(models::multicell, &["cell1.soma", "cell2.soma", "cell3.soma"]);
    example.layout = models::multicell_layout();
    let viewer = example.run(100.0);
    assert_eq!(example.spikes(0), [3.9, 22.1, 42.0, 62.0, 82.0]);
    assert_eq!(example.spikes(1), [5.9, 24.2, 44.1, 64.0, 84.0]);
    assert_eq!(example.spikes(2), [8.1, 26.4, 46.3, 66.2, 86.2]);
    let cell = viewer.scene.morphology(&GEOMETRY.into()).unwrap();
    assert_eq!((cell.sections().len(), cell.compartments(), cell.frusta().len()), (14, 103, 14));
    // Drawn one out of the other.
    let end_of = |name: &str| {
        let at = cell.sections().iter().position(|row| &*row.name == name).unwrap();
        cell.frusta().iter().find(|frustum| frustum.section as usize == at).unwrap()
    };
    for (axon, soma) in [("cell1.axon", "cell2.soma"), ("cell2.axon", "cell3.soma")] {
        assert_eq!(end_of(axon).end_um, end_of(soma).start_um);
    }
}

#[test]
fn currents_into_a_cell_along_points() {
    let Some(_turn) = common::turn() else { return };
    let mut example = Example::new(models::inspector, &["soma"]);
    (example.dt_ms, example.display_dt_ms, example.max_samples) = (0.025, 0.5, 1600);
    example.window_ms = Some(40.0);
    let viewer = example.run(100.0);
    let late: Vec<f64> = example.spikes(0).into_iter().filter(|time| *time > 60.0).collect();
    assert_eq!(late, [61.75, 79.125]);
    assert_eq!(viewer.history().shape(), [1, 1601], "the 40 ms of its plot");
    assert_eq!(viewer.scene.morphology(&GEOMETRY.into()).unwrap().compartments(), 33);
}

#[test]
fn one_compartment_fires_as_it_is_driven() {
    let Some(_turn) = common::turn() else { return };
    let mut example = Example::new(models::point, &["soma"]);
    (example.dt_ms, example.display_dt_ms, example.max_samples) = (0.025, 0.1, 4000);
    example.shows_cell = false;
    for (amplitude_na, count, first) in
        [(0.05, 7, [1.925, 16.9, 31.575]), (0.1, 9, [1.3, 13.425, 25.05]), (0.2, 11, [0.875, 10.95, 20.3])]
    {
        example.amplitude = amplitude_na;
        drop(example.run(100.0));
        let spikes = example.spikes(0);
        assert_eq!((spikes.len(), &spikes[..3]), (count, &first[..]), "{amplitude_na} nA");
    }
    example.amplitude = 0.0;
    let viewer = example.run(100.0);
    let trace = viewer.history().series_of("time", "soma@0.50000").unwrap();
    assert!((trace.last().unwrap() + 64.974).abs() < 0.0005, "{:?}", trace.last());
    assert_eq!(viewer.scene.views.len(), 1);
}

#[test]
fn a_ligand_a_receptor_and_an_effector() {
    let Some(_turn) = common::turn() else { return };
    let mut example = Example::new(models::cascade, &[]);
    example.samples_of = &[(0, "C"), (1, "bound1"), (2, "s"), (2, "s_inf")];
    (example.dt_ms, example.display_dt_ms, example.max_samples) = (0.01, 1.0, 5000);
    example.shows_cell = false;
    drop(example.run(500.0));
    let samples = example.samples.lock().unwrap();
    for (time_ms, expected) in [
        (5, ["0.024413", "0.013145", "0.00000", "0.000018"]),
        (20, ["0.09103", "0.086718", "0.00016", "0.00519"]),
        (100, ["0.322088", "0.336242", "0.05044", "0.233199"]),
        (500, ["0.519142", "0.522921", "0.478341", "0.533566"]),
    ] {
        for (series, expected) in samples.iter().zip(expected) {
            let digits = expected.len() - 2;
            let found = format!("{:.digits$}", series[time_ms * 100 - 1]);
            assert_eq!(found, expected, "at {time_ms} ms");
        }
    }
}
