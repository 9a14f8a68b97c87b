//! What is exported is what is shown: pictures, plots, numbers, movies.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod common;

use std::{path::Path, time::Duration};

use common::wave::wave_app;
use compneurovis_bevy::{
    FrontendError, Headless,
    export::{Export, read_recipe},
    timeline::TimelineRequest,
};
use compneurovis_core::{Phase, SessionCommand};

const PATIENCE: Duration = Duration::from_secs(60);
const SIZE: (u32, u32) = (960, 540);

/// The wave at 30 ms, with a gain of 1.5.
fn wave() -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    match Headless::new(wave_app(), SIZE) {
        Ok(mut headless) => {
            headless.run_until("a scene", PATIENCE, |headless| headless.status().phase == Phase::Paused).unwrap();
            headless.send(SessionCommand::set("gain", 1.5));
            headless.send(SessionCommand::RunUntil { time_ms: 30.0 });
            let arrived = |headless: &mut Headless| {
                headless.status().phase == Phase::Paused && headless.status().time_ms >= 29.99
            };
            headless.run_until("30 ms", PATIENCE, arrived).unwrap();
            // What egui fades in goes by the clock on the wall.
            let begin = std::time::Instant::now();
            while begin.elapsed() < Duration::from_millis(500) {
                headless.frame();
            }
            Some(headless)
        }
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Width, height and pixels of a PNG file.
fn pixels(path: &Path) -> (u32, u32, Vec<u8>) {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut data).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    (frame.width, frame.height, data)
}

fn picture(panel: Option<&str>, scale: f32) -> Export {
    Export::Picture { panel: panel.map(Into::into), scale }
}

#[test]
fn a_picture_at_twice_the_scale_shows_the_same_with_four_times_the_pixels() {
    let Some(mut headless) = wave() else { return };
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.png");
    headless.save_png(&plain).unwrap();
    let one = headless.export(picture(None, 1.0), &folder.path().join("one.png"), PATIENCE).unwrap();
    let two = headless.export(picture(None, 2.0), &folder.path().join("two.png"), PATIENCE).unwrap();
    let ((width, height, small), (width_2, height_2, large)) = (pixels(&one), pixels(&two));
    assert_eq!((width, height), SIZE);
    assert_eq!((width_2, height_2), (SIZE.0 * 2, SIZE.1 * 2));
    let window = pixels(&plain).2;
    let unlike: Vec<usize> =
        (0..small.len() / 3).filter(|at| small[at * 3..at * 3 + 3] != window[at * 3..at * 3 + 3]).collect();
    let places: Vec<_> = unlike.iter().map(|at| (at % width as usize, at / width as usize)).collect();
    assert!(
        places.is_empty(),
        "at scale 1 it is what the window shows: {} {:?} {:?}",
        places.len(),
        places.first(),
        places.last()
    );
    let mut difference = 0u64;
    let mut upscaled = 0;
    let at = |x: usize, y: usize, channel: usize| u64::from(large[(y * width_2 as usize + x) * 3 + channel]);
    for y in 0..height as usize {
        for x in 0..width as usize {
            for channel in 0..3 {
                let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| at(2 * x + dx, 2 * y + dy, channel));
                let mean = four.iter().sum::<u64>() / 4;
                difference += mean.abs_diff(u64::from(small[(y * width as usize + x) * 3 + channel]));
                upscaled += usize::from(four.iter().any(|value| *value != four[0]));
            }
        }
    }
    let mean = difference as f64 / small.len() as f64;
    assert!(mean < 3.0, "they show the same: mean difference {mean}");
    assert!(upscaled > 5000, "it is drawn anew and not made larger: {upscaled} places have details");
}

#[test]
fn a_picture_carries_its_recipe_and_overwrites_nothing() {
    let Some(mut headless) = wave() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figures/cell.png");
    let first = headless.export(picture(Some("cell"), 2.0), &path, PATIENCE).unwrap();
    let second = headless.export(picture(Some("plot"), 1.0), &path, PATIENCE).unwrap();
    assert_eq!(first, path);
    assert!(second.ends_with("figures/cell-2.png") && path.exists());
    let recipe = read_recipe(&first).unwrap();
    assert_eq!(recipe.get("Title"), Some("Wave"));
    assert_eq!(recipe.get("Simulated Time"), Some("30 ms"));
    assert_eq!((recipe.get("Panel"), recipe.get("Scale")), (Some("cell"), Some("2")));
    let parameters: serde_json::Value = serde_json::from_str(recipe.get("Parameters").unwrap()).unwrap();
    assert_eq!(parameters["gain"], 1.5);
    assert!(recipe.get("Software").unwrap().starts_with("CompNeuroVis "));
    assert!(recipe.get("Metadata").unwrap().contains("a wave"));
    assert!(recipe.get("Creation Time").unwrap().ends_with('Z'));
    let plain = folder.path().join("plain.png");
    headless.save_png(&plain).unwrap();
    assert_eq!(read_recipe(&plain).unwrap().get("Simulated Time"), Some("30 ms"));
    let missing = headless.export(picture(Some("no such"), 1.0), &path, PATIENCE).unwrap_err().to_string();
    assert!(missing.contains("no such") && missing.contains("plot"), "{missing}");
    let large = headless.export(picture(None, 100.0), &path, PATIENCE).unwrap_err().to_string();
    assert!(large.contains("96000"), "{large}");
}

