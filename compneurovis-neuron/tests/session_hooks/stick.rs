//! A model that uses every hook.

use std::sync::{Arc, Mutex};

use compneurovis_core::{
    Action, ActionId, ColorMap, Control, ControlId, Emitter, EntityId, Field, LinePlotView, Payload, Scene,
    SessionContext, SessionError, Viewer,
};
use compneurovis_neuron::{
    Batch, DISPLAY_QUANTITY, DisplayQuantity, Neuron, NeuronModel, NeuronSceneBuilder, NeuronSettings, RangeProbe,
    ReadReport, RecordError, RecordedSamples, Recorders, Section, SectionSpec, VoltageProbe, build_neuron_app,
};

use crate::common;
use crate::common::look::start_paused;

pub(crate) const SOMA: &str = "soma@0.50000";
pub(crate) const TIP: &str = "dend@0.90000";

/// What a model was told.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// A ball and a stick with a pulse, and whatever a test wants of it.
#[derive(Default)]
pub(crate) struct Stick {
    pub(crate) settings: NeuronSettings,
    wants: Wants,
    log: Log,
    sections: Vec<Section>,
    gate: Option<RangeProbe>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Wants {
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

pub(crate) fn stick(wants: Wants) -> (Viewer, Log) {
    watch(wants, |_| {})
}

pub(crate) fn watch(wants: Wants, change: impl Fn(&mut NeuronSettings) + Send + Sync + 'static) -> (Viewer, Log) {
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

/// What it was told since this was asked last.
pub(crate) fn logged(log: &Log) -> Vec<String> {
    std::mem::take(&mut log.lock().unwrap())
}
