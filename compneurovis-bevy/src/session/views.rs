//! One child entity for each view of a session's scene.

use bevy::{platform::collections::HashMap, prelude::*};
use compneurovis_core::{View, ViewId};

use super::{LinePlot, Morphology, OtherView, SessionScene, Surface, ViewOf};
use crate::surface::{AxisLabels, SurfacePicture, SurfaceProblems};

/// The settings of a view, of whichever kind it is.
type Settings =
    (Option<&'static Morphology>, Option<&'static Surface>, Option<&'static LinePlot>, Option<&'static OtherView>);

/// The same, as a query gives them.
type SettingsItem<'a> = (Option<&'a Morphology>, Option<&'a Surface>, Option<&'a LinePlot>, Option<&'a OtherView>);

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
                Some((entity, _, shown)) => update_view(commands.entity(entity), view, shown),
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
fn update_view(mut entity: EntityCommands, view: &View, (morphology, surface, line_plot, other): SettingsItem) {
    let same = match view {
        View::Morphology(view) => morphology.is_some_and(|shown| shown.0 == *view),
        View::Surface(view) => surface.is_some_and(|shown| shown.0 == *view),
        View::LinePlot(view) => line_plot.is_some_and(|shown| shown.0 == *view),
        view => other.is_some_and(|shown| shown.0 == *view),
    };
    if !same {
        // A view can become one of another kind under its id.
        if !matches!(view, View::Surface(_)) {
            entity.remove::<(Surface, SurfacePicture, SurfaceProblems, AxisLabels)>();
        }
        entity.remove::<(Morphology, LinePlot, OtherView)>();
        insert_settings(&mut entity, view);
        entity.insert(Name::new(view.title().to_owned()));
    }
}

fn insert_settings(entity: &mut EntityCommands, view: &View) {
    match view {
        View::Morphology(view) => entity.insert(Morphology(view.clone())),
        View::Surface(view) => entity.insert(Surface(view.clone())),
        View::LinePlot(view) => entity.insert(LinePlot(view.clone())),
        other => entity.insert(OtherView(other.clone())),
    };
}
