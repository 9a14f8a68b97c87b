//! A NEURON model whose sections change while it runs.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::{Arc, Mutex};

use common::look::{Look, start_paused};
use compneurovis_core::{
    Action, ActionId, Coord, Emitter, Modifiers, MorphologyGeometry, Payload, SessionCommand, SessionError, Viewer,
};
use compneurovis_neuron::{
    Batch, DisplayQuantity, HistoryCapture, Neuron, NeuronModel, NeuronSettings, RecordedSamples, Recorders, Section,
    SectionSpec, build_neuron_app,
};

/// The potentials of soma, dendrite and hidden section at each time, as they were recorded.
type Recorded = Arc<Mutex<Vec<(f64, [f32; 3])>>>;

/// A soma and a dendrite, and actions that change them.
struct Growing {
    history: HistoryCapture,
    sections: Vec<Section>,
    /// What the next batch of steps ends with.
    later: Option<&'static str>,
    recorded: Recorded,
}

const ACTIONS: [&str; 8] = ["finer", "grow", "cut", "insert", "finer later", "empty", "cut hidden", "cut later"];

impl NeuronModel for Growing {
    fn settings(&self) -> NeuronSettings {
        let mut settings = NeuronSettings::default();
        settings.history = self.history;
        settings
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let soma = SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"]);
        let dend = SectionSpec::cylinder("dend", 300.0, 2.0).nseg(3).mechanisms(&["hh"]);
        self.sections = neuron.build_sections(&[soma, dend])?;
        self.sections[1].connect(0.0, &self.sections[0], 1.0)?;
        // One that the model keeps to itself.
        self.sections.push(neuron.section("hidden")?);
        Ok(self.sections[..2].to_vec())
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        neuron.keep(&common::clamp(&sections[0], 0.5, 0.5, 2.0, 1.0));
        Ok(())
    }

    fn prepare_recorders(&mut self, _: &Neuron, _: &[Section], to: &mut Recorders) -> Result<(), SessionError> {
        for (name, section) in ["soma", "dend", "hidden"].iter().zip(&self.sections) {
            to.record(*name, &section.range_ref("v", 0.5)?)?;
        }
        to.record_spikes(&self.sections[1], 0.5, 0.0)
    }

    fn on_recorded_samples(&mut self, t: &[f64], of: &RecordedSamples, _: &mut Emitter) -> Result<(), SessionError> {
        let series = |name| of.get(name).ok_or("nothing recorded");
        let [soma, dend, hidden] = [series("soma")?, series("dend")?, series("hidden")?];
        let rows = t.iter().enumerate().map(|(at, time)| (*time, [soma[at], dend[at], hidden[at]]));
        self.recorded.lock().expect("no panic").extend(rows);
        Ok(())
    }

    fn display_quantities(&self) -> Vec<DisplayQuantity> {
        vec![DisplayQuantity::new("m_hh")]
    }

    fn action_specs(&self) -> Vec<Action> {
        ACTIONS.iter().map(|id| Action::new(*id, *id)).collect()
    }

