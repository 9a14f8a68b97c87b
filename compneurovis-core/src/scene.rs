//! Everything there is to see, and the one way in which updates change it.

use indexmap::{IndexMap, map::Entry};
use serde::{Deserialize, Serialize};

use crate::{
    Action, ActionId, ApplyError, Control, ControlId, Coord, Field, FieldId, Geometry, GeometryId, MorphologyGeometry,
    SceneChange, SessionUpdate, Value, View, ViewId,
};

/// Fields, geometries, views, controls, actions and the shared state, each by id in the order added.
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
pub struct Scene {
    /// What the values are.
    pub fields: IndexMap<FieldId, Field>,
    /// Where they live.
    pub geometries: IndexMap<GeometryId, Geometry>,
    /// How they are drawn.
    pub views: IndexMap<ViewId, View>,
    /// What the user can set.
    pub controls: IndexMap<ControlId, Control>,
    /// What the user can do.
    pub actions: IndexMap<ActionId, Action>,
    /// Values shared by all: those of the controls by their ids, and `selected_entity_id`.
    pub state: IndexMap<String, Value>,
}

/// The key of the shared state that holds the selected entity's id.
pub const SELECTED_ENTITY: &str = "selected_entity_id";

impl Scene {
    /// An empty scene.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same scene with a field.
    #[must_use]
    pub fn with_field(mut self, field: Field) -> Self {
        self.fields.insert(field.id().clone(), field);
        self
    }

    /// The same scene with a geometry.
    #[must_use]
    pub fn with_geometry(mut self, geometry: impl Into<Geometry>) -> Self {
        let geometry = geometry.into();
        self.geometries.insert(geometry.id().clone(), geometry);
        self
    }

    /// The same scene with a view.
    #[must_use]
    pub fn with_view(mut self, view: impl Into<View>) -> Self {
        let view = view.into();
        self.views.insert(view.id().clone(), view);
        self
    }

    /// The same scene with a control, whose default enters the shared state unless it is there.
    #[must_use]
    pub fn with_control(mut self, control: Control) -> Self {
        self.insert_control(control);
        self
    }

