//! Pictures of surfaces, drawn into an image: needs a graphics adapter (a software one will do).
//!
//! Without any adapter these tests say so and pass, unless `COMPNEUROVIS_REQUIRE_GPU` is 1. The pictures that are for
//! looking at are in `target/tmp/surface`.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[path = "surface/stage.rs"]
mod stage;

use bevy::{camera::visibility::RenderLayers, prelude::*};
use compneurovis_bevy::camera::SpaceBounds;
use compneurovis_bevy::surface::{AxisLabels, SurfacePicture, SurfaceProblem, SurfaceProblems, UploadedBytes};
use compneurovis_core::{
    ColorLimits, ColorMap, Coord, Field, Frustum, GridGeometry, GridSlice, Layout, LayoutNode, MorphologyGeometry,
    MorphologyView, Panel, Rgba, Scene, SceneChange, Section, SectionKind, SessionUpdate, SurfaceView, View,
    colormap::table_index,
    grid_field,
    view::{SurfaceAspect, SurfaceColor, SurfaceShading},
};
use ndarray::{Array2, ArrayD};
use stage::{Stage, pixel};

/// The heights at both ends of the colour map.
const LIMITS: (f32, f32) = (-1.0, 1.5);

const WHITE: [u8; 3] = [255; 3];

/// Lines along x and along y.
const LINES: [usize; 2] = [13, 9];

fn along(from: f64, to: f64, count: usize) -> Vec<f64> {
    (0..count).map(|at| from + (to - from) * at as f64 / (count.max(2) - 1) as f64).collect()
}

/// A bump beside a hollow.
fn hills([columns, rows]: [usize; 2], phase: f32) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let part = |at: usize, count: usize| at as f32 / (count.max(2) - 1) as f32;
        let (x, y) = (part(column, columns) * 6.0 - 3.0, part(row, rows) * 4.0 - 2.0);
        (-(x - 1.2).powi(2) - y * y).exp() * (1.4 + phase) - (-(x + 1.2).powi(2) - (y - 0.3).powi(2)).exp() * 0.9
    })
}

fn hills_view() -> SurfaceView {
    let mut view = SurfaceView::new("surface", "z").on_grid("z-grid");
    view.color_map = ColorMap::Viridis;
    view.color_limits = LIMITS.into();
    view
}

fn scene(values: Array2<f32>, view: SurfaceView) -> Scene {
    let (columns, rows) = (values.ncols(), values.nrows());
    let (field, grid) = grid_field("z", values, along(-3.0, 3.0, columns), along(-2.0, 2.0, rows)).unwrap();
    Scene::new().with_field(field).with_geometry(grid).with_view(view)
}

/// Whether a pixel has the colour of a height, or one of the table's next to it.
fn is_colored(found: [u8; 3], height: f32) -> bool {
    let table = ColorMap::Viridis.table();
    let entry = table_index(height, LIMITS).unwrap();
    (entry.saturating_sub(1)..=(entry + 1).min(255)).any(|entry| is_near(found, table[entry]))
}

fn is_near(found: [u8; 3], expected: Rgba) -> bool {
    found.iter().zip(expected.0).all(|(found, expected)| found.abs_diff(expected) <= 2)
}

/// Looks at every point of the grid that a camera sees, and says how many those are.
fn check_points(stage: &mut Stage, camera: Entity, image: &Image, values: &Array2<f32>) -> usize {
    let picture = stage.get::<SurfacePicture>().unwrap();
    let (x, y) = (picture.grid().x().to_vec(), picture.grid().y().to_vec());
    let mut seen = 0;
    // At the rim a pixel can be half beside the surface.
    for row in 1..y.len() - 1 {
        for column in 1..x.len() - 1 {
            let value = values[(row, column)];
            let at = stage.on_screen(camera, [x[column], y[row], f64::from(value)]);
            let middle = at.floor() + 0.5;
            // Something nearer can hide it.
            let Some((point, height)) = stage.pick(camera, middle).filter(|(point, _)| point.index == [column, row])
            else {
                continue;
            };
            assert_eq!((point.x, point.y, point.value), (x[column], y[row], value));
            let found = pixel(image, middle);
            assert!(is_colored(found, height), "{column}, {row} at {at}: {found:?} for {height}, near {value}");
            seen += 1;
        }
    }
    seen
}

