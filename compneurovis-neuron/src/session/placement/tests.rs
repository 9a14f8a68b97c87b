use super::super::course::norm;
use super::*;

fn cylinder(name: &str, parent: Option<(usize, f64)>, length_um: f64) -> Placed {
    let connection = parent.map(|(parent, parent_x)| Connection { parent, parent_x, child_end: SectionEnd::Start });
    Placed { name: name.into(), connection, length_um, diameters_um: vec![2.0], course: Course::default() }
}

fn traced(name: &str, parent: Option<(usize, f64)>, points: [[f64; 3]; 2]) -> Placed {
    let points = points.map(|[x, y, z]| Point3d { x, y, z, diameter: 1.0 }).to_vec();
    Placed { course: Course::new(points), ..cylinder(name, parent, 1.0) }
}

fn courses(layout: &CellLayout, sections: &[Placed]) -> Vec<Course> {
    layout.courses(sections).unwrap()
}

#[track_caller]
fn assert_near(found: [f64; 3], expected: [f64; 3]) {
    assert!(norm(minus(found, expected)) < 1e-9, "{found:?} is not {expected:?}");
}

#[test]
fn a_tree_is_drawn_in_one_piece() {
    let sections = [
        cylinder("soma", None, 20.0),
        cylinder("dend", Some((0, 1.0)), 100.0),
        cylinder("left", Some((1, 1.0)), 50.0),
        cylinder("right", Some((1, 1.0)), 50.0),
        cylinder("axon", Some((0, 0.0)), 30.0),
        cylinder("spine", Some((1, 0.5)), 3.0),
    ];
    let drawn = courses(&CellLayout::default(), &sections);
    assert_near(drawn[0].at(0.0), [0.0, 0.0, 0.0]);
    assert_near(drawn[0].at(1.0), [0.0, 0.0, 20.0]);
    assert_near(drawn[1].at(1.0), [0.0, 0.0, 120.0]);
    for branch in [2, 3] {
        assert_near(drawn[branch].at(0.0), drawn[1].at(1.0));
        let cosine = drawn[branch].direction()[2];
        assert!((cosine - 30f64.to_radians().cos()).abs() < 1e-9, "{cosine}");
        assert!((drawn[branch].length_um() - 50.0).abs() < 1e-9);
    }
    let apart = norm(minus(drawn[2].at(1.0), drawn[3].at(1.0)));
    assert!((apart - 50.0).abs() < 1e-9, "on opposite sides: {apart}");
    assert_near(drawn[4].at(1.0), [0.0, 0.0, -30.0]);
    assert_near(drawn[5].at(0.0), [0.0, 0.0, 70.0]);
    assert!(drawn[5].direction()[2].abs() < 1e-9, "out of the middle, to the side");
}

#[test]
fn cells_are_apart() {
    let mut sections = Vec::new();
    for cell in 0..3 {
        let root = sections.len();
        sections.push(cylinder(&format!("{cell}.soma"), None, 20.0));
        for branch in 0..3 {
            sections.push(cylinder(&format!("{cell}.dend{branch}"), Some((root, 1.0)), 400.0));
        }
    }
    sections.push(traced("far", None, [[1000.0, 0.0, 0.0], [1010.0, 0.0, 0.0]]));
    let drawn = courses(&CellLayout::default(), &sections);
    let reach = |cell: usize| {
        let all = drawn[cell * 4..cell * 4 + 4].iter().map(Course::reach_x_um);
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (from, to)| (a.min(from), b.max(to)))
    };
    assert!((reach(0).0 - 1110.5).abs() < 1e-9, "beside the one that has its place");
    for cell in 1..3 {
        assert!((reach(cell).0 - reach(cell - 1).1 - 100.0).abs() < 1e-9);
    }
    assert_near(drawn[12].at(0.0), [1000.0, 0.0, 0.0]);
}

