//! What a NEURON session shows at its start.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use common::cell::{Cell, FAR, Fault, SOMA, first_life, geometry, plain};
use common::look::{Look, start_paused};
use compneurovis_core::{
    ActionId, ControlId, Coord, Payload, Phase, SectionEnd, SessionCommand, SessionError, Value, View, Viewer,
    field::PAST_STRIDE, scene::SELECTED_ENTITY,
};
use compneurovis_neuron::{
    DISPLAY_FIELD, GEOMETRY, HISTORY_FIELD, MORPHOLOGY_VIEW, Neuron, NeuronModel, Section, SectionSpec, TRACE_VIEW,
    build_neuron_app,
};

#[test]
fn the_cell_is_shown_before_neuron_has_it() {
    let Some(_turn) = common::turn() else { return };
    let (open, gate) = channel();
    let gate = Mutex::new(Some(gate));
    let (app, _logged) = first_life(move |cell| cell.gate = gate.lock().expect("no panic").take());
    let mut viewer = Viewer::start(&app.with_first_command(SessionCommand::Pause)).unwrap();
    viewer.watch("it", |viewer| viewer.scenes == 1).unwrap();
    let first = viewer.scene.clone();
    assert_eq!(viewer.status.phase, Phase::Starting);
    assert!(viewer.display().iter().all(|value| *value == -65.0));
    assert!(!first.fields.contains_key(HISTORY_FIELD));
    open.send(()).unwrap();
    viewer.watch("it", |viewer| viewer.status.phase == Phase::Paused).unwrap();
    assert_eq!(viewer.scenes, 2);
    let [first, second] = [&first, &viewer.scene].map(|scene| scene.morphology(&GEOMETRY.into()).unwrap());
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
        let mut viewer = start_paused(app);
        [SOMA, FAR].iter().for_each(|entity| viewer.touch(entity));
        viewer.run_until(8.0).unwrap();
        let geometry = viewer.scene.morphology(&GEOMETRY.into()).unwrap();
        let at = |entity: &&str| viewer.display()[geometry.compartment_of(entity).unwrap() as usize];
        ([SOMA, FAR].map(|entity| viewer.bits(entity)), [SOMA, FAR].iter().map(at).collect::<Vec<f32>>())
    };
    let (plain, reversed) = (traced(Fault::Nothing), traced(Fault::OtherOrder));
    assert_eq!(plain, reversed);
    assert_ne!(plain.0[0], plain.0[1]);
}

#[test]
fn sections_without_points_get_a_place_of_which_neuron_knows_nothing() {
    let Some(_turn) = common::turn() else { return };
    struct Bare(Vec<Section>);
    impl NeuronModel for Bare {
        fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
            let soma = SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"]);
            let dend = SectionSpec::cylinder("dend", 200.0, 2.0).nseg(7).on(0, 1.0);
            self.0 = neuron.build_sections(&[soma, dend])?;
            Ok(self.0.clone())
        }

        fn apply_action(&mut self, _: &Neuron, _: &ActionId, _: &Payload) -> Result<bool, SessionError> {
            let points: usize =
                self.0.iter().map(|section| section.points().map(|points| points.len())).sum::<Result<_, _>>()?;
            Err(format!("{points} points").into())
        }
    }
    let mut viewer = start_paused(build_neuron_app(|| Bare(Vec::new())));
    assert_eq!(viewer.scenes, 1);
    let cell = viewer.scene.morphology(&GEOMETRY.into()).unwrap();
    let drawn: Vec<_> = cell.frusta().iter().map(|f| (f.section, f.start_um, f.end_um, f.end_radius_um)).collect();
    assert_eq!(
        drawn,
        [(0, [0.0; 3], [0.0, 0.0, 20.0], 10.0), (1, [0.0, 0.0, 20.0], [0.0, 0.0, 220.0], 1.0)],
        "as long and as thick as they are, one after the other"
    );
    viewer.wish("count");
    assert!(viewer.next_failure().to_string().contains("0 points"));
    viewer.trace("dend@0.92857");
    viewer.run_until(5.0).unwrap();
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
    let viewer = start_paused(build_neuron_app(|| Tree));
    let geometry = viewer.scene.geometries[0].as_morphology().unwrap();
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
