//! What a model can do beyond being built: record, choose its views, sample otherwise, answer the user.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::sync::{Arc, Mutex};

use common::look::{Look, start_paused};
use compneurovis_core::{
    Action, ActionId, ColorLimits, ColorMap, Control, ControlId, Emitter, EntityId, Field, HeadlessError, LinePlotView,
    MorphologyView, Payload, RasterView, Scene, SessionCommand, SessionContext, SessionError, Value, View, Viewer,
    view::RasterSource,
};
use compneurovis_neuron::{
    Batch, DISPLAY_FIELD, DISPLAY_QUANTITY, DisplayQuantity, HISTORY_FIELD, HistoryCapture, MORPHOLOGY_VIEW, Neuron,
    NeuronModel, NeuronSceneBuilder, NeuronSettings, RASTER_VIEW, RangeProbe, ReadReport, RecordError, RecordedSamples,
    Recorders, SPIKES_FIELD, Section, SectionSpec, TRACE_VIEW, VoltageProbe, build_neuron_app,
};

const SOMA: &str = "soma@0.50000";
const TIP: &str = "dend@0.90000";

/// What a model was told.
type Log = Arc<Mutex<Vec<String>>>;

/// A ball and a stick with a pulse, and whatever a test wants of it.
#[derive(Default)]
struct Stick {
    settings: NeuronSettings,
    wants: Wants,
    log: Log,
    sections: Vec<Section>,
    gate: Option<RangeProbe>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Wants {
    #[default]
    Nothing,
    /// Steps whose length NEURON chooses.
    VariableSteps,
    /// To sample `m` of the sodium channels.
    Gates,
    /// No view of the cell and none of the trace, but plots of its own.
    OwnPlots,
    /// A raster.
    Raster,
    /// Fewer buttons.
    Order,
    /// A plot with a window of more than is kept otherwise.
    Window,
}

fn stick(wants: Wants) -> (Viewer, Log) {
    watch(wants, |_| {})
}

fn watch(wants: Wants, change: impl Fn(&mut NeuronSettings) + Send + Sync + 'static) -> (Viewer, Log) {
    let log = Log::default();
    let kept = log.clone();
    let app = build_neuron_app(move || {
        let mut model = Stick { wants, log: kept.clone(), ..Stick::default() };
        change(&mut model.settings);
        model
    });
    (start_paused(app), log)
}

impl Stick {
    fn say(&self, text: impl Into<String>) {
        self.log.lock().expect("no panic").push(text.into());
    }
}

impl NeuronModel for Stick {
    fn settings(&self) -> NeuronSettings {
        self.settings.clone()
    }

    fn build_sections(&mut self, neuron: &Neuron) -> Result<Vec<Section>, SessionError> {
        let soma = SectionSpec::cylinder("soma", 20.0, 20.0).mechanisms(&["hh"]);
        let dend = SectionSpec::cylinder("dend", 200.0, 2.0).nseg(5).mechanisms(&["pas"]).on(0, 1.0);
        self.sections = neuron.build_sections(&[soma, dend])?;
        Ok(self.sections.clone())
    }

