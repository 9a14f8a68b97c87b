//! Which views there are, and what their colours show.

use compneurovis_core::{ColorLimits, ColorMap, HeadlessError, MorphologyView, View, Viewer};
use compneurovis_neuron::{DISPLAY_FIELD, DISPLAY_QUANTITY, MORPHOLOGY_VIEW};

use crate::common;
use crate::common::look::Look;
use crate::stick::{SOMA, Wants, stick};

#[test]
fn views_are_chosen() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, _log) = stick(Wants::OwnPlots);
    viewer.run_until(2.0).unwrap();
    assert_eq!(viewer.scene.views.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["gate"]);
    assert_eq!(viewer.scene.fields.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["m"]);
    assert!(viewer.scene.geometries.is_empty());
    viewer.key("2");
    assert!(viewer.next_failure().to_string().contains("no view"), "there are no colours to choose");
    assert_eq!(viewer.failures.len(), 1, "nothing was emitted that no one wants");
    drop(viewer);

    let (viewer, _log) = stick(Wants::Order);
    let layout = viewer.scene.resolved_layout();
    let controls = layout.panels.values().find(|panel| panel.content.kind() == "controls and actions").unwrap();
    let text = format!("{:?}", controls.content);
    assert!(text.contains(r#"controls: Some(["tstop"]), actions: Some(["tag", "reset"])"#), "{text}");
    assert_eq!(viewer.scene.actions["tag"].label, "Tag", "a model overrules what is there by default");
    assert_eq!(viewer.scene.actions.len(), 4);
    assert_eq!(layout.panels.len(), 3, "the others are as usual");
}

fn cell_view(viewer: &Viewer) -> MorphologyView {
    let View::Morphology(view) = &viewer.scene.views[MORPHOLOGY_VIEW] else { panic!("a cell") };
    view.clone()
}

#[test]
fn colours_show_any_range_variable() -> Result<(), HeadlessError> {
    let Some(_turn) = common::turn() else { return Ok(()) };
    let (mut viewer, _log) = stick(Wants::Nothing);
    let at_first = cell_view(&viewer);
    viewer.run_until(3.0)?;
    let unit = |viewer: &Viewer| viewer.scene.fields[DISPLAY_FIELD].unit().to_owned();
    assert_eq!(
        (unit(&viewer).as_str(), viewer.scene.state[DISPLAY_QUANTITY].clone()),
        ("mV", "Membrane potential".into())
    );
    viewer.set(DISPLAY_QUANTITY, "Sodium activation")?;
    viewer.watch("m", |viewer| unit(viewer).is_empty())?;
    let view = cell_view(&viewer);
    assert_eq!((view.title.as_str(), &view.color_map), ("Sodium activation", &ColorMap::Fire));
    assert_eq!(view.color_limits, ColorLimits::Fixed(0.0, 1.0));
    assert!((0.0..1.0).contains(&viewer.display()[0]) && viewer.display()[1].is_nan(), "{:?}", viewer.display());
    let before = viewer.display()[0];
    viewer.run_until(3.3)?;
    assert_ne!(viewer.display()[0], before, "it goes on");
    let trace = viewer.history().series_of("time", SOMA).unwrap();
    assert!(trace.len() == 34 && trace[10] < -60.0, "the trace is still a potential");

    // By key: any variable, whether it is listed or not.
    viewer.key("3");
    viewer.watch("cm", |viewer| viewer.display()[1] == 1.0)?;
    assert_eq!(cell_view(&viewer).color_limits, ColorLimits::Automatic);
    viewer.key("4");
    assert!(viewer.next_failure().to_string().contains("no_such_variable"));
    assert_eq!(cell_view(&viewer).title, "cm", "what was shown stays");
    viewer.key("2");
    viewer.watch("m", |viewer| viewer.scene.state[DISPLAY_QUANTITY] == "Sodium activation".into())?;
    viewer.key("1");
    viewer.watch("mV", |viewer| unit(viewer) == "mV")?;
    assert_eq!(cell_view(&viewer), at_first);
    assert_eq!(viewer.display()[0].to_bits(), viewer.bits(SOMA).last().copied().unwrap());
    Ok(())
}
