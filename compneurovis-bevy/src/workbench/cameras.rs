//! The cameras of the window: one for each panel of views in space, one for the panels themselves.

use bevy::{
    camera::{
        CameraMainTextureUsages, CameraOutputMode, ClearColorConfig, RenderTarget, Viewport, visibility::RenderLayers,
    },
    core_pipeline::tonemapping::Tonemapping,
    ecs::system::SystemParam,
    prelude::*,
    render::{extract_component::ExtractComponent, render_resource::TextureUsages},
};
use bevy_egui::{EguiContexts, PrimaryEguiContext, egui};
use compneurovis_core::{
    Panel, PanelCamera, PanelContent, PanelId, Rgba, Scene, SpaceOptions, View, ViewId, view::BACKGROUND,
};

use super::{SpaceRects, backdrop::Backdrop};
use crate::{
    beneath::{Beneath, ShowsBeneath},
    camera::{CameraKeys, FramingRoom, LinkedCamera, OrbitCamera, union},
    morphology::{ClearsSelection, PickingCamera, PlainBackground},
    session::{SessionLayout, SessionScene, ViewOf},
};

/// The order of the camera of the panels, above all those of space.
const UI_ORDER: isize = 1000;

/// Where the window's cameras draw: the primary window, unless the app says otherwise.
#[derive(Resource, Clone, Debug, Default, Deref)]
pub struct WorkbenchTarget(pub RenderTarget);

/// The camera of a panel of views in space. It stays as long as the panel does, and sees what is on
/// Bevy's layer 0 beside the panel's own views.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct SpaceCamera {
    /// The entity of the session.
    pub session: Entity,
    /// The panel in the session's layout.
    pub panel: PanelId,
    /// The layer of the panel's views.
    layer: usize,
    /// Where the panel said that the camera begins.
    begins: PanelCamera,
    /// How the panel said that it behaves.
    behaves: SpaceOptions,
}

/// The layer of the panel that a view was put on; none if it has no panel.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PanelLayer(Option<usize>);

/// The camera that shows the panels.
#[derive(Component, ExtractComponent, Clone, Copy, Debug, Default)]
pub struct UiCamera;

pub(super) fn spawn_ui_camera(mut commands: Commands, target: Res<WorkbenchTarget>) {
    commands.spawn((
        Name::new("panels"),
        UiCamera,
        PrimaryEguiContext,
        Camera2d,
        Msaa::Off,
        Tonemapping::None,
        target.0.clone(),
        RenderLayers::none(),
        (ShowsBeneath, copied_to()),
        Camera { order: UI_ORDER, clear_color: ClearColorConfig::Custom(Color::WHITE), ..default() },
    ));
}

/// Lets a camera's picture be copied to. All cameras have this, as they share one picture.
fn copied_to() -> CameraMainTextureUsages {
    CameraMainTextureUsages::default().with(TextureUsages::COPY_DST)
}

/// The cameras and the views of all sessions, as they are kept in step with the layouts.
#[derive(SystemParam)]
pub(super) struct Cameras<'w, 's> {
    commands: Commands<'w, 's>,
    target: Res<'w, WorkbenchTarget>,
    cameras: Query<'w, 's, (Entity, &'static mut SpaceCamera, &'static mut OrbitCamera)>,
    views: Query<'w, 's, (Entity, &'static ViewOf, Option<&'static PanelLayer>)>,
}

/// Spawns and despawns cameras so that they are those of the layouts, and puts each view on the layer
/// of its panel.
pub(super) fn sync_cameras(mut cameras: Cameras, sessions: Query<(Entity, Ref<SessionScene>, &SessionLayout)>) {
    cameras.remove_unless(|space| sessions.contains(space.session));
    let mut taken: Vec<usize> = cameras.cameras.iter().map(|(_, space, _)| space.layer).collect();
    for (session, scene, layout) in sessions.iter().filter(|(_, scene, _)| scene.is_changed()) {
        let panels: Vec<&Panel> = layout.panels.values().filter(|panel| space_of(panel).is_some()).collect();
        let is_shown = |space: &SpaceCamera| panels.iter().any(|panel| panel.id == space.panel);
        cameras.remove_unless(|space| space.session != session || is_shown(space));
        let layers = cameras.layers(session, &panels, &scene, &mut taken);
        cameras.place_views(session, &panels, &layers);
    }
}

impl Cameras<'_, '_> {
    fn remove_unless(&mut self, stays: impl Fn(&SpaceCamera) -> bool) {
        let gone = self.cameras.iter().filter(|(_, space, _)| !stays(space));
        gone.for_each(|(camera, ..)| self.commands.entity(camera).despawn());
    }

