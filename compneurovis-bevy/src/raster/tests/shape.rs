//! Pictures held against the slow reference and against geometry.

use super::super::reference::compartment;
use super::*;

/// Holds a picture against the reference: away from edges they must agree, and at edges to within a pixel.
fn assert_like_reference(frusta: &[Frustum], camera: &Camera) -> usize {
    let buffer = draw(frusta, camera);
    let seen = camera.look(frusta);
    let ids: Vec<_> = seen.iter().map(|seen| compartment(seen, frusta)).collect();
    let mut inner = 0;
    for (pixel, id) in buffer.compartments().iter().enumerate() {
        let around = neighbours(pixel, camera);
        assert!(
            around.iter().any(|pixel| ids[*pixel] == *id),
            "pixel {pixel} shows {id}, which the reference shows nowhere around"
        );
        if around.iter().any(|other| ids[*other] != ids[pixel]) {
            continue;
        }
        inner += 1;
        assert_eq!(*id, ids[pixel], "pixel {pixel} of {camera:?}");
        if let Some((_, _, distance)) = seen[pixel] {
            let (depth, expected) = (f64::from(buffer.depths()[pixel]), camera.depth(distance));
            let error = (depth - expected).abs() / expected;
            assert!(error < 2e-3, "pixel {pixel} has depth {depth} instead of {expected}");
        }
    }
    inner
}

#[test]
fn random_frusta_look_like_the_reference() {
    let mut random = Random(7);
    let mut inner = 0;
    for round in 0..12 {
        let count = 1 + round % 4 * 3;
        let frusta: Vec<_> = (0..count).map(|index| random.frustum(index, 8.0, (0.8, 3.0))).collect();
        inner += assert_like_reference(&frusta, &perspective([0.0, 0.0, 25.0], 60, 45));
        inner += assert_like_reference(&frusta, &orthographic(20.0, 60, 45));
    }
    assert!(inner > 40_000, "only {inner} pixels could be compared");
}

#[test]
fn frusta_around_the_camera_look_like_the_reference() {
    let mut random = Random(99);
    let mut inner = 0;
    for _ in 0..24 {
        // Behind the camera, across the near plane, beside it, around it.
        let frusta: Vec<_> = (0..3).map(|index| random.frustum(index, 4.0, (0.2, 1.5))).collect();
        inner += assert_like_reference(&frusta, &perspective([0.0, 0.0, 1.0], 40, 30));
    }
    assert!(inner > 15_000, "only {inner} pixels could be compared");
}

#[test]
fn one_end_within_the_other_is_the_larger_sphere() {
    for (ra, rb) in [(3.0, 0.5), (0.5, 3.0), (2.0, 2.0)] {
        let frustum =
            Frustum { start_radius_um: ra, end_radius_um: rb, ..tube(5, 1, [0.0, 1.0, 0.0], [0.0, 1.0, -0.001], 1.0) };
        assert!(assert_like_reference(&[frustum], &perspective([0.0, 0.0, 20.0], 60, 45)) > 1000);
    }
    let point = tube(5, 3, [0.0; 3], [0.0; 3], 2.0);
    assert!(draw(&[point], &perspective([0.0, 0.0, 20.0], 60, 45)).covered() > 50);
}

/// The compartments along a row, and the column at which each of them begins.
fn changes(buffer: &PixelBuffer, row: usize) -> Vec<(u32, usize)> {
    let mut changes: Vec<(u32, usize)> = Vec::new();
    for column in 0..buffer.width() {
        let id = buffer.compartments()[row * buffer.width() + column];
        if id != NONE && changes.last().is_none_or(|last| last.0 != id) {
            changes.push((id, column));
        }
    }
    changes
}

/// The columns at which the axis of a level tube passes from one compartment to the next, in perspective.
fn boundaries(frustum: &Frustum, camera: &Camera) -> Vec<f64> {
    let focal = camera.height as f64 / 2.0 / (0.8_f64 / 2.0).tan();
    let along = |i: usize, t: f64| {
        let (a, b) = (f64::from(frustum.start_um[i]), f64::from(frustum.end_um[i]));
        a + (b - a) * t - camera.eye[i]
    };
    (1..10)
        .map(|k| f64::from(k) / 10.0)
        .map(|t| camera.width as f64 / 2.0 + focal * along(0, t) / -along(2, t))
        .collect()
}

#[test]
fn compartments_follow_one_another_at_the_right_pixels() {
    // One end is four times as far away as the other: without perspective the boundaries would be far off.
    let camera = perspective([0.0, 0.0, 10.0], 400, 101);
    for radius in [0.0, 0.01, 0.02] {
        let frustum = tube(100, 10, [-7.0, 0.0, 2.0], [25.0, 0.0, -20.0], radius);
        let buffer = draw(&[frustum], &camera);
        let changes = changes(&buffer, 50);
        let ids: Vec<_> = changes.iter().map(|change| change.0).collect();
        assert_eq!(ids, (100..110).collect::<Vec<_>>(), "radius {radius}");
        for (change, expected) in changes[1..].iter().zip(boundaries(&frustum, &camera)) {
            let error = change.1 as f64 - expected;
            assert!(error.abs() < 1.5, "{change:?} begins at {expected}");
        }
    }
}

