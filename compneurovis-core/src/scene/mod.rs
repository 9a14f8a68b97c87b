//! Everything there is to see, and the one way in which updates change it.

mod apply;
mod json;
mod problems;

use std::sync::Arc;

use indexmap::{IndexMap, map::Entry};
use serde::{Deserialize, Serialize};

pub use json::SceneJsonError;
pub use problems::SceneProblem;

use crate::{
    Action, ActionId, ApplyError, Control, ControlId, Coord, EntityId, EntityInfo, Field, FieldId, Geometry,
    GeometryId, Layout, MorphologyGeometry, Operator, OperatorId, Selected, State, Value, View, ViewId,
    control::{check_values, insert_control},
};

/// Fields, geometries, views, operators, controls, actions and the shared state, each by id in the
/// order added.
///
/// ```
/// use compneurovis_core::{Field, Scene, SessionUpdate};
/// let mut scene = Scene::new().with_field(Field::series("v", "time", vec![0.0], vec![-65.0])?);
/// scene.apply(SessionUpdate::FieldAppend {
///     field: "v".into(),
///     dim: "time".into(),
///     values: ndarray::array![-64.0].into_dyn(),
///     coord: vec![0.1],
///     max_length: None,
/// })?;
/// assert_eq!(scene.fields["v"].shape(), [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scene {
    /// What the values are.
    pub fields: IndexMap<FieldId, Field>,
    /// Where they live.
    pub geometries: IndexMap<GeometryId, Geometry>,
    /// How they are drawn.
    pub views: IndexMap<ViewId, View>,
    /// What is computed from them.
    pub operators: IndexMap<OperatorId, Operator>,
    /// What the user can set.
    pub controls: IndexMap<ControlId, Control>,
    /// What the user can do.
    pub actions: IndexMap<ActionId, Action>,
    /// Values shared by all: those of the controls by their keys, and `selected_entity_id`.
    pub state: State,
    /// Where on the screen all of it is.
    pub layout: Layout,
    /// What else is known, by key, for the reader.
    pub metadata: IndexMap<String, String>,
}

/// The key of the shared state that holds the selected entity's id.
pub const SELECTED_ENTITY: &str = "selected_entity_id";

/// The key of the shared state that holds the label of the selected entity, as a person reads it.
pub const SELECTED_LABEL: &str = "selected_entity_label";

/// The key of the shared state that holds the name of the section that is selected as a whole, if one is.
pub const SELECTED_SECTION: &str = "selected_section";

/// The key of the shared state that lists the ids of all selected entities, whose traces are shown.
pub const TRACED_ENTITIES: &str = "selected_trace_entity_ids";

macro_rules! by_id {
    ($($what:literal $with:ident $add:ident($map:ident: $key:ty => $type:ty) $id:expr;)*) => {
        $(
            #[doc = concat!("The same scene with a ", $what, ", in the place of one of the same id if there is one.")]
            #[must_use]
            pub fn $with(mut self, thing: impl Into<$type>) -> Self {
                let thing: $type = thing.into();
                let id: fn(&$type) -> &$key = $id;
                self.$map.insert(id(&thing).clone(), thing);
                self
            }

            #[doc = concat!("Adds a ", $what, ".\n\n# Errors\nThere is one of the same id; the scene is unchanged.")]
            pub fn $add(&mut self, thing: impl Into<$type>) -> Result<(), ApplyError> {
                let thing: $type = thing.into();
                let id: fn(&$type) -> &$key = $id;
                match self.$map.entry(id(&thing).clone()) {
                    Entry::Occupied(known) => Err(ApplyError::Duplicate { what: $what, id: known.key().to_string() }),
                    Entry::Vacant(vacant) => {
                        vacant.insert(thing);
                        Ok(())
                    }
                }
            }
        )*

        /// Whether everything stands under its own id, as it need not in what was read.
        fn check_ids(&self) -> Result<(), ApplyError> {
            $(
                let id: fn(&$type) -> &$key = $id;
                if let Some((key, thing)) = self.$map.iter().find(|(key, thing)| *key != id(thing)) {
                    return Err(ApplyError::Misplaced {
                        what: $what,
                        id: id(thing).to_string(),
                        key: key.to_string(),
                    });
                }
            )*
            Ok(())
        }
    };
}

impl Scene {
    /// An empty scene.
    pub fn new() -> Self {
        Self::default()
    }

    by_id! {
        "field" with_field add_field(fields: FieldId => Field) |field| field.id();
        "geometry" with_geometry add_geometry(geometries: GeometryId => Geometry) |geometry| geometry.id();
        "view" with_view add_view(views: ViewId => View) |view| view.id();
        "operator" with_operator add_operator(operators: OperatorId => Operator) |operator| operator.id();
        "action" with_action add_action(actions: ActionId => Action) |action| &action.id;
    }

