//! Derived data: what is computed from fields for a view.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Binding, BindingError, Coord, Field, FieldError, FieldId, GeometryId, OperatorId, Rgba, Scene, Selector};

/// A computation whose output views can draw. A scene has any number of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operator {
    /// A cut through a field over a grid.
    GridSlice(GridSlice),
}

/// Why an operator has no output.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// The scene has no such field.
    #[error("operator `{operator}` is of field `{field}`, which the scene does not have; it has {known:?}")]
    UnknownField {
        /// The operator.
        operator: OperatorId,
        /// The field it is of.
        field: FieldId,
        /// The fields that exist.
        known: Vec<FieldId>,
    },
    /// The field has not two dims.
    #[error("operator `{operator}` cuts a field over two dims, but `{field}` has {dims:?}")]
    Dims {
        /// The operator.
        operator: OperatorId,
        /// The field it is of.
        field: FieldId,
        /// Its dims.
        dims: Vec<String>,
    },
    /// The dim that is cut has no positions.
    #[error("operator `{operator}` cuts along `{dim}`, which has no positions")]
    Empty {
        /// The operator.
        operator: OperatorId,
        /// The dim.
        dim: String,
    },
    /// Where to cut does not follow from the state.
    #[error("operator `{operator}`")]
    Binding {
        /// The operator.
        operator: OperatorId,
        /// Why not.
        source: BindingError,
    },
    /// The field cannot be cut there.
    #[error("operator `{operator}`")]
    Field {
        /// The operator.
        operator: OperatorId,
        /// Why not.
        source: FieldError,
    },
}

impl Operator {
    /// Its id.
    pub fn id(&self) -> &OperatorId {
        match self {
            Self::GridSlice(slice) => &slice.id,
        }
    }

    /// The field it is computed from.
    pub fn field(&self) -> &FieldId {
        match self {
            Self::GridSlice(slice) => &slice.field,
        }
    }

    /// What it comes to now.
    ///
    /// # Errors
    /// The field is missing or unsuited, or the state does not say what is asked of it.
    pub fn evaluate(&self, scene: &Scene) -> Result<Field, OperatorError> {
        match self {
            Self::GridSlice(slice) => slice.evaluate(scene),
        }
    }
}

impl From<GridSlice> for Operator {
    fn from(slice: GridSlice) -> Self {
        Self::GridSlice(slice)
    }
}

/// A cut through a field over two dims, along one of them: a curve over the other, and a plane that a
/// surface view shows. Make one with [`GridSlice::new`] and change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GridSlice {
    /// Its id.
    pub id: OperatorId,
    /// The field that is cut.
    pub field: FieldId,
    /// The grid on which it lies; its own coordinates if `None`.
    pub geometry: Option<GeometryId>,
    /// Along which dim; the second one if it says nothing that the field has.
    pub axis: Binding<String>,
    /// Where along it: 0 for its first position, 1 for its last.
    pub position: Binding<f64>,
    /// Colour of the plane.
    pub color: Binding<Rgba>,
    /// 0 for a transparent edge of the plane, 1 for an opaque one.
    pub alpha: Binding<f64>,
    /// The same for what is within; 0 leaves it empty.
    pub fill_alpha: Binding<f64>,
    /// Width of the edge in points.
    pub width: Binding<f64>,
}

/// Where a [`GridSlice`] cuts.
#[derive(Clone, Debug, PartialEq)]
pub struct SlicePlace {
    /// The dim along which it cuts.
    pub dim: String,
    /// The position along it.
    pub index: usize,
    /// The coordinate there: of the grid if there is one, else of the field.
    pub coordinate: f64,
}

impl GridSlice {
    /// Colour of the plane, unless the slice says otherwise.
    pub const COLOR: Rgba = Rgba::rgb(0x11, 0x11, 0x11);

    /// A cut along `axis` at `position`, its plane an edge without a filling.
    pub fn new(
        id: impl Into<OperatorId>,
        field: impl Into<FieldId>,
        axis: impl Into<Binding<String>>,
        position: impl Into<Binding<f64>>,
    ) -> Self {
        Self {
            id: id.into(),
            field: field.into(),
            geometry: None,
            axis: axis.into(),
            position: position.into(),
            color: Self::COLOR.into(),
            alpha: 0.95.into(),
            fill_alpha: 0.0.into(),
            width: 3.0.into(),
        }
    }

    /// The same cut of a field that lies on a grid.
    #[must_use]
    pub fn on_grid(mut self, geometry: impl Into<GeometryId>) -> Self {
        self.geometry = Some(geometry.into());
        self
    }

    /// Where it cuts now: the position nearest to its place between first and last.
    ///
    /// # Errors
    /// The field is missing or has not two dims, or the state does not say where.
    pub fn place(&self, scene: &Scene) -> Result<SlicePlace, OperatorError> {
        let field = self.source(scene)?;
        let dims: Vec<&str> = field.dims().collect();
        let [_, second] = dims[..] else {
            let dims = dims.into_iter().map(str::to_owned).collect();
            return Err(OperatorError::Dims { operator: self.id.clone(), field: self.field.clone(), dims });
        };
        let asked = self.axis.resolve_or(&scene.state, second.to_owned());
        let dim = if dims.contains(&asked.as_str()) { asked } else { second.to_owned() };
        let axis = field.axis(&dim).map_err(|source| self.unsuited(source))?;
        let last = field.shape()[axis].checked_sub(1);
        let last = last.ok_or_else(|| OperatorError::Empty { operator: self.id.clone(), dim: dim.clone() })?;
        let index = (self.part(scene)? * last as f64).round() as usize;
        Ok(SlicePlace { coordinate: self.coordinate(scene, field, &dim, index), dim, index })
    }

