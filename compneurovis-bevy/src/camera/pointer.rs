//! The pointer, and which camera it is over.

use bevy::{
    camera::RenderTarget,
    ecs::{query::QueryFilter, system::SystemParam},
    prelude::*,
    window::{PrimaryWindow, WindowRef},
};
use compneurovis_core::Modifiers;

/// Set while something else, such as a panel, has the pointer. Whoever draws over cells sets it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PointerTaken(pub(crate) bool);

/// The pointer, and the topmost camera with `F` that it is over.
#[derive(SystemParam)]
pub(crate) struct PointerOver<'w, 's, F: QueryFilter + 'static> {
    windows: Query<'w, 's, (Entity, &'static Window, Has<PrimaryWindow>)>,
    cameras: Query<'w, 's, (Entity, &'static Camera, &'static RenderTarget), F>,
    buttons: Option<Res<'w, ButtonInput<MouseButton>>>,
    keys: Option<Res<'w, ButtonInput<KeyCode>>>,
    taken: Option<Res<'w, PointerTaken>>,
}

impl<F: QueryFilter + 'static> PointerOver<'_, '_, F> {
    /// The topmost camera under the pointer, unless something else has the pointer.
    pub(crate) fn camera(&self) -> Option<Entity> {
        if self.taken.as_ref().is_some_and(|taken| taken.0) {
            return None;
        }
        let over = self.cameras.iter().filter(|(entity, ..)| self.position_in(*entity).is_some());
        over.max_by_key(|(_, camera, _)| camera.order).map(|(entity, ..)| entity)
    }

    /// The window that a camera draws to.
    fn window_of(&self, target: &RenderTarget) -> Option<&Window> {
        let RenderTarget::Window(reference) = target else { return None };
        let is_target = |entity: Entity, primary: bool| match reference {
            WindowRef::Primary => primary,
            WindowRef::Entity(window) => *window == entity,
        };
        self.windows.iter().find(|(entity, _, primary)| is_target(*entity, *primary)).map(|(_, window, _)| window)
    }

    /// The pointer in logical pixels of the window of a camera, wherever in the window it is.
    pub(crate) fn cursor_of(&self, camera: Entity) -> Option<Vec2> {
        let (_, _, target) = self.cameras.get(camera).ok()?;
        self.window_of(target)?.cursor_position()
    }

    /// The pointer in physical pixels from the top left of a camera's viewport, if it is within.
    pub(crate) fn position_in(&self, camera: Entity) -> Option<Vec2> {
        let (_, camera, target) = self.cameras.get(camera).ok()?;
        let viewport = camera.physical_viewport_rect()?;
        let position = self.window_of(target)?.physical_cursor_position()? - viewport.min.as_vec2();
        let inside = position.cmpge(Vec2::ZERO).all() && position.cmplt(viewport.size().as_vec2()).all();
        (camera.is_active && inside).then_some(position)
    }

    pub(crate) fn just_pressed(&self, button: MouseButton) -> bool {
        self.buttons.as_ref().is_some_and(|buttons| buttons.just_pressed(button))
    }

    pub(crate) fn just_released(&self, button: MouseButton) -> bool {
        self.buttons.as_ref().is_some_and(|buttons| buttons.just_released(button))
    }

    pub(crate) fn any_pressed(&self) -> bool {
        self.buttons.as_ref().is_some_and(|buttons| buttons.get_pressed().next().is_some())
    }

    pub(crate) fn shift(&self) -> bool {
        self.modifiers().shift
    }

    /// The keys that are held.
    pub(crate) fn modifiers(&self) -> Modifiers {
        let held = |keys: &[KeyCode]| self.keys.as_ref().is_some_and(|held| held.any_pressed(keys.iter().copied()));
        Modifiers {
            shift: held(&[KeyCode::ShiftLeft, KeyCode::ShiftRight]),
            control: held(&[KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::SuperLeft, KeyCode::SuperRight]),
            alt: held(&[KeyCode::AltLeft, KeyCode::AltRight]),
        }
    }
}
