//! Fields and geometry as arrays of numpy.

use std::{
    fs::File,
    io::{BufWriter, Seek, Write},
    path::Path,
};

use ndarray::{Array1, Array2, ArrayView, Dimension};
use ndarray_npy::{NpzWriter, WritableElement, WriteNpzError};
use serde_json::{Map, Value as Json, json};

use super::ExportError;
use crate::{Coord, Field, Geometry, GridGeometry, MorphologyGeometry, Scene, SectionEnd};

impl From<WriteNpzError> for ExportError {
    fn from(error: WriteNpzError) -> Self {
        Self::Format(error.to_string())
    }
}

/// Writes all fields and geometries of a scene into one file, which numpy loads without pickle.
///
/// | entry | what |
/// |---|---|
/// | `fields/{id}` | the values, `float32`, with the axes of the field |
/// | `coords/{id}/{dim}` | the numbers along a dim, `float64` |
/// | `geometries/{id}/start_um`, `end_um` | the ends of frusta in micrometres, `(n, 3)` |
/// | `geometries/{id}/start_radius_um`, `end_radius_um` | their radii |
/// | `geometries/{id}/section`, `start_position`, `end_position` | of which section they are, and where along it, times `nseg` |
/// | `geometries/{id}/parent`, `parent_x`, `child_end`, `nseg`, `first_compartment`, `length_um` | the section table; `parent` is -1 for none, `child_end` 0 for the start |
/// | `geometries/{id}/x`, `y` | the coordinates of a grid |
/// | `about` | all else as JSON in UTF-8 bytes: dims, units, labels and attributes of fields, names and kinds of sections, state and metadata |
///
/// In Python: `run = numpy.load(path)`, `about = json.loads(run["about"].tobytes())`.
///
/// # Errors
/// The file cannot be written.
pub fn npz(scene: &Scene, path: impl AsRef<Path>) -> Result<(), ExportError> {
    let mut arrays = Arrays::create(path.as_ref())?;
    let mut fields = Map::new();
    for field in scene.fields.values() {
        fields.insert(field.id().to_string(), arrays.field(field)?);
    }
    let mut geometries = Map::new();
    for geometry in scene.geometries.values() {
        let about = match geometry {
            Geometry::Morphology(morphology) => arrays.morphology(morphology)?,
            Geometry::Grid(grid) => arrays.grid(grid)?,
        };
        geometries.insert(geometry.id().to_string(), about);
    }
    let state = serde_json::to_value(&scene.state).unwrap_or_default();
    arrays.finish(&json!({
        "format": "compneurovis scene",
        "version": env!("CARGO_PKG_VERSION"),
        "fields": fields,
        "geometries": geometries,
        "state": state,
        "metadata": scene.metadata,
    }))
}

/// Writes one field, in the same way.
///
/// # Errors
/// The file cannot be written.
pub fn field_npz(field: &Field, path: impl AsRef<Path>) -> Result<(), ExportError> {
    let mut arrays = Arrays::create(path.as_ref())?;
    let about = arrays.field(field)?;
    let (format, version) = ("compneurovis field", env!("CARGO_PKG_VERSION"));
    arrays.finish(&json!({ "format": format, "version": version, "fields": { field.id().as_str(): about } }))
}

/// The file in the making.
struct Arrays<W: Write + Seek> {
    npz: NpzWriter<W>,
}

impl Arrays<BufWriter<File>> {
    fn create(path: &Path) -> Result<Self, ExportError> {
        Ok(Self { npz: NpzWriter::new(BufWriter::new(File::create(path)?)) })
    }
}

impl<W: Write + Seek> Arrays<W> {
    fn add<T: WritableElement, D: Dimension>(
        &mut self,
        name: &str,
        array: ArrayView<'_, T, D>,
    ) -> Result<(), ExportError> {
        Ok(self.npz.add_array(name, &array)?)
    }

    fn column<T: WritableElement>(&mut self, name: &str, column: impl Iterator<Item = T>) -> Result<(), ExportError> {
        self.add(name, column.collect::<Array1<T>>().view())
    }

    /// Adds the arrays of a field, and gives what is no array.
    fn field(&mut self, field: &Field) -> Result<Json, ExportError> {
        let id = field.id();
        // numpy wants rows; a history lies otherwise.
        let values = field.values();
        self.add(&format!("fields/{id}"), values.as_standard_layout().view())?;
        let mut coords = Map::new();
        for (dim, coord) in field.coords() {
            let about = match coord {
                Coord::Numbers(numbers) => {
                    let entry = format!("coords/{id}/{dim}");
                    self.column(&entry, numbers.iter().copied())?;
                    json!({ "numbers": entry })
                }
                Coord::Labels(labels) => json!({ "labels": labels.names() }),
                Coord::Compartments(geometry) => json!({ "compartments": geometry }),
            };
            coords.insert(dim.to_owned(), about);
        }
        let dims: Vec<&str> = field.dims().collect();
        Ok(json!({
            "values": format!("fields/{id}"),
            "dims": dims,
            "coords": coords,
            "unit": field.unit(),
            "attrs": field.attrs(),
        }))
    }

