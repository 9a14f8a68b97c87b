//! What is selected: one compartment, several, or a whole section.

use crate::{
    EntityId, EntityInfo, Modifiers, State, Value,
    scene::{SELECTED_ENTITY, SELECTED_LABEL, SELECTED_SECTION, TRACED_ENTITIES},
};

/// What is selected in a scene, as its shared state has it.
///
/// Frontend and session read it out of their own states and change it by the same clicks.
///
/// | click | what is selected then |
/// |---|---|
/// | plain | this compartment alone |
/// | with Control | this one too; or, if it was among several, no longer |
/// | with Shift | this one, and its whole section |
///
/// ```
/// use compneurovis_core::{Modifiers, Selected, State};
/// let (mut state, control) = (State::new(), Modifiers { control: true, ..Modifiers::default() });
/// let click = |state: &mut State, id: &str, modifiers| {
///     let mut selected = Selected::of(state);
///     selected.click(&id.into(), "dend", modifiers);
///     selected.write(id, state);
/// };
/// click(&mut state, "dend@0.25000", Modifiers::default());
/// click(&mut state, "dend@0.75000", control);
/// assert_eq!(Selected::of(&state).entities, ["dend@0.25000".into(), "dend@0.75000".into()]);
/// click(&mut state, "dend@0.25000", Modifiers::default());
/// assert_eq!(Selected::of(&state).primary(), Some(&"dend@0.25000".into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The compartments; the one that was clicked last comes last.
    pub entities: Vec<EntityId>,
    /// The name of the section that is selected as a whole.
    pub section: Option<String>,
}

impl Selected {
    /// What a state says. Of a list without the selected compartment in it only that one counts.
    pub fn of(state: &State) -> Self {
        let primary = state.get(SELECTED_ENTITY).and_then(Value::as_str).filter(|primary| !primary.is_empty());
        let Some(primary) = primary else { return Self::default() };
        let listed: &[String] = match state.get(TRACED_ENTITIES) {
            Some(Value::List(listed)) if listed.iter().any(|entity| entity == primary) => listed,
            _ => &[],
        };
        let others = listed.iter().filter(|entity| *entity != primary);
        Self {
            entities: others.map(|entity| EntityId::from(entity.as_str())).chain([primary.into()]).collect(),
            section: state.get(SELECTED_SECTION).and_then(Value::as_str).map(str::to_owned),
        }
    }

    /// The compartment that was clicked last.
    pub fn primary(&self) -> Option<&EntityId> {
        self.entities.last()
    }

    /// Selects by a click on a compartment of a section.
    pub fn click(&mut self, entity: &EntityId, section: &str, modifiers: Modifiers) {
        self.section = modifiers.shift.then(|| section.to_owned());
        let known = self.entities.iter().position(|selected| selected == entity);
        match known {
            Some(index) if modifiers.control && self.entities.len() > 1 => drop(self.entities.remove(index)),
            Some(index) if modifiers.control => self.entities[index..].rotate_left(1),
            _ if modifiers.control => self.entities.push(entity.clone()),
            _ => self.entities = vec![entity.clone()],
        }
    }

    /// Puts it into a state, with the label of the primary compartment.
    pub fn write(&self, label: impl Into<String>, state: &mut State) {
        let Some(primary) = self.primary() else {
            for key in [SELECTED_ENTITY, SELECTED_LABEL, TRACED_ENTITIES, SELECTED_SECTION] {
                state.shift_remove(key);
            }
            return;
        };
        state.insert(SELECTED_ENTITY.to_owned(), Value::Text(primary.to_string()));
        state.insert(SELECTED_LABEL.to_owned(), Value::Text(label.into()));
        let listed = self.entities.iter().map(ToString::to_string).collect();
        state.insert(TRACED_ENTITIES.to_owned(), Value::List(listed));
        match &self.section {
            Some(section) => drop(state.insert(SELECTED_SECTION.to_owned(), Value::Text(section.clone()))),
            None => drop(state.shift_remove(SELECTED_SECTION)),
        }
    }
}

/// Selects by a click, where it is known what was clicked.
pub(crate) fn select(info: Option<&EntityInfo>, entity: &EntityId, modifiers: Modifiers, state: &mut State) {
    let mut selected = Selected::of(state);
    selected.click(entity, info.map_or("", |info| &info.section), modifiers);
    let label = selected.primary().map(ToString::to_string).unwrap_or_default();
    selected.write(label, state);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control() -> Modifiers {
        Modifiers { control: true, ..Modifiers::default() }
    }

    #[test]
    fn control_adds_and_takes_away_but_never_the_last() {
        let mut selected = Selected::default();
        for entity in ["a", "b", "c"] {
            selected.click(&entity.into(), "s", control());
        }
        assert_eq!(selected.primary(), Some(&"c".into()));
        selected.click(&"c".into(), "s", control());
        assert_eq!(selected.entities, ["a".into(), "b".into()]);
        selected.click(&"a".into(), "s", control());
        selected.click(&"b".into(), "s", control());
        assert_eq!(selected.entities, ["b".into()]);
    }

    #[test]
    fn shift_takes_the_section_and_the_next_click_lets_it_go() {
        let mut selected = Selected::default();
        selected.click(&"a".into(), "dend[3]", Modifiers { shift: true, ..Modifiers::default() });
        assert_eq!(selected.section.as_deref(), Some("dend[3]"));
        selected.click(&"b".into(), "dend[4]", Modifiers::default());
        assert_eq!((selected.section, selected.entities), (None, vec!["b".into()]));
    }

    #[test]
    fn a_state_and_back() {
        let mut state = State::new();
        assert_eq!(Selected::of(&state), Selected::default());
        let selected = Selected { entities: vec!["a".into(), "b".into()], section: Some("s".into()) };
        selected.write("b", &mut state);
        assert_eq!(Selected::of(&state), selected);
        // A session that knows of one compartment only.
        state.insert(SELECTED_ENTITY.to_owned(), Value::Text("x".into()));
        assert_eq!(Selected::of(&state).entities, ["x".into()]);
        Selected::default().write("", &mut state);
        assert!(state.is_empty());
    }
}
