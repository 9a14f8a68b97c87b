//! Pictures of the window, drawn anew at another scale into an image of their own.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use bevy::{
    camera::{ImageRenderTarget, RenderTarget},
    image::Image,
    prelude::*,
    render::{
        render_resource::{TextureFormat, TextureUsages},
        renderer::RenderDevice,
        view::screenshot::{Screenshot, ScreenshotCaptured},
    },
};
use bevy_egui::EguiContext;
use compneurovis_core::{PanelContent, PanelId};

use super::{
    ExportError, PanelPlaces, Recipe,
    job::{Jobs, Source},
    recipe::write_png,
};
use crate::{
    session::SessionScene,
    workbench::{SpaceCamera, UiCamera, WorkbenchTarget},
};

/// Frames in which panels, cameras and textures come to rest after the target changed.
const SETTLING: u32 = 8;

/// The same in a window, whose pipelines for an image may have to be compiled first.
const SETTLING_IN_WINDOW: u32 = 24;

/// The same for a further picture of the same size.
const SETTLING_AGAIN: u32 = 2;

/// Frames after which a picture that does not come back is given up.
const PATIENCE: u32 = 1200;

/// A picture that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) session: Entity,
    pub(super) panel: Option<PanelId>,
    pub(super) scale: f32,
    pub(super) path: PathBuf,
    pub(super) of_movie: bool,
}

/// Whether a picture is being taken: windows over the panels are not part of it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TakingPicture(pub(crate) bool);

/// A picture that is being taken.
struct Sitting {
    shot: Shot,
    studio: Studio,
    frames_left: u32,
    /// The recipe, and where the picture arrives, once it is asked for.
    asked: Option<(Recipe, Arc<Mutex<Option<Image>>>)>,
    waited: u32,
}

/// The image that is drawn into, and what was drawn into before.
#[derive(Clone)]
struct Studio {
    image: Handle<Image>,
    scale: f32,
    targets: Vec<(Entity, RenderTarget)>,
    before: RenderTarget,
}

#[derive(Resource, Default)]
struct Sittings(Option<Sitting>, Option<Studio>);

/// Takes one picture after the other. An exclusive system, as it changes what all cameras draw into.
pub(super) fn take_pictures(world: &mut World) {
    world.init_resource::<Sittings>();
    let Sittings(mut sitting, mut studio) = std::mem::take(&mut *world.resource_mut::<Sittings>());
    if sitting.is_none() {
        let shot = world.resource_mut::<Jobs>().shots.pop_front();
        match shot {
            Some(shot) => sitting = begin(world, shot, studio.take()),
            None if !world.resource::<Jobs>().more_shots => {
                if let Some(studio) = studio.take() {
                    leave(world, &studio);
                }
            }
            None => {}
        }
    }
    if let Some(mut sitting_now) = sitting.take() {
        match proceed(world, &mut sitting_now) {
            None => sitting = Some(sitting_now),
            Some(outcome) => {
                studio = Some(sitting_now.studio.clone());
                finish(world, &sitting_now.shot, outcome);
            }
        }
    }
    world.insert_resource(Sittings(sitting, studio));
}

fn finish(world: &mut World, shot: &Shot, outcome: Result<PathBuf, ExportError>) {
    let mut jobs = world.resource_mut::<Jobs>();
    match shot.of_movie {
        true => jobs.frames_done.push(outcome),
        false => jobs.outcomes.push((shot.session, outcome)),
    }
}

/// Lets all cameras draw into an image of the wanted scale.
fn begin(world: &mut World, shot: Shot, known: Option<Studio>) -> Option<Sitting> {
    if let Some(studio) = known {
        if studio.scale == shot.scale {
            return Some(Sitting { shot, studio, frames_left: SETTLING_AGAIN, asked: None, waited: 0 });
        }
        leave(world, &studio);
    }
    match enter(world, shot.scale) {
        Ok(studio) => {
            let in_window = !matches!(studio.before, RenderTarget::Image(_));
            let frames_left = if in_window { SETTLING_IN_WINDOW } else { SETTLING };
            Some(Sitting { shot, studio, frames_left, asked: None, waited: 0 })
        }
        Err(error) => {
            finish(world, &shot, Err(error));
            None
        }
    }
}

fn enter(world: &mut World, scale: f32) -> Result<Studio, ExportError> {
    let size =
        world.query_filtered::<&Camera, With<UiCamera>>().iter(world).next().and_then(Camera::logical_target_size);
    let size = size.unwrap_or(Vec2::ZERO);
    let most = world.get_resource::<RenderDevice>().map_or(8192, |device| device.limits().max_texture_dimension_2d);
    let pixels = (size * scale).round();
    let (width, height) = (pixels.x as u32, pixels.y as u32);
    if !(1..=most).contains(&width) || !(1..=most).contains(&height) {
        return Err(ExportError::Scale { width, height, scale, most });
    }
    let mut image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let image = world.resource_mut::<Assets<Image>>().add(image);
    let target = RenderTarget::Image(ImageRenderTarget { handle: image.clone(), scale_factor: scale });
    let mut cameras = world.query_filtered::<(Entity, &mut RenderTarget), Or<(With<UiCamera>, With<SpaceCamera>)>>();
    let mut targets = Vec::new();
    for (camera, mut drawn) in cameras.iter_mut(world) {
        targets.push((camera, std::mem::replace(&mut *drawn, target.clone())));
    }
    let before = std::mem::replace(&mut world.resource_mut::<WorkbenchTarget>().0, target);
    world.insert_resource(TakingPicture(true));
    Ok(Studio { image, scale, targets, before })
}

