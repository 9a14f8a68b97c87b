//! Going through time: the past of a live run, recordings, branches and their ghosts.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod common;

use std::time::Duration;

use bevy::image::Image;
use bevy_egui::egui;
use common::wave::{STEP_MS, wave_app, wave_value};
use compneurovis_bevy::{
    FrontendError, Headless, Past, SessionTimeline,
    export::PanelPlaces,
    timeline::{BranchPoints, Ghosts, PastSettings, TimelineRequest, TimelineShown, TimelineWish, timeline_ui},
};
use compneurovis_core::{
    Capabilities, Mark, MarkKind, PanelId, Phase, SessionCommand, SessionStatus, Timeline, recording::recorded_app,
};
use egui_kittest::Harness;

const PATIENCE: Duration = Duration::from_secs(60);
const SIZE: (u32, u32) = (1280, 720);

/// Frames in which what is received gets to the screen and panels come to rest.
const SETTLING: usize = 4;

fn headless(app: compneurovis_core::AppSpec) -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    match Headless::new(app, SIZE) {
        Ok(mut headless) => {
            headless.world_mut().resource_mut::<PastSettings>().snapshots_every_s = 0.01;
            headless.run_until("a scene", PATIENCE, |headless| headless.status().phase == Phase::Paused).unwrap();
            Some(headless)
        }
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// How long what fades in takes at most.
const REST: Duration = Duration::from_millis(200);

/// Lets the panels come to rest; what egui fades in goes by the clock on the wall.
fn settle(headless: &mut Headless) {
    let begin = std::time::Instant::now();
    let mut frames = 0;
    while frames < SETTLING || begin.elapsed() < REST {
        headless.frame();
        frames += 1;
    }
}

fn run_to(headless: &mut Headless, time_ms: f64) {
    headless.send(SessionCommand::RunUntil { time_ms });
    headless
        .run_until("a time", PATIENCE, |headless| {
            headless.status().phase == Phase::Paused && headless.status().time_ms >= time_ms - 1e-9
        })
        .unwrap();
    settle(headless);
}

/// The pixels of a panel.
fn panel(headless: &mut Headless, image: &Image, id: &str) -> Vec<[u8; 4]> {
    let session = headless.session();
    let rect = headless.world_mut().resource::<PanelPlaces>().0[&(session, PanelId::from(id))];
    let (width, data) = (image.width() as usize, image.data.as_ref().unwrap());
    let (left, right) = (rect.left().ceil() as usize, rect.right().floor() as usize);
    let rows = rect.top().ceil() as usize..rect.bottom().floor() as usize;
    let pixels = |row: usize| data[(row * width + left) * 4..(row * width + right) * 4].chunks_exact(4);
    rows.flat_map(|row| pixels(row).map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]])).collect()
}

fn panels(headless: &mut Headless) -> (Vec<[u8; 4]>, Vec<[u8; 4]>) {
    let image = headless.screenshot().unwrap();
    (panel(headless, &image, "cell-panel"), panel(headless, &image, "plot-panel"))
}

/// In what pictures differ.
fn unlike(found: &[[u8; 4]], expected: &[[u8; 4]]) -> Option<String> {
    if found.len() != expected.len() {
        return Some(format!("{} pixels in place of {}", found.len(), expected.len()));
    }
    let pixels: Vec<_> = found.iter().zip(expected).filter(|(found, expected)| found != expected).collect();
    (!pixels.is_empty()).then(|| format!("{} of {} pixels, the first {:?}", pixels.len(), found.len(), pixels.first()))
}

/// Twenty moments of the first 60 ms.
fn moments() -> impl Iterator<Item = f64> {
    (1..=20).map(|at| f64::from(at) * 3.0)
}

fn past(headless: &mut Headless) -> &Past {
    let session = headless.session();
    headless.world_mut().get::<Past>(session).unwrap()
}

