//! Where the heights of a surface are, and how its field holds them.

use std::sync::Arc;

use compneurovis_core::{Coord, Field, Geometry, GridGeometry, Scene, SurfaceView};

use super::SurfaceProblem;

/// So many values fit into a buffer of every adapter.
const MOST_VALUES: usize = 1 << 25;

/// The grid of a surface, and the order in which its field holds the heights.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceGrid {
    grid: Arc<GridGeometry>,
    /// Whether the first dim of the field is x.
    x_first: bool,
}

impl SurfaceGrid {
    /// The grid of a view, and its field.
    ///
    /// The grid is the view's geometry, or made of the field's own coordinates; a dim without numbers
    /// counts from 0. x is what the geometry says, else the dim called `x`, else the second one.
    pub(super) fn of<'a>(view: &SurfaceView, scene: &'a Scene) -> Result<(Self, &'a Field), SurfaceProblem> {
        let field = scene.fields.get(&view.field).ok_or_else(|| SurfaceProblem::UnknownField {
            field: view.field.clone(),
            known: scene.fields.keys().cloned().collect(),
        })?;
        let dims: Vec<String> = field.dims().map(str::to_owned).collect();
        let (&[first, second], [first_dim, second_dim]) = (field.shape(), &dims[..]) else {
            return Err(SurfaceProblem::Dims { field: view.field.clone(), dims });
        };
        if first == 0 || second == 0 {
            return Err(SurfaceProblem::Empty { field: view.field.clone(), rows: first, columns: second });
        }
        let values = first.saturating_mul(second);
        if values > MOST_VALUES {
            return Err(SurfaceProblem::TooMany { field: view.field.clone(), values, most: MOST_VALUES });
        }
        let grid = match given(view, scene)? {
            Some(grid) => grid,
            None => Arc::new(own(field, first_dim, second_dim)?),
        };
        let made = Self { x_first: grid.x().dim() == first_dim, grid };
        made.check(view, &dims, field.shape())?;
        Ok((made, field))
    }

    /// Whether the grid fits the field.
    fn check(&self, view: &SurfaceView, dims: &[String], shape: &[usize]) -> Result<(), SurfaceProblem> {
        let (grid, order) = (&*self.grid, self.in_order());
        if !dims.iter().zip(&order).all(|(dim, axis)| dim == axis.dim()) {
            return Err(SurfaceProblem::GridDims {
                geometry: grid.id().clone(),
                grid: vec![grid.y().dim().to_owned(), grid.x().dim().to_owned()],
                field: view.field.clone(),
                dims: dims.to_vec(),
            });
        }
        let differing = order.iter().zip(shape).find(|(axis, length)| axis.coord().len() != **length);
        differing.map_or(Ok(()), |(axis, &values)| {
            Err(SurfaceProblem::GridShape {
                geometry: grid.id().clone(),
                dim: axis.dim().to_owned(),
                lines: axis.coord().len(),
                values,
            })
        })
    }

    /// The axes in the order of the field's dims.
    fn in_order(&self) -> [&compneurovis_core::geometry::GridAxis; 2] {
        let (y, x) = (self.grid.y(), self.grid.x());
        if self.x_first { [x, y] } else { [y, x] }
    }

    /// Coordinates along x, rising or falling.
    pub fn x(&self) -> &[f64] {
        self.grid.x().coord()
    }

    /// Coordinates along y, rising or falling.
    pub fn y(&self) -> &[f64] {
        self.grid.y().coord()
    }

    /// Names of the dims along x and y.
    pub fn dims(&self) -> [&str; 2] {
        [self.grid.x().dim(), self.grid.y().dim()]
    }

    /// How many lines there are along x and along y.
    pub fn lines(&self) -> [usize; 2] {
        [self.x().len(), self.y().len()]
    }

    /// How far apart two neighbours along x and along y are among the values of the field in row-major
    /// order.
    pub(super) fn strides(&self) -> [usize; 2] {
        if self.x_first { [self.y().len(), 1] } else { [1, self.x().len()] }
    }

    /// Where a point of the grid is among the values of the field.
    pub(super) fn index(&self, at: [usize; 2]) -> [usize; 2] {
        if self.x_first { at } else { [at[1], at[0]] }
    }

    /// The least and the greatest coordinate along x and along y.
    pub fn extent(&self) -> [(f64, f64); 2] {
        [self.x(), self.y()].map(|coord| {
            let ends = (coord[0], coord[coord.len() - 1]);
            (ends.0.min(ends.1), ends.0.max(ends.1))
        })
    }
}