    /// Adds a control, whose default enters the shared state unless it is there.
    ///
    /// # Errors
    /// There is one of the same id; the scene is unchanged.
    pub fn add_control(&mut self, control: Control) -> Result<(), ApplyError> {
        if self.controls.contains_key(&control.id) {
            return Err(ApplyError::Duplicate { what: "control", id: control.id.to_string() });
        }
        insert_control(&mut self.controls, &mut self.state, control);
        Ok(())
    }

    /// The same scene with a control, whose default enters the shared state unless it is there.
    #[must_use]
    pub fn with_control(mut self, control: Control) -> Self {
        insert_control(&mut self.controls, &mut self.state, control);
        self
    }

    /// The same scene with a value of the shared state.
    #[must_use]
    pub fn with_state(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.state.insert(key.into(), value.into());
        self
    }

    /// The same scene with a layout.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// The same scene with a line of what is known about it.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), text.into());
        self
    }

    /// The morphology of an id, if there is one.
    pub fn morphology(&self, id: &GeometryId) -> Option<&Arc<MorphologyGeometry>> {
        self.geometries.get(id)?.as_morphology()
    }

    /// What is known about a compartment of any of the morphologies; `None` if none has it.
    pub fn entity_info(&self, entity: &EntityId) -> Option<EntityInfo> {
        entity_info(&self.geometries, entity)
    }

    /// The compartment that is selected, if any.
    pub fn selected_entity(&self) -> Option<EntityId> {
        self.state.get(SELECTED_ENTITY).and_then(Value::as_str).map(EntityId::from)
    }

    /// Everything that is selected.
    pub fn selected(&self) -> Selected {
        Selected::of(&self.state)
    }

    /// The values that the controls have now, by id; the default where the state has none.
    pub fn control_values(&self) -> impl Iterator<Item = (&ControlId, Value)> {
        self.controls.values().map(|control| {
            let value = self.state.get(control.state_key()).cloned();
            (&control.id, value.unwrap_or_else(|| control.default_value()))
        })
    }

    /// Takes over from an older scene of the same session the values that controls of both have there:
    /// what the user has set stays set. For frontends, before they show a whole new scene.
    pub fn keep_control_values(&mut self, older: &Self) {
        for (id, control) in &self.controls {
            let Some(known) = older.controls.get(id) else { continue };
            let kept = older.state.get(known.state_key()).filter(|value| control.accept(value).is_ok());
            if let Some(value) = kept {
                self.state.insert(control.state_key().to_owned(), value.clone());
            }
        }
    }

    /// Checks that everything stands under its own id, and what its parts say of each other: fields over compartments against their geometries,
    /// each control against itself and its value, the layout against what it shows.
    ///
    /// A view or operator may name what is not there yet; [`problems`](Self::problems) lists those.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<(), ApplyError> {
        self.check_ids()?;
        self.fields.values().try_for_each(|field| self.check_compartments(field, field.shape()))?;
        self.check_controls()?;
        check_values(&self.controls, &self.state)?;
        Ok(self.layout.check(self)?)
    }

    fn check_controls(&self) -> Result<(), ApplyError> {
        if let Some((key, control)) = self.controls.iter().find(|(key, control)| **key != control.id) {
            let (id, key) = (control.id.to_string(), key.to_string());
            return Err(ApplyError::Misplaced { what: "control", id, key });
        }
        Ok(self.controls.values().try_for_each(Control::check)?)
    }

    fn check_compartments(&self, field: &Field, shape: &[usize]) -> Result<(), ApplyError> {
        for ((dim, coord), &found) in field.coords().zip(shape) {
            let Coord::Compartments(geometry) = coord else { continue };
            let Some(morphology) = self.morphology(geometry) else {
                let known = self.geometries.keys().cloned().collect();
                return Err(ApplyError::UnknownGeometry { id: geometry.clone(), known });
            };
            let compartments = morphology.compartments();
            if found != compartments {
                return Err(ApplyError::Compartments {
                    field: field.id().clone(),
                    dim: dim.to_owned(),
                    geometry: geometry.clone(),
                    found,
                    compartments,
                });
            }
        }
        Ok(())
    }
}

/// What is known about a compartment of any of these geometries.
pub(crate) fn entity_info(geometries: &IndexMap<GeometryId, Geometry>, entity: &EntityId) -> Option<EntityInfo> {
    geometries.values().filter_map(Geometry::as_morphology).find_map(|morphology| {
        let compartment = morphology.compartment_of(entity.as_str())?;
        morphology.entity_info(compartment)
    })
}
