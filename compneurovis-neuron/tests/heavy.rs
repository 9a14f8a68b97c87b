//! The size of the heaviest cell of the reference: 25,709 sections, 257,090 compartments.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::time::Instant;

use compneurovis_neuron::{Point3d, SectionSpec, VoltageProbe};

/// How many sections, and how many steps are timed in each of several rounds.
const SECTIONS: usize = 25_709;
const STEPS: usize = 10;

#[test]
#[ignore = "takes half a minute and half a gigabyte; prints timings"]
fn a_heavy_cell_is_built_and_watched_at_the_speed_of_neuron() {
    let Some(neuron) = common::neuron() else { return };
    let names: Vec<String> = (0..SECTIONS).map(|i| format!("dend[{i}]")).collect();
    let points: Vec<[Point3d; 3]> = (0..SECTIONS)
        .map(|i| [0.0, 1.0, 2.0].map(|k| Point3d { x: k * 3.0, y: i as f64 * 0.01, z: 0.0, diameter: 0.8 }))
        .collect();
    let specs: Vec<SectionSpec<'_>> = (0..SECTIONS)
        .map(|i| {
            let spec = SectionSpec::along(&names[i], &points[i]).nseg(10).mechanisms(&["hh"]);
            if i == 0 { spec } else { spec.on((i - 1) / 2, 1.0) }
        })
        .collect();

    let start = Instant::now();
    let sections = neuron.build_sections(&specs).unwrap();
    let built = start.elapsed();
    neuron.initialize(-65.0).unwrap();
    let initialized = start.elapsed();
    println!("build {built:?}, finitialize {:?}, both {initialized:?}", initialized - built);

    let start = Instant::now();
    let mut probe = VoltageProbe::new(&neuron, &sections).unwrap();
    println!("resolve {:?}, {} compartments, span {}", start.elapsed(), probe.len(), probe.span());
    assert_eq!(probe.len(), SECTIONS * 10);

    let clamp = common::clamp(&sections[0], 0.5, 0.0, 1e9, 1.0);
    neuron.set_dt(0.1).unwrap();
    neuron.initialize(-65.0).unwrap();
    let mut values = vec![0.0_f32; probe.len()];
    probe.read(&mut values).unwrap();
    let (mut bare, mut watched, mut read) = (f64::MAX, f64::MAX, f64::MAX);
    for _ in 0..8 {
        let start = Instant::now();
        (0..STEPS).for_each(|_| neuron.advance().unwrap());
        bare = bare.min(start.elapsed().as_secs_f64() / STEPS as f64);
        let start = Instant::now();
        for _ in 0..STEPS {
            neuron.advance().unwrap();
            assert!(!probe.read(&mut values).unwrap().resolved);
        }
        watched = watched.min(start.elapsed().as_secs_f64() / STEPS as f64);
        let start = Instant::now();
        (0..STEPS).for_each(|_| assert!(probe.read(&mut values).unwrap().finite));
        read = read.min(start.elapsed().as_secs_f64() / STEPS as f64);
    }
    let each = |seconds: f64| seconds * 1e9 / probe.len() as f64;
    println!(
        "a compartment and step: bare {:.2} ns, watched {:.2} ns, the read alone {:.3} ns",
        each(bare),
        each(watched),
        each(read)
    );
    assert!(read < 0.05 * bare, "watching costs more than 5 % of a step");
    drop(clamp);
}
