use proptest::{prelude::*, sample::select};

use super::*;
use crate::{Action, Control, GridSlice, LinePlotView, MorphologyView, SessionUpdate, SurfaceView, View};

/// A scene with views of both kinds.
fn scene() -> Scene {
    Scene::new()
        .with_view(MorphologyView::new("cell", "cell"))
        .with_view(LinePlotView::new("trace", "v", "time"))
        .with_view(LinePlotView::new("current", "i", "time"))
        .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
}

fn shown(layout: &ResolvedLayout) -> Vec<&str> {
    layout.panels.keys().map(PanelId::as_str).collect()
}

#[test]
fn the_usual_layout_has_space_on_the_left_and_controls_below_the_plots() {
    let resolved = scene().resolved_layout();
    assert_eq!(shown(&resolved), ["cell-panel", "trace-panel", "current-panel", "controls-panel"]);
    let Some(LayoutNode::Split(window)) = &resolved.root else { panic!("{resolved:?}") };
    let [(left, LayoutNode::Panel(cell)), (right, LayoutNode::Split(column))] = &window.children[..] else {
        panic!("{window:?}")
    };
    assert_eq!((window.axis, cell.as_str(), column.axis), (Axis::Horizontal, "cell-panel", Axis::Vertical));
    assert!(left > right && (left + right - 1.0).abs() < 1e-6);
    assert_eq!(Layout::derived(&scene()).check(&scene()), Ok(()));
}

#[test]
fn a_scene_is_seen_from_where_it_says() {
    let camera = PanelCamera { azimuth_deg: 60.0, ..PanelCamera::default() };
    let seen = scene().seen_from(camera);
    let cameras = seen.layout.panels.values().filter_map(|panel| match &panel.content {
        PanelContent::Space { camera, .. } => Some(*camera),
        _ => None,
    });
    assert_eq!(cameras.collect::<Vec<_>>(), [camera]);
    assert_eq!(shown(&seen.resolved_layout()), shown(&scene().resolved_layout()));
}

#[test]
fn without_space_the_usual_layout_has_controls_beside_the_plots() {
    let mut flat = scene();
    flat.views.shift_remove("cell");
    let Some(LayoutNode::Split(window)) = flat.resolved_layout().root else { panic!("two plots and controls") };
    let [(left, LayoutNode::Split(plots)), (right, LayoutNode::Panel(controls))] = &window.children[..] else {
        panic!("{window:?}")
    };
    assert_eq!((window.axis, plots.axis, plots.children.len()), (Axis::Horizontal, Axis::Vertical, 2));
    assert!(left > right && controls.as_str() == "controls-panel");
}

#[test]
fn nothing_is_obligatory() {
    assert_eq!(Scene::new().resolved_layout(), ResolvedLayout::default());
    let only = |view: View| Scene::new().with_view(view).resolved_layout();
    assert_eq!(only(MorphologyView::new("cell", "cell").into()).root, Some(LayoutNode::panel("cell-panel")));
    assert_eq!(only(LinePlotView::new("trace", "v", "t").into()).root, Some(LayoutNode::panel("trace-panel")));
    let knobs = Scene::new().with_control(Control::toggle("on", "On", true)).resolved_layout();
    assert_eq!(knobs.root, Some(LayoutNode::panel("controls-panel")));
}

#[test]
fn an_operator_is_drawn_where_its_field_is_a_surface() {
    let scene = Scene::new()
        .with_view(SurfaceView::new("surface", "z"))
        .with_operator(GridSlice::new("cut", "z", "x".to_owned(), 0.5))
        .with_operator(GridSlice::new("other", "w", "x".to_owned(), 0.5));
    let resolved = scene.resolved_layout();
    let PanelContent::Space { operators, .. } = &resolved.panels["surface-panel"].content else { unreachable!() };
    assert_eq!(operators, &["cut".into()]);
}