    fn apply_action(&mut self, neuron: &Neuron, action: &ActionId, _payload: &Payload) -> Result<bool, SessionError> {
        let dend = &self.sections[1];
        match action.as_str() {
            "finer" => dend.set_nseg(9)?,
            "grow" => {
                let twig = neuron.section("twig")?;
                twig.set_length(50.0)?;
                twig.set_diameter(1.0)?;
                twig.insert("hh")?;
                twig.connect(0.0, dend, 1.0)?;
            }
            "cut" => dend.delete()?,
            "insert" => dend.insert("pas")?,
            "cut hidden" => self.sections[2].delete()?,
            "finer later" => self.later = Some("finer"),
            "cut later" => self.later = Some("cut"),
            "empty" => neuron.sections()?.iter().try_for_each(Section::delete)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn emit_batch(&mut self, batch: &mut Batch<'_>, emitter: &mut Emitter) -> Result<(), SessionError> {
        match self.later.take() {
            Some("cut") => self.sections[1].delete()?,
            Some(_) => self.sections[1].set_nseg(5)?,
            None => {}
        }
        batch.emit(emitter)
    }
}

fn growing(history: HistoryCapture) -> Viewer {
    recorded(history).0
}

fn recorded(history: HistoryCapture) -> (Viewer, Recorded) {
    let recorded = Recorded::default();
    let of = recorded.clone();
    let app = build_neuron_app(move || Growing { history, sections: Vec::new(), later: None, recorded: of.clone() });
    (start_paused(app), recorded)
}

fn cell(viewer: &Viewer) -> &MorphologyGeometry {
    viewer.scene.geometries[0].as_morphology().unwrap()
}

fn traced(viewer: &Viewer) -> Vec<String> {
    let Coord::Labels(labels) = viewer.history().coord("segment").unwrap() else { panic!("labels") };
    labels.names().iter().map(|name| name.to_string()).collect()
}

#[track_caller]
fn change(viewer: &mut Viewer, action: &str, compartments: usize) {
    viewer.wish(action);
    viewer.watch(action, |viewer| cell(viewer).compartments() == compartments).unwrap();
    assert_eq!(viewer.display().len(), compartments);
    assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
}

#[test]
fn other_compartments_are_shown_and_traces_go_on() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = growing(HistoryCapture::OnDemand);
    viewer.trace("dend@0.50000");
    viewer.trace("dend@0.83333");
    viewer.run_until(3.0).unwrap();
    let (before, frusta) = (viewer.bits("dend@0.50000"), cell(&viewer).frusta().to_vec());
    let colors = viewer.display().to_vec();

    change(&mut viewer, "finer", 10);
    // The middle of each third is a compartment of a ninth as well.
    assert_eq!(traced(&viewer), ["soma@0.50000", "dend@0.50000", "dend@0.83333"]);
    assert_eq!(viewer.bits("dend@0.50000"), before);
    // The picture stays where it is, over nine compartments instead of three.
    for (now, then) in cell(&viewer).frusta().iter().zip(&frusta) {
        assert_eq!((now.start_um, now.end_um), (then.start_um, then.end_um));
        let times = if now.section == 0 { 1.0 } else { 3.0 };
        assert!((now.end_position - times * then.end_position).abs() < 1e-4);
    }
    // NEURON gives the new compartments the potentials of the old ones.
    assert_eq!([viewer.display()[0], viewer.display()[2]], [colors[0], colors[1]]);
    viewer.run_until(6.0).unwrap();
    assert_eq!(viewer.times().len(), 61);
    assert!(viewer.history().values().iter().all(|value| value.is_finite()));
    assert!(viewer.scene.problems().is_empty(), "{:?}", viewer.scene.problems());
}

#[test]
fn sections_come_and_go() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = growing(HistoryCapture::OnDemand);
    viewer.run_until(1.0).unwrap();
    change(&mut viewer, "grow", 5);
    let twig = cell(&viewer).section_named("twig").unwrap();
    assert_eq!(twig.parent.map(|parent| &*cell(&viewer).sections()[parent as usize].name), Some("dend"));
    viewer.trace("twig@0.50000");
    viewer.run_until(2.0).unwrap();
    assert!(viewer.history().series_of("time", "twig@0.50000").unwrap().last().unwrap().is_finite());

    change(&mut viewer, "cut", 2);
    assert_eq!(traced(&viewer), ["soma@0.50000", "twig@0.50000"]);
    viewer.run_until(3.0).unwrap();
    assert_eq!(viewer.times().len(), 31);

    // The selected compartment was the soma's or the twig's: both are there.
    viewer.wish("empty");
    assert!(viewer.next_failure().to_string().contains("no sections any more"));
}

#[test]
fn a_trace_that_has_lost_its_compartment_ends_with_a_word() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = growing(HistoryCapture::OnDemand);
    viewer.trace("dend@0.16667");
    viewer.run_until(1.0).unwrap();
    change(&mut viewer, "cut", 1);
    assert_eq!(traced(&viewer), ["soma@0.50000"]);
    viewer.watch("a word", |viewer| viewer.notice.text.contains("dend@0.16667")).unwrap();
    let selected = viewer.scene.state["selected_entity_id"].as_str().unwrap();
    assert_eq!(selected, "soma@0.50000", "what is selected is there");
}

