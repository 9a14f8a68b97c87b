//! NEURON sessions as a viewer meets them: through the runner and its link.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::viewer::Viewer;
use compneurovis_core::{
    Action, ActionId, AppSpec, Control, ControlId, Coord, EntityId, MorphologyGeometry, Payload, Phase, Section as Row,
    SectionEnd, SectionKind, Session, SessionCommand, SessionContext, SessionError, Value, View, field::PAST_STRIDE,
    scene::SELECTED_ENTITY,
};
use compneurovis_neuron::{
    DISPLAY_FIELD, GEOMETRY, HISTORY_FIELD, MORPHOLOGY_VIEW, Neuron, NeuronModel, NeuronSession, NeuronSettings,
    PointProcess, Section, SectionSpec, SettingsError, TRACE_VIEW, build_neuron_app, build_swc_cell,
};
use compneurovis_swc::{Section as SwcSection, Sections, parse_swc, read_swc};

const CELL: &[u8] = b"\
1 1 0 -10 0 8 -1
2 1 0   0 0 9  1
3 1 0  10 0 8  2
4 3 0  12 0 1  3
5 3 0  90 0 1  4
6 3 40 160 9 0.8 5
7 3 -40 150 0 0.7 5
8 2 0 -12 0 0.6 1
9 2 0 -220 0 0.5 8
";

/// The first compartment, and one far from it.
const SOMA: &str = "soma[0]@0.50000";
const FAR: &str = "dend[1]@0.95455";

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Nothing,
    MissingFile,
    BuildSections,
    NoSections,
    SetupModel,
    SameNames,
    OtherNames,
    OtherNseg,
    OtherCount,
    /// No fault: the geometry need not have NEURON's order.
    OtherOrder,
    ControlWithoutModel,
    BadControl,
    /// NEURON executes a wrong line in the middle of a step, at 10 ms.
    StepAtTenMs,
}

/// A cell of five sections with a pulse into its soma.
struct Cell {
    settings: NeuronSettings,
    fault: Fault,
    cell: Sections,
    sections: Vec<Section>,
    clamp: Option<PointProcess>,
    /// What the model is told, and what it says to the action `report`.
    log: Sender<String>,
    /// What `build_sections` waits for, if for anything.
    gate: Option<Receiver<()>>,
}

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 11 }
}

fn cell() -> Sections {
    Sections::from_samples(&parse_swc(CELL).expect("a cell").samples).expect("a cell")
}

fn geometry() -> MorphologyGeometry {
    cell().geometry(GEOMETRY, nseg).expect("a geometry")
}

impl Cell {
    fn new(log: Sender<String>) -> Self {
        let settings = NeuronSettings::default();
        Self { settings, fault: Fault::Nothing, cell: cell(), sections: Vec::new(), clamp: None, log, gate: None }
    }

    fn clamp(&self) -> Result<&PointProcess, SessionError> {
        Ok(self.clamp.as_ref().ok_or("no clamp yet")?)
    }

    fn say(&self, text: String) {
        // The test may have seen enough.
        let _ = self.log.send(text);
    }
}

/// A geometry of other sections than the model's.
fn another_cell(fault: Fault) -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder(GEOMETRY);
    let mut sections = cell().sections;
    if fault == Fault::OtherOrder {
        sections.reverse();
    }
    for section in sections {
        let more = u32::from(fault == Fault::OtherNseg && section.name == "dend[1]");
        let prefix = if fault == Fault::OtherNames && section.name == "axon[0]" { "other." } else { "" };
        let name = format!("{prefix}{}", section.name);
        builder.section(Row::new(name, SectionKind::Unknown, nseg(&section) as u32 + more));
    }
    if fault == Fault::OtherCount {
        builder.section(Row::new("extra", SectionKind::Unknown, 1));
    }
    builder.build().expect("a geometry")
}

impl NeuronModel for Cell {
    fn settings(&self) -> NeuronSettings {
        self.settings.clone()
    }

