//! Random updates of a small world, for property tests: most of them fit a scene of that world, the
//! others are wrong in some way.

use ndarray::ArrayD;
use proptest::{prelude::*, sample::select};

use crate::{
    Action, Axis, BuiltinAction, Capabilities, Control, Coord, Failure, Field, Geometry, GridSlice, HeatMapView,
    Layout, LayoutNode, LinePlotView, Mark, MarkKind, MorphologyGeometry, MorphologyView, Notice, Operator, Pace,
    Panel, PanelCamera, PanelPatch, Phase, Scene, SceneChange, Section, SectionKind, SessionStatus, SessionUpdate,
    Snapshot, SpaceOptions, State, Timeline, Value, View,
};

/// A cell of so many compartments.
pub(crate) fn cell(compartments: u32) -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("cell");
    builder.section(Section::new("soma", SectionKind::Soma, compartments));
    builder.build().unwrap()
}

/// A history of so many labelled series and samples.
fn history(id: &str, labels: usize, samples: usize, value: f32) -> Field {
    let dims = [("segment", names(labels)), ("time", times(samples))];
    Field::new(id, ArrayD::from_elem(vec![labels, samples], value), dims).unwrap()
}

fn names(count: usize) -> Coord {
    Coord::labels((0..count).map(|at| format!("s{at}")))
}

fn times(count: usize) -> Coord {
    Coord::from((0..count).map(|at| at as f64).collect::<Vec<_>>())
}

/// The world as it is at first.
pub(crate) fn world() -> Scene {
    Scene::new()
        .with_geometry(cell(2))
        .with_field(Field::over_compartments("v", "cell", vec![-65.0; 2]).unwrap().with_unit("mV"))
        .with_field(history("h", 2, 1, 0.0))
        .with_field(Field::series("flat", "time", vec![0.0], vec![0.0]).unwrap())
        .with_view(MorphologyView::new("morphology", "cell").colored_by("v"))
        .with_view(LinePlotView::new("trace", "h", "time"))
        .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0))
        .with_action(BuiltinAction::Reset.action())
        .with_layout(layout(&["morphology", "trace"]))
}

/// A layout with a panel for each of these views, and one of controls.
fn layout(views: &[&str]) -> Layout {
    let panel = |view: &&str| match *view {
        "morphology" => Panel::space("p-morphology", ["morphology"]),
        flat => Panel::view(format!("p-{flat}"), flat),
    };
    let panels: Vec<Panel> = views.iter().map(panel).chain([Panel::controls("knobs")]).collect();
    let nodes: Vec<_> = panels.iter().map(|panel| LayoutNode::panel(&panel.id)).collect();
    let layout = Layout::new(LayoutNode::equal_split(Axis::Horizontal, nodes));
    panels.into_iter().fold(layout, Layout::with_panel)
}

/// A number that JSON does not know now and then.
fn value() -> impl Strategy<Value = f32> {
    prop_oneof![8 => -100.0f32..100.0, 1 => Just(f32::NAN), 1 => Just(f32::INFINITY)]
}

fn field_id() -> impl Strategy<Value = &'static str> {
    prop_oneof![10 => select(&["v", "h", "flat"][..]), 1 => Just("unknown")]
}

fn view_id() -> impl Strategy<Value = &'static str> {
    prop_oneof![10 => select(&["morphology", "trace", "map", "extra"][..]), 1 => Just("unknown")]
}

/// New values, mostly of a shape that some field has.
fn replace() -> impl Strategy<Value = SessionUpdate> {
    let coords = (any::<bool>(), any::<bool>(), 0usize..10);
    (field_id(), 1usize..4, 0usize..4, value(), coords).prop_map(|(field, labels, samples, value, coords)| {
        let shape = match field {
            "h" => vec![labels, samples],
            "v" => vec![labels],
            _ => vec![samples],
        };
        let mut with = Vec::new();
        if field == "h" && coords.0 {
            with.push(("segment".to_owned(), names(labels)));
        }
        if field != "v" && coords.1 {
            with.push(("time".to_owned(), times(samples)));
        }
        if coords.2 == 0 {
            with.push(("nowhere".to_owned(), times(1)));
        }
        let values = ArrayD::from_elem(shape, value);
        SessionUpdate::FieldReplace { field: field.into(), values, coords: with }
    })
}