    fn morphology(&mut self, cell: &MorphologyGeometry) -> Result<Json, ExportError> {
        let name = |entry: &str| format!("geometries/{}/{entry}", cell.id());
        let frusta = cell.frusta();
        let ends = |end: fn(&crate::Frustum) -> [f32; 3]| {
            Array2::from_shape_fn((frusta.len(), 3), |(at, axis)| end(&frusta[at])[axis])
        };
        self.add(&name("start_um"), ends(|frustum| frustum.start_um).view())?;
        self.add(&name("end_um"), ends(|frustum| frustum.end_um).view())?;
        self.column(&name("start_radius_um"), frusta.iter().map(|frustum| frustum.start_radius_um))?;
        self.column(&name("end_radius_um"), frusta.iter().map(|frustum| frustum.end_radius_um))?;
        self.column(&name("section"), frusta.iter().map(|frustum| frustum.section))?;
        self.column(&name("start_position"), frusta.iter().map(|frustum| frustum.start_position))?;
        self.column(&name("end_position"), frusta.iter().map(|frustum| frustum.end_position))?;
        let sections = cell.sections();
        self.column(&name("parent"), sections.iter().map(|section| section.parent.map_or(-1, i64::from)))?;
        self.column(&name("parent_x"), sections.iter().map(|section| section.parent_x))?;
        self.column(&name("child_end"), sections.iter().map(|section| u8::from(section.child_end == SectionEnd::End)))?;
        self.column(&name("nseg"), sections.iter().map(|section| section.nseg))?;
        self.column(&name("first_compartment"), sections.iter().map(|section| section.first_compartment))?;
        self.column(&name("length_um"), sections.iter().map(|section| section.length_um))?;
        Ok(json!({
            "kind": "morphology",
            "compartments": cell.compartments(),
            "section_names": sections.iter().map(|section| &*section.name).collect::<Vec<_>>(),
            "section_kinds": sections.iter().map(|section| section.kind.to_string()).collect::<Vec<_>>(),
        }))
    }

    fn grid(&mut self, grid: &GridGeometry) -> Result<Json, ExportError> {
        for (entry, axis) in [("x", grid.x()), ("y", grid.y())] {
            self.column(&format!("geometries/{}/{entry}", grid.id()), axis.coord().iter().copied())?;
        }
        Ok(json!({ "kind": "grid", "x_dim": grid.x().dim(), "y_dim": grid.y().dim() }))
    }

    fn finish(mut self, about: &Json) -> Result<(), ExportError> {
        self.column("about", about.to_string().into_bytes().into_iter())?;
        let mut writer = self.npz.finish()?;
        Ok(writer.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, IxDyn};
    use ndarray_npy::NpzReader;

    use super::*;
    use crate::{Frustum, Section, SectionKind, grid_field};

    #[test]
    fn arrays_read_back_as_the_scene() {
        let mut builder = MorphologyGeometry::builder("cell");
        let soma = builder.section(Section::new("soma", SectionKind::Soma, 2));
        builder.section(Section::new("dend", SectionKind::Dendrite, 3).with_parent(soma));
        builder.frustum(Frustum {
            start_um: [1.0, 2.0, 3.0],
            start_radius_um: 0.5,
            end_um: [4.0, 5.0, 6.0],
            end_radius_um: 0.25,
            section: 1,
            start_position: 0.0,
            end_position: 3.0,
        });
        let dims = [("segment", Coord::labels(["a", "µ"])), ("time", Coord::from(vec![0.0]))];
        let mut history = Field::new("h/1", ArrayD::zeros(vec![2, 1]), dims).unwrap().with_unit("mV");
        for at in 1..20 {
            let batch = ndarray::arr2(&[[at as f32], [f32::NAN]]).into_dyn();
            history.append("time", &batch.view(), &[f64::from(at) * 0.1], Some(7)).unwrap();
        }
        let (heights, grid) = grid_field("z", Array2::zeros((2, 3)), vec![0.0, 1.0, 2.0], vec![0.0, 1.0]).unwrap();
        let scene = Scene::new()
            .with_geometry(builder.build().unwrap())
            .with_geometry(grid)
            .with_field(history)
            .with_field(heights)
            .with_field(Field::over_compartments("v", "cell", vec![1.0; 5]).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.npz");
        npz(&scene, &path).unwrap();
        let mut read = NpzReader::new(File::open(&path).unwrap()).unwrap();
        for field in scene.fields.values() {
            let values: ArrayD<f32> = read.by_name(&format!("fields/{}", field.id())).unwrap();
            let bits = |values: ndarray::ArrayViewD<f32>| values.mapv(f32::to_bits);
            assert_eq!(bits(values.view()), bits(field.values()));
            for (dim, numbers) in field.coords().filter_map(|(dim, coord)| Some((dim, coord.numbers()?))) {
                let coord: Array1<f64> = read.by_name(&format!("coords/{}/{dim}", field.id())).unwrap();
                assert_eq!(coord.to_vec(), numbers);
            }
        }
        let start: Array2<f32> = read.by_name("geometries/cell/start_um").unwrap();
        assert_eq!(start, ndarray::arr2(&[[1.0, 2.0, 3.0]]));
        let parent: Array1<i64> = read.by_name("geometries/cell/parent").unwrap();
        assert_eq!(parent.to_vec(), [-1, 0]);
        let about: ndarray::Array<u8, IxDyn> = read.by_name("about").unwrap();
        let about: Json = serde_json::from_slice(about.as_slice().unwrap()).unwrap();
        assert_eq!(about["fields"]["h/1"]["coords"]["segment"]["labels"][1], "µ");
        assert_eq!(about["fields"]["h/1"]["unit"], "mV");
        assert_eq!(about["geometries"]["cell"]["section_names"][1], "dend");
    }
}