#[test]
fn a_frustum_may_show_a_stretch_of_its_section() {
    let camera = orthographic(10.0, 100, 100);
    let frustum =
        Frustum { start_position: 2.5, end_position: 9.0, ..tube(40, 5, [-4.0, 0.05, 0.0], [4.0, 0.05, 0.0], 0.5) };
    let ids: Vec<_> = changes(&draw(&[frustum], &camera), 49).iter().map(|change| change.0).collect();
    assert_eq!(ids, [42, 43, 44]);
    assert_eq!(frustum.compartment_at(1.0), 44);
    assert_eq!(frustum.compartment_at(f32::NAN), 40);
}

#[test]
fn a_tube_is_brightest_along_its_middle() {
    let camera = orthographic(10.0, 101, 101);
    let buffer = draw(&[tube(0, 1, [0.0, -9.0, 0.0], [0.0, 9.0, 0.0], 3.0)], &camera);
    let row: Vec<_> = (50..80).map(|column| buffer.shades()[50 * 101 + column]).collect();
    assert!(row[0] >= 254 && row.is_sorted_by(|a, b| a >= b), "{row:?}");
    assert!((89..=140).contains(&row[29]), "{row:?}");
    assert!(buffer.depths()[50 * 101 + 50] > buffer.depths()[50 * 101 + 79]);
}

#[test]
fn scaled_cells_have_scaled_radii() {
    let camera = orthographic(20.0, 100, 100);
    let mut doubled = camera.view_from_cell();
    for (axis, column) in doubled.iter_mut().enumerate().take(3) {
        column[axis] *= 2.0;
    }
    let view = RasterView::new(camera.clip_from_view(), doubled, 100, 100);
    let small = draw_with(&[tube(3, 4, [-1.0, 0.0, 0.0], [2.0, 1.0, 0.0], 1.0)], &view, 1);
    let large = draw(&[tube(3, 4, [-2.0, 0.0, 0.0], [4.0, 2.0, 0.0], 2.0)], &camera);
    assert_eq!(small.compartments(), large.compartments());
}

#[test]
fn a_sphere_beside_the_camera_reaches_into_view() {
    // Both centres are behind the near plane.
    for z in [0.05, -1.0, 0.0] {
        let beside = tube(8, 1, [4.0, 0.0, z], [4.0, 0.5, z], 3.95);
        let camera = perspective([0.0; 3], 80, 60);
        assert_like_reference(&[beside], &camera);
        assert!(draw(&[beside], &camera).covered() > 100, "at {z}");
    }
}

#[test]
fn a_shifted_projection_shifts_the_picture() {
    let mut random = Random(17);
    let camera = perspective([0.0, 0.0, 30.0], 80, 60);
    let frusta: Vec<_> = (0..200).map(|index| random.frustum(index, 9.0, (0.0, 0.8))).collect();
    let whole = draw(&frusta, &camera);
    let mut clip = camera.clip_from_view();
    // Ten pixels to the left and five up, as a camera with a part of the view has it.
    clip[2][0] = 2.0 * 10.0 / 80.0;
    clip[2][1] = -2.0 * 5.0 / 60.0;
    let shifted = RasterView::new(clip, camera.view_from_cell(), 80, 60);
    let shifted = draw_with(&frusta, &shifted, 1);
    let mut different = 0;
    for row in 0..55 {
        let (a, b) = ((row + 5) * 80, row * 80);
        let pairs = whole.compartments()[a + 10..a + 80].iter();
        different += pairs.zip(&shifted.compartments()[b..b + 70]).filter(|(a, b)| a != b).count();
    }
    assert!(whole.covered() > 1000);
    // Rounding may decide otherwise at a few edges.
    assert!(different < 10, "{different} pixels differ");
}

#[test]
fn a_joint_belongs_to_one_tube() {
    // Seen from outside the bend, the sphere that both share shows.
    let camera = perspective([0.0, 0.0, 25.0], 200, 200);
    let first = tube(1, 1, [-3.0, 6.0, -6.0], [0.3, 0.1, 0.0], 3.0);
    let second = tube(2, 1, [0.3, 0.1, 0.0], [3.0, 5.0, -6.0], 3.0);
    let buffer = draw(&[first, second], &camera);
    for row in 0..200 {
        let changes = changes(&buffer, row);
        assert!(changes.len() <= 3, "row {row}: {changes:?}");
    }
}
