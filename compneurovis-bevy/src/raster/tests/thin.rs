//! Tubes too thin to show their shape.

use super::*;

/// Walks from pixel to neighbouring pixel over all that are covered, from the one at the start.
fn connected(buffer: &PixelBuffer, camera: &Camera) -> usize {
    let first = buffer.spans().next().map(|span| span.start as usize);
    let mut reached = vec![false; buffer.compartments().len()];
    let mut open: Vec<_> = first.into_iter().collect();
    let mut count = 0;
    while let Some(pixel) = open.pop() {
        if std::mem::replace(&mut reached[pixel], true) {
            continue;
        }
        count += 1;
        let covered = |pixel: &usize| buffer.compartments()[*pixel] != NONE;
        open.extend(neighbours(pixel, camera).into_iter().filter(covered));
    }
    count
}

#[test]
fn a_chain_of_thin_pieces_has_no_gaps() {
    let mut random = Random(21);
    for (step, count) in [(0.02, 20_000), (0.3, 2000), (3.0, 100)] {
        let camera = perspective([0.0, 0.0, 100.0], 300, 300);
        let mut place = [-25.0, 0.0, 0.0];
        let mut frusta = Vec::new();
        for index in 0..count {
            let turn = [0; 3].map(|_| random.within(-step, step));
            let next = [place[0] + step * 0.3 + turn[0], place[1] + turn[1], place[2] + turn[2]];
            if next.iter().all(|coordinate| coordinate.abs() < 35.0) {
                frusta.push(tube(index, 1, place, next, 1e-4));
                place = next;
            }
        }
        let buffer = draw(&frusta, &camera);
        assert!(buffer.covered() > 100, "step {step} covers {}", buffer.covered());
        assert_eq!(connected(&buffer, &camera), buffer.covered(), "step {step}");
    }
}

#[test]
fn every_small_piece_leaves_a_pixel() {
    let mut random = Random(31);
    let camera = perspective([0.0, 0.0, 100.0], 300, 200);
    for index in 0..5000 {
        let start = random.point(25.0);
        let end = start.map(|coordinate| coordinate + random.within(-0.6, 0.6));
        let piece = tube(index, 1, start, end, random.within(0.0, 0.01));
        let buffer = draw(&[piece], &camera);
        assert!(buffer.covered() > 0, "{piece:?}");
        assert!(buffer.compartments().contains(&index));
    }
}

#[test]
fn a_line_that_runs_past_the_camera_stays_a_line() {
    // Its start is a million pixels away.
    let line = tube(0, 4, [-40.0, 0.02, 9.9], [40.0, 0.02, -90.0], 0.0);
    let camera = perspective([0.0, 0.0, 10.0], 300, 100);
    let buffer = draw(&[line], &camera);
    assert!(buffer.covered() > 100);
    assert_eq!(connected(&buffer, &camera), buffer.covered());
}

#[test]
fn thin_tubes_keep_their_true_depth() {
    // The strip is drawn far wider than the tube is, and must still lie behind a tube that is closer.
    let far = tube(1, 1, [-5.0, 0.0, 0.0], [5.0, 0.0, 0.0], 0.0001);
    let close = tube(2, 1, [0.0, -5.0, 0.001], [0.0, 5.0, 0.001], 0.0001);
    let camera = perspective([0.0, 0.0, 50.0], 101, 101);
    for frusta in [[far, close], [close, far]] {
        assert_eq!(draw(&frusta, &camera).compartments()[50 * 101 + 50], 2);
    }
}

#[test]
fn a_widened_end_keeps_its_true_depth() {
    // The far end of the cone is drawn wider than it is, and the line passes between the two surfaces.
    let camera = perspective([0.0, 0.0, 50.0], 101, 101);
    let cone = Frustum { end_radius_um: 0.0, ..tube(1, 1, [0.0, -5.0, 0.0], [0.0, 5.0, 0.0], 1.0) };
    let line = tube(2, 1, [-5.0, 4.66, 0.15], [5.0, 4.66, 0.15], 0.0);
    let column: Vec<_> = (0..101).map(|row| draw(&[cone, line], &camera).compartments()[row * 101 + 50]).collect();
    assert!(column.contains(&2), "{column:?}");
}

#[test]
fn a_tip_is_drawn_to_its_end() {
    let camera = perspective([0.0, 0.0, 50.0], 301, 301);
    for turn in 0..20 {
        let (sine, cosine) = (turn as f32 * 0.3).sin_cos();
        let tip = [cosine * 18.0, sine * 18.0, 0.0];
        let cone = Frustum { end_radius_um: 0.0, ..tube(0, 1, [0.0; 3], tip, 1.0) };
        let buffer = draw(&[cone], &camera);
        assert_eq!(connected(&buffer, &camera), buffer.covered());
        let [x, y] = view(&camera).project([tip[0], tip[1], 50.0]);
        assert_eq!(buffer.pick(x, y, 1.0), Some(0), "turned by {turn}");
    }
}

#[test]
fn a_tube_seen_end_on_shows_its_near_end() {
    let camera = perspective([0.0, 0.0, 50.0], 101, 101);
    let away = tube(0, 10, [0.0, 0.0, 10.0], [0.0, 0.0, -10.0], 0.001);
    let toward = tube(20, 10, [0.0, 0.0, -10.0], [0.0, 0.0, 10.0], 0.001);
    let across = tube(40, 1, [-3.0, 0.0, 0.0], [3.0, 0.0, 0.0], 0.001);
    for (piece, expected) in [(away, 0), (toward, 29)] {
        for frusta in [[piece, across], [across, piece]] {
            assert_eq!(draw(&frusta, &camera).compartments()[50 * 101 + 50], expected);
        }
    }
}

#[test]
fn a_line_from_very_far_outside_the_picture_stays_a_line() {
    let line = tube(0, 4, [-2e5, -1.5e5, 9.9], [2e5, 1.5e5, -2e5], 0.0);
    let camera = perspective([0.0, 0.0, 10.0], 300, 200);
    let buffer = draw(&[line], &camera);
    assert!(buffer.covered() > 200, "{} pixels", buffer.covered());
    assert_eq!(connected(&buffer, &camera), buffer.covered());
    assert!(buffer.pick(150.0, 100.0, 1.0).is_some());
}
