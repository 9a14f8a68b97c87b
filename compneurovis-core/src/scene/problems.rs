//! What a scene names and does not have.

use thiserror::Error;

use super::Scene;
use crate::{
    BindingError, DataSource, FieldId, GeometryId, OperatorId, View, ViewId,
    operator::Operator,
    view::{RasterSource, StateGraphView},
};

/// Something that a scene names and does not have, or that does not suit where it is named.
///
/// It is no error of the scene: a view can come before its field. Frontends show it in the place of
/// the picture.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SceneProblem {
    /// A view of a field that is not there.
    #[error("view `{view}` shows field `{field}`, which the scene does not have; it has {known:?}")]
    MissingField {
        /// The view.
        view: ViewId,
        /// The field.
        field: FieldId,
        /// The fields that exist.
        known: Vec<FieldId>,
    },
    /// A view of a geometry that is not there.
    #[error("view `{view}` is of geometry `{geometry}`, which the scene does not have; it has {known:?}")]
    MissingGeometry {
        /// The view.
        view: ViewId,
        /// The geometry.
        geometry: GeometryId,
        /// The geometries that exist.
        known: Vec<GeometryId>,
    },
    /// A view of an operator's output that is not there.
    #[error("view `{view}` shows operator `{operator}`, which the scene does not have; it has {known:?}")]
    MissingOperator {
        /// The view.
        view: ViewId,
        /// The operator.
        operator: OperatorId,
        /// The operators that exist.
        known: Vec<OperatorId>,
    },
    /// A view over a dim that its field does not have.
    #[error("view `{view}` needs the dim `{dim}` of field `{field}`, which has {known:?}")]
    MissingDim {
        /// The view.
        view: ViewId,
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The dims that exist.
        known: Vec<String>,
    },
    /// A view of a geometry of another kind than it can draw.
    #[error("view `{view}` needs {wanted}, and geometry `{geometry}` is none")]
    GeometryKind {
        /// The view.
        view: ViewId,
        /// The geometry.
        geometry: GeometryId,
        /// What it needs.
        wanted: &'static str,
    },
    /// An edge of a graph to or from a node that is not there.
    #[error("view `{view}`: the edge `{edge}` goes from `{source_node}` to `{target}`, not both of which are nodes")]
    LooseEdge {
        /// The view.
        view: ViewId,
        /// The edge.
        edge: String,
        /// Where it begins.
        source_node: String,
        /// Where it ends.
        target: String,
    },
    /// A view in a panel for other kinds.
    #[error(transparent)]
    Layout(#[from] crate::LayoutError),
    /// An operator that has no output.
    #[error(transparent)]
    Operator(#[from] crate::OperatorError),
    /// A property that follows the state and has no value.
    #[error("`{of}`: {source}")]
    Binding {
        /// The view or action.
        of: String,
        /// Why not.
        source: BindingError,
    },
}

impl Scene {
    /// Everything that the scene names and does not have. Empty for a scene that is complete.
    ///
    /// ```
    /// use compneurovis_core::{LinePlotView, Scene};
    /// let scene = Scene::new().with_view(LinePlotView::new("trace", "v", "time"));
    /// let problems = scene.problems();
    /// assert_eq!(problems[0].to_string(), "view `trace` shows field `v`, which the scene does not have; it has []");
    /// ```
    pub fn problems(&self) -> Vec<SceneProblem> {
        let mut found = Vec::new();
        for view in self.views.values() {
            Survey { scene: self, view: view.id(), found: &mut found }.view(view);
        }
        found.extend(self.operators.values().filter_map(|operator| self.problem_of(operator)));
        found.extend(self.layout.panels.values().flat_map(|panel| panel.misfits(self)).map(SceneProblem::from));
        for action in self.actions.values() {
            let error = action.command(&self.state).err();
            found.extend(error.map(|source| SceneProblem::Binding { of: action.id.to_string(), source }));
        }
        found
    }

    fn problem_of(&self, operator: &Operator) -> Option<SceneProblem> {
        match operator {
            Operator::GridSlice(slice) => slice.place(self).err().map(SceneProblem::from),
        }
    }
}

/// The look at one view.
struct Survey<'a> {
    scene: &'a Scene,
    view: &'a ViewId,
    found: &'a mut Vec<SceneProblem>,
}

