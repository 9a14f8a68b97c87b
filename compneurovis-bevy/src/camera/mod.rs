//! Cameras that turn around what they show: by pointer, by keys, and by themselves until the user moves
//! them.
//!
//! | input | what the camera under the pointer does |
//! |---|---|
//! | left drag | turns |
//! | right or middle drag, left drag with Shift | moves sideways |
//! | wheel | goes nearer to what is under the pointer, or farther away |
//! | keys, with [`CameraKeys`] | see [`CAMERA_KEYS`] |

mod drag;
mod frame;
mod keys;
mod link;
mod orbit;
mod pointer;
mod projection;

use bevy::{input::keyboard::KeyboardInput, prelude::*};

pub use frame::{FitSelection, FramingRoom, SpaceBounds};
pub(crate) use frame::{aspect_of, union};
pub(crate) use keys::KeysTaken;
pub use keys::{CAMERA_KEYS, CameraKeys};
pub use link::LinkedCamera;
pub use orbit::{OrbitCamera, StandardView};
pub(crate) use pointer::{PointerOver, PointerTaken};

/// The stages of an orbit camera's frame, in [`Update`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrbitSystems {
    /// Takes pointer and keys.
    Move,
    /// Frames what there is to see, where the user has not moved the camera yet.
    Frame,
    /// Puts the camera where its settings say.
    Place,
}

/// Moves every [`OrbitCamera`].
#[derive(Debug, Default)]
pub struct OrbitCameraPlugin;

impl Plugin for OrbitCameraPlugin {
    fn build(&self, app: &mut App) {
        // Without an input plugin there are no keys to read.
        app.add_message::<KeyboardInput>();
        app.add_message::<FitSelection>()
            .configure_sets(Update, (OrbitSystems::Move, OrbitSystems::Frame, OrbitSystems::Place).chain())
            .add_systems(
                Update,
                (
                    (drag::turn_by_pointer, keys::turn_by_keys).chain().in_set(OrbitSystems::Move),
                    (frame::frame_cameras, link::follow_linked).chain().in_set(OrbitSystems::Frame),
                    (projection::fit_projections, orbit::place_cameras).chain().in_set(OrbitSystems::Place),
                ),
            );
    }
}
