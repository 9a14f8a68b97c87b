//! The models of the Python original's examples, and what becomes of them in a session.

use compneurovis_core::SessionError;
use compneurovis_neuron::{
    CellConnection, CellLayout, Connection, NetCon, Neuron, Parent, Point3d, PointProcess, Section, SectionSpec,
};

use super::clamp;

/// When pulses of 5 ms begin, in ms.
pub(crate) const PULSES_MS: [f64; 5] = [2.0, 20.0, 40.0, 60.0, 80.0];

/// A model: its sections, and the clamps that a slider sets, with what each has of the slider's value.
pub(crate) struct Built {
    pub(crate) sections: Vec<Section>,
    pub(crate) clamps: Vec<(PointProcess, f64)>,
    /// Others that a test asks about.
    pub(crate) processes: Vec<PointProcess>,
}

impl Built {
    pub(crate) fn new(sections: Vec<Section>, clamps: Vec<PointProcess>) -> Self {
        let clamps = clamps.into_iter().map(|clamp| (clamp, 1.0)).collect();
        Self { sections, clamps, processes: Vec::new() }
    }

    pub(crate) fn section(&self, name: &str) -> Result<&Section, SessionError> {
        Ok(self.sections.iter().find(|section| section.name() == name).ok_or_else(|| format!("no section {name}"))?)
    }

    /// Sets all clamps, as the slider does.
    pub(crate) fn set_amplitude(&self, value: f64) -> Result<(), SessionError> {
        self.clamps.iter().try_for_each(|(clamp, share)| Ok(clamp.set("amp", share * value)?))
    }
}

const HH: &[&str] = &["hh"];

fn hh(name: &str, length_um: f64, diameter_um: f64, nseg: usize) -> SectionSpec<'_> {
    SectionSpec::cylinder(name, length_um, diameter_um).nseg(nseg).mechanisms(HH)
}

/// Three cells without 3-D points, which excite each other in a ring.
pub(crate) fn multicell(neuron: &Neuron) -> Result<Built, SessionError> {
    let sections = neuron.build_sections(&[
        hh("cell1.soma", 20.0, 20.0, 1),
        hh("cell1.dend", 200.0, 3.0, 10).on(0, 1.0),
        hh("cell1.axon", 300.0, 1.5, 10).on(0, 0.0),
        hh("cell2.soma", 25.0, 15.0, 1),
        hh("cell2.dend_a", 150.0, 2.5, 10).on(3, 1.0),
        hh("cell2.dend_b", 180.0, 2.5, 10).on(3, 1.0),
        hh("cell2.axon", 250.0, 1.0, 10).on(3, 0.0),
        hh("cell3.soma", 30.0, 18.0, 1),
        hh("cell3.dend", 120.0, 4.0, 10).on(7, 1.0),
        hh("cell3.branch_a", 100.0, 2.5, 10).on(8, 1.0),
        hh("cell3.branch_b", 80.0, 2.5, 10).on(8, 1.0),
        hh("cell3.twig_a", 60.0, 1.5, 5).on(10, 1.0),
        hh("cell3.twig_b", 50.0, 1.5, 5).on(10, 1.0),
        hh("cell3.axon", 200.0, 1.2, 10).on(7, 0.0),
    ])?;
    let built = Built::new(sections, Vec::new());
    for (axon, target, weight) in
        [("cell1.axon", "cell2.soma", 0.05), ("cell2.axon", "cell3.soma", 0.05), ("cell3.axon", "cell1.dend", 0.03)]
    {
        let synapse = built.section(target)?.point_process("ExpSyn", 0.5)?;
        synapse.set("tau", 2.0)?;
        synapse.set("e", 0.0)?;
        let wire = NetCon::from_voltage(&built.section(axon)?.range_ref("v", 0.9)?, Some(&synapse))?;
        wire.set_delay(1.0)?;
        wire.set_weight(0, weight)?;
        neuron.keep(&synapse);
        neuron.keep(&wire);
    }
    let clamps = PULSES_MS.map(|begin_ms| clamp(&built.sections[0], 0.5, begin_ms, 5.0, 0.5));
    let clamps = clamps.into_iter().map(|clamp| (clamp, 0.5)).collect();
    Ok(Built { clamps, ..built })
}

/// Where the original draws them: each at the end of the axon that excites it.
pub(crate) fn multicell_layout() -> CellLayout {
    let mut layout = CellLayout::default();
    let at = |child: &str, parent: &str| CellConnection::new(child, parent, 1.0);
    layout.connections = vec![at("cell2.soma", "cell1.axon"), at("cell3.soma", "cell2.axon")];
    layout
}

