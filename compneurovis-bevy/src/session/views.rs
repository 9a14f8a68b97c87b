//! One child entity for each view of a session's scene.

use bevy::{ecs::query::QueryData, platform::collections::HashMap, prelude::*};
use compneurovis_core::{View, ViewId};

use super::{
    HeatMap, LinePlot, Morphology, OtherView, PhasePlane, RangePlot, Raster, SessionLayout, SessionScene, StateGraph,
    Surface, ViewOf,
};
use crate::surface::{AxisLabels, SurfacePicture, SurfaceProblems};

/// Resolves the layouts of scenes that changed.
pub(super) fn resolve_layouts(mut sessions: Query<(&SessionScene, &mut SessionLayout), Changed<SessionScene>>) {
    for (scene, mut layout) in &mut sessions {
        layout.set_if_neq(SessionLayout(scene.resolved_layout()));
    }
}

/// Spawns, changes and despawns view entities so that they are those of the scene.
pub(super) fn sync_views(
    mut commands: Commands,
    sessions: Query<(Entity, &SessionScene), Changed<SessionScene>>,
    views: Query<(Entity, &ViewOf, Settings)>,
) {
    if sessions.is_empty() {
        return;
    }
    let mut known: HashMap<(Entity, &ViewId), Entity> = HashMap::default();
    for (entity, of, ..) in &views {
        known.insert((of.session, &of.view), entity);
    }
    for (session, scene) in &sessions {
        for view in scene.views.values() {
            let shown = known.remove(&(session, view.id())).and_then(|entity| views.get(entity).ok());
            match shown {
                Some((entity, _, shown)) => update_view(commands.entity(entity), view, &shown),
                None => spawn_view(&mut commands, session, view),
            }
        }
    }
    let gone = known.iter().filter(|((session, _), _)| sessions.contains(*session));
    gone.for_each(|(_, &entity)| commands.entity(entity).despawn());
}

fn spawn_view(commands: &mut Commands, session: Entity, view: &View) {
    let name = Name::new(view.title().to_owned());
    let of = ViewOf { session, view: view.id().clone() };
    let mut entity = commands.spawn((name, of, ChildOf(session)));
    insert_settings(&mut entity, view);
}

/// Inserts the settings only if they differ, so that change detection tells the truth.
fn update_view(mut entity: EntityCommands, view: &View, shown: &SettingsItem) {
    if shown.are_of(view) {
        return;
    }
    // A view can become one of another kind under its id.
    if !shown.are_of_kind(view) {
        entity.remove::<AllSettings>().remove::<(SurfacePicture, SurfaceProblems, AxisLabels)>();
    }
    insert_settings(&mut entity, view);
    entity.insert(Name::new(view.title().to_owned()));
}

/// The component of each kind of view; all others are an [`OtherView`].
macro_rules! kinds {
    ($($kind:ident $field:ident;)*) => {
        /// The settings of a view, of whichever kind it is.
        #[derive(QueryData)]
        pub(super) struct Settings {
            $($field: Option<&'static $kind>,)*
            other: Option<&'static OtherView>,
        }

        type AllSettings = ($($kind,)* OtherView);

        impl SettingsItem<'_, '_> {
            /// Whether they are those of a view.
            fn are_of(&self, view: &View) -> bool {
                match view {
                    $(View::$kind(view) => self.$field.is_some_and(|shown| shown.0 == *view),)*
                    view => self.other.is_some_and(|shown| shown.0 == *view),
                }
            }

            /// Whether the component is the one that a view has.
            fn are_of_kind(&self, view: &View) -> bool {
                match view {
                    $(View::$kind(_) => self.$field.is_some(),)*
                    _ => self.other.is_some(),
                }
            }
        }

        fn insert_settings(entity: &mut EntityCommands, view: &View) {
            match view {
                $(View::$kind(view) => entity.insert($kind(view.clone())),)*
                other => entity.insert(OtherView(other.clone())),
            };
        }
    };
}

kinds! {
    Morphology morphology;
    Surface surface;
    LinePlot line_plot;
    PhasePlane phase_plane;
    RangePlot range_plot;
    HeatMap heat_map;
    Raster raster;
    StateGraph state_graph;
}