    /// The layer of each panel, whose camera is there or comes now.
    fn layers(&mut self, session: Entity, panels: &[&Panel], scene: &Scene, taken: &mut Vec<usize>) -> Vec<usize> {
        let mut layers = Vec::with_capacity(panels.len());
        for panel in panels {
            let known =
                self.cameras.iter_mut().find(|(_, space, _)| space.session == session && space.panel == panel.id);
            if let Some((camera, mut space, mut orbit)) = known {
                let (_, begins, behaves) = space_of(panel).unwrap_or_default();
                // The camera is the user's, until the panel wants it elsewhere.
                if space.begins != begins {
                    space.begins = begins;
                    *orbit = beginning(panel, scene);
                }
                if space.behaves != behaves {
                    space.behaves = behaves;
                    behave(&mut self.commands.entity(camera), behaves);
                }
                layers.push(space.layer);
                continue;
            }
            let layer = (1..).find(|layer| !taken.contains(layer)).unwrap_or(1);
            taken.push(layer);
            layers.push(layer);
            spawn_camera(&mut self.commands, &self.target, session, panel, layer, scene);
        }
        layers
    }

    /// Puts each view of a session on the layer of its panel; on none if it has no panel.
    fn place_views(&mut self, session: Entity, panels: &[&Panel], layers: &[usize]) {
        for (entity, view, shown) in self.views.iter().filter(|(_, view, _)| view.session == session) {
            let panel = panels.iter().position(|panel| panel.content.views().contains(&view.view));
            let layer = PanelLayer(panel.map(|panel| layers[panel]));
            // Only when that changes: in between the layers are whoever's who needs others.
            if shown != Some(&layer) {
                let layers = layer.0.map_or(RenderLayers::none(), RenderLayers::layer);
                self.commands.entity(entity).insert((layer, layers));
            }
        }
    }
}

/// What a panel shows in space, where its camera begins, and how it behaves.
fn space_of(panel: &Panel) -> Option<(&[ViewId], PanelCamera, SpaceOptions)> {
    match &panel.content {
        PanelContent::Space { views, camera, options, .. } => Some((views, *camera, *options)),
        _ => None,
    }
}

/// Gives a camera the components of what its panel wants, and takes those away that it does not.
fn behave(camera: &mut EntityCommands, options: SpaceOptions) {
    match options.linked {
        Some(group) => camera.insert(LinkedCamera(group)),
        None => camera.remove::<LinkedCamera>(),
    };
    if options.clears_selection {
        camera.insert(ClearsSelection);
    } else {
        camera.remove::<ClearsSelection>();
    }
}

fn spawn_camera(
    commands: &mut Commands,
    target: &WorkbenchTarget,
    session: Entity,
    panel: &Panel,
    layer: usize,
    scene: &Scene,
) {
    let (_, begins, behaves) = space_of(panel).unwrap_or_default();
    let mut camera = commands.spawn((
        Name::new(panel.shown_title(scene).to_owned()),
        SpaceCamera { session, panel: panel.id.clone(), layer, begins, behaves },
        beginning(panel, scene),
        (PickingCamera, CameraKeys, FramingRoom::default(), copied_to()),
        Camera3d::default(),
        // Neither samples nor tones are for data: a value has its colour, and software adapters their time.
        Msaa::Off,
        Tonemapping::None,
        target.0.clone(),
        RenderLayers::from_layers(&[0, layer]),
        Camera {
            order: layer as isize,
            // The camera of the panels writes the picture of all, once.
            output_mode: CameraOutputMode::Skip,
            // Until the layout says where.
            is_active: false,
            ..default()
        },
    ));
    behave(&mut camera, behaves);
}

/// How many times deeper than wide and high cells are that are looked at from the side.
const DEEP: f32 = 2.0;

/// From where those are looked at: also their branches have to be seen, and these spread in depth then.
const ASIDE: PanelCamera = PanelCamera { distance: None, elevation_deg: 25.0, azimuth_deg: 60.0 };

/// Where a panel's camera begins. Cells are looked at from the front, with x to the right and y up as
/// in the data, or from aside if they would hide themselves; unless their panel says otherwise.
fn beginning(panel: &Panel, scene: &Scene) -> OrbitCamera {
    let (views, begins, _) = space_of(panel).unwrap_or_default();
    let cells = views.iter().map(|view| match scene.views.get(view) {
        Some(View::Morphology(view)) => Some(view.geometry.clone()),
        _ => None,
    });
    let Some(cells) = cells.collect::<Option<Vec<_>>>().filter(|_| begins == PanelCamera::default()) else {
        return OrbitCamera::beginning(begins);
    };
    let bounds = cells.iter().filter_map(|cell| scene.morphology(cell)?.bounds_um());
    let bounds = bounds.map(|(min, max)| (Vec3::from(min), Vec3::from(max))).reduce(union);
    if bounds.is_some_and(is_deep) { OrbitCamera::beginning(ASIDE) } else { OrbitCamera::default() }
}

/// Whether what is in a box would hide itself from the front.
fn is_deep((min, max): (Vec3, Vec3)) -> bool {
    let size = max - min;
    size.z > DEEP * size.xy().max_element()
}

