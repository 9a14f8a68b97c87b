use ndarray::array;
use proptest::prelude::*;

use super::*;
use crate::{
    Axis, Control, ControlError, GridSlice, LayoutError, LayoutNode, LinePlotView, MorphologyView, Panel, PanelPatch,
    Value,
    random_updates::{any_update, cell, world},
};

fn scene() -> Scene {
    Scene::new()
        .with_geometry(cell(2))
        .with_field(Field::over_compartments("v", "cell", vec![-65.0; 2]).unwrap())
        .with_view(MorphologyView::new("cell", "cell").colored_by("v"))
        .with_control(Control::scalar("amp", "Amplitude", 1.0, 0.0, 2.0))
}

fn state(key: &str, value: impl Into<Value>) -> SessionUpdate {
    SessionUpdate::StatePatch(State::from([(key.to_owned(), value.into())]))
}

#[test]
fn controls_bring_their_defaults_and_keep_what_was_set() {
    let mut scene = scene();
    assert_eq!(scene.state["amp"], Value::Float(1.0));
    scene.apply(state("amp", 0.5)).unwrap();
    let control = |max| SceneChange::SetControl(Control::scalar("amp", "Other label", 0.2, 0.0, max));
    scene.apply(SessionUpdate::ScenePatch(vec![control(3.0)])).unwrap();
    assert_eq!(scene.state["amp"], Value::Float(0.5));
    scene.apply(SessionUpdate::ScenePatch(vec![control(0.3)])).unwrap();
    assert_eq!(scene.state["amp"], Value::Float(0.2), "a value that the control no more takes is its default");
}

#[test]
fn a_value_that_its_control_refuses_changes_nothing() {
    let before = scene();
    let mut scene = before.clone();
    let both = State::from([("other".to_owned(), Value::Int(1)), ("amp".to_owned(), Value::Float(7.0))]);
    for patch in [state("amp", "much"), state("amp", f64::NAN), SessionUpdate::StatePatch(both)] {
        let error = scene.apply(patch).unwrap_err();
        assert!(matches!(error, ApplyError::Control(ControlError::Value { .. })), "{error}");
    }
    assert_eq!(scene, before);
}

