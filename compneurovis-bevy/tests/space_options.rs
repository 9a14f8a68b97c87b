//! How panels of views in space behave when their layout says so.
//!
//! Without any adapter this test says so and passes, unless `COMPNEUROVIS_REQUIRE_GPU` is 1.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::time::Duration;

use bevy::prelude::*;
use common::star_scene;
use compneurovis_bevy::{ClearsSelection, FrontendError, Headless, OrbitCamera, workbench::SpaceCamera};
use compneurovis_core::{
    AppSpec, Axis, Emitter, Layout, LayoutNode, MorphologyView, Panel, PanelPatch, Scene, Session, SessionCommand,
    SessionError, SessionUpdate, SpaceOptions,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Three panels of one cell; the first two have linked cameras, the second lets go of the selection.
struct Three;

impl Session for Three {
    fn initialize(&mut self, _emitter: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let views = ["b", "c"].map(|id| MorphologyView::new(id, "cell").colored_by("v"));
        let scene = views.into_iter().fold(star_scene(), |scene, view| scene.with_view(view));
        let root = LayoutNode::equal_split(Axis::Horizontal, ["one", "two", "three"].map(LayoutNode::panel));
        let layout = Layout::new(root)
            .with_panel(Panel::space("one", ["cell"]).with_linked_camera(7))
            .with_panel(Panel::space("two", ["b"]).with_linked_camera(7).clearing_on_background())
            .with_panel(Panel::space("three", ["c"]));
        Ok(Some(scene.with_layout(layout)))
    }

    fn advance(&mut self, _emitter: &mut Emitter) -> Result<(), SessionError> {
        std::thread::sleep(Duration::from_millis(2));
        Ok(())
    }

    fn handle(&mut self, _command: &SessionCommand, emitter: &mut Emitter) -> Result<(), SessionError> {
        let mut patch = PanelPatch::new("two");
        patch.options = Some(SpaceOptions::default());
        emitter.emit(SessionUpdate::PanelPatch(patch));
        Ok(())
    }
}

fn camera(headless: &mut Headless, panel: &str) -> Option<Entity> {
    let world = headless.world_mut();
    let mut cameras = world.query::<(Entity, &SpaceCamera)>();
    cameras.iter(world).find(|(_, space)| space.panel.as_str() == panel).map(|(camera, _)| camera)
}

fn orbit(headless: &mut Headless, panel: &str) -> OrbitCamera {
    let camera = camera(headless, panel).unwrap();
    *headless.world_mut().get::<OrbitCamera>(camera).unwrap()
}

fn turn(headless: &mut Headless, panel: &str) {
    let camera = camera(headless, panel).unwrap();
    headless.world_mut().get_mut::<OrbitCamera>(camera).unwrap().turn(Vec2::new(50.0, 10.0), 400.0);
    for _ in 0..2 {
        headless.frame();
    }
}

fn clears(headless: &mut Headless, panel: &str) -> bool {
    let camera = camera(headless, panel).unwrap();
    headless.world_mut().get::<ClearsSelection>(camera).is_some()
}

#[test]
fn cameras_of_a_group_turn_together_until_a_patch_parts_them() {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    let mut headless = match Headless::new(AppSpec::new("Three", || Ok(Three)), (900, 400)) {
        Ok(headless) => headless,
        Err(FrontendError::NoAdapter(why)) if !required => {
            return eprintln!("skipped, as there is no graphics adapter: {why}");
        }
        Err(error) => panic!("{error}"),
    };
    headless.run_until("three cameras", PATIENCE, |headless| camera(headless, "three").is_some()).unwrap();
    for _ in 0..5 {
        headless.frame();
    }
    assert!(clears(&mut headless, "two") && !clears(&mut headless, "one") && !clears(&mut headless, "three"));
    let alone = orbit(&mut headless, "three");
    turn(&mut headless, "one");
    assert_eq!(orbit(&mut headless, "one"), orbit(&mut headless, "two"), "the linked one follows");
    assert_eq!(orbit(&mut headless, "three"), alone, "the other stays");
    assert_ne!(orbit(&mut headless, "one"), alone);

    headless.send(SessionCommand::SetControl { control: "gain".into(), value: 1.5.into() });
    headless.run_until("the patch", PATIENCE, |headless| !clears(headless, "two")).unwrap();
    let before = orbit(&mut headless, "two");
    turn(&mut headless, "one");
    assert_eq!(orbit(&mut headless, "two"), before, "parted");
    assert_ne!(orbit(&mut headless, "one"), before);
}
