//! Rectilinear grids in two dims.

use serde::{Deserialize, Serialize};

use crate::{GeometryError, GeometryId};

/// A rectilinear grid: two axes, y first as the values of a field over it have them, with the
/// coordinate of every line.
///
/// ```
/// use compneurovis_core::GridGeometry;
/// let grid = GridGeometry::new("sheet", ("y", vec![0.0, 1.0]), ("x", vec![0.0, 0.5, 2.0]))?;
/// assert_eq!(grid.shape(), [2, 3]);
/// assert_eq!(grid.coord("x"), Some(&[0.0, 0.5, 2.0][..]));
/// # Ok::<(), compneurovis_core::GeometryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct GridGeometry {
    id: GeometryId,
    y: GridAxis,
    x: GridAxis,
}

/// One of the two axes of a [`GridGeometry`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridAxis {
    dim: String,
    #[serde(with = "crate::wire::numbers")]
    coord: Vec<f64>,
}

impl GridAxis {
    /// The name of the dim that runs along it.
    pub fn dim(&self) -> &str {
        &self.dim
    }

    /// The coordinate of every line, rising or falling.
    pub fn coord(&self) -> &[f64] {
        &self.coord
    }
}

impl GridGeometry {
    /// A grid of the dims and coordinates `(dim, coord)` of its two axes.
    ///
    /// # Errors
    /// Two dims of one name, or an axis without coordinates, or with some that are not finite or
    /// neither only rise nor only fall.
    pub fn new(
        id: impl Into<GeometryId>,
        (y_dim, y): (impl Into<String>, Vec<f64>),
        (x_dim, x): (impl Into<String>, Vec<f64>),
    ) -> Result<Self, GeometryError> {
        let id = id.into();
        let y = GridAxis { dim: y_dim.into(), coord: y };
        let x = GridAxis { dim: x_dim.into(), coord: x };
        if y.dim == x.dim {
            return Err(GeometryError::SameDim { geometry: id, dim: y.dim });
        }
        for axis in [&y, &x] {
            if let Some(problem) = problem(&axis.coord) {
                return Err(GeometryError::Axis { geometry: id, dim: axis.dim.clone(), problem });
            }
        }
        Ok(Self { id, y, x })
    }

    /// Its id.
    pub fn id(&self) -> &GeometryId {
        &self.id
    }

    /// The first axis of values over the grid.
    pub fn y(&self) -> &GridAxis {
        &self.y
    }

    /// The second axis of values over the grid.
    pub fn x(&self) -> &GridAxis {
        &self.x
    }

    /// How many lines there are along y and along x.
    pub fn shape(&self) -> [usize; 2] {
        [self.y.coord.len(), self.x.coord.len()]
    }

    /// The coordinates along a dim, if it is one of the two.
    pub fn coord(&self, dim: &str) -> Option<&[f64]> {
        [&self.y, &self.x].into_iter().find(|axis| axis.dim == dim).map(GridAxis::coord)
    }
}

fn problem(coord: &[f64]) -> Option<String> {
    if coord.is_empty() {
        return Some("are none; there must be at least one".to_owned());
    }
    if let Some(number) = coord.iter().find(|number| !number.is_finite()) {
        return Some(format!("contain {number}; they must be finite"));
    }
    let falls = coord.len() > 1 && coord[1] < coord[0];
    let strict = |pair: &[f64]| if falls { pair[1] < pair[0] } else { pair[1] > pair[0] };
    let turn = coord.windows(2).find(|pair| !strict(pair))?;
    Some(format!("go from {} to {}; they must either rise or fall throughout", turn[0], turn[1]))
}

/// The serialised form, checked again when read.
#[derive(Serialize, Deserialize)]
struct Parts {
    id: GeometryId,
    y: GridAxis,
    x: GridAxis,
}

impl TryFrom<Parts> for GridGeometry {
    type Error = GeometryError;

    fn try_from(Parts { id, y, x }: Parts) -> Result<Self, GeometryError> {
        Self::new(id, (y.dim, y.coord), (x.dim, x.coord))
    }
}

impl From<GridGeometry> for Parts {
    fn from(GridGeometry { id, y, x }: GridGeometry) -> Self {
        Self { id, y, x }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Geometry;

    fn grid(y: &[f64], x: &[f64]) -> Result<GridGeometry, GeometryError> {
        GridGeometry::new("g", ("y", y.to_vec()), ("x", x.to_vec()))
    }

    #[test]
    fn rising_and_falling_coordinates_and_single_lines_make_a_grid() {
        for (y, x) in [(&[1.0][..], &[-1.0][..]), (&[3.0, 2.0, 0.0], &[0.0, 0.1, 7.0])] {
            let grid = grid(y, x).unwrap();
            assert_eq!((grid.y().coord(), grid.coord("x")), (y, Some(x)));
            assert_eq!(grid.shape(), [y.len(), x.len()]);
            assert_eq!(grid.coord("z"), None);
        }
    }

    #[test]
    fn impossible_axes_are_refused_by_name() {
        let same = GridGeometry::new("g", ("x", vec![0.0]), ("x", vec![0.0]));
        assert!(matches!(same, Err(GeometryError::SameDim { dim, .. }) if dim == "x"));
        for (bad, told) in [
            (&[][..], "at least one"),
            (&[0.0, f64::NAN], "NaN"),
            (&[f64::INFINITY], "inf"),
            (&[0.0, 0.0], "from 0 to 0"),
            (&[0.0, 1.0, 0.5], "from 1 to 0.5"),
            (&[1.0, 0.0, 0.5], "from 0 to 0.5"),
        ] {
            for (axis, built) in [("y", grid(bad, &[0.0])), ("x", grid(&[0.0], bad))] {
                let text = built.unwrap_err().to_string();
                assert!(text.contains(&format!("`{axis}`")) && text.contains(told), "{text}");
            }
        }
    }

    #[test]
    fn serialising_checks_again() {
        let grid = grid(&[0.0, 1.0], &[5.0]).unwrap();
        let text = serde_json::to_string(&grid).unwrap();
        assert_eq!(serde_json::from_str::<GridGeometry>(&text).unwrap(), grid);
        assert!(serde_json::from_str::<GridGeometry>(&text.replace("1.0", "0.0")).is_err(), "{text}");
        let geometry = Geometry::from(grid.clone());
        assert_eq!(geometry.as_grid().map(|grid| &**grid), Some(&grid));
        assert_eq!((geometry.id().as_str(), geometry.as_morphology()), ("g", None));
        let text = serde_json::to_string(&geometry).unwrap();
        assert_eq!(serde_json::from_str::<Geometry>(&text).unwrap(), geometry);
    }
}