/// Lets all cameras draw into what they drew into before.
fn leave(world: &mut World, studio: &Studio) {
    let mut cameras = world.query_filtered::<(Entity, &mut RenderTarget), Or<(With<UiCamera>, With<SpaceCamera>)>>();
    for (camera, mut drawn) in cameras.iter_mut(world) {
        let known = studio.targets.iter().find(|(known, _)| *known == camera).map(|(_, target)| target);
        // One that was spawned meanwhile was so for the picture.
        *drawn = known.unwrap_or(&studio.before).clone();
    }
    world.resource_mut::<WorkbenchTarget>().0 = studio.before.clone();
    world.resource_mut::<Assets<Image>>().remove(&studio.image);
    world.insert_resource(TakingPicture(false));
}

/// One frame further. What has come of it, if that was the last.
fn proceed(world: &mut World, sitting: &mut Sitting) -> Option<Result<PathBuf, ExportError>> {
    if sitting.frames_left > 0 {
        sitting.frames_left -= 1;
        return None;
    }
    let Some((recipe, captured)) = &sitting.asked else {
        return match ask(world, sitting) {
            Ok(asked) => {
                sitting.asked = Some(asked);
                None
            }
            Err(error) => Some(Err(error)),
        };
    };
    let image = captured.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(image) = image else {
        sitting.waited += 1;
        let cause = "it does not come back from the GPU".to_owned();
        let error = ExportError::Png { path: sitting.shot.path.clone(), cause };
        return (sitting.waited > PATIENCE).then_some(Err(error));
    };
    let path = sitting.shot.path.clone();
    let crop = crop(world, &sitting.shot);
    Some(crop.and_then(|crop| write_png(&path, &image, crop, recipe)).map(|()| path))
}

/// Asks for the picture that this frame draws, and notes how it came about.
fn ask(world: &mut World, sitting: &Sitting) -> Result<(Recipe, Arc<Mutex<Option<Image>>>), ExportError> {
    crop(world, &sitting.shot)?;
    let mut sources = world.query::<Source>();
    let recipe = sources.get(world, sitting.shot.session).map(|source| source.recipe()).unwrap_or_default();
    let recipe = recipe.of_part(sitting.shot.panel.as_ref(), sitting.shot.scale);
    let captured: Arc<Mutex<Option<Image>>> = Arc::default();
    let arrived = captured.clone();
    // `Screenshot::image` means an image of scale 1, which is another target to Bevy than the cameras'.
    let target = ImageRenderTarget { handle: sitting.studio.image.clone(), scale_factor: sitting.studio.scale };
    world.spawn(Screenshot(RenderTarget::Image(target))).observe(move |event: On<ScreenshotCaptured>| {
        *arrived.lock().unwrap_or_else(PoisonError::into_inner) = Some(event.image.clone());
    });
    Ok((recipe, captured))
}

/// The panel that shows a view: who names a view means its panel.
fn panel_of_view(world: &World, session: Entity, view: &PanelId) -> Option<PanelId> {
    let layout = world.get::<SessionScene>(session)?.resolved_layout();
    let shows = |content: &PanelContent| match content {
        PanelContent::Space { views, .. } => views.iter().any(|shown| shown.as_str() == view.as_str()),
        PanelContent::View(shown) => shown.as_str() == view.as_str(),
        _ => false,
    };
    layout.panels.iter().find(|(_, panel)| shows(&panel.content)).map(|(id, _)| id.clone())
}

/// The pixels of a panel; all if it is the window that is wanted.
fn crop(world: &mut World, shot: &Shot) -> Result<Option<(u32, u32, u32, u32)>, ExportError> {
    let Some(panel) = &shot.panel else { return Ok(None) };
    let places = &world.resource::<PanelPlaces>().0;
    let place = |panel: &PanelId| places.get(&(shot.session, panel.clone())).copied();
    let Some(rect) = place(panel).or_else(|| place(&panel_of_view(world, shot.session, panel)?)) else {
        let known = places.keys().filter(|(session, _)| *session == shot.session).map(|(_, panel)| panel.clone());
        return Err(ExportError::NotShown { panel: panel.clone(), known: known.collect() });
    };
    let mut contexts = world.query_filtered::<&mut EguiContext, With<UiCamera>>();
    let pixels_per_point =
        contexts.iter_mut(world).next().map_or(1.0, |mut context| context.get_mut().pixels_per_point());
    let pixel = |points: f32| (points * pixels_per_point).round().max(0.0) as u32;
    let (left, top) = (pixel(rect.left()), pixel(rect.top()));
    Ok(Some((
        left,
        top,
        pixel(rect.right()).saturating_sub(left).max(1),
        pixel(rect.bottom()).saturating_sub(top).max(1),
    )))
}
