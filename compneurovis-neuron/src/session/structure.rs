//! Changes of the model's structure while it runs: sections that come and go, `nseg`, connections.

use std::collections::HashSet;
use std::sync::Arc;

use compneurovis_core::{
    Emitter, EntityId, Field, MorphologyGeometry, SceneChange, SessionContext, SessionError, SessionUpdate, Value,
    scene::{SELECTED_ENTITY, SELECTED_LABEL, TRACED_ENTITIES},
};

use super::running::past_of;
use super::{NeuronModel, NeuronSession, geometry, matching};
use crate::epoch::Epoch;
use crate::{Neuron, NeuronError, Section};

/// How many ended traces are named.
const NAMED_AT_MOST: usize = 5;

/// The sections as they were when they were looked at last.
#[derive(Debug)]
pub(super) struct Structure {
    epoch: Epoch,
    /// Of the sections that are shown.
    nseg: Vec<usize>,
    /// Sections that the model keeps to itself: they were there, and it did not name them.
    hidden: Vec<Section>,
}

impl Structure {
    pub(super) fn new(neuron: &Neuron, sections: &[Section]) -> Result<Self, NeuronError> {
        let shown: HashSet<usize> = sections.iter().map(Section::address).collect();
        let hidden = Section::all_but(&neuron.inner, &shown)?;
        let nseg = sections.iter().map(Section::nseg).collect::<Result<_, _>>()?;
        let mut epoch = Epoch::new(&neuron.inner);
        epoch.renew();
        Ok(Self { epoch, nseg, hidden })
    }

    /// Whether anything has changed that can have to do with sections. Costs a few loads.
    #[inline]
    pub(super) fn has_moved(&self) -> bool {
        !self.epoch.is_current()
    }

    /// Whether other sections or compartments are there than `sections`, which are shown.
    pub(super) fn differs(&mut self, neuron: &Neuron, sections: &[Section]) -> Result<bool, NeuronError> {
        self.epoch.renew();
        let changed = |(section, nseg): (&Section, &usize)| section.nseg().ok() != Some(*nseg);
        Ok(sections.iter().zip(&self.nseg).any(changed) || !self.new_sections(neuron, sections)?.is_empty())
    }

    fn new_sections(&self, neuron: &Neuron, sections: &[Section]) -> Result<Vec<Section>, NeuronError> {
        let known: HashSet<usize> = sections.iter().chain(&self.hidden).map(Section::address).collect();
        Section::all_but(&neuron.inner, &known)
    }

    /// The sections that are to be shown: those that are left, then new ones.
    fn shown_now(&self, neuron: &Neuron, sections: &[Section]) -> Result<Vec<Section>, NeuronError> {
        let left = sections.iter().filter(|section| section.is_alive()).cloned();
        Ok(left.chain(self.new_sections(neuron, sections)?).collect())
    }
}

impl<M: NeuronModel> NeuronSession<M> {
    /// Shows the structure as a hook has left it.
    pub(super) fn follow_structure(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        let (_, running, _) = self.parts()?;
        if !running.structure.has_moved() {
            return Ok(());
        }
        let counters = running.neuron().inner.runtime.counters();
        // SAFETY: this thread owns NEURON.
        let tree = unsafe { counters.tree_pending() };
        if tree || running.differs()? { self.show_structure(false, emitter) } else { Ok(()) }
    }

    /// Shows the sections that are there now. `in_step` if a step has brought them that is still to be taken.
    pub(super) fn show_structure(&mut self, in_step: bool, emitter: &mut Emitter) -> Result<(), SessionError> {
        let before = self.geometry.clone().ok_or("the session has not been initialised")?;
        let (model, running, settings) = self.parts()?;
        let sections = running.structure.shown_now(running.neuron(), &running.sections)?;
        if sections.is_empty() {
            return Err("the model has no sections any more".into());
        }
        let geometry = Arc::new(geometry::geometry_after(&before, &sections, &model.cell_layout())?);
        let sections = matching::in_order(&geometry, sections)?;
        let past = past_of(geometry.compartments(), settings)?;
        let mut changes = model.on_structure_change(running.neuron(), &sections, &geometry)?;
        let gone = running.watch_sections(model, sections, &geometry, past, in_step)?;
        self.geometry = Some(geometry.clone());
        changes.splice(0..0, self.changed_parts(&geometry)?);
        emitter.emit(SessionUpdate::ScenePatch(changes));
        self.select_what_is_there(&geometry, emitter)?;
        let (model, running, _) = self.parts()?;
        let traces = (!gone.is_empty()).then(|| ended(&gone));
        // In one line, as a notice takes the place of the one before.
        let lines: Vec<String> = traces.into_iter().chain(running.watch.what_is_gone()).collect();
        if !lines.is_empty() {
            emitter.notice(lines.join(". "));
        }
        // A step that brought the change is one like others, but over what there is now.
        if in_step {
            return running.hand_over(model, emitter);
        }
        emitter.set_time(running.time_ms()?, 0);
        Ok(())
    }

    /// What the scene shows of the sections and their values.
    fn changed_parts(&mut self, geometry: &Arc<MorphologyGeometry>) -> Result<Vec<SceneChange>, SessionError> {
        let (sampled_unit, shows_cell) = (self.model.display_unit(), self.shows_cell);
        let (_, running, _) = self.parts()?;
        let (time_ms, watch) = (running.time_ms()?, &mut running.watch);
        let mut changes = Vec::new();
        if shows_cell {
            changes.push(SceneChange::SetGeometry(geometry.clone().into()));
        }
        if let Some(id) = watch.display.clone() {
            let unit = watch.shown.as_ref().map_or(sampled_unit, |shown| shown.quantity.unit.clone());
            let mut values = Vec::new();
            watch.read_colors(&mut values)?;
            changes.push(SceneChange::SetField(Field::over_compartments(id, geometry.id(), values)?.with_unit(unit)));
        }
        if let Some(history) = &mut watch.history {
            changes.push(SceneChange::SetField(history.whole(time_ms, &watch.values)?));
        }
        Ok(changes)
    }

    /// Selects a traced compartment if the one that is selected is gone.
    fn select_what_is_there(
        &mut self,
        geometry: &MorphologyGeometry,
        emitter: &mut Emitter,
    ) -> Result<(), SessionError> {
        let (_, running, _) = self.parts()?;
        let traced = running.watch.history.as_ref().and_then(|history| history.traced().first().copied());
        let mut context = SessionContext::new(emitter);
        let Some(selected) = context.selected_entity() else { return Ok(()) };
        let is_there = |id: &EntityId| {
            geometry.compartment_of(id.as_str()).and_then(|compartment| geometry.entity_id(compartment)).as_ref()
                == Some(id)
        };
        if is_there(&selected) {
            return Ok(());
        }
        let Some(first) = geometry.entity_id(traced.unwrap_or(0)) else { return Ok(()) };
        let first = first.to_string();
        context.set_state(TRACED_ENTITIES, Value::List(vec![first.clone()]));
        context.set_state(SELECTED_ENTITY, Value::Text(first.clone()));
        context.set_state(SELECTED_LABEL, Value::Text(first));
        Ok(())
    }
}

/// A line for the user about traces that have ended.
fn ended(gone: &[EntityId]) -> String {
    let named: Vec<&str> = gone.iter().take(NAMED_AT_MOST).map(EntityId::as_str).collect();
    let more = gone.len().saturating_sub(NAMED_AT_MOST);
    let more = if more > 0 { format!(" and {more} others") } else { String::new() };
    format!("The compartments {}{more} are no longer there; their traces have ended", named.join(", "))
}