    fn startup_geometry(&mut self) -> Result<Option<Arc<MorphologyGeometry>>, SessionError> {
        Ok(match self.fault {
            Fault::MissingFile => {
                read_swc("no/such/cell.swc")?;
                None
            }
            Fault::SameNames => None,
            Fault::OtherNames | Fault::OtherNseg | Fault::OtherCount | Fault::OtherOrder => {
                Some(Arc::new(another_cell(self.fault)))
            }
            _ => Some(Arc::new(self.cell.geometry(GEOMETRY, nseg)?)),
        })
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        if let Some(gate) = &self.gate {
            gate.recv()?;
        }
        self.sections = build_swc_cell(neuron, &self.cell, nseg, &["hh"])?;
        match self.fault {
            // Here NEURON has sections already.
            Fault::BuildSections => self.sections[1].insert("no_such_mechanism")?,
            Fault::NoSections => return Ok(Vec::new()),
            Fault::SameNames => self.sections.push(neuron.section("soma[0]")?),
            _ => {}
        }
        Ok(self.sections.clone())
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        let soma = sections.iter().find(|section| section.name() == "soma[0]").ok_or("no soma")?;
        self.clamp = Some(common::clamp(soma, 0.5, 2.0, 5.0, 0.0));
        if self.fault == Fault::SetupModel {
            sections[0].point_process("IClamp", 1.5)?;
        }
        neuron.hoc("objref starter_, solver_")?;
        if self.fault == Fault::StepAtTenMs {
            neuron.hoc("solver_ = new CVode()")?;
            neuron.hoc("starter_ = new FInitializeHandler(\"solver_.event(10, \\\"no_such_procedure()\\\")\")")?;
        }
        Ok(())
    }

    fn control_specs(&self) -> Vec<Control> {
        let mut controls = vec![
            Control::scalar("display_dt", "Display interval", self.settings.display_dt_ms, 0.05, 5.0),
            Control::scalar("dt", "Step", self.settings.dt_ms, 0.01, 0.5),
            Control::scalar("v_init", "Start", self.settings.v_init_mv, -100.0, 0.0),
            Control::scalar("celsius", "Temperature", 6.3, 0.0, 40.0),
            Control::scalar("stim_amp", "Pulse", 1.0, 0.0, 2.0),
        ];
        match self.fault {
            Fault::ControlWithoutModel => controls.push(Control::scalar("nobody", "Nobody's", 1.0, 0.0, 2.0)),
            Fault::BadControl => controls.push(Control::scalar("stim_dur", "Upside down", 1.0, 2.0, 0.0)),
            _ => {}
        }
        controls
    }

    fn action_specs(&self) -> Vec<Action> {
        vec![Action::new("report", "Report"), Action::new("fail", "Fail")]
    }

    fn apply_control(&mut self, _neuron: &Neuron, control: &ControlId, value: &Value) -> Result<bool, SessionError> {
        if control.as_str() != "stim_amp" {
            return Ok(false);
        }
        self.clamp()?.set("amp", value.as_f64().ok_or("not a number")?)?;
        Ok(true)
    }

    fn apply_action(&mut self, neuron: &Neuron, action: &ActionId, _payload: &Payload) -> Result<bool, SessionError> {
        match action.as_str() {
            "report" => {
                let (amp, dt, celsius) = (self.clamp()?.get("amp")?, neuron.global("dt")?, neuron.global("celsius")?);
                self.say(format!("amp {amp} dt {dt} celsius {celsius}"));
                Ok(true)
            }
            "fail" => Err("no such luck".into()),
            _ => Ok(false),
        }
    }