#[test]
fn one_cell_grows_out_of_another() {
    let sections =
        [cylinder("a.soma", None, 20.0), cylinder("a.axon", Some((0, 1.0)), 300.0), cylinder("b.soma", None, 25.0)];
    let mut layout = CellLayout::default();
    layout.connections.push(CellConnection::new("b.soma", "a.axon", 1.0));
    assert_near(courses(&layout, &sections)[2].at(0.0), [0.0, 0.0, 320.0]);

    let refuse = |connection: CellConnection, words: &str| {
        let layout = CellLayout { connections: vec![connection], ..CellLayout::default() };
        let error = layout.courses(&sections).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refuse(CellConnection::new("c.soma", "a.axon", 1.0), "c.soma");
    refuse(CellConnection::new("b.soma", "a.axxon", 1.0), "a.axxon");
    refuse(CellConnection::new("a.axon", "b.soma", 1.0), "not the root");
    refuse(CellConnection::new("b.soma", "a.axon", 1.5), "1.5");
    refuse(CellConnection::new("b.soma", "a.axon", f64::NAN), "NaN");
}

#[test]
fn cells_that_are_drawn_at_each_other_end() {
    let sections = [cylinder("a", None, 20.0), cylinder("b", None, 20.0)];
    let connections = vec![CellConnection::new("a", "b", 1.0), CellConnection::new("b", "a", 1.0)];
    let drawn = courses(&CellLayout { connections, ..CellLayout::default() }, &sections);
    assert!(drawn.iter().all(Course::is_drawn));
}

#[test]
fn what_has_points_keeps_them() {
    let own = [[5.0, 6.0, 7.0], [5.0, 6.0, 57.0]];
    let mut hung = traced("dend", Some((0, 1.0)), own);
    let sections = [cylinder("soma", None, 20.0), hung.clone(), cylinder("twig", Some((1, 1.0)), 10.0)];
    let drawn = courses(&CellLayout::default(), &sections);
    assert_near(drawn[1].at(0.0), own[0]);
    assert_near(drawn[1].at(1.0), own[1]);
    assert_near(drawn[0].at(1.0), own[0]);
    assert_near(drawn[2].at(1.0), [5.0, 6.0, 67.0]);
    // By its other end.
    hung.connection = Some(Connection { parent: 0, parent_x: 1.0, child_end: SectionEnd::End });
    let mut sections = sections;
    sections[1] = hung;
    assert_near(courses(&CellLayout::default(), &sections)[0].at(1.0), own[1]);
    let mut alone = [cylinder("soma", None, 20.0), cylinder("dend", Some((0, 1.0)), 30.0)];
    alone[1].connection = Some(Connection { parent: 0, parent_x: 1.0, child_end: SectionEnd::End });
    let drawn = courses(&CellLayout::default(), &alone);
    assert_near(drawn[1].at(1.0), drawn[0].at(1.0));
    assert_near(drawn[1].at(0.0), [0.0, 0.0, 50.0]);
}

#[test]
fn compartments_are_as_thick_as_they_are() {
    let mut section = cylinder("dend", None, 30.0);
    section.diameters_um = vec![3.0, 3.0, 1.0];
    let course = &courses(&CellLayout::default(), &[section])[0];
    let points: Vec<_> = course.points().iter().map(|point| (point.z, point.diameter)).collect();
    assert_eq!(points, [(0.0, 3.0), (20.0, 3.0), (20.0, 1.0), (30.0, 1.0)]);
}

#[test]
fn nonsense_is_refused() {
    let sections = [cylinder("soma", None, 20.0)];
    let bad = [
        CellLayout { direction: [0.0; 3], ..CellLayout::default() },
        CellLayout { direction: [f64::NAN, 0.0, 1.0], ..CellLayout::default() },
        CellLayout { branch_angle_deg: f64::INFINITY, ..CellLayout::default() },
        CellLayout { min_length_um: -1.0, ..CellLayout::default() },
        CellLayout { cell_spacing_um: f64::NAN, ..CellLayout::default() },
    ];
    for layout in bad {
        assert!(layout.courses(&sections).is_err(), "{layout:?}");
    }
}