#[test]
fn every_point_that_is_seen_has_the_colour_of_its_height_where_it_is() {
    let values = hills(LINES, 0.0);
    let Some(mut stage) = Stage::new(scene(values.clone(), hills_view())) else { return };
    let camera = stage.camera();
    for (yaw, pitch, least) in [(30.0, 35.0, 60), (200.0, 50.0, 60), (90.0, 89.0, 77), (-60.0, 10.0, 20)] {
        stage.look(camera, yaw, pitch);
        let image = stage.screenshot();
        let seen = check_points(&mut stage, camera, &image, &values);
        assert!(seen >= least, "only {seen} points are seen from {yaw}, {pitch}");
        assert_eq!(pixel(&image, Vec2::splat(2.0)), WHITE);
    }
    assert_eq!(stage.get::<SurfaceProblems>(), None);
}

#[test]
fn axes_cuts_and_texts_can_be_looked_at() {
    let mut view = hills_view().with_axes();
    view.axes.in_middle = false.into();
    let mut slice = GridSlice::new("cut", "z", "x".to_owned(), 0.7);
    slice.fill_alpha = 0.16.into();
    let mut scene = scene(hills([61, 41], 0.0), view.clone()).with_operator(slice);
    let field = scene.fields["z"].clone().with_unit("mV").with_attr("x_unit", "µm").with_attr("y_unit", "µm");
    scene.fields.insert("z".into(), field);
    let Some(mut stage) = Stage::of_size(scene, (960, 640)) else { return };
    let camera = stage.camera();
    for (yaw, pitch) in [(30.0, 30.0), (200.0, 15.0)] {
        stage.look(camera, yaw, pitch);
        stage.save(&format!("axes-{yaw}"));
    }
    let labels = stage.get::<AxisLabels>().unwrap();
    let texts = labels.of(camera);
    assert_eq!(texts.iter().map(|axis| axis.name.as_str()).collect::<Vec<_>>(), ["x (µm)", "y (µm)", "z (mV)"]);
    assert!(texts.iter().all(|axis| axis.numbers.len() >= 3), "{texts:?}");
    view.axes.in_middle = true.into();
    view.shading = SurfaceShading::Smooth.into();
    view.alpha = 0.6.into();
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetView(View::from(view))])]);
    stage.look(camera, 30.0, 30.0);
    stage.save("middle");
}

fn shown(values: Array2<f32>, view: SurfaceView) -> Option<(Stage, Entity)> {
    let mut stage = Stage::new(scene(values, view))?;
    let camera = stage.camera();
    stage.look(camera, 30.0, 40.0);
    Some((stage, camera))
}

/// The pixel of a point of the data.
fn pixel_of(stage: &mut Stage, camera: Entity, image: &Image, data: [f64; 3]) -> [u8; 3] {
    pixel(image, stage.on_screen(camera, data))
}

fn flat(height: f32) -> Array2<f32> {
    Array2::from_elem((5, 5), height)
}

#[test]
fn new_values_copy_values_and_nothing_else() {
    let Some((mut stage, camera)) = shown(hills(LINES, 0.0), hills_view()) else { return };
    let before = stage.uploaded();
    let bytes = 4 * (LINES[0] * LINES[1]) as u64;
    assert_eq!((before.heights, before.coordinates), (bytes, 4 * (LINES[0] + LINES[1]) as u64));
    stage.frames(5);
    stage.look(camera, 50.0, 40.0);
    assert_eq!(stage.uploaded(), before, "neither time nor a camera's move copies anything");
    let values = hills(LINES, 0.1);
    let replace = SessionUpdate::FieldReplace { field: "z".into(), values: values.clone().into_dyn(), coords: vec![] };
    stage.emit([replace]);
    assert_eq!(stage.uploaded(), UploadedBytes { heights: before.heights + bytes, ..before });
    let image = stage.screenshot();
    assert!(check_points(&mut stage, camera, &image, &values) > 60);
    let mut view = hills_view();
    view.color_map = ColorMap::Fire;
    view.shading = SurfaceShading::Flat.into();
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetView(view.into())])]);
    let after = stage.uploaded();
    assert_eq!((after.heights, after.coordinates), (before.heights + bytes, before.coordinates));
    assert_eq!(after.colors - before.colors, 4096, "another map is another table");
}