    fn setup_model(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<(), SessionError> {
        for begin_ms in [2.0, 20.0] {
            neuron.keep(&common::clamp(&sections[0], 0.5, begin_ms, 2.0, 1.0));
        }
        if self.wants == Wants::VariableSteps {
            neuron.variable_step(true)?;
        }
        Ok(())
    }

    fn prepare_recorders(
        &mut self,
        _neuron: &Neuron,
        sections: &[Section],
        recorders: &mut Recorders,
    ) -> Result<(), SessionError> {
        let gates = ["m_hh", "h_hh"].map(|name| sections[0].range_ref(name, 0.5));
        let [m, h] = gates.map(|reference| reference.expect("a gate"));
        recorders.record_many(["m", "h"], &[m.clone(), h])?;
        let already = recorders.record("m", &m);
        assert_eq!(already, Err(RecordError::Already { name: "m".to_owned() }));
        let twice = recorders.record_many(["a", "a"], &[m.clone(), m.clone()]);
        assert_eq!(twice, Err(RecordError::Twice { name: "a".to_owned() }));
        let lengths = recorders.record_many(["a"], &[m.clone(), m]);
        assert_eq!(lengths, Err(RecordError::Length { names: 1, references: 2 }));
        recorders.record_spikes(&sections[0], 0.5, 0.0)?;
        recorders.record_spikes(&sections[1], 0.9, -40.0)?;
        assert!(recorders.record_spikes(&sections[0], 0.5, 10.0).unwrap_err().to_string().contains("soma(0.5)"));
        assert!(recorders.record_spikes(&sections[0], 0.7, f64::NAN).unwrap_err().to_string().contains("NaN"));
        assert!(recorders.record_spikes(&sections[0], 1.7, 0.0).is_err());
        assert_eq!(recorders.names().collect::<Vec<_>>(), ["m", "h"]);
        Ok(())
    }

    fn control_specs(&self) -> Vec<Control> {
        vec![
            Control::scalar("display_dt", "Display interval", self.settings.display_dt_ms, 0.05, 5.0),
            Control::scalar("tstop", "Stop", 1000.0, 0.0, 1e6),
        ]
    }

    fn action_specs(&self) -> Vec<Action> {
        vec![Action::new("tag", "Tag"), Action::new("old", "Old"), Action::new("variable", "Variable steps")]
    }

    fn default_action_specs(&self) -> Vec<Action> {
        vec![Action::new("reset", "Reset").with_shortcut("R"), Action::new("tag", "Overruled")]
    }

    fn control_order(&self) -> Option<Vec<ControlId>> {
        (self.wants == Wants::Order).then(|| vec!["tstop".into(), "gone".into()])
    }

    fn action_order(&self) -> Option<Vec<ActionId>> {
        (self.wants == Wants::Order).then(|| vec!["tag".into(), "reset".into()])
    }

    fn display_quantities(&self) -> Vec<DisplayQuantity> {
        let m = DisplayQuantity::new("m_hh").named("Sodium activation").with_colors(ColorMap::Fire, (0.0, 1.0));
        vec![m, DisplayQuantity::new("ina").with_unit("mA/cm2")]
    }

    fn trace_view_updates(&self, view: &mut LinePlotView) {
        view.rolling_window = (self.wants == Wants::Window).then_some(150.0);
    }

    fn build_scene(&mut self, parts: NeuronSceneBuilder) -> Result<Scene, SessionError> {
        match self.wants {
            Wants::OwnPlots => {
                let gates = Field::series("m", "time", Vec::new(), Vec::new())?;
                let plot = LinePlotView::new("gate", "m", "time");
                parts.without_morphology().without_trace().with_field(gates).with_view(plot).build()
            }
            Wants::Raster => parts.with_raster().build(),
            _ => parts.build(),
        }
    }

    fn sample_step(
        &mut self,
        neuron: &Neuron,
        probe: &mut VoltageProbe,
        values: &mut [f32],
    ) -> Result<ReadReport, SessionError> {
        if self.wants != Wants::Gates {
            return Ok(probe.read(values)?);
        }
        if self.gate.is_none() {
            self.gate = Some(RangeProbe::over(neuron, "m_hh", &self.sections)?);
        }
        let gate = self.gate.as_mut().ok_or("just made")?;
        let read = gate.read(values)?;
        // A passive section has no gates, which is no divergence.
        Ok(ReadReport { finite: true, ..read })
    }

    fn emit_batch(&mut self, batch: &mut Batch<'_>, emitter: &mut Emitter) -> Result<(), SessionError> {
        if let Some(last) = batch.trace(0).and_then(Iterator::last) {
            assert_eq!(last.to_bits(), batch.values()[0].to_bits());
        }
        batch.emit(emitter)
    }

    fn on_recorded_samples(
        &mut self,
        times_ms: &[f64],
        samples: &RecordedSamples,
        emitter: &mut Emitter,
    ) -> Result<(), SessionError> {
        assert_eq!(samples.names().collect::<Vec<_>>(), ["m", "h"]);
        assert!(samples.iter().all(|(_, series)| series.len() == times_ms.len()));
        let m = samples.get("m").ok_or("no m")?;
        let now = samples.now().map(|(_, number)| number as f32).next();
        assert_eq!(now, m.last().copied());
        if self.wants == Wants::OwnPlots {
            emitter.append_series("m", "time", times_ms, m, None);
        }
        for spike in samples.spikes() {
            self.say(format!("{} {:.3}", spike.train, spike.time_ms));
        }
        Ok(())
    }

    fn on_action(
        &mut self,
        neuron: &Neuron,
        action: &ActionId,
        _payload: &Payload,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        match action.as_str() {
            "tag" => {
                let selected = context.selected_entity().ok_or("nothing is selected")?;
                let info = context.entity_info(&selected).ok_or("no such compartment")?;
                context.set_state("tagged", info.id.as_str());
                context.show_status(format!("tagged {}", info.section), None);
            }
            "variable" => neuron.variable_step(true)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn apply_action(&mut self, _: &Neuron, action: &ActionId, _: &Payload) -> Result<bool, SessionError> {
        self.say(format!("apply_action {action}"));
        Ok(action.as_str() == "old")
    }

    fn on_key_press(
        &mut self,
        _neuron: &Neuron,
        key: &str,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        let quantity = match key {
            "1" => "",
            "2" => "m_hh",
            "3" => "cm",
            "4" => "no_such_variable",
            _ => return Ok(false),
        };
        context.invoke_action(DISPLAY_QUANTITY, Payload::from([("quantity".to_owned(), quantity.into())]));
        Ok(true)
    }

    fn should_capture_trace_on_click(&mut self, entity: &EntityId, _: &mut SessionContext<'_>) -> bool {
        entity.as_str() != "dend@0.10000"
    }

    fn on_entity_clicked(
        &mut self,
        _neuron: &Neuron,
        entity: &EntityId,
        context: &mut SessionContext<'_>,
    ) -> Result<bool, SessionError> {
        self.say(format!("clicked {entity}, selected {:?}", context.selected_entity()));
        Ok(true)
    }

    fn on_reset(&mut self, neuron: &Neuron, _: &mut SessionContext<'_>) -> Result<(), SessionError> {
        self.say(format!("reset at {}", neuron.time()?));
        Ok(())
    }
}

fn logged(log: &Log) -> Vec<String> {
    std::mem::take(&mut log.lock().unwrap())
}

#[test]
fn numbers_and_spikes_are_recorded_at_every_step() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, log) = stick(Wants::OwnPlots);
    viewer.wish_for("display_dt", 0.7);
    viewer.run_until(35.0).unwrap();
    let m = viewer.scene.fields["m"].as_slice().unwrap();
    assert_eq!(m.len(), 350);
    assert!(m.iter().any(|value| *value > 0.9) && m.iter().all(|value| (0.0..1.0).contains(value)));
    let spikes = logged(&log);
    assert_eq!(spikes.iter().filter(|spike| spike.starts_with("0 ")).count(), 2, "{spikes:?}");

    // The same spikes as a NetCon would find, and as a raster shows.
    drop(viewer);
    let (mut viewer, log) = stick(Wants::Raster);
    viewer.run_until(35.0).unwrap();
    assert_eq!(logged(&log), spikes);
    let field = &viewer.scene.fields[SPIKES_FIELD];
    let times = field.coord("time").unwrap().numbers().unwrap();
    let rows = field.as_slice().unwrap();
    let shown: Vec<String> = rows.iter().zip(times).map(|(row, time)| format!("{row} {time:.3}")).collect();
    assert_eq!(shown, spikes);
    let View::Raster(RasterView { spikes: RasterSource::Events { rows, .. }, .. }) = &viewer.scene.views[RASTER_VIEW]
    else {
        panic!("a raster of events");
    };
    assert_eq!(rows, &["soma(0.5)", "dend(0.9)"]);
    viewer.reset().unwrap();
    viewer.watch("no spikes", |viewer| viewer.scene.fields[SPIKES_FIELD].shape() == [0]).unwrap();
    assert_eq!(logged(&log), ["reset at 0"]);
}

#[test]
fn spikes_are_where_a_net_con_finds_them() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, log) = stick(Wants::Nothing);
    viewer.run_until(35.0).unwrap();
    let spikes = logged(&log);
    drop(viewer);
    let alone = std::thread::Builder::new().name("alone".to_owned());
    let alone = alone.spawn(|| {
        let neuron = common::neuron().unwrap();
        let mut model = Stick::default();
        let sections = model.build_sections(&neuron).unwrap();
        model.setup_model(&neuron, &sections).unwrap();
        let reference = sections[0].range_ref("v", 0.5).unwrap();
        let net_con = compneurovis_neuron::NetCon::from_voltage(&reference, None).unwrap();
        net_con.set_threshold(0.0).unwrap();
        let times = neuron.vector(&[]).unwrap();
        net_con.record(&times).unwrap();
        neuron.set_dt(0.1).unwrap();
        neuron.initialize(-65.0).unwrap();
        (0..350).for_each(|_| neuron.advance().unwrap());
        times.to_vec().unwrap()
    });
    let expected: Vec<String> = alone.unwrap().join().unwrap().iter().map(|time| format!("0 {time:.3}")).collect();
    let found: Vec<String> = spikes.into_iter().filter(|spike| spike.starts_with("0 ")).collect();
    assert_eq!(found, expected);
}

