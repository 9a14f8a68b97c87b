//! Numbers and spikes that a model wants recorded.

use compneurovis_core::{RasterView, View, view::RasterSource};
use compneurovis_neuron::{NetCon, NeuronModel, RASTER_VIEW, SPIKES_FIELD};

use crate::common;
use crate::common::look::Look;
use crate::stick::{Stick, Wants, logged, stick};

#[test]
fn numbers_and_spikes_are_recorded_at_every_step() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, log) = stick(Wants::OwnPlots);
    viewer.wish_for("display_dt", 0.7);
    viewer.run_until(35.0).unwrap();
    let m = viewer.scene.fields["m"].as_slice().unwrap();
    assert_eq!(m.len(), 350);
    assert!(m.iter().any(|value| *value > 0.9) && m.iter().all(|value| (0.0..1.0).contains(value)));
    let spikes = logged(&log);
    assert_eq!(spikes.iter().filter(|spike| spike.starts_with("0 ")).count(), 2, "{spikes:?}");

    // The same spikes as a NetCon would find, and as a raster shows.
    drop(viewer);
    let (mut viewer, log) = stick(Wants::Raster);
    viewer.run_until(35.0).unwrap();
    assert_eq!(logged(&log), spikes);
    let field = &viewer.scene.fields[SPIKES_FIELD];
    let times = field.coord("time").unwrap().numbers().unwrap();
    let rows = field.as_slice().unwrap();
    let shown: Vec<String> = rows.iter().zip(times).map(|(row, time)| format!("{row} {time:.3}")).collect();
    assert_eq!(shown, spikes);
    let View::Raster(RasterView { spikes: RasterSource::Events { rows, .. }, .. }) = &viewer.scene.views[RASTER_VIEW]
    else {
        panic!("a raster of events");
    };
    assert_eq!(rows, &["soma(0.5)", "dend(0.9)"]);
    viewer.reset().unwrap();
    viewer.watch("no spikes", |viewer| viewer.scene.fields[SPIKES_FIELD].shape() == [0]).unwrap();
    assert_eq!(logged(&log), ["reset at 0"]);
}

#[test]
fn spikes_are_where_a_net_con_finds_them() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, log) = stick(Wants::Nothing);
    viewer.run_until(35.0).unwrap();
    let spikes = logged(&log);
    drop(viewer);
    let alone = std::thread::Builder::new().name("alone".to_owned());
    let alone = alone.spawn(|| {
        let neuron = common::neuron().unwrap();
        let mut model = Stick::default();
        let sections = model.build_sections(&neuron).unwrap();
        model.setup_model(&neuron, &sections).unwrap();
        let reference = sections[0].range_ref("v", 0.5).unwrap();
        let net_con = NetCon::from_voltage(&reference, None).unwrap();
        net_con.set_threshold(0.0).unwrap();
        let times = neuron.vector(&[]).unwrap();
        net_con.record(&times).unwrap();
        neuron.set_dt(0.1).unwrap();
        neuron.initialize(-65.0).unwrap();
        (0..350).for_each(|_| neuron.advance().unwrap());
        times.to_vec().unwrap()
    });
    let expected: Vec<String> = alone.unwrap().join().unwrap().iter().map(|time| format!("0 {time:.3}")).collect();
    let found: Vec<String> = spikes.into_iter().filter(|spike| spike.starts_with("0 ")).collect();
    assert_eq!(found, expected);
}
