//! Diameter, surface and resistance of segments, where they can be computed by hand.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::f64::consts::PI;

use compneurovis_swc::{DEFAULT_RA_OHM_CM, Section, Sections, parse_swc};

fn first_section(text: &str) -> Section {
    Sections::from_samples(&parse_swc(text.as_bytes()).unwrap().samples).unwrap().sections.swap_remove(0)
}

fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} {expected}");
}

#[test]
fn a_cone_has_its_slant_surface() {
    let cone = first_section("1 3 0 0 0 1 -1\n2 3 10 0 0 2 1\n");
    let [whole] = cone.segments(1, DEFAULT_RA_OHM_CM)[..] else { panic!("one segment") };
    assert_close(whole.diameter_um, 3.0);
    assert_close(whole.area_um2, PI * 3.0 * 101.0_f64.sqrt());
    // From the start to the middle: 5 um between diameters of 2 and 3.
    assert_close(whole.resistance_mohm, 0.04 * DEFAULT_RA_OHM_CM / PI * 5.0 / (2.0 * 3.0));
}

#[test]
fn segments_share_out_the_surface() {
    let bent = first_section("1 3 0 0 0 1 -1\n2 3 10 0 0 .5 1\n3 3 10 7 0 .8 2\n4 3 10 7 4 .3 3\n");
    let whole = bent.segments(1, 100.0)[0].area_um2;
    for nseg in [2, 3, 7, 20] {
        let segments = bent.segments(nseg, 100.0);
        assert_eq!(segments.len(), nseg);
        assert_close(segments.iter().map(|segment| segment.area_um2).sum(), whole);
    }
}

#[test]
fn resistance_is_counted_from_middle_to_middle() {
    let cylinder = first_section("1 3 0 0 0 1 -1\n2 3 30 0 0 1 1\n");
    let per_um = 0.04 * 70.0 / PI / 4.0;
    let resistances: Vec<f64> = cylinder.segments(3, 70.0).iter().map(|segment| segment.resistance_mohm).collect();
    for (found, expected) in resistances.into_iter().zip([5.0, 10.0, 10.0]) {
        assert_close(found, expected * per_um);
    }
}

#[test]
fn a_step_of_the_diameter_adds_a_ring() {
    let step = first_section("1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n3 3 10 0 0 3 2\n4 3 20 0 0 3 3\n");
    let area = step.segments(1, DEFAULT_RA_OHM_CM)[0].area_um2;
    assert_close(area, PI * (2.0 * 10.0 + 6.0 * 10.0 + (3.0 * 3.0 - 1.0)));
}

#[test]
fn a_section_without_length_keeps_the_diameter_that_neuron_begins_with() {
    let point = first_section("1 1 0 0 0 5 -1\n2 1 0 0 0 5 1\n3 3 0 9 0 1 2\n");
    assert_eq!(point.neuron_length_um(), 1e-9);
    let segments = point.segments(2, DEFAULT_RA_OHM_CM);
    assert!(segments.iter().all(|segment| segment.diameter_um == 500.0 && segment.area_um2 < 1e-12));
}
