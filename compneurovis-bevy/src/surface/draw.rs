//! Lines, planes and texts of every surface for every camera, anew when one of them changes.

use bevy::{
    camera::visibility::RenderLayers, platform::collections::HashMap, prelude::*, render::renderer::RenderAdapterInfo,
};

use super::{
    AxisLabels, SurfacePicture,
    axes::draw_axes,
    level::steps,
    lines::{Line, Plane, draw_row, draw_slices},
    sight::Sight,
};
use crate::session::{SessionScene, ViewOf};

/// What every camera sees of every surface beside the surface itself.
#[derive(Resource, Debug, Default)]
pub(super) struct Drawings {
    /// By camera and view.
    pub(super) by_sight: HashMap<(Entity, Entity), Drawing>,
}

/// Lines and planes of one surface for one camera.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) lines: Vec<Line>,
    pub(super) planes: Vec<Plane>,
    /// Changes with them.
    pub(super) version: u64,
    /// Every how many-th line along x and along y is enough.
    pub(super) steps: [usize; 2],
    drawn: Drawn,
}

impl Drawing {
    /// Pixels of the camera for a point.
    pub(super) fn scale(&self) -> f32 {
        self.drawn.sight.scale
    }
}

/// What a drawing depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drawn {
    sight: Sight,
    lines: u64,
}

pub(super) fn draw_surfaces(
    mut commands: Commands,
    mut drawings: ResMut<Drawings>,
    cameras: Query<(Entity, &Camera, &GlobalTransform, Option<&RenderLayers>), With<Camera3d>>,
    mut surfaces: Query<(
        Entity,
        &SurfacePicture,
        &ViewOf,
        &GlobalTransform,
        Option<&InheritedVisibility>,
        Option<&RenderLayers>,
        Option<&mut AxisLabels>,
    )>,
    scenes: Query<&SessionScene>,
    adapter: Option<Res<RenderAdapterInfo>>,
) {
    let slow = adapter.is_some_and(|adapter| adapter.device_type == wgpu::DeviceType::Cpu);
    let drawings = &mut drawings.bypass_change_detection().by_sight;
    drawings.retain(|&(camera, surface), _| cameras.contains(camera) && surfaces.contains(surface));
    for (surface, picture, of, transform, visibility, layers, mut labels) in &mut surfaces {
        let mut all = labels.as_ref().map_or_else(AxisLabels::default, |labels| AxisLabels::clone(labels));
        all.by_camera.retain(|&camera, _| cameras.contains(camera));
        let visible = visibility.is_none_or(|visibility| visibility.get());
        for (camera, settings, seen_from, seen_layers) in &cameras {
            let seen = visible && layers.unwrap_or_default().intersects(seen_layers.unwrap_or_default());
            let sight = Sight::new(settings, seen_from, transform, &picture.shape).filter(|_| seen);
            let (Some(sight), Ok(scene)) = (sight, scenes.get(of.session)) else {
                drawings.remove(&(camera, surface));
                all.by_camera.remove(&camera);
                continue;
            };
            let drawn = Drawn { sight, lines: picture.stamps.lines };
            let before = drawings.get(&(camera, surface));
            if before.is_some_and(|before| before.drawn == drawn) {
                continue;
            }
            let version = before.map_or(1, |before| before.version + 1);
            let (mut lines, mut planes) = (Vec::new(), Vec::new());
            let texts = draw_axes(&picture.shape, &picture.axes, &sight, &mut lines);
            if let Some(field) = scene.fields.get(&picture.field) {
                draw_slices(picture, field, &mut lines, &mut planes);
                if picture.is_line() {
                    draw_row(picture, field, &mut lines);
                }
            }
            let steps = if slow { steps(picture.grid.lines(), &picture.shape, &sight) } else { [1; 2] };
            drawings.insert((camera, surface), Drawing { lines, planes, version, steps, drawn });
            all.by_camera.insert(camera, texts);
        }
        match &mut labels {
            Some(labels) => {
                labels.set_if_neq(all);
            }
            None => {
                commands.entity(surface).insert(all);
            }
        }
    }
}