#[test]
fn rows_are_rows() {
    let panels = [Panel::space("a", ["cell"]), Panel::view("b", "trace"), Panel::controls("c")];
    let layout = Layout::rows([vec!["a", "b"], vec!["c"]], panels);
    let scene = scene().with_layout(layout);
    scene.check().unwrap();
    let resolved = scene.resolved_layout();
    assert_eq!(shown(&resolved), ["a", "b", "c"]);
    let Some(LayoutNode::Split(rows)) = &resolved.root else { unreachable!() };
    assert_eq!((rows.axis, rows.children.len()), (Axis::Vertical, 2));
}

#[test]
fn a_view_in_a_panel_for_others_is_left_out_and_told() {
    let layout = Layout::new(LayoutNode::equal_split(Axis::Horizontal, ["a", "b"].map(LayoutNode::panel)))
        .with_panel(Panel::view("a", "cell"))
        .with_panel(Panel::view("b", "trace"));
    let scene = scene().with_layout(layout);
    scene.check().unwrap();
    assert_eq!(scene.resolved_layout().root, Some(LayoutNode::panel("b")));
    let told: Vec<String> = scene.problems().iter().map(ToString::to_string).collect();
    assert!(told.contains(&"panel `a` shows one flat view, and view `cell` is a morphology".to_owned()), "{told:?}");
}

#[test]
fn titles_are_those_of_panels_then_views() {
    let scene = scene().with_view(LinePlotView::new("trace", "v", "time").with_title("Voltage"));
    assert_eq!(Panel::view("p", "trace").shown_title(&scene), "Voltage");
    assert_eq!(Panel::view("p", "trace").with_title("V").shown_title(&scene), "V");
    assert_eq!(Panel::controls("p").shown_title(&scene), "Controls");
    let acting = scene.clone().with_action(Action::new("reset", "Reset"));
    assert_eq!(Panel::controls("p").shown_title(&acting), "Controls", "that is in the bar");
    let acting = acting.with_action(Action::new("kick", "Kick"));
    assert_eq!(Panel::controls("p").shown_title(&acting), "Controls and actions");
    let only = PanelContent::Controls { controls: Some(Vec::new()), actions: None };
    assert_eq!(Panel::new("p", only).shown_title(&acting), "Actions");
    assert_eq!(Panel::space("p", ["cell", "other"]).shown_title(&scene), "p");
}

#[test]
fn a_patch_changes_how_a_panel_in_space_behaves_and_no_other_kind() {
    let layout = Layout::new(LayoutNode::equal_split(Axis::Horizontal, ["a", "b"].map(LayoutNode::panel)))
        .with_panel(Panel::space("a", ["cell"]).with_linked_camera(3).clearing_on_background())
        .with_panel(Panel::view("b", "trace").clearing_on_background());
    let mut scene = scene().with_layout(layout);
    scene.check().unwrap();
    let options = |scene: &Scene| match &scene.resolved_layout().panels["a"].content {
        PanelContent::Space { options, .. } => *options,
        other => unreachable!("{other:?}"),
    };
    assert_eq!(options(&scene), SpaceOptions { linked: Some(3), clears_selection: true });
    let patch = |panel: &str, options| {
        let mut patch = PanelPatch::new(panel);
        patch.options = options;
        SessionUpdate::PanelPatch(patch)
    };
    scene.apply(patch("a", None)).unwrap();
    assert_eq!(options(&scene).linked, Some(3), "what a patch does not name stays");
    scene.apply(patch("a", Some(SpaceOptions::default()))).unwrap();
    assert_eq!(options(&scene), SpaceOptions::default());
    let refused = scene.apply(patch("b", Some(SpaceOptions::default()))).unwrap_err();
    assert!(refused.to_string().contains("options of a camera"), "{refused}");
    // What was written before there were options has none.
    let old = serde_json::json!({"id": "a", "content": {"space": {"views": ["cell"]}}});
    assert_eq!(serde_json::from_value::<Panel>(old).unwrap(), Panel::space("a", ["cell"]));
}

fn panel_id() -> impl Strategy<Value = &'static str> {
    select(&["a", "b", "c", "knobs", "nowhere", ""][..])
}