/// A cell of five sections along 3-D points, with currents into three of them.
pub(crate) fn inspector(neuron: &Neuron) -> Result<Built, SessionError> {
    let points =
        |start: [f64; 3], end: [f64; 3], diameter: f64| [start, end].map(|[x, y, z]| Point3d { x, y, z, diameter });
    let soma = points([-12.0, 0.0, 0.0], [12.0, 0.0, 0.0], 18.0);
    let apical = points([12.0, 0.0, 0.0], [112.0, 44.0, 8.0], 3.5);
    let basal = points([-12.0, 0.0, 0.0], [-108.0, -42.0, -8.0], 3.0);
    let initial = points([-12.0, 0.0, 0.0], [-12.0, 0.0, 56.0], 1.8);
    let distal = points([-12.0, 0.0, 56.0], [-12.0, 0.0, 186.0], 1.2);
    let mut specs = [
        SectionSpec::along("soma", &soma),
        SectionSpec::along("apical", &apical).nseg(9).on(0, 1.0),
        SectionSpec::along("basal", &basal).nseg(7).on(0, 0.0),
        SectionSpec::along("axon_initial", &initial).nseg(7).on(0, 0.0),
        SectionSpec::along("axon_distal", &distal).nseg(9).on(3, 1.0),
    ];
    for spec in &mut specs {
        (spec.ra_ohm_cm, spec.cm_uf_cm2, spec.mechanisms) = (Some(100.0), Some(1.0), HH);
    }
    let sections = neuron.build_sections(&specs)?;
    let currents = [
        (0, 8.0, 4.0, 1.0),
        (0, 42.0, 5.0, 0.85),
        (0, 78.0, 4.0, 1.05),
        (1, 24.0, 6.0, 0.35),
        (1, 60.0, 6.0, 0.35),
        (2, 50.0, 8.0, -0.18),
    ];
    let clamps = currents.map(|(at, begin_ms, duration_ms, amplitude_na)| {
        (clamp(&sections[at], 0.5, begin_ms, duration_ms, amplitude_na), amplitude_na)
    });
    Ok(Built { sections, clamps: clamps.into(), processes: Vec::new() })
}

/// One compartment of 500 square micrometres with a current that never ends.
pub(crate) fn point(neuron: &Neuron) -> Result<Built, SessionError> {
    let sections = neuron.build_sections(&[hh("soma", 12.6157, 12.6157, 1)])?;
    let current = clamp(&sections[0], 0.5, 0.0, 1e9, 0.0);
    Ok(Built::new(sections, vec![current]))
}

/// A connection to a section of the same batch by the child's own end `child_x`.
pub(crate) fn by_end(parent: usize, parent_x: f64, child_x: f64) -> Option<Connection> {
    Some(Connection { parent: Parent::Batch(parent), parent_x, child_x })
}

/// The MOD files of the signalling cascade, and a channel.
pub(crate) fn load_mechanisms(neuron: &Neuron) -> Result<(), SessionError> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mod/signaling");
    Ok(neuron.load_mechanisms(folder)?)
}

/// A ligand that binds to a receptor that drives an effector.
pub(crate) fn cascade(neuron: &Neuron) -> Result<Built, SessionError> {
    load_mechanisms(neuron)?;
    let mut soma = SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["pas"]);
    (soma.ra_ohm_cm, soma.cm_uf_cm2) = (Some(150.0), Some(1.0));
    let sections = neuron.build_sections(&[soma])?;
    sections[0].set("g_pas", 1e-4)?;
    sections[0].set("e_pas", -65.0)?;
    let place = |class: &str, values: &[(&str, f64)]| {
        let process = sections[0].point_process(class, 0.5)?;
        values.iter().try_for_each(|(name, value)| process.set(name, *value))?;
        neuron.keep(&process);
        Ok::<_, SessionError>(process)
    };
    let ligand = place("GenericLigand", &[("external_input", 0.005), ("decay_rate", 0.00955)])?;
    let receptor = [("kd1", 3.09), ("efficacy1", 1.0), ("decay1", 0.275), ("capacity", 1.62), ("n_ligands", 1.0)];
    let receptor = place("GenericReceptor", &receptor)?;
    let effector = [("K", 0.5), ("n", 3.0), ("tau_on", 151.0), ("tau_off", 140.0)];
    let effector = place("SetpointRelaxEffector", &effector)?;
    receptor.set_pointer("C_lig1", &ligand, "C")?;
    ["C_lig2", "C_lig3", "C_lig4"].iter().try_for_each(|name| receptor.set_pointer(name, &ligand, "C_init"))?;
    effector.set_pointer("drive", &receptor, "activation")?;
    Ok(Built { sections, clamps: Vec::new(), processes: vec![ligand, receptor, effector] })
}