#[test]
fn coordinates_that_change_are_honoured() {
    let values = hills(LINES, 0.0);
    let Some((mut stage, camera)) = shown(values.clone(), hills_view()) else { return };
    // The same shape, but not the same places: falling along y, stretched along x.
    let (x, y) = (along(0.0, 12.0, LINES[0]), along(2.0, -2.0, LINES[1]));
    let grid = GridGeometry::new("z-grid", ("y", y.clone()), ("x", x.clone())).unwrap();
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetGeometry(grid.into())])]);
    let (min, max) = stage.get::<SpaceBounds>().unwrap().0.unwrap();
    assert_eq!((min.x, max.x, min.z, max.z), (0.0, 12.0, -2.0, 2.0));
    stage.look(camera, 20.0, 50.0);
    let image = stage.screenshot();
    assert!(check_points(&mut stage, camera, &image, &values) > 60);
    // By the field's own coordinates, which come with its values.
    let mut view = hills_view();
    view.geometry = None;
    let coords = vec![("x".to_owned(), Coord::from(along(100.0, 90.0, LINES[0])))];
    let replace = SessionUpdate::FieldReplace { field: "z".into(), values: values.clone().into_dyn(), coords };
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetView(view.into())]), replace]);
    let (min, max) = stage.get::<SpaceBounds>().unwrap().0.unwrap();
    assert_eq!((min.x, max.x), (90.0, 100.0));
    stage.look(camera, 20.0, 50.0);
    let image = stage.screenshot();
    assert!(check_points(&mut stage, camera, &image, &values) > 60);
}

#[test]
fn dims_can_come_in_either_order() {
    let values = hills(LINES, 0.0);
    let dims = [("x", Coord::from(along(-3.0, 3.0, LINES[0]))), ("y", Coord::from(along(-2.0, 2.0, LINES[1])))];
    // Not contiguous in this order, as a slice of something larger is.
    let turned = Field::new("z", values.t().to_owned().into_dyn(), dims).unwrap();
    let mut view = hills_view();
    view.geometry = None;
    let Some(mut stage) = Stage::new(Scene::new().with_field(turned).with_view(view)) else { return };
    let camera = stage.camera();
    stage.look(camera, 30.0, 40.0);
    let image = stage.screenshot();
    assert!(check_points(&mut stage, camera, &image, &values) > 60);
}

#[test]
fn holes_show_what_is_behind_them() {
    let mut values = flat(0.0);
    values[(2, 2)] = f32::NAN;
    values[(1, 1)] = f32::INFINITY;
    let Some((mut stage, camera)) = shown(values, hills_view()) else { return };
    let image = stage.screenshot();
    for data in [[0.0, 0.0, 0.0], [0.2, 0.1, 0.0], [-1.5, -1.0, 0.0]] {
        assert_eq!(pixel_of(&mut stage, camera, &image, data), WHITE, "{data:?} is in a hole");
        let at = stage.on_screen(camera, data);
        assert_eq!(stage.pick(camera, at), None);
    }
    // The corner of the grid touches neither.
    assert!(is_colored(pixel_of(&mut stage, camera, &image, [2.6, 1.6, 0.0]), 0.0));
    assert_eq!(stage.get::<SurfaceProblems>(), None, "holes are no problem");
}