fn append() -> impl Strategy<Value = SessionUpdate> {
    let max = prop::option::of(1usize..6);
    (field_id(), 1usize..4, 0usize..4, value(), max, 0usize..20).prop_map(
        |(field, labels, count, value, max_length, odd)| {
            let shape = if field == "h" { vec![labels, count] } else { vec![count] };
            SessionUpdate::FieldAppend {
                field: field.into(),
                dim: if odd == 0 { "nowhere" } else { "time" }.to_owned(),
                values: ArrayD::from_elem(shape, value),
                coord: vec![f64::from(value); if odd == 1 { count + 1 } else { count }],
                max_length,
            }
        },
    )
}

fn state() -> impl Strategy<Value = SessionUpdate> {
    let key = select(&["gain", "count", "limits", "other"][..]);
    let value = prop_oneof![
        4 => (-1.0f64..3.0).prop_map(Value::Float),
        1 => any::<i64>().prop_map(Value::Int),
        1 => Just(Value::Float(f64::NAN)),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => "[a-zµ]{0,4}".prop_map(Value::Text),
        1 => (value(), value()).prop_map(|(a, b)| Value::Pair(a.into(), b.into())),
        1 => prop::collection::vec("[a-z]{1,3}", 0..3).prop_map(Value::List),
    ];
    prop::collection::vec((key, value), 1..3).prop_map(|values| {
        SessionUpdate::StatePatch(values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<State>())
    })
}

fn view() -> impl Strategy<Value = View> {
    (view_id(), 0usize..3, "[a-z]{0,3}").prop_map(|(id, kind, title)| match kind {
        0 => MorphologyView::new(id, "cell").with_title(title).into(),
        1 => LinePlotView::new(id, "h", "time").with_title(title).into(),
        _ => HeatMapView::new(id, "h", "time", "segment").with_title(title).into(),
    })
}

fn control() -> impl Strategy<Value = Control> {
    prop_oneof![
        (-1.0f64..3.0, 0.5f64..3.0).prop_map(|(default, max)| Control::scalar("gain", "Gain", default, 0.0, max)),
        (0i64..4, 1i64..4).prop_map(|(default, max)| Control::integer("count", "Count", default, 0, max)),
    ]
}

/// One change of structure, or two that only fit together.
fn changes() -> impl Strategy<Value = Vec<SceneChange>> {
    let one = prop_oneof![
        4 => view().prop_map(SceneChange::SetView),
        2 => view_id().prop_map(|id| SceneChange::RemoveView(id.into())),
        2 => control().prop_map(SceneChange::SetControl),
        1 => select(&["gain", "count"][..]).prop_map(|id| SceneChange::RemoveControl(id.into())),
        1 => "[ab]".prop_map(|id| SceneChange::SetAction(Action::new(id, "Act"))),
        1 => "[ab]".prop_map(|id| SceneChange::RemoveAction(id.into())),
        1 => (0.0f64..1.0).prop_map(|at| {
            SceneChange::SetOperator(Operator::from(GridSlice::new("cut", "h", "time".to_owned(), at)))
        }),
        1 => Just(SceneChange::RemoveOperator("cut".into())),
        2 => (1usize..3, 0usize..3, value()).prop_map(|(labels, samples, value)| {
            SceneChange::SetField(history("h", labels, samples, value))
        }),
        1 => field_id().prop_map(|id| SceneChange::RemoveField(id.into())),
        1 => ("[ab]", "[a-z]{0,2}").prop_map(|(key, text)| SceneChange::SetMetadata { key, text }),
        1 => (1u32..4).prop_map(|count| SceneChange::SetGeometry(Geometry::from(cell(count)))),
        1 => Just(SceneChange::RemoveGeometry("cell".into())),
    ];
    let together = (1u32..4, value()).prop_map(|(count, value)| {
        let field = Field::over_compartments("v", "cell", vec![value; count as usize]).unwrap();
        vec![SceneChange::SetGeometry(cell(count).into()), SceneChange::SetField(field)]
    });
    prop_oneof![6 => prop::collection::vec(one, 1..3), 2 => together]
}