#[test]
fn a_plot_as_svg_has_its_words_curves_and_ghost() {
    let Some(mut headless) = wave() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plot.svg");
    let svg = |headless: &mut Headless, panel: &str| {
        let export = Export::Svg { panel: panel.into() };
        headless.export(export, &path, PATIENCE).map(|path| std::fs::read_to_string(path).unwrap())
    };
    let text = svg(&mut headless, "plot").unwrap();
    for word in ["Time (ms)", "Potential (mV)", "Traces", "soma", "dend", "Simulated Time: 30 ms", "gain"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let events = svg::read(&text).unwrap();
    let mut curves = 0;
    for event in events {
        if let svg::parser::Event::Tag("polyline", _, attributes) = event {
            let points = attributes["points"].split(' ').count();
            assert!(points > 50, "a sample each 0.5 ms for 30 ms: {points}");
            curves += 1;
        }
    }
    assert_eq!(curves, 2);
    assert!(!text.contains("stroke-dasharray=\"5 3\""));
    headless.request(TimelineRequest::Branch);
    (0..6).for_each(|_| {
        headless.frame();
    });
    let text = svg(&mut headless, "plot").unwrap();
    assert!(
        text.contains("stroke-dasharray=\"5 3\"") && text.contains(">\nbefore\n<") || text.contains("before"),
        "{text}"
    );
    let none = svg(&mut headless, "cell").unwrap_err().to_string();
    assert!(none.contains("cell"), "{none}");
}

#[test]
fn nwb_is_written_or_the_feature_is_named() {
    let Some(mut headless) = wave() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs/run.nwb");
    let written = headless.export(Export::Nwb, &path, PATIENCE);
    if cfg!(feature = "nwb") {
        assert_eq!(std::fs::read(written.unwrap()).unwrap()[..8], *b"\x89HDF\r\n\x1a\n");
    } else {
        let why = written.unwrap_err().to_string();
        assert!(why.contains("the feature `nwb`") && !path.exists(), "{why}");
    }
}

#[test]
fn traces_and_fields_are_the_numbers_that_are_shown() {
    let Some(mut headless) = wave() else { return };
    let folder = tempfile::tempdir().unwrap();
    headless.export(Export::Csv, &folder.path().join("traces"), PATIENCE).unwrap();
    let text = std::fs::read_to_string(folder.path().join("traces/traces.csv")).unwrap();
    let scene = headless.scene().unwrap().clone();
    let (traces, mut rows) = (&scene.fields["traces"], 0);
    let times = traces.coord("time").unwrap().numbers().unwrap();
    let series = [0, 1].map(|at| traces.series_at("time", &[at]).unwrap());
    assert!(text.lines().next().unwrap().contains("soma"), "{text}");
    for (at, line) in text.lines().skip(1).enumerate() {
        let numbers: Vec<&str> = line.split(',').collect();
        assert_eq!(numbers[0].parse(), Ok(times[at]));
        assert_eq!(numbers[1].parse(), Ok(series[0][at]));
        assert_eq!(numbers[2].parse(), Ok(series[1][at]));
        rows += 1;
    }
    assert_eq!(rows, 61);
    let path = headless.export(Export::Npz, &folder.path().join("data.npz"), PATIENCE).unwrap();
    // Entries are stored as they are: the numbers of each field stand in the file in one piece.
    let file = std::fs::read(path).unwrap();
    for field in ["traces", "v"] {
        let bytes: Vec<u8> = scene.fields[field].values().iter().flat_map(|value| value.to_le_bytes()).collect();
        assert!(file.windows(bytes.len()).any(|part| part == bytes), "{field}");
        assert!(file.windows(field.len()).any(|part| part == field.as_bytes()), "{field}");
    }
}

#[test]
fn a_movie_is_the_timeline_picture_by_picture() {
    let Some(mut headless) = wave() else { return };
    let folder = tempfile::tempdir().unwrap();
    let movie = |frames| Export::Movie { panel: Some("cell".into()), scale: 1.0, frames, frames_per_second: 25 };
    let frames = headless.export(movie(5), &folder.path().join("frames"), PATIENCE).unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(&frames).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), 5);
    let times: Vec<String> =
        paths.iter().map(|path| read_recipe(path).unwrap().get("Simulated Time").unwrap().to_owned()).collect();
    assert_eq!(times, ["0 ms", "7.5 ms", "15 ms", "22.5 ms", "30 ms"]);
    let ffmpeg = std::process::Command::new("ffmpeg").arg("-version").output().is_ok();
    let outcome = headless.export(movie(3), &folder.path().join("wave.mp4"), PATIENCE);
    match ffmpeg {
        true => assert!(std::fs::metadata(outcome.unwrap()).unwrap().len() > 500),
        false => {
            let why = outcome.unwrap_err().to_string();
            assert!(why.contains("ffmpeg") && why.contains("wave.frames"), "{why}");
        }
    }
}
