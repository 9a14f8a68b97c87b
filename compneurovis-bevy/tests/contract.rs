//! The entities that a session becomes, on a bare app without window or renderer.

mod common;

use std::time::{Duration, Instant};

use bevy::prelude::*;
use common::{gallery_app, star_app};
use compneurovis_bevy::{CellGeometry, LinePlot, SelectEntity, SessionLayout, prelude::*};
use compneurovis_core::{AppSpec, Emitter, Modifiers, Phase, Scene, Session, SessionCommand, SessionError, Value};

fn bare_app() -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, CompNeuroVisPlugins));
    app
}

fn spawn(app: &mut App) -> Entity {
    app.world_mut().spawn(LiveSession::new(star_app())).id()
}

/// Updates until `done`, or fails after ten seconds.
fn until(app: &mut App, what: &str, mut done: impl FnMut(&mut World) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        app.update();
        if done(app.world_mut()) {
            return;
        }
        assert!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn views(world: &mut World, session: Entity) -> Vec<(Entity, String)> {
    let mut query = world.query::<(Entity, &ViewOf)>();
    let of_session = query.iter(world).filter(|(_, of)| of.session == session);
    let mut views: Vec<_> = of_session.map(|(entity, of)| (entity, of.view.to_string())).collect();
    views.sort_by(|(_, a), (_, b)| a.cmp(b));
    views
}

fn ready(app: &mut App, session: Entity) {
    until(app, "a scene", |world| views(world, session).len() == 2);
    app.update();
}

fn send(app: &mut App, session: Entity, command: SessionCommand) {
    app.world_mut().write_message(SendCommand { session, command });
}

fn invoke(app: &mut App, session: Entity, action: &str) {
    send(app, session, SessionCommand::invoke(action));
}

#[test]
fn a_scene_becomes_entities() {
    let mut app = bare_app();
    let session = spawn(&mut app);
    ready(&mut app, session);
    let found = views(app.world_mut(), session);
    assert_eq!(found.iter().map(|(_, view)| view.as_str()).collect::<Vec<_>>(), ["cell", "plot"]);
    let world = app.world();
    let (cell, plot) = (found[0].0, found[1].0);
    assert_eq!(world.get::<Morphology>(cell).unwrap().title, "Star");
    assert_eq!(world.get::<CellGeometry>(cell).unwrap().compartments(), 12);
    assert!(world.get::<Transform>(cell).is_some() && world.get::<Visibility>(cell).is_some());
    assert_eq!(world.get::<LinePlot>(plot).unwrap().x.unit, "ms");
    for (view, _) in &found {
        assert_eq!(world.get::<ChildOf>(*view).unwrap().parent(), session);
    }
    assert_eq!(world.get::<SessionScene>(session).unwrap().fields["v"].unit(), "mV");
}

#[test]
fn a_patch_changes_one_component() {
    let mut app = bare_app();
    let session = spawn(&mut app);
    ready(&mut app, session);
    let before = views(app.world_mut(), session);

    #[derive(Resource, Default)]
    struct Seen(Vec<Entity>);
    app.init_resource::<Seen>();
    let note =
        |mut seen: ResMut<Seen>, cells: Query<Entity, Changed<Morphology>>, plots: Query<Entity, Changed<LinePlot>>| {
            seen.0.extend(cells.iter().chain(&plots));
        };
    app.add_systems(Last, note);
    // What was there before the system was added is new to it.
    app.update();
    app.world_mut().resource_mut::<Seen>().0.clear();
    invoke(&mut app, session, "retitle");
    until(&mut app, "a new title", |world| world.get::<Morphology>(before[0].0).unwrap().title == "New title");
    assert_eq!(views(app.world_mut(), session), before, "entities stay");
    assert_eq!(app.world().resource::<Seen>().0, [before[0].0], "one component of one entity changed");
}

#[test]
fn a_removed_view_takes_its_entity_with_it() {
    let mut app = bare_app();
    let session = spawn(&mut app);
    ready(&mut app, session);
    invoke(&mut app, session, "remove plot");
    until(&mut app, "one view less", |world| views(world, session).len() == 1);
}

#[test]
fn nothing_is_left_of_a_despawned_session() {
    let mut app = bare_app();
    let before = entities(&mut app);
    let session = spawn(&mut app);
    ready(&mut app, session);
    app.world_mut().entity_mut(session).despawn();
    app.update();
    assert_eq!(entities(&mut app), before);
}

fn entities(app: &mut App) -> usize {
    app.update();
    app.world_mut().query::<Entity>().iter(app.world()).count()
}

#[test]
fn two_sessions_keep_apart() {
    let mut app = bare_app();
    let first = spawn(&mut app);
    ready(&mut app, first);
    // At run time, in a running app.
    let second = spawn(&mut app);
    ready(&mut app, second);
    let value = Value::Float(2.0);
    send(&mut app, second, SessionCommand::SetControl { control: "gain".into(), value: value.clone() });
    app.update();
    let gain = |session| app.world().get::<SessionScene>(session).unwrap().state["gain"].clone();
    assert_eq!((gain(first), gain(second)), (Value::Float(1.0), value));
    assert_eq!(views(app.world_mut(), first).len(), 2);
    app.world_mut().entity_mut(first).despawn();
    app.update();
    assert_eq!(views(app.world_mut(), second).len(), 2);
}

#[test]
fn selecting_is_component_state_and_command() {
    let mut app = bare_app();
    let session = spawn(&mut app);
    ready(&mut app, session);
    let select = |app: &mut App, entity: &str| {
        let modifiers = Modifiers::default();
        app.world_mut().write_message(SelectEntity { session, entity: entity.into(), modifiers });
        app.update();
    };
    select(&mut app, "dend[0]@0.35000");
    let selected = app.world().get::<Selection>(session).unwrap().primary().cloned().unwrap();
    assert_eq!((selected.compartment, selected.geometry.as_str()), (4, "cell"));
    let scene = app.world().get::<SessionScene>(session).unwrap();
    assert_eq!(scene.state["selected_entity_id"], Value::Text("dend[0]@0.35000".into()));
    select(&mut app, "nowhere@0.5");
    assert_eq!(app.world().get::<Selection>(session).unwrap().primary(), Some(&selected), "the selection stays");
}

#[test]
fn a_failed_session_stays_readable_and_restarts() {
    let mut app = bare_app();
    let session = spawn(&mut app);
    ready(&mut app, session);
    invoke(&mut app, session, "fail");
    until(&mut app, "the failure", |world| world.get::<SessionProgress>(session).unwrap().phase == Phase::Failed);
    let problems = &app.world().get::<SessionProblems>(session).unwrap();
    assert_eq!(problems[0].to_string(), "doing `fail`: asked to fail");
    send(&mut app, session, SessionCommand::SetControl { control: "gain".into(), value: Value::Float(2.0) });
    assert_eq!(views(app.world_mut(), session).len(), 2, "the data stays");
    send(&mut app, session, SessionCommand::Restart);
    until(&mut app, "the restart", |world| world.get::<SessionProgress>(session).unwrap().phase == Phase::Running);
    let left = app.world().get::<SessionProblems>(session).unwrap();
    assert!(left.is_empty(), "{left:?}");
    ready(&mut app, session);
    let scene = app.world().get::<SessionScene>(session).unwrap();
    assert_eq!(scene.state["gain"], Value::Float(1.0), "what the slider shows is what the new model has");
}

#[test]
fn a_session_that_fails_at_once_is_an_entity_all_the_same() {
    struct Never;
    impl Session for Never {
        fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> {
            Err("no such file: cell.swc".into())
        }
        fn advance(&mut self, _: &mut Emitter) -> Result<(), SessionError> {
            Ok(())
        }
    }
    let mut app = bare_app();
    let session = app.world_mut().spawn(LiveSession::new(AppSpec::new("Never", || Ok(Never)))).id();
    until(&mut app, "the failure", |world| !world.get::<SessionProblems>(session).unwrap().is_empty());
    let problems = app.world().get::<SessionProblems>(session).unwrap();
    assert_eq!(problems[0].to_string(), "initialising: no such file: cell.swc");
}

#[test]
fn each_kind_of_view_has_a_component_of_its_own() {
    let mut app = bare_app();
    let session = app.world_mut().spawn(LiveSession::new(gallery_app())).id();
    until(&mut app, "a scene", |world| views(world, session).len() == 8);
    fn ids<T: Component>(world: &mut World) -> Vec<String> {
        let mut ids: Vec<_> =
            world.query_filtered::<&ViewOf, With<T>>().iter(world).map(|of| of.view.to_string()).collect();
        ids.sort();
        ids
    }
    let world = app.world_mut();
    assert_eq!(ids::<LinePlot>(world), ["plot", "single"]);
    assert_eq!(ids::<PhasePlane>(world), ["phase"]);
    assert_eq!(ids::<RangePlot>(world), ["range"]);
    assert_eq!(ids::<HeatMap>(world), ["heat"]);
    assert_eq!(ids::<Raster>(world), ["raster"]);
    assert_eq!(ids::<StateGraph>(world), ["graph"]);
    assert!(ids::<OtherView>(world).is_empty(), "that is for what has no picture");
    assert_eq!(world.get::<SessionLayout>(session).unwrap().panels.len(), 9);
}