impl Survey<'_> {
    fn view(&mut self, view: &View) {
        match view {
            View::Morphology(view) => {
                self.morphology(&view.geometry);
                view.color_field.iter().for_each(|field| self.field(field, []));
            }
            View::Surface(view) => {
                self.field(&view.field, []);
                view.geometry.iter().for_each(|geometry| self.grid(geometry));
            }
            View::LinePlot(view) => {
                let dims = view.x_dim.iter().chain(&view.series_dim).chain(view.selectors.keys());
                self.source(&view.source, dims.map(String::as_str));
            }
            View::StateGraph(view) => self.graph(view),
            View::PhasePlane(view) => {
                self.source(&view.x_source, view.x_selectors.keys().map(String::as_str));
                self.source(&view.y_source, view.y_selectors.keys().map(String::as_str));
            }
            View::RangePlot(view) => {
                self.morphology(&view.geometry);
                self.field(&view.field, []);
            }
            View::HeatMap(view) => {
                let dims = [&view.x_dim, &view.y_dim].into_iter().chain(view.selectors.keys());
                self.source(&view.source, dims.map(String::as_str));
            }
            View::Raster(view) => match &view.spikes {
                RasterSource::Crossings { source, time_dim, .. } => self.source(source, [time_dim.as_str()]),
                RasterSource::Events { field, time_dim, .. } => self.field(field, [time_dim.as_str()]),
            },
            View::Custom(view) => view.fields.iter().for_each(|field| self.field(field, [])),
        }
    }

    fn graph(&mut self, view: &StateGraphView) {
        self.field(&view.node_field, []);
        self.field(&view.edge_field, []);
        self.found.extend(view.loose_edges().map(|edge| SceneProblem::LooseEdge {
            view: view.id.clone(),
            edge: edge.id.clone(),
            source_node: edge.source.clone(),
            target: edge.target.clone(),
        }));
    }

    fn source<'d>(&mut self, source: &DataSource, dims: impl IntoIterator<Item = &'d str>) {
        match source {
            DataSource::Field(field) => self.field(field, dims),
            // What its output lacks is the operator's own problem.
            DataSource::Operator(operator) if self.scene.operators.contains_key(operator) => {}
            DataSource::Operator(operator) => self.found.push(SceneProblem::MissingOperator {
                view: self.view.clone(),
                operator: operator.clone(),
                known: self.scene.operators.keys().cloned().collect(),
            }),
        }
    }

    fn field<'d>(&mut self, id: &FieldId, dims: impl IntoIterator<Item = &'d str>) {
        let Some(field) = self.scene.fields.get(id) else {
            let known = self.scene.fields.keys().cloned().collect();
            self.found.push(SceneProblem::MissingField { view: self.view.clone(), field: id.clone(), known });
            return;
        };
        let missing = dims.into_iter().filter(|dim| field.axis(dim).is_err());
        self.found.extend(missing.map(|dim| SceneProblem::MissingDim {
            view: self.view.clone(),
            field: id.clone(),
            dim: dim.to_owned(),
            known: field.dims().map(str::to_owned).collect(),
        }));
    }

    fn morphology(&mut self, id: &GeometryId) {
        self.geometry(id, "a morphology", |geometry| geometry.as_morphology().is_some());
    }

    fn grid(&mut self, id: &GeometryId) {
        self.geometry(id, "a grid", |geometry| geometry.as_grid().is_some());
    }

    fn geometry(&mut self, id: &GeometryId, wanted: &'static str, suits: impl Fn(&crate::Geometry) -> bool) {
        let view = self.view.clone();
        match self.scene.geometries.get(id) {
            None => {
                let known = self.scene.geometries.keys().cloned().collect();
                self.found.push(SceneProblem::MissingGeometry { view, geometry: id.clone(), known });
            }
            Some(geometry) if !suits(geometry) => {
                self.found.push(SceneProblem::GeometryKind { view, geometry: id.clone(), wanted });
            }
            Some(_) => {}
        }
    }
}