#[test]
fn unknown_ids_are_errors_that_say_what_exists() {
    let before = scene();
    let mut scene = before.clone();
    let replace = SessionUpdate::FieldReplace { field: "w".into(), values: array![1.0].into_dyn(), coords: vec![] };
    let error = scene.apply(replace).unwrap_err();
    assert_eq!(error.to_string(), "the scene has no field `w`; it has [\"v\"]");
    let view = || SceneChange::SetView(LinePlotView::new("p", "v", "t").into());
    for (unknown, told) in [
        (SceneChange::RemoveView("x".into()), "no view `x`; it has [\"cell\", \"p\"]"),
        (SceneChange::RemoveControl("x".into()), "no control `x`; it has [\"amp\"]"),
        (SceneChange::RemoveAction("x".into()), "no action `x`"),
        (SceneChange::RemoveOperator("x".into()), "no operator `x`"),
        (SceneChange::RemoveGeometry("x".into()), "no geometry `x`; it has [\"cell\"]"),
        (SceneChange::RemoveField("x".into()), "no field `x`; it has [\"v\"]"),
    ] {
        let error = scene.apply(SessionUpdate::ScenePatch(vec![view(), unknown])).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let twice = vec![SceneChange::RemoveField("v".into()), SceneChange::RemoveField("v".into())];
    assert!(matches!(scene.apply(SessionUpdate::ScenePatch(twice)), Err(ApplyError::UnknownField { .. })));
    assert_eq!(scene, before, "a patch that fails changes nothing");
}

#[test]
fn an_id_names_one_thing() {
    let mut scene = scene();
    let before = scene.clone();
    let error = scene.add_view(LinePlotView::new("cell", "v", "t")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the scene has the view `cell` already; ids are unique, and a `Set…` change replaces"
    );
    assert!(scene.add_control(Control::toggle("amp", "A", true)).is_err());
    assert!(scene.add_geometry(cell(1)).is_err());
    assert_eq!(scene, before);
    scene.add_view(LinePlotView::new("trace", "v", "t")).unwrap();
    scene.add_control(Control::toggle("on", "On", true)).unwrap();
    assert_eq!((scene.views.len(), scene.check()), (2, Ok(())));
    let (_, view) = scene.views.pop().unwrap();
    scene.views.insert("other".into(), view);
    assert!(matches!(scene.check(), Err(ApplyError::Misplaced { what: "view", .. })));
}

#[test]
fn a_geometry_changes_with_its_fields_or_not_at_all() {
    let mut scene = scene();
    let before = scene.clone();
    let geometry = || SceneChange::SetGeometry(cell(3).into());
    let field = Field::over_compartments("v", "cell", vec![0.0; 3]).unwrap();
    assert!(matches!(
        scene.apply(SessionUpdate::ScenePatch(vec![geometry()])),
        Err(ApplyError::Compartments { found: 2, compartments: 3, .. })
    ));
    let removed = SessionUpdate::ScenePatch(vec![SceneChange::RemoveGeometry("cell".into())]);
    assert!(matches!(scene.apply(removed), Err(ApplyError::UnknownGeometry { .. })));
    assert_eq!(scene, before);
    scene.apply(SessionUpdate::ScenePatch(vec![SceneChange::SetField(field), geometry()])).unwrap();
    assert_eq!(scene.fields["v"].shape(), [3]);
    let both = vec![SceneChange::RemoveGeometry("cell".into()), SceneChange::RemoveField("v".into())];
    scene.apply(SessionUpdate::ScenePatch(both)).unwrap();
    assert!(scene.fields.is_empty() && scene.geometries.is_empty());
}

#[test]
fn fields_over_compartments_have_their_number() {
    let mut scene = scene();
    let values = array![1.0, 2.0, 3.0].into_dyn();
    let replace = SessionUpdate::FieldReplace { field: "v".into(), values, coords: vec![] };
    assert!(matches!(scene.apply(replace), Err(ApplyError::Compartments { found: 3, compartments: 2, .. })));
    let wrong = Scene::new().with_geometry(cell(3)).with_field(scene.fields["v"].clone());
    assert!(matches!(scene.apply(SessionUpdate::SceneReady(wrong.into())), Err(ApplyError::Compartments { .. })));
    let missing = Scene::new().with_field(scene.fields["v"].clone());
    assert!(matches!(missing.check(), Err(ApplyError::UnknownGeometry { .. })));
}

#[test]
fn a_panel_is_patched_and_the_others_stay() {
    let mut scene = world();
    let before = scene.layout.clone();
    let mut patch = PanelPatch::new("p-trace");
    patch.title = Some("Voltage".to_owned());
    scene.apply(SessionUpdate::PanelPatch(patch)).unwrap();
    assert_eq!(scene.layout.panels["p-trace"].title, "Voltage");
    let mut knobs = PanelPatch::new("knobs");
    knobs.actions = Some(Vec::new());
    scene.apply(SessionUpdate::PanelPatch(knobs)).unwrap();
    let resolved = scene.resolved_layout();
    let crate::PanelContent::Controls { controls, actions } = &resolved.panels["knobs"].content else { unreachable!() };
    assert_eq!((controls.as_ref().unwrap().len(), actions.as_ref().unwrap().len()), (1, 0), "an empty list clears");
    assert_eq!(scene.layout.panels["p-morphology"], before.panels["p-morphology"]);
    assert_eq!(scene.layout.root, before.root);
}

#[test]
fn a_layout_that_cannot_be_changes_nothing() {
    let mut scene = world();
    let before = scene.clone();
    let unknown = scene.apply(SessionUpdate::PanelPatch(PanelPatch::new("q"))).unwrap_err();
    assert_eq!(unknown.to_string(), "the layout has no panel `q`; it has [\"p-morphology\", \"p-trace\", \"knobs\"]");
    let mut refused = |panel: &str, change: fn(&mut PanelPatch)| {
        let mut patch = PanelPatch::new(panel);
        change(&mut patch);
        let Err(ApplyError::Layout(error)) = scene.apply(SessionUpdate::PanelPatch(patch)) else { unreachable!() };
        error
    };
    assert!(matches!(refused("p-trace", |patch| patch.views = Some(vec![])), LayoutError::PatchKind { .. }));
    assert!(matches!(refused("p-morphology", |patch| patch.views = Some(vec![])), LayoutError::NoViews { .. }));
    assert!(matches!(refused("knobs", |patch| patch.views = Some(vec![])), LayoutError::PatchKind { .. }));
    assert!(matches!(
        refused("p-morphology", |patch| patch.views = Some(vec!["trace".into()])),
        LayoutError::ViewTwice { .. }
    ));
    assert!(matches!(refused("knobs", |patch| patch.controls = Some(vec!["x".into()])), LayoutError::Unknown { .. }));
    let panel = |id: &str| Panel::view(id, "trace");
    let root = |nodes: &[&str]| LayoutNode::equal_split(Axis::Vertical, nodes.iter().map(|id| LayoutNode::panel(*id)));
    let layouts = [
        crate::Layout::new(root(&["a", "b"])).with_panel(panel("a")),
        crate::Layout::new(root(&["a", "a"])).with_panel(panel("a")),
        crate::Layout::new(root(&["a", "b"])).with_panel(panel("a")).with_panel(panel("b")),
        crate::Layout::new(LayoutNode::panel(" ")).with_panel(panel(" ")),
        crate::Layout::new(LayoutNode::split(Axis::Vertical, [(f32::NAN, LayoutNode::panel("a"))]))
            .with_panel(panel("a")),
    ];
    for layout in layouts {
        let error = scene.apply(SessionUpdate::LayoutReplace(layout)).unwrap_err();
        assert!(matches!(error, ApplyError::Layout(_)), "{error}");
    }
    assert_eq!(scene, before);
}

#[test]
fn what_is_removed_leaves_the_layout_too() {
    let mut scene = world().with_operator(GridSlice::new("cut", "h", "time".to_owned(), 0.5));
    let removed = vec![
        SceneChange::RemoveView("trace".into()),
        SceneChange::RemoveOperator("cut".into()),
        SceneChange::RemoveControl("gain".into()),
    ];
    scene.apply(SessionUpdate::ScenePatch(removed)).unwrap();
    scene.check().unwrap();
    assert_eq!(scene.layout.panels.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["p-morphology", "knobs"]);
    scene.apply(SessionUpdate::ScenePatch(vec![SceneChange::RemoveView("morphology".into())])).unwrap();
    assert_eq!(scene.layout.root, Some(LayoutNode::panel("knobs")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn no_stream_of_updates_panics_and_what_is_refused_changes_nothing(
        stream in prop::collection::vec(any_update(), 0..40),
    ) {
        let mut scene = world();
        let mut refused = 0;
        for update in stream {
            let before = scene.clone();
            if scene.apply(update).is_err() {
                refused += 1;
                prop_assert_eq!(&scene, &before);
            }
            prop_assert_eq!(scene.check(), Ok(()), "a scene stays one, after {} refusals", refused);
            let _ = (scene.resolved_layout(), scene.problems());
        }
    }
}
