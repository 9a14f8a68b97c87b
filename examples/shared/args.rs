//! The flags of every example.

use std::path::PathBuf;

use clap::Parser;
use compneurovis_core::{AppSpec, SessionCommand, Value, remote::RemoteError};
use compneurovis_swc::SwcMode;

use crate::{CellSource, RemoteArgs};

/// Flags that every example understands.
#[derive(Clone, Debug, Parser)]
pub struct Args {
    /// The cell to show, an SWC file. Without it, one is generated.
    #[arg(long, value_name = "FILE")]
    pub swc: Option<PathBuf>,

    /// Whose rules make the sections of that file: NEURON's (exact), or the same without its mistakes
    /// (repaired). Without it NEURON's are used, and what they spoil is refused.
    #[arg(long, value_name = "MODE", requires = "swc")]
    pub swc_mode: Option<SwcMode>,

    /// Render to this PNG file instead of opening a window.
    #[arg(long, value_name = "OUT.png", value_parser = parse_png)]
    pub headless: Option<PathBuf>,

    /// Width and height of the window or picture in pixels.
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = parse_size)]
    pub size: (u32, u32),

    /// Simulate so many ms, then render and exit. [default: 25.2 with --headless, else no end]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse_time)]
    pub sim_ms: Option<f64>,

    /// Pixels a point of the picture or movie: 2 has twice as many along each side.
    #[arg(long, value_name = "N", default_value = "1", value_parser = parse_scale)]
    pub scale: f32,

    /// Only this panel of the window, in the picture or movie.
    #[arg(long, value_name = "ID")]
    pub panel: Option<String>,

    /// Write the plot in this panel as SVG, as `PANEL=FILE`.
    #[arg(long, value_name = "ID=OUT.svg", value_parser = parse_svg)]
    pub export_svg: Vec<(String, PathBuf)>,

    /// Write the traces to this folder, one CSV file a field.
    #[arg(long, value_name = "DIR")]
    pub export_csv: Option<PathBuf>,

    /// Write all fields and geometries to this file.
    #[arg(long, value_name = "OUT.npz")]
    pub export_npz: Option<PathBuf>,

    /// Write the traces and the marks of the timeline to this file, as Neurodata Without Borders.
    #[arg(long, value_name = "OUT.nwb")]
    pub export_nwb: Option<PathBuf>,

    /// Make a movie of the run: MP4 where ffmpeg is on the PATH, or a folder of numbered PNG files if the
    /// name does not end in .mp4.
    #[arg(long, value_name = "OUT.mp4")]
    pub movie: Option<PathBuf>,

    /// How many frames the movie has.
    #[arg(long, value_name = "N", default_value = "100", requires = "movie")]
    pub movie_frames: usize,

    /// Record the run to this file, which must not be there yet.
    #[arg(long, value_name = "OUT.mcap")]
    pub record: Option<PathBuf>,

    /// Measure, and write the figures to this JSON file.
    #[arg(long, value_name = "OUT.json")]
    pub stats: Option<PathBuf>,

    /// Write the scene of the picture, with all its values, to this JSON file.
    #[arg(long, value_name = "OUT.json", requires = "headless")]
    pub scene: Option<PathBuf>,

    /// Set a control before the model starts, such as `--set stim_amp=0.5`; may be given several times.
    #[arg(long, value_name = "CONTROL=VALUE", value_parser = parse_setting)]
    pub set: Vec<(String, Value)>,

    /// Do an action before the model starts; may be given several times.
    #[arg(long, value_name = "ACTION")]
    pub act: Vec<String>,

    /// Where the session runs.
    #[command(flatten)]
    pub remote: RemoteArgs,
}

impl Args {
    /// Whether something is to be written without a window being opened.
    pub fn writes_files(&self) -> bool {
        let Self { headless, export_svg, export_csv, export_npz, export_nwb, movie, .. } = self;
        let files = [headless, export_csv, export_npz, export_nwb, movie];
        !export_svg.is_empty() || files.into_iter().any(Option::is_some)
    }

