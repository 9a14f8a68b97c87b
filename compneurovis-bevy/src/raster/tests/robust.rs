//! What must never happen: a panic, a hang, a picture that depends on chance.

use super::*;

#[test]
fn the_picture_does_not_depend_on_the_number_of_threads() {
    let mut random = Random(3);
    let mut frusta: Vec<_> = (0..20_000).map(|index| random.frustum(index, 9.0, (0.0, 0.2))).collect();
    // Twice the same thing at the same depth: the first one must win, though another thread may have prepared it.
    let copies: Vec<_> =
        frusta.iter().map(|f| Frustum { first_compartment: f.first_compartment + 1_000_000, ..*f }).collect();
    frusta.extend(copies);
    let view = view(&perspective([0.0, 0.0, 20.0], 320, 200));
    let one = draw_with(&frusta, &view, 1);
    for threads in [2, 3, 8] {
        let other = draw_with(&frusta, &view, threads);
        assert_eq!(one.compartments(), other.compartments());
        assert_eq!(one.shades(), other.shades());
        assert_eq!(one.depths(), other.depths());
    }
    assert!(one.compartments().iter().all(|id| *id == NONE || *id < 1_000_000));
    assert!(one.covered() > 1000);
}

#[test]
fn scratch_and_buffer_can_be_used_again() {
    let mut random = Random(5);
    let frusta: Vec<_> = (0..9000).map(|index| random.frustum(index, 9.0, (0.0, 0.4))).collect();
    let (mut buffer, mut scratch) = (PixelBuffer::new(), Scratch::new());
    for (count, width, height) in [(9000, 200, 100), (10, 64, 300), (0, 30, 20), (8500, 64, 64)] {
        let view = view(&perspective([0.0, 0.0, 20.0], width, height));
        rasterize(&[Pieces::new(&frusta[..count]).cell()], &view, 2, &mut buffer, &mut scratch);
        let fresh = draw_with(&frusta[..count], &view, 1);
        assert_consistent(&buffer);
        assert_eq!(buffer.compartments(), fresh.compartments());
        assert_ne!(buffer.stamp(), fresh.stamp());
    }
}

#[test]
fn a_camera_within_a_tube_looks_out_of_it() {
    let soma = tube(1, 1, [0.0, 0.0, 5.0], [0.0, 0.0, -5.0], 4.0);
    let beyond = tube(2, 1, [0.0, 0.0, -30.0], [3.0, 0.0, -30.0], 2.0);
    let buffer = draw(&[soma, beyond], &perspective([0.0; 3], 80, 60));
    assert_eq!(buffer.compartments()[30 * 80 + 40], 2);
    assert!(buffer.compartments().iter().all(|id| *id != 1));
}

#[test]
fn a_camera_among_very_many_tubes_draws_in_good_time() {
    let frusta: Vec<_> = (0..200_000).map(|index| tube(index, 1, [0.0, 0.0, 5.0], [0.0, 0.1, -5.0], 4.0)).collect();
    let started = std::time::Instant::now();
    draw(&frusta, &perspective([0.0; 3], 1280, 720));
    // Drawing each of them over the whole screen would take half an hour.
    assert!(started.elapsed().as_secs() < 20, "took {:?}", started.elapsed());
}

#[test]
fn what_is_not_a_number_is_not_drawn() {
    let good = tube(7, 1, [-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], 0.5);
    let mut frusta = vec![good; 8];
    for (index, frustum) in frusta.iter_mut().take(3).enumerate() {
        frustum.start_um[index] = f32::NAN;
    }
    frusta[3].end_um[2] = f32::INFINITY;
    frusta[4].end_radius_um = f32::INFINITY;
    frusta[5].end_um[0] = f32::MAX;
    let camera = perspective([0.0, 0.0, 10.0], 64, 48);
    assert_eq!(draw(&frusta[..6], &camera).covered(), 0);
    assert_eq!(draw(&frusta, &camera).compartments(), draw(&[good], &camera).compartments());
}

#[test]
fn an_unusable_view_shows_nothing() {
    let frusta = [tube(7, 1, [-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], 0.5)];
    let camera = perspective([0.0, 0.0, 10.0], 64, 48);
    let (clip, place) = (camera.clip_from_view(), camera.view_from_cell());
    for bad in [f32::NAN, f32::INFINITY, f32::MAX] {
        for entry in 0..16 {
            let mut matrix = place;
            matrix[entry / 4][entry % 4] = bad;
            draw_with(&frusta, &RasterView::new(clip, matrix, 64, 48), 1);
            let mut matrix = clip;
            matrix[entry / 4][entry % 4] = bad;
            let view = RasterView::new(matrix, place, 64, 48);
            draw_with(&frusta, &view, 1);
            assert!(bad.is_finite() || !view.is_usable());
        }
    }
    for matrix in [[[0.0; 4]; 4], [[f32::NAN; 4]; 4]] {
        assert_eq!(draw_with(&frusta, &RasterView::new(matrix, place, 64, 48), 1).covered(), 0);
        assert_eq!(draw_with(&frusta, &RasterView::new(clip, matrix, 64, 48), 1).covered(), 0);
    }
    for (width, height) in [(0, 0), (0, 48), (64, 0)] {
        let buffer = draw_with(&frusta, &RasterView::new(clip, place, width, height), 2);
        assert_eq!((buffer.covered(), buffer.pick(0.0, 0.0, 5.0)), (0, None));
    }
}

#[test]
fn any_finite_frusta_can_be_drawn() {
    let mut random = Random(11);
    for round in 0..60 {
        let frusta: Vec<_> = (0..50).map(|_| wild_frustum(&mut random)).collect();
        let eye = [0; 3].map(|_| f64::from(wild(&mut random)) % 1e6);
        let camera =
            if round % 2 == 0 { perspective(eye, 50, 40) } else { Camera { eye, ..orthographic(30.0, 50, 40) } };
        draw(&frusta, &camera);
        let matrix = [[0; 4]; 4].map(|column| column.map(|_: i32| wild(&mut random)));
        draw_with(&frusta, &RasterView::new(camera.clip_from_view(), matrix, 50, 40), 1);
        draw_with(&frusta, &RasterView::new(matrix, camera.view_from_cell(), 50, 40), 1);
    }
}

/// A number of any size and sign, often zero.
fn wild(random: &mut Random) -> f32 {
    let exponent = random.within(-20.0, 20.0);
    let sign = random.within(-1.5, 1.5).round();
    sign * random.unit() * 10_f32.powf(exponent)
}

fn wild_frustum(random: &mut Random) -> Frustum {
    Frustum {
        start_um: [0; 3].map(|_| wild(random)),
        start_radius_um: wild(random),
        end_um: [0; 3].map(|_| wild(random)),
        end_radius_um: wild(random),
        first_compartment: wild(random) as u32,
        compartments: wild(random) as u32,
        start_position: wild(random),
        end_position: wild(random),
    }
}