    fn on_key_press(&mut self, neuron: &Neuron, key: &str, _: &mut SessionContext<'_>) -> Result<bool, SessionError> {
        match key {
            "F" => neuron.hoc("no_such_procedure()")?,
            "D" => self.sections.last().ok_or("no section")?.delete()?,
            "P" => panic!("a bug in a hook"),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn on_entity_clicked(
        &mut self,
        _neuron: &Neuron,
        entity: &EntityId,
        _context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        self.say(format!("clicked {entity}"));
        if entity.as_str().starts_with("axon") { Err("the axon bites".into()) } else { Ok(true) }
    }
}

/// An app whose first life has what `change` does to its model, and whose next ones have nothing.
fn first_life(change: impl Fn(&mut Cell) + Send + Sync + 'static) -> (AppSpec, Receiver<String>) {
    let (log, logged) = channel();
    let state = Mutex::new((true, log));
    let app = build_neuron_app(move || {
        let mut state = state.lock().expect("no panic");
        let mut cell = Cell::new(state.1.clone());
        if std::mem::take(&mut state.0) {
            change(&mut cell);
        }
        cell
    });
    (app, logged)
}

/// An app whose every life has the changed settings.
fn with_settings(change: impl Fn(&mut NeuronSettings) + Send + Sync + 'static) -> (AppSpec, Receiver<String>) {
    let (log, logged) = channel();
    let log = Mutex::new(log);
    let app = build_neuron_app(move || {
        let mut cell = Cell::new(log.lock().expect("no panic").clone());
        change(&mut cell.settings);
        cell
    });
    (app, logged)
}

fn plain() -> Viewer {
    Viewer::start_paused(first_life(|_| {}).0)
}

/// The trace of the soma over the first 20 ms.
fn reference() -> Vec<u32> {
    let mut viewer = plain();
    viewer.run_until(20.0);
    viewer.bits(SOMA)
}

fn wait_for(logged: &Receiver<String>) -> String {
    logged.recv_timeout(Duration::from_secs(20)).expect("the model says something")
}

#[test]
fn the_cell_is_shown_before_neuron_has_it() {
    let Some(_turn) = common::turn() else { return };
    let (open, gate) = channel();
    let gate = Mutex::new(Some(gate));
    let (app, _logged) = first_life(move |cell| cell.gate = gate.lock().expect("no panic").take());
    let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause));
    viewer.watch(|viewer| viewer.scenes.len() == 1);
    let first = viewer.scenes[0].clone();
    assert_eq!(viewer.status.phase, Phase::Starting);
    assert!(viewer.display().iter().all(|value| *value == -65.0));
    assert!(!first.fields.contains_key(HISTORY_FIELD));
    open.send(()).unwrap();
    viewer.watch(|viewer| viewer.status.phase == Phase::Paused);
    let [_, second] = &viewer.scenes[..] else { panic!("two scenes") };
    let [first, second] = [&first, second].map(|scene| scene.morphology(&GEOMETRY.into()).unwrap());
    assert!(Arc::ptr_eq(first, second), "frontends keep what they have drawn");
    assert_eq!(**first, geometry());
}

#[test]
fn the_scene_has_what_the_design_says() {
    let Some(_turn) = common::turn() else { return };
    let viewer = plain();
    let scene = &viewer.scene;
    let compartments = geometry().compartments();
    assert_eq!(scene.check(), Ok(()));

    let display = &scene.fields[DISPLAY_FIELD];
    assert_eq!((display.unit(), display.shape()), ("mV", &[compartments][..]));
    assert!(matches!(display.coord("segment").unwrap(), Coord::Compartments(id) if id.as_str() == GEOMETRY));
    assert!(viewer.display().iter().all(|value| *value == -65.0));

    let history = &scene.fields[HISTORY_FIELD];
    assert_eq!((history.unit(), history.shape()), ("mV", &[1, 1][..]));
    assert_eq!(history.dims().collect::<Vec<_>>(), ["segment", "time"]);
    assert_eq!(history.series_of("time", SOMA), Some(&[-65.0][..]));
    assert_eq!(history.attrs()[PAST_STRIDE], "1");
    assert_eq!(viewer.times(), [0.0]);

    let View::Morphology(cell) = &scene.views[MORPHOLOGY_VIEW] else { panic!("{:?}", scene.views) };
    assert_eq!(cell.geometry.as_str(), GEOMETRY);
    assert!(format!("{cell:?}").contains(DISPLAY_FIELD), "{cell:?}");
    let View::LinePlot(trace) = &scene.views[TRACE_VIEW] else { panic!("{:?}", scene.views) };
    assert_eq!(trace.source, HISTORY_FIELD.into());
    assert!(format!("{trace:?}").contains(SELECTED_ENTITY), "{trace:?}");

    assert_eq!(scene.state[SELECTED_ENTITY], Value::from(SOMA));
    assert_eq!(scene.state["stim_amp"], Value::Float(1.0));
    let ids: Vec<&str> = scene.controls.keys().map(ControlId::as_str).collect();
    assert_eq!(ids, ["display_dt", "dt", "v_init", "celsius", "stim_amp"]);
    assert_eq!(scene.actions.len(), 2);
}

