//! Files that are no recordings, nearly: a corpus of broken ones, and good ones that are changed at random.
//! Whatever they say, reading them ends with an error or a scene, and takes no more memory than is allowed.
//!
//! `COMPNEUROVIS_FUZZ_SECONDS` says how long to change files.
#![cfg(feature = "recording")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use compneurovis_core::{
    Emitter, Field, LiveApp, RecordedSession, RecordingFile, RecordingFileError, Scene, Session, SessionCommand,
    Viewer, recording::ReadLimits,
};

/// How long files are changed, unless the environment says otherwise.
const SECONDS: u64 = 2;

/// What a chunk, and the updates of a scene, may take here.
const LIMIT: u64 = 64 << 20;

fn limits() -> ReadLimits {
    let mut limits = ReadLimits::default();
    (limits.chunk_bytes, limits.scene_bytes) = (LIMIT, LIMIT);
    limits
}

/// Does with a file what a program does with a recording. Says whether it was one.
fn exercise(path: &Path) -> Result<(), RecordingFileError> {
    let file = Arc::new(RecordingFile::open_with(path, limits())?);
    let marks = file.timeline().map(drop);
    let _ = file.ms_per_second();
    let (start_ms, end_ms) = (file.start_ms(), file.end_ms());
    let scenes = [f64::NEG_INFINITY, start_ms, (start_ms + end_ms) / 2.0, end_ms, f64::NAN].map(|time_ms| {
        let scene = file.scene_at(time_ms)?;
        let _ = scene.check();
        Ok(())
    });
    let mut emitter = Emitter::detached();
    let mut session = RecordedSession::new(file);
    if session.initialize(&mut emitter).is_ok() {
        for _ in 0..200 {
            if session.advance(&mut emitter).is_err() {
                break;
            }
        }
        let _ = session.seek(end_ms / 3.0, &mut emitter);
    }
    scenes.into_iter().chain([marks]).collect()
}

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/recording");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "mcap"));
    files.sort();
    assert!(files.len() >= 20, "the corpus has {} files", files.len());
    files
}

/// The most memory that this process has had, in bytes; 0 where that is not told.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[test]
fn the_corpus_of_broken_files_holds() {
    let before = peak_memory();
    for path in corpus() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let result = exercise(&path);
        match name.starts_with("good") {
            true => assert!(result.is_ok(), "{name}: {result:?}"),
            false => assert!(result.is_err(), "{name} is read as if nothing were wrong"),
        }
    }
    let grown = peak_memory().saturating_sub(before);
    assert!(grown < 8 * LIMIT, "{grown} bytes");
}

/// A short recording of a trace and a field, in small chunks.
fn record(path: &Path) {
    let app = LiveApp::new("Good", || {
        let field = Field::series("v", "x", vec![0.0, 1.0], vec![0.0; 2])?;
        Ok((0_u64, Scene::new().with_field(field).with_field(Field::series("t", "time", vec![], vec![])?)))
    })
    .on_advance(|step, emitter| {
        *step += 1;
        emitter.replace("v", vec![*step as f32; 2]);
        emitter.append_series("t", "time", &[*step as f64], &[*step as f32], Some(10));
        emitter.set_time(*step as f64, 1);
        Ok(())
    })
    .app();
    let mut viewer = Viewer::start(&app.with_recording(path).with_first_command(SessionCommand::Pause)).unwrap();
    for _ in 0..4 {
        for _ in 0..5 {
            viewer.step().unwrap();
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn changed_files_hold() {
    let seconds = std::env::var("COMPNEUROVIS_FUZZ_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.mcap");
    record(&path);
    exercise(&path).unwrap();
    let mut inputs = vec![fs::read(&path).unwrap()];
    inputs.extend(corpus().iter().map(|path| fs::read(path).unwrap()).filter(|bytes| bytes.len() < 50_000));
    let (mut seed, mut good, start) = (0, 0_u64, Instant::now());
    while seed < 200 || start.elapsed() < Duration::from_secs(seconds) {
        let mut dice = Dice(seed);
        fs::write(&path, changed(&inputs, &mut dice)).unwrap();
        good += u64::from(exercise(&path).is_ok());
        seed += 1;
    }
    assert!(good < seed, "nothing was ever found wrong");
    println!("{seed} files, {good} of them still good; at most {} MB", peak_memory() >> 20);
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One of the inputs, changed in some places; the good one half of the time.
fn changed(inputs: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let which = if dice.below(2) == 0 { 0 } else { dice.below(inputs.len()) };
    let mut bytes = inputs[which].clone();
    for _ in 0..1 + dice.below(5) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(7) {
            0 => bytes.insert(at, dice.next() as u8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            3 => {
                bytes.drain(at..(at + dice.below(40)).min(bytes.len()));
            }
            // A length that claims too much.
            4 if at + 8 <= bytes.len() => {
                let claim = [u64::MAX, u64::from(u32::MAX), 1 << 40, 0, 1 << 28][dice.below(5)];
                bytes[at..at + 8].copy_from_slice(&claim.to_le_bytes());
            }
            5 => bytes.truncate(at),
            _ => {
                let other = &inputs[dice.below(inputs.len())];
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(400)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    bytes
}