#[test]
fn what_is_nearer_hides_what_is_farther() {
    // A step: the near half is high, and hides the far one from a low camera.
    let values = Array2::from_shape_fn((40, 5), |(row, _)| if row < 20 { 1.0 } else { -1.0 });
    let Some((mut stage, camera)) = shown(values, hills_view()) else { return };
    stage.look(camera, 0.0, 10.0);
    let image = stage.screenshot();
    let hidden = stage.on_screen(camera, [0.0, 0.3, -1.0]);
    assert!(stage.pick(camera, hidden).unwrap().0.y < 0.1);
    assert!(!is_colored(pixel(&image, hidden), -1.0), "the far half is behind the step");
}

/// A bar of a cell, along x in the middle of the world.
fn bar() -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("cell");
    let section = builder.section(Section::new("bar", SectionKind::Dendrite, 1));
    builder.frustum(Frustum {
        start_um: [-1.0, 0.0, 0.0],
        start_radius_um: 0.4,
        end_um: [1.0, 0.0, 0.0],
        end_radius_um: 0.4,
        section,
        start_position: 0.0,
        end_position: 1.0,
    });
    builder.build().unwrap()
}

#[test]
fn surfaces_hide_each_other_and_cells_by_depth() {
    // Small ones are drawn directly, large ones from pictures that are kept.
    for lines in [5, 200] {
        let (field, grid) = grid_field("w", flat(0.0), along(-1.0, 1.0, 5), along(-1.0, 1.0, 5)).unwrap();
        let mut red = SurfaceView::new("red", "w").on_grid("w-grid");
        red.color_by = SurfaceColor::Uniform.into();
        red.surface_color = Rgba::rgb(255, 0, 0).into();
        let scene = scene(Array2::zeros((lines, lines)), hills_view()).with_field(field).with_geometry(grid);
        let cell = MorphologyView::new("cell", "cell");
        let all = Panel::space("all", ["surface", "red", "cell"]);
        let scene = scene.with_layout(Layout::new(LayoutNode::panel("all")).with_panel(all));
        let Some(mut stage) = Stage::new(scene.with_view(red).with_geometry(bar()).with_view(cell)) else { return };
        let camera = stage.camera();
        let world = stage.world();
        let mut query = world.query::<(Entity, &compneurovis_bevy::ViewOf)>();
        let find = |id: &str| query.iter(world).find(|(_, of)| of.view.as_str() == id).map(|(entity, _)| entity);
        let [surface, red, cell] = ["surface", "red", "cell"].map(find).map(Option::unwrap);
        for highest in [surface, red, cell] {
            let heights = [(surface, 0.0), (red, 1.0), (cell, -1.0)];
            for (entity, height) in heights {
                let height = if entity == highest { 2.0 } else { height };
                stage.world().entity_mut(entity).insert(Transform::from_xyz(0.0, height, 0.0));
            }
            stage.frames(2);
            stage.look(camera, 0.0, 89.0);
            let mut orbit = stage.world().get_mut::<compneurovis_bevy::OrbitCamera>(camera).unwrap();
            (orbit.target, orbit.distance) = (Vec3::ZERO, 10.0);
            stage.frames(3);
            let found = pixel(&stage.screenshot(), Vec2::new(320.0, 240.0));
            let seen = if is_colored(found, 0.0) {
                surface
            } else if found == [255, 0, 0] {
                red
            } else {
                cell
            };
            assert_eq!(seen, highest, "{lines} lines: {found:?}");
        }
    }
}

