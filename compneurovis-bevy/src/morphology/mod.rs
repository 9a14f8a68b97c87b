//! Cells in 3-D: from geometry and values to pixels that live in the user's own 3-D world.
//!
//! One cell is one entity with a `Transform`; there is no entity, mesh or material for a segment.
//! Every active 3-D camera sees every visible cell that shares a `RenderLayers` with it. While a camera stands still its picture of
//! them, an id, shade and depth for each pixel, is kept, and new values only recolour it: a frame
//! then costs the same for a thousand compartments as for a million, and a click is one read. The
//! picture is composed into the camera's own by depth, so that cells and Bevy's other 3-D things
//! hide each other as they should.

mod bounds;
mod colors;
mod composite;
mod copies;
mod gpu;
mod highlight;
mod picking;
mod picture;
mod stage;

use bevy::{
    asset::{AssetPlugin, embedded_asset},
    camera::{CameraUpdateSystems, visibility::VisibilitySystems},
    prelude::*,
    transform::TransformSystems,
};

pub use colors::CellColors;
pub use copies::PlainBackground;
pub use gpu::CellRenderer;
pub use highlight::{CellHighlights, HIGHLIGHT_COLOR};
pub use picking::{ClearsSelection, Hover, Hovered, PickingCamera};
pub use picture::{OnScreen, Pictures};
pub use stage::{CellGeometry, CellStage};

use crate::{
    camera::{FitSelection, OrbitSystems},
    session::SessionSystems,
};

/// The stages in which cells are drawn.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MorphologySystems {
    /// Gives view entities their geometry. In [`PreUpdate`], after [`SessionSystems::SyncViews`].
    Attach,
    /// Turns the pointer into selections. In [`Update`].
    Interact,
    /// Collects, colours and draws the cells. In [`PostUpdate`], after cameras and transforms.
    Draw,
}

/// Draws the cells of all sessions, and picks compartments in them.
///
/// Without a renderer, as under `MinimalPlugins`, entities still get their geometry.
#[derive(Debug, Default)]
pub struct MorphologyPlugin;

impl Plugin for MorphologyPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<CellStage>()
            .init_resource::<CellColors>()
            .init_resource::<Pictures>()
            .init_resource::<Hovered>()
            .add_message::<FitSelection>()
            .init_resource::<CellRenderer>()
            .init_resource::<gpu::GpuFailed>()
            .configure_sets(PreUpdate, MorphologySystems::Attach.after(SessionSystems::SyncViews))
            .configure_sets(
                PostUpdate,
                MorphologySystems::Draw
                    .after(TransformSystems::Propagate)
                    .after(CameraUpdateSystems)
                    .after(VisibilitySystems::CheckVisibility),
            )
            .add_systems(PreUpdate, stage::attach_geometry.in_set(MorphologySystems::Attach))
            .add_systems(
                PostUpdate,
                (
                    stage::collect_cells,
                    bounds::measure_cells,
                    colors::color_cells,
                    highlight::highlight_selection,
                    picture::draw_pictures,
                )
                    .chain()
                    .in_set(MorphologySystems::Draw),
            )
            .add_systems(
                Update,
                (
                    (picking::select_by_click, picking::hover).in_set(MorphologySystems::Interact),
                    bounds::fit_selection.after(OrbitSystems::Move).before(OrbitSystems::Frame),
                ),
            );
        if app.is_plugin_added::<AssetPlugin>() {
            embedded_asset!(app, "composite.wgsl");
            embedded_asset!(app, "gpu/fill.wgsl");
            embedded_asset!(app, "gpu/recolor.wgsl");
        }
    }

    // Not `build`: the render app exists only when all plugins were built.
    fn finish(&self, app: &mut App) {
        composite::build(app);
        gpu::build(app);
    }
}