#[test]
fn a_change_between_steps_loses_no_step() {
    let Some(_turn) = common::turn() else { return };
    for history in [HistoryCapture::OnDemand, HistoryCapture::Full] {
        let mut viewer = growing(history);
        viewer.run_until(1.0).unwrap();
        viewer.wish("finer later");
        viewer.run_until(3.0).unwrap();
        assert_eq!(cell(&viewer).compartments(), 6, "{:?}", viewer.failures);
        assert_eq!(viewer.display().len(), 6);
        assert!((viewer.times().last().unwrap() - 3.0).abs() < 1e-9);
        match history {
            HistoryCapture::OnDemand => assert_eq!(viewer.times().len(), 31),
            _ => assert_eq!(viewer.history().shape(), [6, 19], "all compartments begin anew at 1.2 ms"),
        }
    }
}

#[test]
fn colours_follow_new_compartments() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = growing(HistoryCapture::OnDemand);
    viewer.send(SessionCommand::set("display_quantity", "m_hh")).unwrap();
    viewer.run_until(1.0).unwrap();
    change(&mut viewer, "insert", 4);
    change(&mut viewer, "finer", 10);
    viewer.run_until(2.0).unwrap();
    assert!(viewer.display().iter().all(|m| (0.0..=1.0).contains(m)), "{:?}", viewer.display());
    viewer.reset().unwrap();
    assert_eq!(viewer.display().len(), 10);
}

#[test]
fn a_trace_is_taken_away_by_a_click_with_control() {
    let Some(_turn) = common::turn() else { return };
    let mut viewer = growing(HistoryCapture::OnDemand);
    let control = Modifiers { control: true, ..Modifiers::default() };
    let click = |viewer: &Viewer, entity: &str| {
        viewer.send(SessionCommand::EntityClicked { entity: entity.into(), modifiers: control }).unwrap();
    };
    viewer.trace("dend@0.50000");
    click(&viewer, "dend@0.83333");
    viewer.watch("a trace", |viewer| traced(viewer).len() == 3).unwrap();
    viewer.run_until(2.0).unwrap();
    let others = (viewer.bits("soma@0.50000"), viewer.bits("dend@0.83333"));
    click(&viewer, "dend@0.50000");
    viewer.watch("one less", |viewer| traced(viewer).len() == 2).unwrap();
    assert_eq!(traced(&viewer), ["soma@0.50000", "dend@0.83333"]);
    assert_eq!((viewer.bits("soma@0.50000"), viewer.bits("dend@0.83333")), others);
    viewer.run_until(3.0).unwrap();
    assert_eq!(viewer.history().shape(), [2, 31]);
}

#[test]
fn what_is_recorded_of_a_section_ends_with_it() {
    let Some(_turn) = common::turn() else { return };
    for (action, gone) in [("cut", 1), ("cut later", 1), ("cut hidden", 2)] {
        let (mut viewer, recorded) = recorded(HistoryCapture::OnDemand);
        viewer.trace("dend@0.50000");
        viewer.run_until(1.0).unwrap();
        viewer.wish(action);
        viewer.run_until(2.0).unwrap();
        let name = ["soma", "dend", "hidden"][gone];
        viewer.watch("a word", |viewer| viewer.notice.text.contains(&format!("recorded: {name}"))).unwrap();
        assert_eq!(viewer.notice.text.contains("dend@0.50000"), gone == 1, "{}", viewer.notice.text);
        assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
        // Nothing is lost: neither a step nor what the others did, nor what this one did before.
        assert_eq!(viewer.times().len(), 21);
        let rows = recorded.lock().unwrap();
        assert_eq!(rows.len(), 20);
        let first_without = if action == "cut later" { 11 } else { 10 };
        for (step, (time, row)) in rows.iter().enumerate() {
            assert!((time - 0.1 * (step + 1) as f64).abs() < 1e-9, "{action}: {time}");
            let is_there = |at: usize| at != gone || step < first_without;
            assert!((0..3).all(|at| row[at].is_finite() == is_there(at)), "{action} at {time}: {row:?}");
        }
        drop(rows);
        viewer.reset().unwrap();
        viewer.run_until(1.0).unwrap();
        assert!(viewer.failures.is_empty(), "{:?}", viewer.failures);
    }
}