#[test]
fn a_kept_picture_is_that_of_the_surface_as_it_is() {
    let lines = [201, 151];
    let values = hills(lines, 0.0);
    let Some((mut stage, camera)) = shown(values.clone(), hills_view()) else { return };
    let (second, target) = stage.second_camera();
    stage.look(second, 200.0, 50.0);
    let image = stage.screenshot();
    assert!(check_points(&mut stage, camera, &image, &values) > 20_000);
    let (before, replace) = (stage.uploaded(), hills(lines, 0.1));
    stage.emit([SessionUpdate::FieldReplace { field: "z".into(), values: replace.clone().into_dyn(), coords: vec![] }]);
    stage.look(camera, 60.0, 30.0);
    let image = stage.screenshot();
    assert!(check_points(&mut stage, camera, &image, &replace) > 15_000);
    let image = stage.capture(&target);
    assert!(check_points(&mut stage, second, &image, &replace) > 20_000);
    assert_eq!(stage.uploaded().heights - before.heights, 4 * (lines[0] * lines[1]) as u64);
    let mut view = hills_view();
    view.alpha = 0.5.into();
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetView(view.into())])]);
    let image = stage.screenshot();
    let hollow = pixel_of(&mut stage, camera, &image, [-2.9, -1.9, 0.0]);
    assert!(hollow.iter().all(|part| *part > 120), "the white behind it shines through: {hollow:?}");
}

#[test]
fn cameras_see_what_is_in_their_layers_each_from_its_side() {
    let values = hills(LINES, 0.0);
    let Some((mut stage, first)) = shown(values.clone(), hills_view()) else { return };
    let (second, target) = stage.second_camera();
    stage.look(second, 160.0, 60.0);
    for camera in [first, second] {
        let image = if camera == first { stage.screenshot() } else { stage.capture(&target) };
        assert!(check_points(&mut stage, camera, &image, &values) > 60);
    }
    stage.world().entity_mut(second).insert(RenderLayers::layer(3));
    stage.frames(3);
    let (seen, unseen) = (stage.screenshot(), stage.capture(&target));
    assert!(check_points(&mut stage, first, &seen, &values) > 60);
    let colored = unseen.data.as_ref().unwrap().chunks_exact(4).filter(|pixel| pixel[..3] != WHITE).count();
    assert_eq!(colored, 0, "a camera of another layer sees nothing");
    let surface = stage.surface().unwrap();
    stage.world().entity_mut(surface).insert(RenderLayers::layer(3));
    stage.frames(3);
    let image = stage.capture(&target);
    assert!(check_points(&mut stage, second, &image, &values) > 60);
    stage.world().entity_mut(surface).insert(Visibility::Hidden);
    stage.frames(3);
    let hidden = stage.capture(&target);
    assert!(hidden.data.as_ref().unwrap().chunks_exact(4).all(|pixel| pixel[..3] == WHITE));
}

#[test]
fn alpha_lets_the_background_through_once() {
    let mut view = hills_view();
    view.alpha = 0.5.into();
    // A fold: the camera looks through two layers of it.
    let values = Array2::from_shape_fn((41, 5), |(row, _)| if (10..20).contains(&row) { 1.4 } else { 0.0 });
    let Some((mut stage, camera)) = shown(values, view) else { return };
    stage.look(camera, 0.0, 25.0);
    let image = stage.screenshot();
    let half = |height: f32| {
        let entry = ColorMap::Viridis.table()[table_index(height, LIMITS).unwrap()];
        let [red, green, blue, _] = entry.0;
        let light = Color::srgb_u8(red, green, blue).to_linear();
        let mixed = (light * 0.5 + LinearRgba::WHITE * 0.5).to_u8_array();
        let mixed = Color::linear_rgb(mixed[0] as f32 / 255.0, mixed[1] as f32 / 255.0, mixed[2] as f32 / 255.0);
        mixed.to_srgba().to_u8_array()
    };
    for (data, height) in [([0.0, -1.7, 0.0], 0.0), ([0.0, -0.6, 1.4], 1.4)] {
        let (found, expected) = (pixel_of(&mut stage, camera, &image, data), half(height));
        let near = found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) <= 4);
        assert!(near, "{data:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn one_colour_and_light_change_what_is_seen() {
    let mut view = hills_view();
    view.color_by = SurfaceColor::Uniform.into();
    view.surface_color = Rgba::rgb(200, 100, 50).into();
    let Some((mut stage, camera)) = shown(hills(LINES, 0.0), view.clone()) else { return };
    let at = [0.0, 0.0, f64::from(hills(LINES, 0.0)[(4, 6)])];
    let image = stage.screenshot();
    assert!(is_near(pixel_of(&mut stage, camera, &image, at), Rgba::rgb(200, 100, 50)));
    for shading in [SurfaceShading::Flat, SurfaceShading::Smooth] {
        view.shading = shading.into();
        stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetView(view.clone().into())])]);
        let image = stage.screenshot();
        let mut shades: Vec<_> = (1..12)
            .map(|at| [along(-3.0, 3.0, 13)[at], 0.0])
            .collect::<Vec<_>>()
            .into_iter()
            .enumerate()
            .map(|(at, [x, y])| pixel_of(&mut stage, camera, &image, [x, y, f64::from(hills(LINES, 0.0)[(4, at + 1)])]))
            .collect();
        shades.dedup();
        assert!(shades.len() > 4, "{shading:?} has shades: {shades:?}");
        assert!(shades.iter().all(|[red, green, blue]| red > green && green > blue), "{shades:?}");
    }
}

