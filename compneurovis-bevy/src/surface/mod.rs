//! Surfaces in 3-D: fields over two dims as heights over a grid, in the user's own 3-D world.
//!
//! One surface is one entity with a `Transform`. Its grid stays on the GPU: new values are copied as
//! they are, one `f32` each, and the shader finds places and colours by them. Every active 3-D camera whose
//! [`RenderLayers`](bevy::camera::visibility::RenderLayers) meet those of the entity sees it, before and behind cells
//! and Bevy's own meshes as depth has it.
//!
//! - **Where it is.** x is to the right, heights are up, and y goes away from the viewer; see [`SurfaceShape`].
//!   [`SurfaceView::aspect`](compneurovis_core::SurfaceView::aspect) says how the sides are to one another.
//! - **Holes.** A height that is not finite is a hole, as wide as the triangles that meet in it.
//! - **Translucency.** A translucent surface shows what is behind it once, and not its own far side; surfaces that are
//!   seen through are drawn from the farthest to the nearest.
//! - **Axes** run along those edges of the box that a camera sees best, or through its middle; where the
//!   surface hides them, and the cuts of
//!   [`GridSlice`](compneurovis_core::GridSlice)s, they shine through faintly. Their texts are in [`AxisLabels`], for
//!   [`surface_labels_ui`] to draw.
//! - **Problems.** What cannot be drawn, or not as it should, says why in [`SurfaceProblems`].

mod axes;
mod draw;
mod gpu;
mod grid;
mod labels;
mod layer;
mod level;
mod lines;
mod look;
mod pass;
mod pick;
mod picture;
mod pipeline;
mod problem;
mod shape;
mod sight;
mod uploads;

use bevy::{
    asset::{AssetPlugin, embedded_asset},
    camera::CameraUpdateSystems,
    prelude::*,
    transform::TransformSystems,
};

pub use grid::SurfaceGrid;
pub use labels::{AxisLabels, AxisText, surface_labels_ui, surface_problems_ui};
pub use pick::{SurfacePoint, pick_surface};
pub use picture::SurfacePicture;
pub use problem::{SurfaceProblem, SurfaceProblems};
pub use shape::SurfaceShape;
pub use uploads::{SurfaceUploads, UploadedBytes};

use crate::session::SessionSystems;

/// The stages in which surfaces are drawn.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SurfaceSystems {
    /// Gives views their [`SurfacePicture`] or their [`SurfaceProblems`]. In [`PreUpdate`], after
    /// [`SessionSystems::SyncViews`].
    Resolve,
    /// Measures [`SpaceBounds`](crate::camera::SpaceBounds) and draws axes, texts and cuts. In [`PostUpdate`], after cameras and transforms.
    Draw,
}

/// Draws the surfaces of all sessions.
///
/// Without a renderer, as under `MinimalPlugins`, entities still get their pictures and bounds.
#[derive(Debug, Default)]
pub struct SurfacePlugin;

impl Plugin for SurfacePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<draw::Drawings>()
            .init_resource::<SurfaceUploads>()
            .configure_sets(PreUpdate, SurfaceSystems::Resolve.after(SessionSystems::SyncViews))
            .configure_sets(
                PostUpdate,
                SurfaceSystems::Draw.after(TransformSystems::Propagate).after(CameraUpdateSystems),
            )
            .add_systems(PreUpdate, picture::resolve_surfaces.in_set(SurfaceSystems::Resolve))
            .add_systems(PostUpdate, (picture::measure_surfaces, draw::draw_surfaces).in_set(SurfaceSystems::Draw));
        if app.is_plugin_added::<AssetPlugin>() {
            embedded_asset!(app, "surface.wgsl");
            embedded_asset!(app, "lines.wgsl");
            embedded_asset!(app, "layer.wgsl");
        }
    }

    // Not `build`: the render app exists only when all plugins were built.
    fn finish(&self, app: &mut App) {
        pass::build(app);
    }
}