#[test]
fn views_are_chosen() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = stick(Wants::OwnPlots);
    viewer.run_until(2.0).unwrap();
    assert_eq!(viewer.scene.views.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["gate"]);
    assert_eq!(viewer.scene.fields.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["m"]);
    assert!(viewer.scene.geometries.is_empty());
    viewer.key("2");
    assert!(viewer.next_failure().to_string().contains("no view"), "there are no colours to choose");
    assert_eq!(viewer.failures.len(), 1, "nothing was emitted that no one wants");
    drop(viewer);

    let (viewer, _log) = stick(Wants::Order);
    let layout = viewer.scene.resolved_layout();
    let controls = layout.panels.values().find(|panel| panel.content.kind() == "controls and actions").unwrap();
    let text = format!("{:?}", controls.content);
    assert!(text.contains(r#"controls: Some(["tstop"]), actions: Some(["tag", "reset"])"#), "{text}");
    assert_eq!(viewer.scene.actions["tag"].label, "Tag", "a model overrules what is there by default");
    assert_eq!(viewer.scene.actions.len(), 4);
    assert_eq!(layout.panels.len(), 3, "the others are as usual");
}

fn cell_view(viewer: &Viewer) -> MorphologyView {
    let View::Morphology(view) = &viewer.scene.views[MORPHOLOGY_VIEW] else { panic!("a cell") };
    view.clone()
}

#[test]
fn colours_show_any_range_variable() -> Result<(), HeadlessError> {
    let Some(_turn) = common::turn() else { return Ok(()) };
    let (mut viewer, _log) = stick(Wants::Nothing);
    let at_first = cell_view(&viewer);
    viewer.run_until(3.0)?;
    let unit = |viewer: &Viewer| viewer.scene.fields[DISPLAY_FIELD].unit().to_owned();
    assert_eq!(
        (unit(&viewer).as_str(), viewer.scene.state[DISPLAY_QUANTITY].clone()),
        ("mV", "Membrane potential".into())
    );
    viewer.set(DISPLAY_QUANTITY, "Sodium activation")?;
    viewer.watch("m", |viewer| unit(viewer).is_empty())?;
    let view = cell_view(&viewer);
    assert_eq!((view.title.as_str(), &view.color_map), ("Sodium activation", &ColorMap::Fire));
    assert_eq!(view.color_limits, ColorLimits::Fixed(0.0, 1.0));
    assert!((0.0..1.0).contains(&viewer.display()[0]) && viewer.display()[1].is_nan(), "{:?}", viewer.display());
    let before = viewer.display()[0];
    viewer.run_until(3.3)?;
    assert_ne!(viewer.display()[0], before, "it goes on");
    let trace = viewer.history().series_of("time", SOMA).unwrap();
    assert!(trace.len() == 34 && trace[10] < -60.0, "the trace is still a potential");

    // By key: any variable, whether it is listed or not.
    viewer.key("3");
    viewer.watch("cm", |viewer| viewer.display()[1] == 1.0)?;
    assert_eq!(cell_view(&viewer).color_limits, ColorLimits::Automatic);
    viewer.key("4");
    assert!(viewer.next_failure().to_string().contains("no_such_variable"));
    assert_eq!(cell_view(&viewer).title, "cm", "what was shown stays");
    viewer.key("2");
    viewer.watch("m", |viewer| viewer.scene.state[DISPLAY_QUANTITY] == "Sodium activation".into())?;
    viewer.key("1");
    viewer.watch("mV", |viewer| unit(viewer) == "mV")?;
    assert_eq!(cell_view(&viewer), at_first);
    assert_eq!(viewer.display()[0].to_bits(), viewer.bits(SOMA).last().copied().unwrap());
    Ok(())
}

#[test]
fn a_model_samples_what_it_likes() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = stick(Wants::Gates);
    viewer.run_until(4.0).unwrap();
    assert!((0.0..1.0).contains(&viewer.display()[0]));
    let trace = viewer.history().series_of("time", SOMA).unwrap();
    assert!(trace.iter().all(|m| (0.0..1.0).contains(m)) && trace.len() == 41);
    assert_eq!(viewer.notice.text, "", "NaN where there is nothing is no divergence");
}