fn panel() -> impl Strategy<Value = Panel> {
    let view = || select(&["cell", "trace", "current", "gone"][..]);
    let controls = prop::option::of(prop::collection::vec(select(&["gain", "gone"][..]), 0..3));
    prop_oneof![
        (panel_id(), prop::collection::vec(view(), 0..3)).prop_map(|(id, views)| Panel::space(id, views)),
        (panel_id(), view()).prop_map(|(id, view)| Panel::view(id, view)),
        (panel_id(), controls).prop_map(|(id, controls)| {
            let controls = controls.map(|ids| ids.into_iter().map(Into::into).collect());
            Panel::new(id, PanelContent::Controls { controls, actions: None })
        }),
    ]
}

fn tree() -> impl Strategy<Value = LayoutNode> {
    let leaf = panel_id().prop_map(LayoutNode::panel);
    leaf.prop_recursive(6, 40, 4, |inner| {
        let share =
            prop_oneof![4 => 0.01f32..10.0, 1 => Just(f32::NAN), 1 => Just(-1.0), 1 => Just(0.0), 1 => Just(f32::MAX)];
        let axis = prop_oneof![Just(Axis::Horizontal), Just(Axis::Vertical)];
        prop_oneof![
            (axis, prop::collection::vec((share, inner.clone()), 0..4))
                .prop_map(|(axis, children)| LayoutNode::split(axis, children)),
            (prop::collection::vec(inner, 0..4), 0usize..9)
                .prop_map(|(children, active)| LayoutNode::Tabs { children, active }),
        ]
    })
}

/// Whether every part of a tree can be drawn as it stands.
fn check_drawable(node: &LayoutNode) -> Result<(), TestCaseError> {
    match node {
        LayoutNode::Panel(_) => {}
        LayoutNode::Split(split) => {
            prop_assert!(split.children.len() >= 2);
            let sum: f32 = split.children.iter().map(|(share, _)| share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-5, "{}", sum);
            for (share, child) in &split.children {
                prop_assert!(*share > 0.0);
                check_drawable(child)?;
            }
        }
        LayoutNode::Tabs { children, active } => {
            prop_assert!(children.len() >= 2 && *active < children.len());
            children.iter().try_for_each(check_drawable)?;
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_said_resolves_to_what_can_be_drawn(
        panels in prop::collection::vec(panel(), 0..6),
        root in prop::option::of(tree()),
    ) {
        let layout = panels.into_iter().fold(Layout { root, ..Layout::default() }, Layout::with_panel);
        let is_sound = layout.check(&scene()).is_ok();
        let scene = scene().with_layout(layout.clone());
        let resolved = scene.resolved_layout();
        let named: Vec<&PanelId> = resolved.root.iter().flat_map(LayoutNode::panels).collect();
        prop_assert_eq!(named, resolved.panels.keys().collect::<Vec<_>>(), "each panel once, in the order of reading");
        resolved.root.iter().try_for_each(check_drawable)?;
        let mut views: Vec<&ViewId> = resolved.panels.values().flat_map(|panel| panel.content.views()).collect();
        let count = views.len();
        views.sort();
        views.dedup();
        prop_assert_eq!(views.len(), count, "no view twice");
        prop_assert!(views.iter().all(|view| scene.views.contains_key(*view)));
        // What is resolved is sound, and resolves to itself.
        let again = Layout { panels: resolved.panels.clone(), root: resolved.root.clone() };
        prop_assert_eq!(again.check(&scene), Ok(()));
        if is_sound && layout.root.is_some() && !layout.panels.is_empty() {
            let shown = layout.root.iter().flat_map(LayoutNode::panels).count();
            prop_assert!(resolved.panels.len() <= shown);
        }
    }
}

#[test]
fn a_tree_that_is_too_deep_is_refused_and_cut() {
    let mut node = LayoutNode::panel("a");
    for _ in 0..1000 {
        node = LayoutNode::equal_split(Axis::Vertical, [node, LayoutNode::panel("b")]);
    }
    let layout = Layout::new(node).with_panel(Panel::view("a", "trace")).with_panel(Panel::view("b", "current"));
    assert!(layout.check(&scene()).is_err());
    assert_eq!(shown(&scene().with_layout(layout).resolved_layout()), ["b"]);
}
