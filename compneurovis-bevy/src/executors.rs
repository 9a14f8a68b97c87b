//! How the systems of a window are run.

use bevy::{
    app::{App, Plugin, SubApp},
    ecs::schedule::{Schedules, SingleThreadedExecutor},
    prelude::World,
    render::RenderApp,
};

/// Processors from which on systems are handed out to threads.
const MANY: usize = 6;

/// On few processors lets each system run on the thread that it is on: there are many and they are small, so that
/// handing them to other threads takes longer than they do, while those threads draw and simulate. For an app
/// of ours that is complete; who builds one of their own decides for themselves. Add it last.
pub(crate) struct OnFewThreads;

impl Plugin for OnFewThreads {
    fn build(&self, _app: &mut App) {}

    fn finish(&self, app: &mut App) {
        if std::thread::available_parallelism().is_ok_and(|count| count.get() >= MANY) {
            return;
        }
        on_one_thread(app.world_mut());
        if let Some(render) = app.get_sub_app_mut(RenderApp).map(SubApp::world_mut) {
            on_one_thread(render);
        }
    }
}

fn on_one_thread(world: &mut World) {
    let Some(mut schedules) = world.get_resource_mut::<Schedules>() else { return };
    for (_, schedule) in schedules.iter_mut() {
        schedule.set_executor(SingleThreadedExecutor::new());
    }
}