#[test]
fn a_history_can_be_of_all_compartments() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| {
        settings.history = HistoryCapture::Full;
        settings.max_samples = 50;
    });
    assert_eq!(viewer.history().shape(), [6, 1]);
    viewer.wish_for("display_dt", 0.3);
    viewer.run_until(9.0).unwrap();
    assert_eq!(viewer.history().shape(), [6, 50]);
    let full = [SOMA, TIP].map(|entity| viewer.bits(entity));
    viewer.touch(TIP);
    viewer.reset().unwrap();
    assert_eq!(viewer.history().shape(), [6, 1]);
    drop(viewer);
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| settings.max_samples = 50);
    viewer.trace(TIP);
    viewer.run_until(9.0).unwrap();
    assert_eq!([SOMA, TIP].map(|entity| viewer.bits(entity)), full);
    drop(viewer);

    // 100 million samples of 6 compartments.
    let app = build_neuron_app(|| {
        let mut model = Stick::default();
        (model.settings.history, model.settings.max_samples) = (HistoryCapture::Full, 100_000_000);
        model
    });
    let text = Viewer::start(&app).unwrap().end();
    assert!(text.contains("2400 MB") && text.contains("full_budget_mb"), "{text}");
}

#[test]
fn a_plot_gets_the_samples_of_its_window() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = stick(Wants::Window);
    viewer.wish_for("display_dt", 5.0);
    viewer.run_until(160.0).unwrap();
    assert_eq!(viewer.history().shape(), [1, 1501], "150 ms of 0.1 ms, both ends");
}

