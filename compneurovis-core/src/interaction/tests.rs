use super::*;
use crate::{Binding, Control, MorphologyGeometry, Section, SectionKind};

fn scene() -> Scene {
    let mut builder = MorphologyGeometry::builder("cell");
    builder.section(Section::new("soma", SectionKind::Soma, 1));
    Scene::new()
        .with_geometry(builder.build().unwrap())
        .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0).with_state_key("g"))
        .with_control(Control::toggle("grid", "Grid", false).for_frontend())
        .with_action(Action::new("kick", "Kick").with_shortcut("Ctrl+K").with_payload("by", Binding::state("g")))
        .with_action(Action::new("clamp", "Clamp").with_shortcut("C").on_selection())
        .with_action(BuiltinAction::Reset.action().with_shortcut("Home"))
}

fn kick(by: f64) -> SessionCommand {
    SessionCommand::InvokeAction { action: "kick".into(), payload: Payload::from([("by".into(), by.into())]) }
}

#[test]
fn a_control_stands_in_the_state_and_reaches_the_session_unless_it_is_not_for_it() {
    let (mut scene, mut interaction) = (scene(), Interaction::default());
    let reaction = interaction.control_changed(&"gain".into(), 1.5.into(), &mut scene).unwrap();
    assert_eq!((reaction.commands, &scene.state["g"]), (vec![SessionCommand::set("gain", 1.5)], &Value::Float(1.5)));
    let reaction = interaction.control_changed(&"grid".into(), true.into(), &mut scene).unwrap();
    assert_eq!((reaction, &scene.state["grid"]), (Reaction::default(), &Value::Bool(true)));
    assert_eq!(interaction.restore_defaults(&mut scene).commands, [SessionCommand::RestoreDefaults]);
    assert_eq!((&scene.state["g"], &scene.state["grid"]), (&Value::Float(1.0), &Value::Bool(false)));
}

#[test]
fn what_means_nothing_changes_nothing() {
    let before = scene();
    let (mut scene, mut interaction) = (before.clone(), Interaction::default());
    assert!(matches!(
        interaction.control_changed(&"gain".into(), 3.0.into(), &mut scene),
        Err(InputError::Control(ControlError::Value { .. }))
    ));
    let unknown = interaction.control_changed(&"gian".into(), 1.0.into(), &mut scene).unwrap_err();
    assert_eq!(unknown.to_string(), "the scene has no control `gian`; it has [\"gain\", \"grid\"]");
    let unknown = interaction.action_invoked(&"kikc".into(), &mut scene);
    assert!(matches!(unknown, Err(InputError::UnknownAction { .. })));
    let unknown = interaction.entity_clicked(&"dend@0.5".into(), Modifiers::default(), &mut scene);
    assert!(matches!(unknown, Err(InputError::UnknownEntity { .. })));
    assert_eq!(scene, before);
    scene.state.shift_remove("g");
    assert!(matches!(interaction.action_invoked(&"kick".into(), &mut scene), Err(InputError::Payload { .. })));
}

#[test]
fn shortcuts_come_before_built_in_keys_and_these_before_the_session() {
    let (mut scene, mut interaction) = (scene(), Interaction::default());
    let mut press = |key: &str, capabilities| interaction.key_pressed(key, &mut scene, capabilities).unwrap().commands;
    assert_eq!(press("ctrl+k", Capabilities::MODEL), [kick(1.0)]);
    assert_eq!(press("Home", Capabilities::MODEL), [SessionCommand::invoke("reset")]);
    assert_eq!(press("Space", Capabilities::MODEL), [SessionCommand::invoke("pause")]);
    assert_eq!(press(".", Capabilities::MODEL), [SessionCommand::Step]);
    assert_eq!(press("Space", Capabilities::STILL), [SessionCommand::KeyPressed { key: "Space".into() }]);
}

#[test]
fn an_armed_action_is_done_to_what_is_clicked_until_it_is_taken_back() {
    let (mut scene, mut interaction) = (scene(), Interaction::default());
    let armed = interaction.action_invoked(&"clamp".into(), &mut scene).unwrap();
    assert!(armed.commands.is_empty() && armed.notice.unwrap().text.starts_with("Clamp"));
    let entity = EntityId::from("soma@0.50000");
    let mut click = |interaction: &mut Interaction| {
        interaction.entity_clicked(&entity, Modifiers::default(), &mut scene).unwrap().commands
    };
    let payload = Payload::from([("entity_id".to_owned(), "soma@0.50000".into())]);
    for _ in 0..2 {
        let clamp = SessionCommand::InvokeAction { action: "clamp".into(), payload: payload.clone() };
        assert_eq!(click(&mut interaction), [clamp]);
    }
    let key = interaction.key_pressed("C", &mut self::scene(), Capabilities::MODEL).unwrap();
    assert_eq!((key.notice, interaction.armed()), (Some(Notice::default()), None));
    let clicked = SessionCommand::EntityClicked { entity: entity.clone(), modifiers: Modifiers::default() };
    assert_eq!(click(&mut interaction), [clicked]);
    assert_eq!(scene.selected_entity(), Some(entity));
}

/// Takes what it is told to take, and answers.
struct Greedy;

impl FrontendHooks for Greedy {
    fn on_action(&mut self, action: &ActionId, payload: &Payload, context: &mut FrontendContext) -> bool {
        if action.as_str() == "kick" {
            context.set_control(&"gain".into(), 0.5.into()).unwrap();
            context.invoke_action(&"kick".into(), payload.clone()).unwrap();
        }
        action.as_str() == "kick"
    }

    fn on_key_press(&mut self, key: &str, context: &mut FrontendContext) -> bool {
        context.show_status(format!("you pressed {key}"), Some(500));
        key == "Q"
    }

    fn on_entity_clicked(&mut self, entity: &EntityId, _: Modifiers, context: &mut FrontendContext) -> bool {
        let section = context.entity_info(entity).unwrap().section;
        context.set_state("last", &*section);
        context.selected_entity().is_some()
    }
}

#[test]
fn hooks_come_first_and_can_take_everything() {
    let app = AppSpec::new("greedy", || Err::<Box<dyn crate::Session>, _>("never built".into())).with_hooks(|| Greedy);
    let (mut scene, mut interaction) = (scene(), Interaction::new(&app));
    let taken = interaction.key_pressed("Q", &mut scene, Capabilities::MODEL).unwrap();
    assert!(taken.commands.is_empty());
    assert_eq!(taken.notice, Some(Notice { text: "you pressed Q".into(), timeout_ms: Some(500) }));
    let passed = interaction.key_pressed("W", &mut scene, Capabilities::MODEL).unwrap();
    assert_eq!(passed.commands, [SessionCommand::KeyPressed { key: "W".into() }]);
    let kicked = interaction.action_invoked(&"kick".into(), &mut scene).unwrap();
    assert_eq!(kicked.commands, [SessionCommand::set("gain", 0.5), kick(1.0)]);
    let clicked = interaction.entity_clicked(&"soma@0.50000".into(), Modifiers::default(), &mut scene).unwrap();
    assert_eq!((clicked, &scene.state["last"]), (Reaction::default(), &Value::from("soma")));
}