#[test]
fn values_have_the_order_of_the_geometry() {
    let Some(_turn) = common::turn() else { return };
    let traced = |fault| {
        let (app, _logged) = first_life(move |cell: &mut Cell| cell.fault = fault);
        let mut viewer = Viewer::start_paused(app);
        [SOMA, FAR].iter().for_each(|entity| viewer.click(entity));
        viewer.run_until(8.0);
        let geometry = viewer.scene.morphology(&GEOMETRY.into()).unwrap();
        let at = |entity: &&str| viewer.display()[geometry.compartment_of(entity).unwrap() as usize];
        ([SOMA, FAR].map(|entity| viewer.bits(entity)), [SOMA, FAR].iter().map(at).collect::<Vec<f32>>())
    };
    let (plain, reversed) = (traced(Fault::Nothing), traced(Fault::OtherOrder));
    assert_eq!(plain, reversed);
    assert_ne!(plain.0[0], plain.0[1]);
}

#[test]
fn sections_without_a_picture_still_make_a_scene() {
    let Some(_turn) = common::turn() else { return };
    struct Bare;
    impl NeuronModel for Bare {
        fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
            let soma = SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"]);
            let dend = SectionSpec::cylinder("dend", 200.0, 2.0).nseg(7).on(0, 1.0);
            Ok(neuron.build_sections(&[soma, dend])?)
        }
    }
    let mut viewer = Viewer::start_paused(build_neuron_app(|| Bare));
    assert_eq!(viewer.scenes.len(), 1);
    viewer.trace("dend@0.92857");
    viewer.run_until(5.0);
    assert_eq!(viewer.display().len(), 8);
    assert!(viewer.display().iter().all(|value| value.is_finite()));
}

#[test]
fn the_geometry_of_a_model_knows_how_its_sections_hang_together() {
    let Some(_turn) = common::turn() else { return };
    struct Tree;
    impl NeuronModel for Tree {
        fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
            let twig = SectionSpec::cylinder("twig", 30.0, 1.0).nseg(3);
            let soma = SectionSpec::cylinder("soma", 20.0, 20.0);
            let dend = SectionSpec::cylinder("dend", 200.0, 2.0).nseg(5).on(1, 1.0);
            let sections = neuron.build_sections(&[twig, soma, dend])?;
            // The twig comes before its parent, and hangs with its far end on the parent's middle.
            sections[0].connect(1.0, &sections[2], 0.5)?;
            Ok(sections)
        }
    }
    let viewer = Viewer::start_paused(build_neuron_app(|| Tree));
    let geometry = viewer.scenes[0].geometries[0].as_morphology().unwrap();
    let rows = geometry.sections().iter();
    let rows: Vec<_> = rows.map(|row| (&*row.name, row.parent, row.parent_x, row.child_end, row.length_um)).collect();
    let (start, end) = (SectionEnd::Start, SectionEnd::End);
    assert_eq!(
        rows,
        [("soma", None, 1.0, start, 20.0), ("dend", Some(0), 1.0, start, 200.0), ("twig", Some(1), 0.5, end, 30.0)]
    );
    let first_of_twig = geometry.compartment_of("twig@0.1").unwrap();
    assert_eq!(geometry.root_distance_um(first_of_twig), Ok(10.0 + 100.0 + 25.0));
    assert_eq!(viewer.display().len(), 9);
}

