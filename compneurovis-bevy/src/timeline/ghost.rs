//! The traces of the run before, behind those of the run that goes on.

use std::{collections::HashMap, sync::Arc};

use bevy::prelude::*;
use compneurovis_core::{DataSource, Field, FieldId, Scene, View};

use crate::{
    plot::LinePlotState,
    session::{LinePlot, Past, ViewOf},
};

/// What the traces of a session were before it was put back to an earlier state. A component of the
/// session's entity.
#[derive(Component, Clone, Debug, Default)]
pub struct Ghosts {
    fields: HashMap<FieldId, Arc<Field>>,
}

impl Ghosts {
    /// What ghosts are called in legends.
    pub const NAME: &'static str = "before";

    /// The traces of a scene: every field that a line plot shows over time.
    pub fn of(scene: &Scene) -> Self {
        let plotted = scene.views.values().filter_map(|view| match view {
            View::LinePlot(view) => match &view.source {
                DataSource::Field(field) => scene.fields.get(field),
                DataSource::Operator(_) => None,
            },
            _ => None,
        });
        Self { fields: plotted.map(|field| (field.id().clone(), Arc::new(field.clone()))).collect() }
    }

    /// What a field was.
    pub fn get(&self, field: &FieldId) -> Option<&Arc<Field>> {
        self.fields.get(field)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Gives the plots of a session their ghosts, and the moment that is shown.
pub(super) fn show_ghosts(
    sessions: Query<(&Ghosts, &Past)>,
    mut plots: Query<(&ViewOf, &LinePlot, &mut LinePlotState)>,
) {
    for (of, plot, mut state) in &mut plots {
        let Ok((ghosts, past)) = sessions.get(of.session) else { continue };
        let ghost = match &plot.source {
            DataSource::Field(field) => ghosts.get(field),
            DataSource::Operator(_) => None,
        };
        let same = match (ghost, &state.before) {
            (Some(ghost), Some(known)) => Arc::ptr_eq(ghost, known),
            (None, None) => true,
            _ => false,
        };
        if !same {
            state.before = ghost.cloned();
        }
        let moment_ms = past.simulated_ms();
        if state.moment != moment_ms {
            state.moment = moment_ms;
        }
    }
}