#[test]
fn hooks_hear_of_the_user_and_answer() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, log) = stick(Wants::Nothing);
    viewer.touch("dend@0.10000");
    viewer.trace(TIP);
    assert_eq!(viewer.history().shape()[0], 2, "the first of the two was not to be captured");
    viewer.wish("tag");
    viewer.watch("a tag", |viewer| viewer.notice.text == "tagged dend").unwrap();
    assert_eq!(viewer.scene.state["tagged"], TIP.into());
    assert_eq!(logged(&log), ["dend@0.10000", TIP].map(|id| format!("clicked {id}, selected Some({id:?})")));
    viewer.wish("old");
    viewer.wish("new");
    let text = viewer.next_failure().to_string();
    assert!(text.contains("new") && text.contains("tag"), "{text}");
    assert_eq!(logged(&log), ["apply_action old", "apply_action new"]);
}

#[test]
fn variable_steps_end_at_multiples_of_the_display_interval() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = watch(Wants::VariableSteps, |settings| settings.display_dt_ms = 1.0);
    let mut ends = Vec::new();
    for update in 1..=12 {
        assert!(viewer.step().unwrap() >= 1);
        let (times, last) = (viewer.times(), viewer.status.time_ms);
        assert_eq!(times.last(), Some(&last), "coords are the true times");
        // But for the last bits: a pulse begins a hair before 2 ms.
        let goal_ms = ends.last().map_or(0.0, |end: &f64| (end + 1e-9).floor()) + 1.0 - 1e-9;
        assert!(last >= goal_ms && times[times.len() - 2] < goal_ms, "update {update}: {times:?} to {goal_ms}");
        ends.push(last);
    }
    let times = viewer.times();
    assert!(times.windows(2).all(|pair| pair[1] >= pair[0]));
    let steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.iter().any(|step| (step - 0.1).abs() > 0.01), "not fixed: {steps:?}");

    // An action turns it on in the middle.
    drop(viewer);
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| settings.display_dt_ms = 1.0);
    assert_eq!(viewer.step().unwrap(), 10);
    viewer.wish("variable");
    viewer.step().unwrap();
    assert!(
        viewer.status.time_ms > 1.99 && viewer.times()[11..].iter().any(|time| (time * 10.0).fract() > 0.1),
        "{:?}",
        viewer.times()
    );
}

#[test]
fn a_session_stands_still_at_its_end() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| settings.display_dt_ms = 0.7);
    viewer.wish_for("tstop", 3.0);
    let paused = |viewer: &Viewer| viewer.status.phase == compneurovis_core::Phase::Paused;
    viewer.send(SessionCommand::Resume).unwrap();
    viewer.watch("the stop", |viewer| paused(viewer) && viewer.status.time_ms > 0.0).unwrap();
    assert!((viewer.status.time_ms - 3.0).abs() < 1e-9, "not beyond, though no multiple: {}", viewer.status.time_ms);
    // It can be gone beyond.
    viewer.run_until(5.0).unwrap();
    assert!(viewer.scene.fields.contains_key(HISTORY_FIELD) && viewer.scene.views.contains_key(TRACE_VIEW));
    assert_eq!(
        viewer.scene.state["tstop"],
        Value::Float(1000.0),
        "that is the viewer's own, and was set by no one else"
    );
}