#[test]
fn sliders_change_the_running_model() {
    let Some(_turn) = common::turn() else { return };
    let (app, logged) = first_life(|_| {});
    let mut viewer = Viewer::start_paused(app);
    assert_eq!(viewer.step(), 1);
    for (display_dt, steps) in [(0.5, 5), (0.25, 3), (0.3, 3), (0.05, 1), (5.0, 50)] {
        viewer.set("display_dt", display_dt);
        assert_eq!(viewer.step(), steps, "display_dt {display_dt}");
    }
    assert_eq!(viewer.times().len(), 1 + 63, "a trace has every step");
    assert!((viewer.times()[63] - 6.3).abs() < 1e-9);

    // A step of another length holds at once.
    viewer.set("dt", 0.05);
    viewer.set("celsius", 16.3);
    assert_eq!(viewer.step(), 100);
    viewer.act("report");
    assert_eq!(wait_for(&logged), "amp 1 dt 0.05 celsius 16.3");
    assert!((viewer.status.time_ms - 11.3).abs() < 1e-9);

    // Out of range, not a number, and back.
    for value in [7.0, f64::NAN] {
        viewer.set("display_dt", value);
        assert!(!viewer.next_failure().fatal);
    }
    viewer.send(SessionCommand::SetControl { control: "dt".into(), value: "soon".into() });
    assert!(viewer.next_failure().to_string().contains("dt"));
    assert_eq!(viewer.step(), 100);
    viewer.send(SessionCommand::RestoreDefaults);
    viewer.watch(|viewer| viewer.scene.state["dt"] == Value::Float(0.1));
    assert_eq!(viewer.step(), 1);
    viewer.act("report");
    assert_eq!(wait_for(&logged), "amp 1 dt 0.1 celsius 6.3");
}

#[test]
fn the_stimulus_follows_its_slider() {
    let Some(_turn) = common::turn() else { return };
    let (app, logged) = first_life(|_| {});
    let mut viewer = Viewer::start_paused(app);
    viewer.run_until(4.0);
    viewer.set("stim_amp", 0.25);
    viewer.act("report");
    assert_eq!(wait_for(&logged), "amp 0.25 dt 0.1 celsius 6.3");
    viewer.run_until(20.0);
    let changed = viewer.bits(SOMA);
    drop(viewer);
    let plain = reference();
    assert_eq!(changed.len(), plain.len());
    assert_eq!(changed[..41], plain[..41], "nothing differs before");
    assert_ne!(changed[41], plain[41], "it differs from the next step on");
}

#[test]
fn a_reset_starts_over_and_keeps_what_was_chosen() {
    let Some(_turn) = common::turn() else { return };
    let plain = reference();
    let (app, logged) = first_life(|_| {});
    let mut viewer = Viewer::start_paused(app);
    viewer.set("stim_amp", 0.75);
    viewer.trace(FAR);
    viewer.run_until(20.0);
    let first = [SOMA, FAR].map(|entity| viewer.bits(entity));
    assert!(viewer.history().series_of("time", SOMA).unwrap().iter().any(|v| *v > 0.0), "there is a spike");
    assert_ne!(first[0], plain);

    viewer.reset();
    assert_eq!((viewer.times(), viewer.history().shape()), (&[0.0][..], &[2, 1][..]));
    assert!(viewer.display().iter().all(|value| *value == -65.0));
    assert!(viewer.history().values().iter().all(|value| *value == -65.0));
    viewer.act("report");
    assert_eq!(wait_for(&logged), format!("clicked {FAR}"));
    assert_eq!(wait_for(&logged), "amp 0.75 dt 0.1 celsius 6.3");
    viewer.run_until(20.0);
    assert_eq!([SOMA, FAR].map(|entity| viewer.bits(entity)), first);

    // What is traced next has the past of this run, not of one before.
    viewer.reset();
    viewer.set("stim_amp", 0.0);
    viewer.run_until(20.0);
    viewer.trace("axon[0]@0.50000");
    assert!(viewer.history().values().iter().all(|v| *v < -50.0), "no run without a pulse has a spike");

    // A new start value holds from the next reset on.
    viewer.set("v_init", -70.0);
    let steps = viewer.status.steps;
    viewer.reset();
    assert_eq!(viewer.display()[0], -70.0);
    assert_eq!(viewer.status.steps, steps);
}