#[test]
fn live_and_replayed_pictures_are_equal_pixel_for_pixel() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wave.mcap");
    let Some(mut live) = headless(wave_app().with_recording(&path)) else { return };
    let pictures: Vec<_> = moments()
        .map(|moment| {
            run_to(&mut live, moment);
            panels(&mut live)
        })
        .collect();
    assert_eq!(pictures.len(), 20);
    assert!(pictures.windows(2).all(|pair| pair[0].0 != pair[1].0 && pair[0].1 != pair[1].1), "they differ");
    drop(live);
    let Some(mut replay) = headless(recorded_app(&path).unwrap().with_first_command(SessionCommand::Pause)) else {
        return;
    };
    // There and back, so that no picture comes of the one before it.
    for (moment, expected) in moments().collect::<Vec<_>>().into_iter().zip(&pictures).rev() {
        replay.request(TimelineRequest::Show(moment));
        let arrived = |replay: &mut Headless| (replay.status().time_ms - moment).abs() < 1e-9;
        replay.run_until("the moment", PATIENCE, arrived).unwrap();
        settle(&mut replay);
        let mut found = panels(&mut replay);
        // Plots are drawn anew at most so often, and a machine that has other things to do lags behind.
        for _ in 0..10 {
            if unlike(&found.0, &expected.0).is_none() && unlike(&found.1, &expected.1).is_none() {
                break;
            }
            settle(&mut replay);
            found = panels(&mut replay);
        }
        assert_eq!(unlike(&found.0, &expected.0), None, "the cell at {moment} ms");
        assert_eq!(unlike(&found.1, &expected.1), None, "the plot at {moment} ms");
    }
}

#[test]
fn a_live_run_shows_its_past_while_it_goes_on_and_then_now_again() {
    let Some(mut live) = headless(wave_app()) else { return };
    let pictures: Vec<_> = moments()
        .map(|moment| {
            run_to(&mut live, moment);
            panels(&mut live).0
        })
        .collect();
    live.send(SessionCommand::Resume);
    for (moment, expected) in moments().zip(&pictures).step_by(3) {
        live.request(TimelineRequest::Show(moment));
        settle(&mut live);
        assert_eq!(past(&mut live).simulated_ms(), Some(moment));
        let shown = live.scene().unwrap().fields["v"].as_slice().unwrap().to_vec();
        assert_eq!(shown[3], wave_value(3, moment, 1.0));
        let times = live.scene().unwrap().fields["traces"].coord("time").unwrap().numbers().unwrap().to_vec();
        assert_eq!(times.last(), Some(&moment), "the plot ends there too");
        assert_eq!(unlike(&panels(&mut live).0, expected), None, "the cell at {moment} ms");
    }
    let before = live.status().time_ms;
    assert!(before > 60.0, "it went on meanwhile: {before}");
    live.request(TimelineRequest::Now);
    live.send(SessionCommand::Pause);
    live.run_until("a pause", PATIENCE, |live| live.status().phase == Phase::Paused).unwrap();
    settle(&mut live);
    let (time_ms, scene) = (live.status().time_ms, live.scene().unwrap());
    let times = scene.fields["traces"].coord("time").unwrap().numbers().unwrap();
    assert_eq!(times.last(), Some(&time_ms));
    // On a slow machine the run comes farther than what a trace keeps.
    assert_eq!(times.len() as f64, (time_ms / STEP_MS + 1.0).min(2000.0), "nothing was lost while the past was shown");
    assert!(times.windows(2).all(|pair| (pair[1] - pair[0] - STEP_MS).abs() < 1e-9), "and no sample in between");
    assert_eq!(scene.fields["v"].as_slice().unwrap()[3], wave_value(3, time_ms, 1.0));
    assert_eq!(past(&mut live).moment_ms(), None);
}

