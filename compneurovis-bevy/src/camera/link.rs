//! Cameras that move together.

use bevy::prelude::*;

use super::OrbitCamera;

/// Cameras of one group look from the same place in the same direction: what moves one of them moves
/// all.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkedCamera(pub u32);

/// Lets the others of a group follow the one that was moved; if several were, the first.
pub(super) fn follow_linked(mut cameras: Query<(&LinkedCamera, &mut OrbitCamera)>) {
    let mut moved: Vec<(LinkedCamera, OrbitCamera)> = Vec::new();
    for (group, orbit) in &cameras {
        // What frames itself has not been moved, and follows those that were.
        if !orbit.auto_frame && !moved.iter().any(|(known, _)| known == group) {
            moved.push((*group, *orbit));
        }
    }
    let changed: Vec<(LinkedCamera, OrbitCamera)> = {
        let changed = cameras.iter_mut().filter(|(_, orbit)| orbit.is_changed() && !orbit.auto_frame);
        changed.map(|(group, orbit)| (*group, *orbit)).collect()
    };
    for (group, mut orbit) in &mut cameras {
        let leads = |(known, _): &&(LinkedCamera, OrbitCamera)| known == group;
        if let Some((_, lead)) = changed.iter().find(leads).or_else(|| moved.iter().find(leads)) {
            orbit.set_if_neq(*lead);
        }
    }
}