#[test]
fn a_click_shows_the_past() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = plain();
    viewer.trace(FAR);
    viewer.run_until(15.0);
    let from_the_start = viewer.bits(FAR);
    assert_eq!(from_the_start.len(), 151);
    drop(viewer);

    let (app, logged) = first_life(|_| {});
    let mut viewer = Viewer::start_paused(app);
    viewer.run_until(10.0);
    viewer.trace(FAR);
    viewer.run_until(15.0);
    assert_eq!(viewer.bits(FAR), from_the_start, "as if it had been traced from the start");

    // Any place of a compartment is that compartment, and a second click changes nothing.
    viewer.click("dend[1]@0.99");
    viewer.click("dend[2]@1");
    viewer.watch(|viewer| viewer.history().shape()[0] == 3);
    let Coord::Labels(labels) = viewer.history().coord("segment").unwrap() else { panic!("labels") };
    let labels: Vec<&str> = labels.names().iter().map(|name| &**name).collect();
    assert_eq!(labels, [SOMA, FAR, "dend[2]@0.95455"]);
    assert_eq!(wait_for(&logged), format!("clicked {FAR}"));
}

#[test]
fn old_samples_make_room() {
    let Some(_turn) = common::turn() else { return };
    let plain = reference();
    let (app, _logged) = with_settings(|settings| settings.max_samples = 40);
    let mut viewer = Viewer::start_paused(app);
    viewer.run_until(20.0);
    viewer.trace(FAR);
    assert_eq!(viewer.history().shape(), [2, 40]);
    assert!((viewer.times()[0] - 16.1).abs() < 1e-9 && (viewer.times()[39] - 20.0).abs() < 1e-9);
    assert_eq!(viewer.bits(SOMA), plain[161..]);
    assert!(viewer.history().values().iter().all(|value| value.is_finite()));
    viewer.run_until(21.0);
    assert_eq!(viewer.history().shape(), [2, 40]);
}

/// Many compartments, and a megabyte for their past.
struct Long {
    max_samples: usize,
    budget_mb: usize,
}

impl NeuronModel for Long {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.max_samples, settings.past_budget_mb) = (self.max_samples, self.budget_mb);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[SectionSpec::cylinder("axon", 20_000.0, 2.0).nseg(5001).mechanisms(&["hh"])])?)
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        neuron.keep(&common::clamp(&sections[0], 0.5, 0.5, 2.0, 20.0));
        Ok(())
    }
}

#[test]
fn the_past_of_a_large_cell_has_a_stride() {
    let Some(_turn) = common::turn() else { return };
    let middle = "axon@0.50000";
    let past = |budget_mb| {
        let mut viewer = Viewer::start_paused(build_neuron_app(move || Long { max_samples: 200, budget_mb }));
        viewer.run_until(10.0);
        viewer.trace(middle);
        let history = viewer.history();
        (history.attrs()[PAST_STRIDE].clone(), history.series_of("time", middle).unwrap().to_vec())
    };
    // 5001 compartments are 20 kB: 1 MB holds 49 samples, every fifth of 200 steps.
    let ((every, whole), (fifth, thin), (_, none)) = (past(128), past(1), past(0));
    assert_eq!((&*every, &*fifth), ("1", "5"));
    assert_eq!((whole.len(), thin.len(), none.len()), (101, 101, 101));
    assert!(whole.iter().all(|value| value.is_finite()) && whole.iter().any(|value| *value > 0.0));
    for (at, value) in thin.iter().enumerate() {
        let expected = if at % 5 == 0 || at == 100 { whole[at] } else { f32::NAN };
        assert_eq!(value.to_bits(), expected.to_bits(), "sample {at}");
    }
    let known: Vec<usize> = (0..101).filter(|at| !none[*at].is_nan()).collect();
    assert_eq!(known, [100], "without a budget there is only now");
}

