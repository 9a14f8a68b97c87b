//! A graphics device that is gone: the window ends with a message, and no picture is waited for.

use bevy::{
    prelude::*,
    render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy},
};

/// What the graphics device failed of, if it did.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct LostGraphics(pub(crate) Option<String>);

/// Ends an app of ours when its graphics device fails, and keeps why. Add it after Bevy's own plugins.
pub(crate) struct WatchGraphics;

impl Plugin for WatchGraphics {
    fn build(&self, app: &mut App) {
        app.init_resource::<LostGraphics>().insert_resource(RenderErrorHandler(note));
    }
}

/// Called in every frame from the first error on.
fn note(error: &RenderError, main: &mut World, _render: &mut World) -> RenderErrorPolicy {
    let mut lost = main.get_resource_or_init::<LostGraphics>();
    if lost.0.is_none() {
        let (kind, description) = (error.ty, error.description.trim());
        let why = if description.is_empty() { format!("{kind:?}") } else { format!("{kind:?}, {description}") };
        error!("the graphics device failed: {why}");
        lost.0 = Some(why);
        main.write_message(AppExit::error());
    }
    // To go on would show what is wrong, or nothing.
    RenderErrorPolicy::StopRendering
}