#[test]
fn a_row_and_a_point_are_seen() {
    for (shape, data) in [((1, 9), [0.0, -2.0, 0.5]), ((9, 1), [-3.0, 0.0, 0.5]), ((1, 1), [-3.0, -2.0, 0.5])] {
        let Some((mut stage, camera)) = shown(Array2::from_elem(shape, 0.5), hills_view()) else { return };
        if shape == (1, 1) {
            let mut orbit = stage.world().get_mut::<compneurovis_bevy::OrbitCamera>(camera).unwrap();
            orbit.distance = 5.0;
            stage.frames(3);
        }
        let image = stage.screenshot();
        let at = stage.on_screen(camera, data);
        assert!(is_colored(pixel(&image, at), 0.5), "{shape:?} at {at}: {:?}", pixel(&image, at));
        assert_eq!(stage.pick(camera, at).map(|(point, _)| point.value), Some(0.5));
    }
}

/// What is told of a scene's surface.
fn problems(scene: Scene) -> Option<Vec<SurfaceProblem>> {
    let mut stage = Stage::new(scene)?;
    let image = stage.screenshot();
    assert_eq!(pixel(&image, Vec2::splat(2.0)), WHITE, "a picture all the same");
    Some(stage.get::<SurfaceProblems>().map_or(Vec::new(), |problems| problems.0))
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let Some(missing) = problems(Scene::new().with_view(hills_view())) else { return };
    assert!(matches!(&missing[..], [SurfaceProblem::UnknownField { .. }]), "{missing:?}");
    let line = Field::series("z", "x", vec![0.0], vec![1.0]).unwrap();
    let dims = problems(Scene::new().with_field(line).with_view(hills_view())).unwrap();
    assert!(matches!(&dims[..], [SurfaceProblem::Dims { .. }]), "{dims:?}");
    let empty = Field::new(
        "z",
        ArrayD::zeros(vec![0, 3]),
        [("y", Coord::from(vec![])), ("x", Coord::from(vec![0.0, 1.0, 2.0]))],
    );
    let mut own = hills_view();
    own.geometry = None;
    let empty = problems(Scene::new().with_field(empty.unwrap()).with_view(own)).unwrap();
    assert!(matches!(&empty[..], [SurfaceProblem::Empty { rows: 0, .. }]), "{empty:?}");
    let nowhere = problems(scene(flat(0.0), SurfaceView::new("surface", "z").on_grid("none"))).unwrap();
    assert!(matches!(&nowhere[..], [SurfaceProblem::UnknownGeometry { .. }]), "{nowhere:?}");
    let nothing = problems(scene(flat(f32::NAN), hills_view().with_axes())).unwrap();
    assert!(matches!(&nothing[..], [SurfaceProblem::NothingFinite { .. }]), "{nothing:?}");
    let wide = flat(0.0).mapv_into(|_| 0.0) + Array2::from_shape_fn((5, 5), |(row, _)| row as f32 * 1e-6);
    let hair = problems(scene(wide.clone(), hills_view())).unwrap();
    assert!(matches!(&hair[..], [SurfaceProblem::Proportions { .. }]), "{hair:?}");
    let mut fit = hills_view();
    fit.aspect = SurfaceAspect::Fit.into();
    assert_eq!(problems(scene(wide, fit)).unwrap(), []);
    let cut = GridSlice::new("cut", "z", "x".to_owned(), compneurovis_core::Binding::state("at"));
    let slice = problems(scene(flat(0.0), hills_view()).with_operator(cut).with_state("at", "there")).unwrap();
    assert!(matches!(&slice[..], [SurfaceProblem::Slice(_)]), "{slice:?}");
}

