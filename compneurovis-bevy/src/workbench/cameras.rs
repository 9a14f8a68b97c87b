//! The two cameras of the window: one for the cells, one for the panels around them.

use bevy::{
    camera::{CameraOutputMode, ClearColorConfig, RenderTarget, visibility::RenderLayers},
    core_pipeline::tonemapping::Tonemapping,
    prelude::*,
};
use bevy_egui::PrimaryEguiContext;
use compneurovis_core::{Rgba, view::BACKGROUND};

use crate::{
    morphology::{OrbitCamera, PickingCamera},
    session::{Morphology, SessionScene, ViewOf},
};

/// Where the window's cameras draw: the primary window, unless the app says otherwise.
#[derive(Resource, Clone, Debug, Default, Deref)]
pub struct WorkbenchTarget(pub RenderTarget);

/// The camera that shows the cells.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct CellCamera;

/// The camera that shows the panels.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct UiCamera;

pub(super) fn spawn_cameras(mut commands: Commands, target: Res<WorkbenchTarget>) {
    // Neither samples nor tones are for data: a value has its colour, and software adapters their time.
    commands.spawn((
        Name::new("cells"),
        CellCamera,
        OrbitCamera::default(),
        PickingCamera,
        Camera3d::default(),
        Msaa::Off,
        Tonemapping::None,
        target.0.clone(),
        Camera {
            // The next camera writes the picture of both, once.
            output_mode: CameraOutputMode::Skip,
            clear_color: ClearColorConfig::Custom(Color::WHITE),
            ..default()
        },
    ));
    commands.spawn((
        Name::new("panels"),
        UiCamera,
        PrimaryEguiContext,
        Camera2d,
        Msaa::Off,
        Tonemapping::None,
        target.0.clone(),
        RenderLayers::none(),
        Camera { order: 1, clear_color: ClearColorConfig::None, ..default() },
    ));
}

pub(super) fn set_background(
    views: Query<(Ref<Morphology>, &ViewOf)>,
    sessions: Query<Ref<SessionScene>>,
    mut cameras: Query<&mut Camera, With<CellCamera>>,
) {
    let Some((view, of)) = views.iter().next() else { return };
    let Ok(scene) = sessions.get(of.session) else { return };
    // It can follow the shared state.
    if !(view.is_changed() || scene.is_changed() && view.background.key().is_some()) {
        return;
    }
    let Rgba([red, green, blue, _]) = view.background.resolve_or(&scene.state, BACKGROUND);
    for mut camera in &mut cameras {
        camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(red, green, blue));
    }
}