#[test]
fn wishes_that_cannot_be_fulfilled_end_nothing() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = plain();
    let expect = |viewer: &mut Viewer, words: &[&str]| {
        let failure = viewer.next_failure();
        assert!(!failure.fatal, "{failure}");
        let text = failure.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    };
    viewer.set("stim_omp", 1.0);
    expect(&mut viewer, &["stim_omp", "stim_amp"]);
    viewer.click("dend[9]@0.5");
    expect(&mut viewer, &["dend[9]@0.5"]);
    viewer.click("not an entity");
    expect(&mut viewer, &["not an entity"]);
    viewer.act("dance");
    expect(&mut viewer, &["dance"]);
    viewer.act("fail");
    expect(&mut viewer, &["fail", "no such luck"]);
    viewer.key("F");
    expect(&mut viewer, &["no_such_procedure"]);
    // Traced whatever the hook says.
    viewer.click("axon[0]@0.5");
    expect(&mut viewer, &["the axon bites"]);
    assert!(viewer.history().series_of("time", "axon[0]@0.50000").is_some());
    viewer.key("Q");
    viewer.run_until(20.0);
    assert_eq!(viewer.failures.len(), 7, "a key that means nothing is no error");
    assert_eq!(viewer.bits(SOMA), expected);
}

#[test]
fn settings_that_make_no_sense_are_told_apart() {
    let Some(_turn) = common::turn() else { return };
    type Case = (fn(&mut NeuronSettings), fn(&SettingsError) -> bool);
    let cases: [Case; 7] = [
        (|s| s.dt_ms = 0.0, |e| matches!(e, SettingsError::Interval { name: "dt", .. })),
        (|s| s.dt_ms = f64::NAN, |e| matches!(e, SettingsError::Interval { name: "dt", .. })),
        (|s| s.display_dt_ms = -1.0, |e| matches!(e, SettingsError::Interval { name: "display_dt", .. })),
        (|s| s.dt_ms = 1e-9, |e| matches!(e, SettingsError::TooManySteps { .. })),
        (|s| s.v_init_mv = f64::NAN, |e| matches!(e, SettingsError::NotFinite { name: "v_init", .. })),
        (|s| s.celsius = Some(f64::INFINITY), |e| matches!(e, SettingsError::NotFinite { name: "celsius", .. })),
        (|s| s.max_samples = 0, |e| *e == SettingsError::NoSamples),
    ];
    for (change, expected) in cases {
        let make = move || {
            let mut cell = Cell::new(channel().0);
            change(&mut cell.settings);
            NeuronSession::new(cell)
        };
        // Whichever of the two is called first.
        let startup = make().startup_scene().map(drop).unwrap_err();
        let initialize = make().initialize(&mut compneurovis_core::Emitter::detached()).map(drop).unwrap_err();
        for error in [startup, initialize] {
            let error = error.downcast_ref::<SettingsError>().expect("a typed error");
            assert!(expected(error), "{error:?}");
        }
        let mut viewer = Viewer::start(&AppSpec::new("settings", move || Ok(make())));
        let text = viewer.end();
        assert!(text.starts_with("starting: "), "{text}");
    }
}