#[test]
fn a_problem_ends_when_its_cause_does_and_its_text_can_be_read() {
    let Some(mut stage) = Stage::new(scene(flat(0.0), SurfaceView::new("surface", "w").on_grid("z-grid"))) else {
        return;
    };
    assert!(stage.get::<SurfacePicture>().is_none());
    stage.save("problem");
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::SetView(hills_view().into())])]);
    assert!(stage.get::<SurfacePicture>().is_some() && stage.get::<SurfaceProblems>().is_none());
    stage.emit([SessionUpdate::ScenePatch(vec![SceneChange::RemoveField("z".into())])]);
    let text = stage.get::<SurfaceProblems>().unwrap().text();
    assert!(stage.get::<SurfacePicture>().is_none() && text.contains("`z`"), "{text}");
}

#[test]
fn huge_values_and_grids_are_pictures_too() {
    let mut values = hills([2000, 2000], 0.0);
    values[(3, 3)] = f32::MAX;
    values[(9, 9)] = f32::MIN;
    let mut view = hills_view().with_axes();
    view.aspect = SurfaceAspect::Fit.into();
    view.shading = SurfaceShading::Smooth.into();
    let Some((mut stage, _)) = shown(values, view) else { return };
    assert_eq!(pixel(&stage.screenshot(), Vec2::splat(2.0)), WHITE);
    let replace = |values: Array2<f32>| SessionUpdate::FieldReplace {
        field: "z".into(),
        values: values.into_dyn(),
        coords: vec![],
    };
    let before = stage.uploaded().heights;
    stage.emit([replace(hills([2000, 2000], 0.0))]);
    let copied = stage.uploaded().heights - before;
    // A software adapter gets no more than its pixels can show.
    let all = 4 * 2000 * 2000;
    assert!(if stage.headless.adapter().contains("llvmpipe") { copied <= all / 8 } else { copied == all });
    let camera = stage.camera();
    stage.look(camera, 30.0, 40.0);
    let image = stage.screenshot();
    let at = stage.on_screen(camera, [1.2, 0.0, 1.39]);
    let (_, height) = stage.pick(camera, at.floor() + 0.5).unwrap();
    assert!(!is_colored(pixel(&image, at), -1.0) && height > 1.2, "{height}");
}

#[test]
fn settings_follow_the_state() {
    let mut view = hills_view();
    view.color_limits = ColorLimits::State("limits".into());
    view.alpha = compneurovis_core::Binding::state("alpha");
    let scene = scene(flat(0.25), view).with_state("limits", compneurovis_core::Value::Pair(-1.0, 1.5));
    let Some(mut stage) = Stage::new(scene) else { return };
    let camera = stage.camera();
    stage.look(camera, 30.0, 40.0);
    let image = stage.screenshot();
    assert!(is_colored(pixel_of(&mut stage, camera, &image, [0.0, 0.0, 0.25]), 0.25), "without a state it is opaque");
    let state = [("limits".to_owned(), compneurovis_core::Value::Pair(0.25, 9.0))].into_iter().collect();
    let before = stage.uploaded();
    stage.emit([SessionUpdate::StatePatch(state)]);
    let image = stage.screenshot();
    assert!(is_colored(pixel_of(&mut stage, camera, &image, [0.0, 0.0, 0.25]), -1.0), "the lowest colour");
    assert_eq!(stage.uploaded(), before, "limits cost nothing");
}
