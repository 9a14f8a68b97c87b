//! A process that records is killed at random moments: the file opens, and no more than a second is missing.
//!
//! `COMPNEUROVIS_KILLS` says how often; a few times if it is not set.
#![cfg(feature = "recording")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use compneurovis_core::{LiveApp, RecordingFile, RecordingFileError, prelude::*};

/// Tells the test's child where to record to.
const CHILD: &str = "COMPNEUROVIS_RECORDING_CHILD";

fn unix_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1e3
}

/// A session whose trace is the time of the clock on the wall, beside a field that fills the disk.
fn clock() -> AppSpec {
    let app = LiveApp::new("Clock", || {
        let field = Field::series("v", "x", (0..5000).map(f64::from).collect(), vec![0.0; 5000])?;
        Ok((0_u64, Scene::new().with_field(field).with_field(Field::series("clock", "time", vec![], vec![])?)))
    });
    let app = app.on_advance(|step, emitter| {
        *step += 1;
        let mut buffer = emitter.take_buffer(5000);
        buffer.extend((0..5000_u64).map(|at| (at * *step) as f32));
        emitter.replace("v", buffer);
        emitter.append_series("clock", "time", &[unix_ms()], &[*step as f32], Some(10));
        emitter.set_time(*step as f64, 1);
        Ok(())
    });
    app.every(Duration::from_millis(1)).app()
}

/// Not a test: what the child does, if this is one.
#[test]
fn the_child_records() {
    let Some(path) = env::var_os(CHILD) else { return };
    let _link = clock().with_recording(path).start().unwrap();
    // The other side kills it; if that is gone it ends by itself.
    thread::sleep(Duration::from_secs(60));
}

/// Starts a child, kills it after a while, and says how many ms of its run are missing.
fn kill_after(path: &Path, delay: Duration) -> f64 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_child_records", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        assert!(begin.elapsed() < Duration::from_secs(30), "the child makes no file");
        thread::sleep(Duration::from_millis(1));
    }
    let begun_ms = unix_ms();
    thread::sleep(delay);
    let killed_ms = unix_ms();
    child.kill().unwrap();
    child.wait().unwrap();
    let file = RecordingFile::open(path).unwrap_or_else(|error| panic!("a file is lost after {delay:?}: {error}"));
    assert!(!file.info().complete);
    assert_eq!(file.info().title, "Clock");
    let newest = match file.scene_at(f64::INFINITY) {
        Ok(scene) => scene.fields.get("clock").and_then(|clock| {
            let times = clock.coord("time").ok()?.numbers()?;
            let step = *clock.as_slice()?.last()?;
            assert_eq!(scene.fields["v"].as_slice()?[1], step, "frame and trace are of one moment");
            times.last().copied()
        }),
        Err(RecordingFileError::Empty) => None,
        Err(error) => panic!("the file cannot be read after {delay:?}: {error}"),
    };
    killed_ms - newest.unwrap_or(begun_ms)
}

#[test]
fn whenever_it_is_killed_no_more_than_a_second_is_missing() {
    if env::var_os(CHILD).is_some() {
        return;
    }
    let kills: u64 = env::var("COMPNEUROVIS_KILLS").map_or(5, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut most = 0.0_f64;
    for kill in 0..kills {
        // Spread without a pattern, the same in every run.
        let delay = Duration::from_millis(kill.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 2500);
        let path = folder.path().join("run.mcap");
        let missing_ms = kill_after(&path, delay);
        assert!(missing_ms < 1000.0, "{missing_ms} ms are missing after {delay:?}");
        most = most.max(missing_ms);
        fs::remove_file(path).unwrap();
    }
    assert!(kills > 0);
    println!("{kills} kills, at most {most:.0} ms missing");
}