#[test]
fn what_the_user_sets_while_the_past_is_shown_stays_set() {
    let Some(mut live) = headless(wave_app()) else { return };
    run_to(&mut live, 20.0);
    live.request(TimelineRequest::Show(10.0));
    live.frame();
    live.send(SessionCommand::set("gain", 1.5));
    settle(&mut live);
    let gain = |live: &mut Headless| live.scene().unwrap().state["gain"].as_f64();
    assert_eq!(gain(&mut live), Some(1.5));
    live.request(TimelineRequest::Now);
    settle(&mut live);
    assert_eq!(gain(&mut live), Some(1.5));
    run_to(&mut live, 20.5);
    assert_eq!(live.scene().unwrap().fields["v"].as_slice().unwrap()[3], wave_value(3, 20.5, 1.5));
}

#[test]
fn a_branch_goes_back_to_a_snapshot_and_shows_what_was_as_a_ghost() {
    let Some(mut live) = headless(wave_app()) else { return };
    for time_ms in (1..=8).map(|at| f64::from(at) * 5.0) {
        run_to(&mut live, time_ms);
        std::thread::sleep(Duration::from_millis(15));
        settle(&mut live);
    }
    let session = live.session();
    let taken = live.world_mut().get::<BranchPoints>(session).unwrap().times().collect::<Vec<_>>();
    assert!(taken.len() >= 8, "{taken:?}");
    live.request(TimelineRequest::Show(17.3));
    settle(&mut live);
    live.request(TimelineRequest::Branch);
    live.run_until("the snapshot", PATIENCE, |live| live.status().time_ms < 17.5).unwrap();
    settle(&mut live);
    let nearest = taken.iter().copied().filter(|at| *at <= 17.3).fold(0.0, f64::max);
    assert_eq!((live.status().time_ms, live.status().phase), (nearest, Phase::Paused));
    let ghosts = live.world_mut().get::<Ghosts>(session).unwrap();
    let ghost = ghosts.get(&"traces".into()).unwrap().clone();
    assert_eq!(ghost.coord("time").unwrap().numbers().unwrap().last(), Some(&40.0));
    live.send(SessionCommand::set("gain", 0.5));
    run_to(&mut live, 30.0);
    let traces = live.scene().unwrap().fields["traces"].clone();
    let times = traces.coord("time").unwrap().numbers().unwrap();
    assert_eq!((times[0], times[times.len() - 1]), (nearest, 30.0));
    assert_eq!(traces.series_at("time", &[0]).unwrap().last(), Some(&wave_value(0, 30.0, 0.5)));
    let with = panels(&mut live).1;
    live.request(TimelineRequest::ForgetGhosts);
    settle(&mut live);
    let without = panels(&mut live).1;
    let changed = with.iter().zip(&without).filter(|(with, without)| with != without).count();
    assert!(changed > 500, "the ghost is seen: {changed} pixels");
    // The new run is as it was at its snapshot and is in the past under a time of its own.
    let timeline = past(&mut live).timeline().unwrap();
    assert!(timeline.end_ms > 40.0, "{}", timeline.end_ms);
    assert!(timeline.marks.iter().any(|mark| mark.kind == MarkKind::Reset));
}

#[test]
fn spikes_and_controls_are_marked_along_the_past() {
    let Some(mut live) = headless(wave_app()) else { return };
    run_to(&mut live, 10.0);
    live.send(SessionCommand::set("gain", 1.25));
    run_to(&mut live, 20.0);
    let marks = past(&mut live).timeline().unwrap().marks;
    let spikes = marks.iter().filter(|mark| mark.kind == MarkKind::Spike && mark.label == "soma").count();
    // The wave has a period of 10.5 ms, of which one half is above rest.
    assert_eq!(spikes, 2, "{marks:?}");
    let set = marks.iter().find(|mark| mark.kind == MarkKind::Control).unwrap();
    assert_eq!((set.label.as_str(), set.time_ms), ("gain = 1.25", 10.0));
}

