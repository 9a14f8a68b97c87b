//! What is sampled, and how much of it is kept.

use compneurovis_core::Viewer;
use compneurovis_neuron::{HistoryCapture, build_neuron_app};

use crate::common;
use crate::common::look::Look;
use crate::stick::{SOMA, Stick, TIP, Wants, stick, watch};

#[test]
fn a_model_samples_what_it_likes() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = stick(Wants::Gates);
    viewer.run_until(4.0).unwrap();
    assert!((0.0..1.0).contains(&viewer.display()[0]));
    let trace = viewer.history().series_of("time", SOMA).unwrap();
    assert!(trace.iter().all(|m| (0.0..1.0).contains(m)) && trace.len() == 41);
    assert_eq!(viewer.notice.text, "", "NaN where there is nothing is no divergence");
}

#[test]
fn a_history_can_be_of_all_compartments() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| {
        settings.history = HistoryCapture::Full;
        settings.max_samples = 50;
    });
    assert_eq!(viewer.history().shape(), [6, 1]);
    viewer.wish_for("display_dt", 0.3);
    viewer.run_until(9.0).unwrap();
    assert_eq!(viewer.history().shape(), [6, 50]);
    let full = [SOMA, TIP].map(|entity| viewer.bits(entity));
    viewer.touch(TIP);
    viewer.reset().unwrap();
    assert_eq!(viewer.history().shape(), [6, 1]);
    drop(viewer);
    let (mut viewer, _log) = watch(Wants::Nothing, |settings| settings.max_samples = 50);
    viewer.trace(TIP);
    viewer.run_until(9.0).unwrap();
    assert_eq!([SOMA, TIP].map(|entity| viewer.bits(entity)), full);
    drop(viewer);

    // 100 million samples of 6 compartments.
    let app = build_neuron_app(|| {
        let mut model = Stick::default();
        (model.settings.history, model.settings.max_samples) = (HistoryCapture::Full, 100_000_000);
        model
    });
    let text = Viewer::start(&app).unwrap().end();
    assert!(text.contains("2400 MB") && text.contains("full_budget_mb"), "{text}");
}

#[test]
fn a_plot_gets_the_samples_of_its_window() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = stick(Wants::Window);
    viewer.wish_for("display_dt", 5.0);
    viewer.run_until(160.0).unwrap();
    assert_eq!(viewer.history().shape(), [1, 1501], "150 ms of 0.1 ms, both ends");
}