    /// The same scene with an action.
    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        self.actions.insert(action.id.clone(), action);
        self
    }

    /// The same scene with a value of the shared state.
    #[must_use]
    pub fn with_state(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.state.insert(key.into(), value.into());
        self
    }

    /// The morphology of an id, if there is one.
    pub fn morphology(&self, id: &GeometryId) -> Option<&std::sync::Arc<MorphologyGeometry>> {
        self.geometries.get(id)?.as_morphology()
    }

    /// Checks what its parts say of each other: fields over compartments against their geometries,
    /// and each control against itself.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<(), ApplyError> {
        self.fields.values().try_for_each(|field| self.check_compartments(field, field.shape()))?;
        self.controls.values().try_for_each(Control::check)?;
        Ok(())
    }

    /// Applies an update. Notices, errors and statuses are no part of a scene and change nothing.
    ///
    /// Returns the memory of replaced values, to be used again.
    ///
    /// # Errors
    /// The update names what is not there or does not fit what is; the scene is then unchanged.
    pub fn apply(&mut self, update: SessionUpdate) -> Result<Option<Vec<f32>>, ApplyError> {
        match update {
            SessionUpdate::SceneReady(scene) => {
                scene.check()?;
                *self = *scene;
            }
            SessionUpdate::FieldReplace { field, values, coords } => {
                if let Some(field) = self.fields.get(&field) {
                    self.check_compartments(field, values.shape())?;
                }
                return Ok(Some(self.field_mut(&field)?.replace(values, coords)?));
            }
            SessionUpdate::FieldAppend { field, dim, values, coord, max_length } => {
                self.field_mut(&field)?.append(&dim, &values.view(), &coord, max_length)?;
            }
            SessionUpdate::ScenePatch(changes) => self.apply_patch(changes)?,
            SessionUpdate::StatePatch(patch) => self.state.extend(patch),
            SessionUpdate::Status(_) | SessionUpdate::Notice(_) | SessionUpdate::Error(_) => {}
        }
        Ok(None)
    }

    fn field_mut(&mut self, id: &FieldId) -> Result<&mut Field, ApplyError> {
        if !self.fields.contains_key(id) {
            return Err(ApplyError::UnknownField { id: id.clone(), known: self.fields.keys().cloned().collect() });
        }
        Ok(&mut self.fields[id])
    }

    fn apply_patch(&mut self, changes: Vec<SceneChange>) -> Result<(), ApplyError> {
        // All or none: tried on the structure of a copy, which shares geometries and is small.
        let mut trial = self.without_field_data();
        for change in &changes {
            trial.apply_change(change.clone())?;
        }
        // In the end, not in between: a geometry and its fields change together.
        trial.check()?;
        let mut staying = self.fields.values().filter(|field| !trial.fields.contains_key(field.id()));
        staying.try_for_each(|field| trial.check_compartments(field, field.shape()))?;
        changes.into_iter().try_for_each(|change| self.apply_change(change))
    }

    /// The structure alone, on which a patch is tried: changes never look at field values.
    fn without_field_data(&self) -> Self {
        Self {
            fields: IndexMap::new(),
            geometries: self.geometries.clone(),
            views: self.views.clone(),
            controls: self.controls.clone(),
            actions: self.actions.clone(),
            state: IndexMap::new(),
        }
    }

    fn apply_change(&mut self, change: SceneChange) -> Result<(), ApplyError> {
        match change {
            SceneChange::SetField(field) => {
                self.fields.insert(field.id().clone(), field);
            }
            SceneChange::SetGeometry(geometry) => {
                self.geometries.insert(geometry.id().clone(), geometry);
            }
            SceneChange::SetView(view) => {
                self.views.insert(view.id().clone(), view);
            }
            SceneChange::RemoveView(id) => {
                if self.views.shift_remove(&id).is_none() {
                    return Err(ApplyError::UnknownView { id, known: self.views.keys().cloned().collect() });
                }
            }
            SceneChange::SetControl(control) => {
                control.check()?;
                self.insert_control(control);
            }
            SceneChange::RemoveControl(id) => {
                if self.controls.shift_remove(&id).is_none() {
                    return Err(ApplyError::UnknownControl { id, known: self.controls.keys().cloned().collect() });
                }
            }
            SceneChange::SetAction(action) => {
                self.actions.insert(action.id.clone(), action);
            }
            SceneChange::RemoveAction(id) => {
                // An action that is gone already is what was wanted.
                self.actions.shift_remove(&id);
            }
        }
        Ok(())
    }

    fn insert_control(&mut self, control: Control) {
        if let Entry::Vacant(vacant) = self.state.entry(control.id.as_str().to_owned()) {
            vacant.insert(control.default_value());
        }
        self.controls.insert(control.id.clone(), control);
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

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{LinePlotView, MorphologyView, Section, SectionKind};

    fn cell(compartments: u32) -> MorphologyGeometry {
        let mut builder = MorphologyGeometry::builder("cell");
        builder.section(Section::new("soma", SectionKind::Soma, compartments));
        builder.build().unwrap()
    }

    fn scene() -> Scene {
        Scene::new()
            .with_geometry(cell(2))
            .with_field(Field::over_compartments("v", "cell", vec![-65.0; 2]).unwrap())
            .with_view(MorphologyView::new("cell", "cell").colored_by("v"))
            .with_control(Control::scalar("amp", "Amplitude", 1.0, 0.0, 2.0))
    }

    #[test]
    fn controls_bring_their_defaults_and_keep_what_was_set() {
        let mut scene = scene();
        assert_eq!(scene.state["amp"], Value::Float(1.0));
        scene.apply(SessionUpdate::StatePatch(IndexMap::from([("amp".to_owned(), Value::Float(0.5))]))).unwrap();
        let patch = SceneChange::SetControl(Control::scalar("amp", "Other label", 1.0, 0.0, 3.0));
        scene.apply(SessionUpdate::ScenePatch(vec![patch])).unwrap();
        assert_eq!(scene.state["amp"], Value::Float(0.5));
    }

    #[test]
    fn unknown_ids_are_errors_that_say_what_exists() {
        let before = scene();
        let mut scene = before.clone();
        let replace = SessionUpdate::FieldReplace { field: "w".into(), values: array![1.0].into_dyn(), coords: vec![] };
        let error = scene.apply(replace).unwrap_err();
        assert_eq!(error.to_string(), "the scene has no field `w`; it has [\"v\"]");
        let patch = |change| {
            SessionUpdate::ScenePatch(vec![SceneChange::SetView(LinePlotView::new("p", "v", "t").into()), change])
        };
        assert!(scene.apply(patch(SceneChange::RemoveView("x".into()))).is_err());
        assert!(scene.apply(patch(SceneChange::RemoveControl("x".into()))).is_err());
        assert_eq!(scene, before, "a patch that fails changes nothing");
    }

    #[test]
    fn a_geometry_changes_with_its_fields_or_not_at_all() {
        let mut scene = scene();
        let before = scene.clone();
        let geometry = || SceneChange::SetGeometry(cell(3).into());
        let field = Field::over_compartments("v", "cell", vec![0.0; 3]).unwrap();
        assert!(matches!(
            scene.apply(SessionUpdate::ScenePatch(vec![geometry()])),
            Err(ApplyError::Compartments { found: 2, compartments: 3, .. })
        ));
        assert_eq!(scene, before);
        scene.apply(SessionUpdate::ScenePatch(vec![SceneChange::SetField(field), geometry()])).unwrap();
        assert_eq!(scene.fields["v"].shape(), [3]);
    }

    #[test]
    fn fields_over_compartments_have_their_number() {
        let mut scene = scene();
        let values = array![1.0, 2.0, 3.0].into_dyn();
        let replace = SessionUpdate::FieldReplace { field: "v".into(), values, coords: vec![] };
        assert!(matches!(scene.apply(replace), Err(ApplyError::Compartments { found: 3, compartments: 2, .. })));
        let wrong = Scene::new().with_geometry(cell(3)).with_field(scene.fields["v"].clone());
        assert!(matches!(scene.apply(SessionUpdate::SceneReady(wrong.into())), Err(ApplyError::Compartments { .. })));
        let missing = Scene::new().with_field(scene.fields["v"].clone());
        assert!(matches!(missing.check(), Err(ApplyError::UnknownGeometry { .. })));
    }
}