#[test]
fn the_timeline_of_a_recording_is_a_component() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wave.mcap");
    let Some(mut live) = headless(wave_app()) else { return };
    run_to(&mut live, 5.0);
    live.request(TimelineRequest::Record(Some(path.clone())));
    settle(&mut live);
    run_to(&mut live, 25.0);
    live.request(TimelineRequest::StopRecording);
    settle(&mut live);
    drop(live);
    let Some(mut replay) = headless(recorded_app(&path).unwrap().with_first_command(SessionCommand::Pause)) else {
        return;
    };
    settle(&mut replay);
    let session = replay.session();
    let timeline = replay.world_mut().get::<SessionTimeline>(session).unwrap().as_ref().unwrap().clone();
    assert_eq!((timeline.start_ms, timeline.end_ms), (5.0, 25.0));
    assert_eq!(past(&mut replay).moments(), 0, "of a recording there is no second copy");
}

/// A timeline of 0 to 100 ms, and what the user asked of it.
fn timeline_of(seek: bool) -> Harness<'static, (SessionStatus, Timeline, Vec<TimelineWish>)> {
    let mut capabilities = Capabilities::RECORDING;
    capabilities.seek = seek;
    let status = SessionStatus { phase: Phase::Paused, time_ms: 0.0, capabilities, ..SessionStatus::default() };
    let timeline = Timeline::new(0.0, 100.0).with_marks([Mark::new(50.0, MarkKind::Spike, "soma")]);
    let show = |ui: &mut egui::Ui, (status, timeline, wishes): &mut (SessionStatus, Timeline, Vec<TimelineWish>)| {
        let shown = TimelineShown {
            status,
            timeline: Some(timeline),
            past: None,
            points: None,
            has_ghosts: false,
            recording: None,
        };
        timeline_ui(ui, &shown, |wish| wishes.push(wish));
        if let Some(TimelineWish::Time(TimelineRequest::Show(time_ms))) = wishes.last() {
            status.time_ms = *time_ms;
        }
    };
    let state = (status, timeline, Vec::new());
    let mut harness = Harness::builder().with_size(egui::vec2(800.0, 60.0)).build_ui_state(show, state);
    harness.run_steps(2);
    harness
}

#[test]
fn dragging_along_the_timeline_seeks() {
    let mut harness = timeline_of(true);
    let y = 22.0;
    harness.drag_at(egui::pos2(250.0, y));
    harness.step();
    for x in [300.0, 400.0, 500.0] {
        harness.hover_at(egui::pos2(x, y));
        harness.step();
    }
    harness.drop_at(egui::pos2(500.0, y));
    harness.run_steps(2);
    let times: Vec<f64> = harness
        .state()
        .2
        .iter()
        .filter_map(|wish| match wish {
            TimelineWish::Time(TimelineRequest::Show(time_ms)) => Some(*time_ms),
            _ => None,
        })
        .collect();
    assert!(times.len() >= 3, "{times:?}");
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "it follows the pointer: {times:?}");
    let last = times[times.len() - 1];
    assert!((30.0..90.0).contains(&last) && last > times[0] + 20.0, "{times:?}");
    // Beyond the end is the end.
    harness.drag_at(egui::pos2(500.0, y));
    harness.step();
    harness.hover_at(egui::pos2(2000.0, y));
    harness.step();
    harness.drop_at(egui::pos2(2000.0, y));
    harness.run_steps(2);
    assert_eq!(harness.state().2.last(), Some(&TimelineWish::Time(TimelineRequest::Show(100.0))));
}

#[test]
fn a_session_without_a_past_has_no_timeline() {
    let harness = timeline_of(false);
    assert!(harness.state().2.is_empty());
    let shown = TimelineShown {
        status: &harness.state().0,
        timeline: Some(&harness.state().1),
        past: None,
        points: None,
        has_ghosts: false,
        recording: None,
    };
    assert!(!shown.is_there());
}