#[test]
fn a_model_that_does_not_start_says_why_and_can_be_restarted() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let cases: [(Fault, &[&str]); 10] = [
        (Fault::MissingFile, &["starting: ", "no/such/cell.swc"]),
        (Fault::BuildSections, &["initialising: ", "no_such_mechanism"]),
        (Fault::NoSections, &["initialising: ", "build_sections"]),
        (Fault::SetupModel, &["initialising: ", "1.5"]),
        (Fault::SameNames, &["initialising: ", "soma[0]"]),
        (Fault::OtherNames, &["initialising: ", "other.axon[0]"]),
        (Fault::OtherNseg, &["initialising: ", "dend[1]", "11", "12"]),
        (Fault::OtherCount, &["initialising: ", "5 sections", "6"]),
        (Fault::ControlWithoutModel, &["initialising: ", "nobody"]),
        (Fault::BadControl, &["initialising: ", "stim_dur"]),
    ];
    for (fault, words) in cases {
        let (app, _logged) = first_life(move |cell| cell.fault = fault);
        let mut viewer = Viewer::start(&app);
        let text = viewer.end();
        assert!(words.iter().all(|word| text.contains(word)), "{fault:?}: {text}");
        viewer.restart();
        viewer.run_until(20.0);
        assert_eq!(viewer.bits(SOMA), expected, "{fault:?}");
    }
}

#[test]
fn a_model_that_fails_on_its_way_says_why_and_can_be_restarted() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    for (fault, key, words) in [
        (Fault::StepAtTenMs, "Q", &["advancing: ", "no_such_procedure"]),
        (Fault::Nothing, "D", &["advancing: ", "has been deleted"]),
        (Fault::Nothing, "P", &["handling the key `P`: ", "a bug in a hook"]),
    ] {
        let (app, _logged) = first_life(move |cell| cell.fault = fault);
        let mut viewer = Viewer::start_paused(app);
        viewer.run_until(9.9);
        viewer.key(key);
        viewer.send(SessionCommand::Resume);
        let text = viewer.end();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert_eq!(viewer.bits(SOMA)[..100], expected[..100], "the data stays");
        viewer.restart();
        viewer.run_until(20.0);
        assert_eq!(viewer.bits(SOMA), expected, "{key}");
    }
}

#[test]
fn a_restart_of_a_running_model_is_a_first_start() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = plain();
    viewer.set("stim_amp", 0.3);
    viewer.trace(FAR);
    viewer.run_until(7.0);
    viewer.restart();
    assert_eq!((viewer.history().shape()[0], &viewer.scene.state["stim_amp"]), (1, &Value::Float(1.0)));
    viewer.run_until(20.0);
    assert_eq!(viewer.bits(SOMA), expected);
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

/// A model of ever so many compartments, whose update takes seconds.
struct Slow;

impl NeuronModel for Slow {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        (settings.dt_ms, settings.display_dt_ms) = (0.005, 5.0);
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        Ok(neuron.build_sections(&[SectionSpec::cylinder("axon", 30_000.0, 2.0).nseg(30_001).mechanisms(&["hh"])])?)
    }
}

#[test]
fn the_middle_of_a_long_update_is_no_place_to_wait() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = Viewer::start(&build_neuron_app(|| Slow));
    viewer.watch(|viewer| viewer.status.phase == Phase::Running);
    std::thread::sleep(Duration::from_millis(100));
    let begin = Instant::now();
    assert!(viewer.link.stop(Duration::from_secs(30)));
    let took = begin.elapsed();
    viewer.watch(|viewer| viewer.status.phase == Phase::Stopped);
    assert!(viewer.status.steps < 900, "the update ended by itself: {:?}", viewer.status);
    assert!(took < Duration::from_secs(1), "{took:?}");
    // What was done is there, and no more is claimed.
    assert_eq!(viewer.times().len() as u64, 1 + viewer.status.steps);
}

#[test]
fn there_is_one_neuron_and_the_next_session_gets_it() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let (app, _logged) = first_life(|_| {});
    let mut first = Viewer::start_paused(app.with_title("first"));
    first.run_until(5.0);
    let (app, _logged) = first_life(|_| {});
    let mut second = Viewer::start(&app.with_title("second"));
    second.end();
    second.send(SessionCommand::Restart);
    let again = second.next_failure();
    assert!(again.fatal);
    let text = again.to_string();
    let words = ["NEURON is one per process", "session first", "session second"];
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
    first.run_until(20.0);
    assert_eq!(first.bits(SOMA), expected, "the first does not notice");
    drop(first);
    second.restart();
    second.run_until(20.0);
    assert_eq!(second.bits(SOMA), expected);
}
