//! Undo and redo of what controls were set to.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use compneurovis_core::{BuiltinAction, ControlId, Scene, Value};

use crate::session::{Input, SessionScene, UserInput};

/// Changes of one control that follow each other so soon are one: the drag of a slider.
const ONE_DRAG: Duration = Duration::from_millis(700);

/// How many steps can be undone.
const MAX_STEPS: usize = 200;

/// What the user's controls were set to, step by step. A component of the session's entity.
#[derive(Component, Clone, Debug, Default)]
pub struct ControlHistory {
    done: Vec<Step>,
    undone: Vec<Step>,
    last: Option<Instant>,
    /// Changes of our own, which are no new steps.
    expected: Vec<(ControlId, Value)>,
}

/// Controls that changed together, each with its value before and after.
#[derive(Clone, Debug, PartialEq)]
struct Step(Vec<(ControlId, Value, Value)>);

impl ControlHistory {
    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// What to set, and to which value, so that the last step is undone.
    pub fn undo(&mut self) -> Vec<(ControlId, Value)> {
        let Some(step) = self.done.pop() else { return Vec::new() };
        let sets: Vec<_> = step.0.iter().map(|(control, before, _)| (control.clone(), before.clone())).collect();
        self.undone.push(step);
        self.expect(sets)
    }

    /// What to set, and to which value, so that the step undone last is done again.
    pub fn redo(&mut self) -> Vec<(ControlId, Value)> {
        let Some(step) = self.undone.pop() else { return Vec::new() };
        let sets: Vec<_> = step.0.iter().map(|(control, _, after)| (control.clone(), after.clone())).collect();
        self.done.push(step);
        self.expect(sets)
    }

    fn expect(&mut self, sets: Vec<(ControlId, Value)>) -> Vec<(ControlId, Value)> {
        self.expected.extend(sets.iter().cloned());
        self.last = None;
        sets
    }

    fn note(&mut self, input: &Input, scene: &Scene, now: Instant) {
        match input {
            Input::Control(control, value) => self.note_set(control, value, scene, now),
            Input::Action(action) if BuiltinAction::of(action) == Some(BuiltinAction::RestoreDefaults) => {
                let changes = scene.controls.values().filter_map(|control| {
                    let (before, after) = (value_of(scene, &control.id)?, control.default_value());
                    (before != after).then(|| (control.id.clone(), before, after))
                });
                self.add(Step(changes.collect()));
                self.last = None;
            }
            _ => {}
        }
    }

    fn note_set(&mut self, control: &ControlId, value: &Value, scene: &Scene, now: Instant) {
        if let Some(at) = self.expected.iter().position(|(id, expected)| id == control && expected == value) {
            self.expected.swap_remove(at);
            return;
        }
        let Some(before) = value_of(scene, control).filter(|before| before != value) else { return };
        let soon = self.last.is_some_and(|last| now.duration_since(last) < ONE_DRAG);
        self.last = Some(now);
        if let Some(Step(changes)) = self.done.last_mut().filter(|_| soon)
            && let [(same, _, after)] = changes.as_mut_slice()
            && same == control
        {
            *after = value.clone();
            self.undone.clear();
            return;
        }
        self.add(Step(vec![(control.clone(), before, value.clone())]));
    }

    fn add(&mut self, step: Step) {
        if !step.0.is_empty() {
            self.undone.clear();
            self.done.push(step);
            if self.done.len() > MAX_STEPS {
                self.done.remove(0);
            }
        }
    }
}

fn value_of(scene: &Scene, control: &ControlId) -> Option<Value> {
    let control = scene.controls.get(control)?;
    Some(scene.state.get(control.state_key()).cloned().unwrap_or_else(|| control.default_value()))
}

/// Takes note of what the user sets, before it is set.
pub(super) fn note_changes(
    mut inputs: MessageReader<UserInput>,
    mut sessions: Query<(&SessionScene, &mut ControlHistory)>,
) {
    for UserInput { session, input } in inputs.read() {
        if let Ok((scene, mut history)) = sessions.get_mut(*session) {
            history.note(input, scene, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::Control;

    use super::*;

    fn scene() -> Scene {
        let control = |id: &str| Control::scalar(id, id, 1.0, 0.0, 10.0);
        Scene::new().with_control(control("a")).with_control(control("b"))
    }

    /// Notes a change and makes it.
    fn set(history: &mut ControlHistory, scene: &mut Scene, control: &str, value: f64, now: Instant) {
        history.note(&Input::Control(control.into(), Value::Float(value)), scene, now);
        scene.state.insert(control.to_owned(), Value::Float(value));
    }

    #[test]
    fn a_drag_is_one_step_and_goes_back_and_forth() {
        let (mut history, mut scene, begin) = (ControlHistory::default(), scene(), Instant::now());
        for (tenth, value) in [(0, 2.0), (1, 3.0), (2, 4.0)] {
            set(&mut history, &mut scene, "a", value, begin + Duration::from_millis(100 * tenth));
        }
        set(&mut history, &mut scene, "b", 5.0, begin + Duration::from_millis(300));
        assert_eq!(history.undo(), [("b".into(), Value::Float(1.0))]);
        set(&mut history, &mut scene, "b", 1.0, begin);
        assert_eq!(history.undo(), [("a".into(), Value::Float(1.0))]);
        set(&mut history, &mut scene, "a", 1.0, begin);
        assert!(!history.can_undo() && history.can_redo());
        assert_eq!(history.redo(), [("a".into(), Value::Float(4.0))]);
        set(&mut history, &mut scene, "a", 4.0, begin);
        // Another change ends what could be redone.
        set(&mut history, &mut scene, "a", 9.0, begin + Duration::from_secs(10));
        assert!(!history.can_redo());
        assert_eq!(history.undo(), [("a".into(), Value::Float(4.0))]);
    }

    #[test]
    fn restoring_defaults_is_undone_as_a_whole() {
        let (mut history, mut scene, begin) = (ControlHistory::default(), scene(), Instant::now());
        set(&mut history, &mut scene, "a", 2.0, begin);
        set(&mut history, &mut scene, "b", 3.0, begin + Duration::from_secs(5));
        history.note(&Input::Action(BuiltinAction::RestoreDefaults.name().into()), &scene, begin);
        assert_eq!(history.undo(), [("a".into(), Value::Float(2.0)), ("b".into(), Value::Float(3.0))]);
    }
}
