//! Colours, lines around compartments, and picking.

use super::*;

#[test]
fn picking_finds_what_is_under_the_pointer_or_near_it() {
    let camera = orthographic(10.0, 100, 100);
    let left = tube(1, 1, [-2.0, -9.0, 0.0], [-2.0, 9.0, 0.0], 0.5);
    let right = tube(2, 1, [2.0, -9.0, 0.0], [2.0, 9.0, 0.0], 0.5);
    let buffer = draw(&[left, right], &camera);
    assert_eq!(buffer.pick(30.5, 50.5, 0.0), Some(1));
    assert_eq!(buffer.pick(72.0, 10.0, 3.0), Some(2));
    assert_eq!(buffer.pick(50.0, 50.0, 3.0), None);
    assert_eq!(buffer.pick(48.0, 50.0, 40.0), Some(1));
    assert_eq!(buffer.pick(53.0, 50.0, 40.0), Some(2));
    assert_eq!(buffer.pick(-3.0, 50.0, 60.0), Some(1));
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30] {
        assert_eq!(buffer.pick(odd, 50.0, 5.0), None);
        assert_eq!(buffer.pick(50.0, odd, 5.0), None);
    }
    assert_eq!(buffer.pick(50.0, 50.0, f32::NAN), None);
    assert!(buffer.pick(50.0, 50.0, f32::INFINITY).is_some());
}

const BACKGROUND: [u8; 4] = [1, 2, 3, 255];

fn pixel(picture: &[u8], column: usize, row: usize) -> [u8; 4] {
    let start = (row * 100 + column) * 4;
    picture[start..start + 4].try_into().unwrap()
}

/// Three tubes side by side, their colours, and a grey picture.
fn scene() -> (PixelBuffer, Vec<u32>, Vec<u8>) {
    let tubes: Vec<_> =
        [-2.0, 0.0, 2.0].iter().zip(0..).map(|(x, id)| tube(id, 1, [*x, -2.0, 0.0], [*x, 2.0, 0.0], 0.8)).collect();
    let colours = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]].map(u32::from_le_bytes);
    (draw(&tubes, &orthographic(10.0, 100, 100)), colours.to_vec(), vec![77; 40_000])
}

#[test]
fn covered_pixels_take_their_compartments_colour() {
    let (buffer, colours, mut picture) = scene();
    let mut painter = Painter::new();
    assert!(painter.shade(&buffer, &colours, BACKGROUND, &[], &mut picture, 1));
    assert_eq!(pixel(&picture, 0, 0), BACKGROUND);
    let [red, green, blue, alpha] = pixel(&picture, 30, 50);
    assert!(red > 250 && green == 0 && blue == 0 && alpha == 255);
    let shade = buffer.shades()[50 * 100 + 24];
    assert_eq!(pixel(&picture, 24, 50), [(255 * (u32::from(shade) + 1) / 256) as u8, 0, 0, 255]);
    // A compartment without a colour is grey, and one painter fits one size of picture.
    assert!(painter.shade(&buffer, &colours[..2], BACKGROUND, &[], &mut picture, 1));
    assert!(pixel(&picture, 70, 50)[..3].iter().all(|channel| (120..=128).contains(channel)));
    assert!(!painter.shade(&buffer, &colours, BACKGROUND, &[], &mut picture[4..], 1));
}

#[test]
fn only_covered_pixels_are_painted_again() {
    let (buffer, colours, mut picture) = scene();
    let mut painter = Painter::new();
    painter.shade(&buffer, &colours, BACKGROUND, &[], &mut picture, 1);
    picture[..4].copy_from_slice(&[9; 4]);
    painter.shade(&buffer, &colours[1..], BACKGROUND, &[], &mut picture, 2);
    assert_eq!(pixel(&picture, 0, 0), [9; 4]);
    assert_eq!(pixel(&picture, 30, 50)[0], 0);
    painter.repaint();
    painter.shade(&buffer, &colours, BACKGROUND, &[], &mut picture, 2);
    assert_eq!(pixel(&picture, 0, 0), BACKGROUND);
    painter.shade(&buffer, &colours, [4; 4], &[], &mut picture, 2);
    assert_eq!(pixel(&picture, 0, 0), [4; 4]);
}

#[test]
fn a_new_picture_is_painted_in_full() {
    let (buffer, colours, mut picture) = scene();
    let mut painter = Painter::new();
    painter.shade(&buffer, &colours, BACKGROUND, &[], &mut picture, 1);
    let empty = draw(&[], &orthographic(10.0, 100, 100));
    painter.shade(&empty, &colours, BACKGROUND, &[], &mut picture, 1);
    assert!(picture.chunks(4).all(|pixel| pixel == BACKGROUND));
}

#[test]
fn a_line_runs_around_the_highlight_and_goes_away_again() {
    let (buffer, colours, mut picture) = scene();
    let mut plain = picture.clone();
    Painter::new().shade(&buffer, &colours, BACKGROUND, &[], &mut plain, 1);
    let mut painter = Painter::new();
    let highlight = Highlight::new(1..2);
    painter.shade(&buffer, &colours, BACKGROUND, std::slice::from_ref(&highlight), &mut picture, 2);
    for row in 0..100_usize {
        for column in 0..100_usize {
            let index = row * 100 + column;
            let near = |reach: usize| {
                let rows = row.saturating_sub(reach)..(row + reach + 1).min(100);
                rows.flat_map(|row| {
                    buffer.compartments()[row * 100..][column.saturating_sub(reach)..(column + reach + 1).min(100)]
                        .iter()
                })
                .any(|id| *id == 1)
            };
            let line = buffer.compartments()[index] != 1 && near(2);
            let expected = if line { highlight.colour } else { pixel(&plain, column, row) };
            assert_eq!(pixel(&picture, column, row), expected, "at {column}, {row}");
        }
    }
    painter.shade(&buffer, &colours, BACKGROUND, &[], &mut picture, 1);
    assert_eq!(picture, plain);
}
