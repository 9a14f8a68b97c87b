//! A cell of five sections, in which things can go wrong.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use compneurovis_core::{
    Action, ActionId, AppSpec, Control, ControlId, EntityId, MorphologyGeometry, Payload, Section as Row, SectionKind,
    SessionContext, SessionError, Value, Viewer,
};
use compneurovis_neuron::{
    GEOMETRY, Neuron, NeuronModel, NeuronSettings, PointProcess, Section, build_neuron_app, build_swc_cell,
};
use compneurovis_swc::{Section as SwcSection, Sections, parse_swc, read_swc};

use super::look::{Look, start_paused};

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
pub(crate) const SOMA: &str = "soma[0]@0.50000";
pub(crate) const FAR: &str = "dend[1]@0.95455";

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
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
pub(crate) struct Cell {
    pub(crate) settings: NeuronSettings,
    pub(crate) fault: Fault,
    pub(crate) cell: Sections,
    pub(crate) sections: Vec<Section>,
    pub(crate) clamp: Option<PointProcess>,
    /// What the model is told, and what it says to the action `report`.
    pub(crate) log: Sender<String>,
    /// What `build_sections` waits for, if for anything.
    pub(crate) gate: Option<Receiver<()>>,
}

pub(crate) fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 11 }
}

pub(crate) fn cell() -> Sections {
    Sections::from_samples(&parse_swc(CELL).expect("a cell").samples).expect("a cell")
}

pub(crate) fn geometry() -> MorphologyGeometry {
    cell().geometry(GEOMETRY, nseg).expect("a geometry")
}

impl Cell {
    pub(crate) fn new(log: Sender<String>) -> Self {
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
        self.clamp = Some(super::clamp(soma, 0.5, 2.0, 5.0, 0.0));
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
            "D" => neuron.hoc("solver_ = new CVode()\nsolver_.event(t + 0.01, \"no_such_procedure()\")")?,
            "S" => neuron.hoc("solver_ = new CVode()\nsolver_.event(t + 0.01, \"forall nseg = 3\")")?,
            "P" => panic!("a bug in a hook"),
            "X" => throw(),
            "V" => touch_what_is_not_there(),
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

/// Lets NEURON throw a C++ exception where nobody catches it, as code of a user's own can: it comes to Rust, which
/// ends the process.
#[expect(unsafe_code, reason = "what a user's own unsafe code can do")]
fn throw() {
    let runtime = neuron_sys::Runtime::started().expect("NEURON");
    let api = runtime.api();
    // SAFETY: the hooks of a session are on NEURON's thread. A section that is to be its own parent makes it throw.
    unsafe {
        let section = (api.nrn_section_new)(c"ouroboros".as_ptr());
        (api.nrn_section_connect)(section, 0.0, section, 1.0);
    }
}

/// Writes where there is no memory.
#[expect(unsafe_code, reason = "what a user's own unsafe code can do")]
fn touch_what_is_not_there() {
    // SAFETY: none; the process ends here, which is what is tested.
    unsafe { std::ptr::without_provenance_mut::<u8>(16).write_volatile(1) }
}

/// An app whose first life has what `change` does to its model, and whose next ones have nothing.
pub(crate) fn first_life(change: impl Fn(&mut Cell) + Send + Sync + 'static) -> (AppSpec, Receiver<String>) {
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
pub(crate) fn with_settings(
    change: impl Fn(&mut NeuronSettings) + Send + Sync + 'static,
) -> (AppSpec, Receiver<String>) {
    let (log, logged) = channel();
    let log = Mutex::new(log);
    let app = build_neuron_app(move || {
        let mut cell = Cell::new(log.lock().expect("no panic").clone());
        change(&mut cell.settings);
        cell
    });
    (app, logged)
}

pub(crate) fn plain() -> Viewer {
    start_paused(first_life(|_| {}).0)
}

/// The trace of the soma over the first 20 ms.
pub(crate) fn reference() -> Vec<u32> {
    let mut viewer = plain();
    viewer.run_until(20.0).unwrap();
    viewer.bits(SOMA)
}

pub(crate) fn wait_for(logged: &Receiver<String>) -> String {
    logged.recv_timeout(Duration::from_secs(20)).expect("the model says something")
}