/// Lets each camera draw into the rectangle of its panel.
pub(super) fn fit_viewports(
    rects: Res<SpaceRects>,
    mut contexts: EguiContexts,
    mut cameras: Query<(&SpaceCamera, &mut Camera)>,
) {
    let Ok(context) = contexts.ctx_mut() else { return };
    let pixels_per_point = context.pixels_per_point();
    for (space, mut camera) in &mut cameras {
        let fitting = rects
            .get(space.session, &space.panel)
            .and_then(|rect| fitting(rect, pixels_per_point, camera.physical_target_size()?));
        if camera.is_active != fitting.is_some() {
            camera.is_active = fitting.is_some();
        }
        let Some(fitting) = fitting else { continue };
        let same = camera.viewport.as_ref().is_some_and(|viewport| {
            viewport.physical_position == fitting.physical_position && viewport.physical_size == fitting.physical_size
        });
        if !same {
            camera.viewport = Some(fitting);
        }
    }
}

/// The viewport of a rectangle in points; `None` if no pixel is left of it.
fn fitting(rect: egui::Rect, pixels_per_point: f32, target: UVec2) -> Option<Viewport> {
    // Negative and endless numbers saturate.
    let pixel =
        |point: egui::Pos2| UVec2::new((point.x * pixels_per_point) as u32, (point.y * pixels_per_point) as u32);
    let (from, to) = (pixel(rect.min), pixel(rect.max).min(target));
    (from.cmplt(to).all()).then(|| Viewport { physical_position: from, physical_size: to - from, ..default() })
}

/// Gives each camera the background of its panel's first view.
pub(super) fn set_backgrounds(
    sessions: Query<(&SessionScene, &SessionLayout)>,
    mut cameras: Query<
        (Entity, &SpaceCamera, &mut Camera, Option<&Backdrop>, Option<&PlainBackground>),
        Without<UiCamera>,
    >,
    mut ui: Query<&mut Camera, With<UiCamera>>,
    beneath: Res<Beneath>,
    mut commands: Commands,
) {
    // Clearing clears the whole window, so only the lowest may.
    let active = cameras.iter().filter(|(_, _, camera, ..)| camera.is_active);
    let lowest = active.min_by_key(|(_, _, camera, ..)| camera.order).map(|(entity, ..)| entity);
    for (entity, space, mut camera, shown, plain) in &mut cameras {
        let Ok((scene, layout)) = sessions.get(space.session) else { continue };
        let color = background(scene, layout, &space.panel);
        let clear = if lowest == Some(entity) { ClearColorConfig::Custom(color) } else { ClearColorConfig::None };
        set_clear(&mut camera, clear);
        let backdrop = Backdrop(color.into());
        if shown != Some(&backdrop) {
            commands.entity(entity).insert(backdrop);
        }
        // Surfaces are drawn by depth, and so are the cells around them.
        let wanted = has_only_cells(scene, layout, &space.panel).then_some(PlainBackground(color));
        match wanted {
            Some(wanted) if plain != Some(&wanted) => {
                commands.entity(entity).insert(wanted);
            }
            None if plain.is_some() => {
                commands.entity(entity).remove::<PlainBackground>();
            }
            _ => {}
        }
    }
    // Clearing costs nothing, filling does.
    let ground = beneath.ground().unwrap_or(egui::Color32::WHITE);
    for mut camera in &mut ui {
        let ground = Color::srgb_u8(ground.r(), ground.g(), ground.b());
        let clear = if lowest.is_some() { ClearColorConfig::None } else { ClearColorConfig::Custom(ground) };
        set_clear(&mut camera, clear);
    }
}

fn set_clear(camera: &mut Mut<Camera>, clear: ClearColorConfig) {
    let same = match (&camera.clear_color, &clear) {
        (ClearColorConfig::Custom(old), ClearColorConfig::Custom(new)) => old == new,
        (ClearColorConfig::None, ClearColorConfig::None) => true,
        _ => false,
    };
    if !same {
        camera.clear_color = clear;
    }
}

fn has_only_cells(scene: &Scene, layout: &SessionLayout, panel: &PanelId) -> bool {
    let views = layout.panels.get(panel).map_or(&[][..], |panel| panel.content.views());
    views.iter().all(|view| matches!(scene.views.get(view), Some(View::Morphology(_))))
}

fn background(scene: &Scene, layout: &SessionLayout, panel: &PanelId) -> Color {
    let first = layout.panels.get(panel).and_then(|panel| panel.content.views().first());
    let binding = match first.and_then(|view| scene.views.get(view)) {
        Some(View::Morphology(view)) => Some(&view.background),
        Some(View::Surface(view)) => Some(&view.background),
        _ => None,
    };
    let Rgba([red, green, blue, _]) =
        binding.map_or(BACKGROUND, |background| background.resolve_or(&scene.state, BACKGROUND));
    Color::srgb_u8(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_in_depth_is_looked_at_from_aside() {
        let is_deep = |size: [f32; 3]| is_deep((Vec3::ONE, Vec3::ONE + Vec3::from(size)));
        assert!(is_deep([10.0, 1.0, 100.0]));
        for size in [[100.0, 1.0, 1.0], [1.0, 100.0, 1.0], [80.0, 1.0, 100.0], [1.0, 80.0, 100.0], [0.0; 3]] {
            assert!(!is_deep(size), "{size:?}");
        }
    }
}
