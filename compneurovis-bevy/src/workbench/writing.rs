//! How the picture that all cameras of the window share gets into it.

use bevy::{
    camera::CameraOutputMode,
    prelude::*,
    render::{
        Render, RenderApp, RenderSystems,
        camera::{ExtractedCamera, sort_cameras},
        extract_component::ExtractComponentPlugin,
    },
};

use super::UiCamera;

/// Adds the system, if there is a renderer.
pub(super) fn build(app: &mut App) {
    app.add_plugins(ExtractComponentPlugin::<UiCamera>::default());
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
    render_app.add_systems(Render, count_writers.in_set(RenderSystems::CreateViews).after(sort_cameras));
}

/// Lets the camera of the panels be the first at its window if none before it writes there.
///
/// Bevy blends what a camera writes with what is there if another comes before it, also if that writes nothing, as the
/// cameras of cells. Nothing can be seen through their picture, and on a software adapter blending is a third of an empty frame.
fn count_writers(mut cameras: Query<(&mut ExtractedCamera, Has<UiCamera>)>) {
    let writes = |camera: &ExtractedCamera| matches!(camera.output_mode, CameraOutputMode::Write { .. });
    let others = cameras.iter().filter(|(camera, is_ui)| !is_ui && writes(camera));
    let others: Vec<_> = others.map(|(camera, _)| (camera.target.clone(), camera.order)).collect();
    for (mut camera, _) in cameras.iter_mut().filter(|(_, is_ui)| *is_ui) {
        let before = others.iter().filter(|(target, order)| *target == camera.target && *order < camera.order);
        camera.sorted_camera_index_for_target = before.count();
    }
}