/// The geometry that the view names, if it names one.
fn given(view: &SurfaceView, scene: &Scene) -> Result<Option<Arc<GridGeometry>>, SurfaceProblem> {
    let Some(id) = &view.geometry else { return Ok(None) };
    let geometry = scene.geometries.get(id).ok_or_else(|| SurfaceProblem::UnknownGeometry {
        geometry: id.clone(),
        known: scene.geometries.keys().cloned().collect(),
    })?;
    let grid = Geometry::as_grid(geometry).ok_or_else(|| SurfaceProblem::NotAGrid { geometry: id.clone() })?;
    Ok(Some(grid.clone()))
}

/// A grid of the field's own coordinates.
fn own(field: &Field, first: &str, second: &str) -> Result<GridGeometry, SurfaceProblem> {
    let x_first = first == "x" || (second == "y" && first != "y");
    let axis = |axis: usize, dim: &str| {
        let numbers = field.coord(dim).ok().and_then(Coord::numbers).map(<[f64]>::to_vec);
        let count = || (0..field.shape()[axis]).map(|at| at as f64).collect();
        (dim.to_owned(), numbers.unwrap_or_else(count))
    };
    let (first, second) = (axis(0, first), axis(1, second));
    let (y, x) = if x_first { (second, first) } else { (first, second) };
    GridGeometry::new(field.id().as_str(), y, x).map_err(SurfaceProblem::Coordinates)
}

#[cfg(test)]
mod tests {
    use ndarray::ArrayD;

    use super::*;

    fn scene(dims: [(&str, Vec<f64>); 2]) -> Scene {
        let shape = dims.iter().map(|(_, coord)| coord.len()).collect::<Vec<_>>();
        let dims = dims.map(|(dim, coord)| (dim, Coord::from(coord)));
        Scene::new().with_field(Field::new("z", ArrayD::zeros(shape), dims).unwrap())
    }

    fn of(scene: &Scene, view: &SurfaceView) -> Result<SurfaceGrid, SurfaceProblem> {
        SurfaceGrid::of(view, scene).map(|(grid, _)| grid)
    }

    #[test]
    fn x_is_the_dim_of_that_name_or_the_second() {
        let (two, three) = (vec![0.0, 1.0], vec![4.0, 3.0, 2.0]);
        for (dims, x, lines, strides) in [
            (["y", "x"], "x", [3, 2], [1, 3]),
            (["x", "y"], "x", [2, 3], [3, 1]),
            (["time", "depth"], "depth", [3, 2], [1, 3]),
            (["x", "time"], "x", [2, 3], [3, 1]),
            (["time", "y"], "time", [2, 3], [3, 1]),
        ] {
            let scene = scene([(dims[0], two.clone()), (dims[1], three.clone())]);
            let grid = of(&scene, &SurfaceView::new("s", "z")).unwrap();
            assert_eq!((grid.dims()[0], grid.lines(), grid.strides()), (x, lines, strides), "{dims:?}");
        }
    }

    #[test]
    fn a_geometry_says_which_dim_is_x_and_has_to_fit() {
        let scene = scene([("x", vec![0.0, 1.0]), ("y", vec![0.0, 1.0, 2.0])])
            .with_geometry(GridGeometry::new("turned", ("x", vec![5.0, 6.0]), ("y", vec![1.0, 0.0, -1.0])).unwrap())
            .with_geometry(GridGeometry::new("short", ("x", vec![5.0]), ("y", vec![1.0, 0.0, -1.0])).unwrap())
            .with_geometry(GridGeometry::new("other", ("x", vec![5.0, 6.0]), ("t", vec![1.0])).unwrap());
        let on = |id: &str| of(&scene, &SurfaceView::new("s", "z").on_grid(id));
        let grid = on("turned").unwrap();
        assert_eq!((grid.dims(), grid.extent()), (["y", "x"], [(-1.0, 1.0), (5.0, 6.0)]));
        assert!(matches!(on("short"), Err(SurfaceProblem::GridShape { lines: 1, values: 2, .. })));
        assert!(matches!(on("other"), Err(SurfaceProblem::GridDims { .. })));
        assert!(matches!(on("none"), Err(SurfaceProblem::UnknownGeometry { known, .. }) if known.len() == 3));
    }

    #[test]
    fn what_is_no_grid_says_so() {
        let missing = of(&scene([("y", vec![0.0]), ("x", vec![0.0])]), &SurfaceView::new("s", "w"));
        assert!(matches!(missing, Err(SurfaceProblem::UnknownField { .. })));
        let empty = of(&scene([("y", vec![]), ("x", vec![0.0])]), &SurfaceView::new("s", "z"));
        assert!(matches!(empty, Err(SurfaceProblem::Empty { rows: 0, columns: 1, .. })));
        for bad in [vec![0.0, 0.0], vec![0.0, f64::NAN], vec![0.0, 2.0, 1.0]] {
            let folded = of(&scene([("y", vec![0.0]), ("x", bad)]), &SurfaceView::new("s", "z"));
            assert!(matches!(folded, Err(SurfaceProblem::Coordinates(_))), "{folded:?}");
        }
    }
}