    /// The cell that the flags ask for.
    pub fn cell(&self) -> CellSource {
        let mode = self.swc_mode;
        self.swc.clone().map_or(CellSource::Generated, |path| CellSource::File { path, mode })
    }

    /// The application, recorded as the flags want it, where its session runs as they say; `None` if it was served
    /// until its end. See [`RemoteArgs::place`].
    ///
    /// # Errors
    /// As [`RemoteArgs::place`].
    pub fn place(&self, app: AppSpec) -> Result<Option<AppSpec>, RemoteError> {
        let app = match &self.record {
            Some(path) => app.with_recording(path),
            None => app,
        };
        self.remote.place(app, self.first_commands())
    }

    /// What the flags want done before the model starts, in their order.
    pub fn first_commands(&self) -> impl Iterator<Item = SessionCommand> {
        let set = |(control, value): &(String, Value)| SessionCommand::SetControl {
            control: control.as_str().into(),
            value: value.clone(),
        };
        self.set.iter().map(set).chain(self.act.iter().map(|action| SessionCommand::invoke(action.as_str())))
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let numbers = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let fits = |&(width, height): &(u32, u32)| (200..=8192).contains(&width) && (200..=8192).contains(&height);
    numbers.filter(fits).ok_or_else(|| format!("`{text}` is not a size such as 1280x720, from 200 to 8192 each"))
}

fn parse_png(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_png = path.extension().is_none_or(|extension| extension.eq_ignore_ascii_case("png"));
    if is_png { Ok(path) } else { Err(format!("`{text}` is not a PNG file, and pictures are")) }
}

fn parse_scale(text: &str) -> Result<f32, String> {
    let scale = text.parse().ok().filter(|scale: &f32| (0.25..=16.0).contains(scale));
    scale.ok_or_else(|| format!("`{text}` is not a scale from 0.25 to 16"))
}

fn parse_svg(text: &str) -> Result<(String, PathBuf), String> {
    let parts = text.split_once('=').filter(|(panel, path)| !panel.is_empty() && !path.is_empty());
    let (panel, path) = parts.ok_or_else(|| format!("`{text}` is not a panel and a file, as in plot=plot.svg"))?;
    Ok((panel.to_owned(), path.into()))
}

/// Numbers, switches and words; what a control does not take is told by the session.
fn parse_setting(text: &str) -> Result<(String, Value), String> {
    let (control, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not CONTROL=VALUE"))?;
    let value = match (value.parse(), value.parse(), value.parse()) {
        (Ok(whole), ..) => Value::Int(whole),
        (_, Ok(real), _) => Value::Float(real),
        (_, _, Ok(switch)) => Value::Bool(switch),
        _ => Value::Text(value.to_owned()),
    };
    Ok((control.to_owned(), value))
}

fn parse_time(text: &str) -> Result<f64, String> {
    let time = text.parse().ok().filter(|time: &f64| time.is_finite() && *time > 0.0);
    time.ok_or_else(|| format!("`{text}` is not a positive number of ms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_numbers_switches_or_words() {
        let parsed = ["a=2", "a=0.5", "a=true", "a=x=y"].map(|text| parse_setting(text).map(|(_, value)| value));
        let expected = [Value::Int(2), Value::Float(0.5), Value::Bool(true), Value::Text("x=y".to_owned())];
        assert_eq!(parsed, expected.map(Ok));
        assert!(parse_setting("a").is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(parse_size("640x480"), Ok((640, 480)));
        for text in ["640", "0x0", "x", "640x480x2", "99999x640"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        assert!(parse_png("a.PNG").is_ok() && parse_png("a").is_ok() && parse_png("a.jpg").is_err());
        assert_eq!(parse_scale("2"), Ok(2.0));
        for text in ["0", "-1", "nan", "1000", "large"] {
            assert!(parse_scale(text).is_err(), "{text}");
        }
        assert_eq!(parse_svg("plot=a=b.svg"), Ok(("plot".to_owned(), "a=b.svg".into())));
        assert!(parse_svg("plot").is_err() && parse_svg("=a").is_err() && parse_svg("plot=").is_err());
        assert_eq!(parse_time("2.5"), Ok(2.5));
        for text in ["0", "-1", "nan", "inf", "soon"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