    fn evaluate(&self, scene: &Scene) -> Result<Field, OperatorError> {
        let SlicePlace { dim, index, coordinate } = self.place(scene)?;
        let field = self.source(scene)?;
        let id = format!("{} at {dim}={coordinate:.3}", self.field);
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let cut = field.select([(dim.as_str(), Selector::Index(index))]).map_err(|source| self.unsuited(source))?;
        Ok(self.on_grid_coords(scene, cut.with_id(id)))
    }

    /// The part of the way from first to last, from 0 to 1.
    fn part(&self, scene: &Scene) -> Result<f64, OperatorError> {
        let part = match self.position.resolve(&scene.state) {
            Ok(part) => part,
            // A slider that is not there yet.
            Err(BindingError::UnknownKey { .. }) => 0.0,
            Err(source) => return Err(OperatorError::Binding { operator: self.id.clone(), source }),
        };
        Ok(if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) })
    }

    fn source<'a>(&self, scene: &'a Scene) -> Result<&'a Field, OperatorError> {
        scene.fields.get(&self.field).ok_or_else(|| OperatorError::UnknownField {
            operator: self.id.clone(),
            field: self.field.clone(),
            known: scene.fields.keys().cloned().collect(),
        })
    }

    fn grid_coord<'a>(&self, scene: &'a Scene, dim: &str) -> Option<&'a [f64]> {
        scene.geometries.get(self.geometry.as_ref()?)?.as_grid()?.coord(dim)
    }

    fn coordinate(&self, scene: &Scene, field: &Field, dim: &str, index: usize) -> f64 {
        let own = || field.coord(dim).ok().and_then(Coord::numbers);
        let coords = self.grid_coord(scene, dim).or_else(own);
        coords.and_then(|coords| coords.get(index)).copied().unwrap_or(index as f64)
    }

    /// The cut over the coordinates of the grid, if there is one that fits.
    fn on_grid_coords(&self, scene: &Scene, cut: Field) -> Field {
        let dim = cut.dims().next().unwrap_or_default().to_owned();
        let Some(coord) = self.grid_coord(scene, &dim) else { return cut };
        let values = cut.values().to_owned();
        cut.with_values(values, [(dim, Coord::from(coord.to_vec()))]).unwrap_or(cut)
    }

    fn unsuited(&self, source: FieldError) -> OperatorError {
        OperatorError::Field { operator: self.id.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn scene() -> Scene {
        let values = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into_dyn();
        let dims = [("y", Coord::from(vec![-1.0, 1.0])), ("x", Coord::from(vec![0.0, 0.5, 1.0]))];
        Scene::new().with_field(Field::new("z", values, dims).unwrap())
    }

    fn slice(axis: &str, position: f64) -> GridSlice {
        GridSlice::new("cut", "z", axis.to_owned(), position)
    }

    #[test]
    fn a_cut_is_where_the_position_is_nearest() {
        let scene = scene();
        let along_x = Operator::from(slice("x", 0.3)).evaluate(&scene).unwrap();
        assert_eq!((along_x.id().as_str(), along_x.as_slice()), ("z at x=0.500", Some(&[2.0, 5.0][..])));
        assert_eq!(along_x.coord("y").unwrap().numbers(), Some(&[-1.0, 1.0][..]));
        let along_y = Operator::from(slice("y", 7.0)).evaluate(&scene).unwrap();
        assert_eq!((along_y.id().as_str(), along_y.as_slice()), ("z at y=1.000", Some(&[4.0, 5.0, 6.0][..])));
        assert_eq!(slice("nonsense", f64::NAN).place(&scene).unwrap().dim, "x");
    }

    #[test]
    fn a_cut_follows_the_state() {
        let mut slice = slice("x", 0.0);
        (slice.axis, slice.position) = (Binding::state("axis"), Binding::state("at"));
        assert_eq!(slice.place(&scene()).unwrap(), SlicePlace { dim: "x".into(), index: 0, coordinate: 0.0 });
        let moved = scene().with_state("axis", "y").with_state("at", 1.0);
        assert_eq!(slice.place(&moved).unwrap(), SlicePlace { dim: "y".into(), index: 1, coordinate: 1.0 });
        let wrong = scene().with_state("at", "there");
        assert!(matches!(slice.place(&wrong), Err(OperatorError::Binding { .. })));
    }

    #[test]
    fn what_cannot_be_cut_says_why() {
        let missing = GridSlice::new("cut", "w", "x".to_owned(), 0.0);
        assert!(matches!(missing.place(&scene()), Err(OperatorError::UnknownField { .. })));
        let flat = Scene::new().with_field(Field::series("z", "x", vec![], vec![]).unwrap());
        assert!(matches!(slice("x", 0.0).place(&flat), Err(OperatorError::Dims { .. })));
        let dims = [("y", Coord::from(vec![])), ("x", Coord::from(vec![0.0]))];
        let empty = Field::new("z", ndarray::ArrayD::zeros(vec![0, 1]), dims).unwrap();
        let empty = Scene::new().with_field(empty);
        assert!(matches!(slice("y", 0.0).place(&empty), Err(OperatorError::Empty { .. })));
    }
}
