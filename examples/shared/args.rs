//! The flags of every example.

use std::path::PathBuf;

use clap::Parser;
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
    #[arg(long, value_name = "OUT.png")]
    pub headless: Option<PathBuf>,

    /// Width and height of the window or picture in pixels.
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = parse_size)]
    pub size: (u32, u32),

    /// Simulate so many ms, then render and exit. [default: 25.2 with --headless, else no end]
    #[arg(long, value_name = "T", value_parser = parse_time)]
    pub sim_ms: Option<f64>,

    /// Measure, and write the figures to this JSON file.
    #[arg(long, value_name = "OUT.json")]
    pub stats: Option<PathBuf>,

    /// Where the session runs.
    #[command(flatten)]
    pub remote: RemoteArgs,
}

impl Args {
    /// The cell that the flags ask for.
    pub fn cell(&self) -> CellSource {
        let mode = self.swc_mode;
        self.swc.clone().map_or(CellSource::Generated, |path| CellSource::File { path, mode })
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let numbers = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let fits = |&(width, height): &(u32, u32)| (200..=8192).contains(&width) && (200..=8192).contains(&height);
    numbers.filter(fits).ok_or_else(|| format!("`{text}` is not a size such as 1280x720, from 200 to 8192 each"))
}

fn parse_time(text: &str) -> Result<f64, String> {
    let time = text.parse().ok().filter(|time: &f64| time.is_finite() && *time > 0.0);
    time.ok_or_else(|| format!("`{text}` is not a positive number of ms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(parse_size("640x480"), Ok((640, 480)));
        for text in ["640", "0x0", "x", "640x480x2", "99999x640"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        assert_eq!(parse_time("2.5"), Ok(2.5));
        for text in ["0", "-1", "nan", "inf", "soon"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