fn panel_patch() -> impl Strategy<Value = SessionUpdate> {
    let panel = select(&["p-morphology", "p-trace", "p-map", "knobs", "nowhere"][..]);
    let views = prop::option::of(prop::collection::vec(view_id(), 0..3));
    (panel, prop::option::of("[a-z]{0,3}"), views, any::<bool>(), 0usize..4).prop_map(
        |(panel, title, views, camera, knobs)| {
            let mut patch = PanelPatch::new(panel);
            patch.title = title;
            patch.views = views.map(|views| views.into_iter().map(Into::into).collect());
            patch.camera = camera.then(PanelCamera::default);
            patch.options = (knobs == 1).then_some(SpaceOptions { linked: Some(1), clears_selection: camera });
            patch.controls = (knobs == 0).then(|| vec!["gain".into()]);
            SessionUpdate::PanelPatch(patch)
        },
    )
}

fn layouts() -> impl Strategy<Value = Layout> {
    let views = prop::collection::vec(view_id(), 0..4);
    prop_oneof![1 => Just(Layout::default()), 4 => views.prop_map(|views| layout(&views))]
}

fn scene() -> impl Strategy<Value = SessionUpdate> {
    (0usize..3, control()).prop_map(|(kind, control)| {
        let scene = match kind {
            0 => Scene::new(),
            1 => world().with_control(control),
            // Its field is over a geometry that it does not have.
            _ => Scene::new().with_field(world().fields["v"].clone()),
        };
        SessionUpdate::SceneReady(Box::new(scene))
    })
}

fn message() -> impl Strategy<Value = SessionUpdate> {
    let status = (0usize..5, value()).prop_map(|(phase, time_ms)| {
        let phases = [Phase::Starting, Phase::Running, Phase::Paused, Phase::Failed, Phase::Stopped];
        let (phase, pace) = (phases[phase], Pace::MsPerSecond(f64::from(time_ms)));
        let capabilities = Capabilities::RECORDING;
        SessionUpdate::Status(SessionStatus {
            phase,
            time_ms: time_ms.into(),
            pace,
            capabilities,
            ..Default::default()
        })
    });
    prop_oneof![
        status,
        ("[a-z]{0,3}", prop::option::of(0u64..9))
            .prop_map(|(text, timeout_ms)| SessionUpdate::Notice(Notice { text, timeout_ms })),
        any::<bool>().prop_map(|fatal| {
            SessionUpdate::Error(Failure { doing: "testing".to_owned(), causes: vec!["luck".to_owned()], fatal })
        }),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(|data| {
            SessionUpdate::Snapshot(Snapshot { format: "test".to_owned(), time_ms: 0.5, data: data.into() })
        }),
        (value(), "[a-z]{0,3}").prop_map(|(time_ms, label)| {
            let mark = Mark::new(time_ms.into(), MarkKind::Spike, label);
            SessionUpdate::Timeline(Timeline::new(0.0, 9.0).with_marks([mark]))
        }),
    ]
}

/// Any update, right or wrong.
pub(crate) fn any_update() -> impl Strategy<Value = SessionUpdate> {
    prop_oneof![
        6 => replace(),
        8 => append(),
        3 => state(),
        4 => changes().prop_map(SessionUpdate::ScenePatch),
        2 => panel_patch(),
        1 => layouts().prop_map(SessionUpdate::LayoutReplace),
        1 => scene(),
        2 => message(),
    ]
}
