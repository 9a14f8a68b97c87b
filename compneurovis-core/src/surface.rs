//! Surfaces without a session: a field over a grid, a scene that shows it, and an application.

use ndarray::Array2;
use thiserror::Error;

use crate::{
    AppSpec, Coord, Field, FieldError, FieldId, Geometry, GeometryError, GridGeometry, Scene, StillSession, SurfaceView,
};

/// The dim that runs from row to row of a [`grid_field`].
const Y_DIM: &str = "y";

/// The dim that runs from column to column of a [`grid_field`].
const X_DIM: &str = "x";

/// Id of the view of a [`surface_scene`].
const SURFACE_VIEW: &str = "surface";

/// Why values make no field over a grid.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum GridFieldError {
    /// Other numbers of coordinates than of rows or columns.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Coordinates that make no grid.
    #[error(transparent)]
    Grid(#[from] GeometryError),
}

/// A field of heights over a rectangular grid, and the grid.
///
/// `values` has a row for each `y` and a column for each `x`; the field has the dims `y` and `x`, and
/// the grid the id `"{field}-grid"`.
///
/// ```
/// use compneurovis_core::grid_field;
/// let heights = ndarray::array![[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]];
/// let (field, grid) = grid_field("z", heights, vec![0.0, 0.5, 1.0], vec![-1.0, 1.0])?;
/// assert_eq!(field.dims().collect::<Vec<_>>(), ["y", "x"]);
/// assert_eq!((grid.id().as_str(), grid.shape()), ("z-grid", [2, 3]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Other numbers of coordinates than of rows or columns, or coordinates that make no grid.
pub fn grid_field(
    id: impl Into<FieldId>,
    values: Array2<f32>,
    x: Vec<f64>,
    y: Vec<f64>,
) -> Result<(Field, GridGeometry), GridFieldError> {
    let id = id.into();
    let dims = [(Y_DIM, Coord::from(y.clone())), (X_DIM, Coord::from(x.clone()))];
    let field = Field::new(id.clone(), values.into_dyn(), dims)?;
    let grid = GridGeometry::new(format!("{id}-grid"), (Y_DIM, y), (X_DIM, x))?;
    Ok((field, grid))
}

/// A scene of one surface, to which controls, operators and other views can be added.
pub fn surface_scene(field: Field, grid: impl Into<Geometry>) -> Scene {
    let grid = grid.into();
    let view = SurfaceView::new(SURFACE_VIEW, field.id()).with_title("Surface").on_grid(grid.id());
    Scene::new().with_field(field).with_geometry(grid).with_view(view)
}

/// An application that shows a scene and stands still.
///
/// ```
/// use compneurovis_core::{Control, GridSlice, Binding, LinePlotView, OperatorId, grid_field, still_app, surface_scene};
/// let heights = ndarray::Array2::from_shape_fn((20, 30), |(y, x)| (y as f32 * 0.3).sin() + x as f32 * 0.1);
/// let number = |count: usize| (0..count).map(|at| at as f64).collect::<Vec<_>>();
/// let (field, grid) = grid_field("z", heights, number(30), number(20))?;
/// let cut = GridSlice::new("cut", "z", "x".to_owned(), Binding::state("at")).on_grid("z-grid");
/// let scene = surface_scene(field, grid)
///     .with_operator(cut)
///     .with_view(LinePlotView::new("profile", OperatorId::from("cut"), "y"))
///     .with_control(Control::scalar("at", "Cut at", 0.5, 0.0, 1.0).for_frontend());
/// assert_eq!(scene.problems(), []);
/// let app = still_app("Surface", scene);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn still_app(title: impl Into<String>, scene: Scene) -> AppSpec {
    AppSpec::new(title, move || Ok(StillSession::new(scene.clone())))
}

/// An application that shows a surface and stands still.
pub fn surface_app(title: impl Into<String>, field: Field, grid: impl Into<Geometry>) -> AppSpec {
    still_app(title, surface_scene(field, grid))
}
