//! The sections that a cell becomes, as JSON.
//!
//! `cargo run -p compneurovis-examples --no-default-features --example swc_sections -- FILE` prints
//! what NEURON makes of an SWC file; with `--mode repaired`, the same without its mistakes.

#![expect(clippy::print_stderr, reason = "programs talk to their user on the terminal")]

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use compneurovis_swc::{LoadSwc, Section, Sections, SwcCell, SwcMode, Warning};
use serde::Serialize;

/// Prints the sections of an SWC file as JSON.
#[derive(Parser)]
struct Flags {
    /// The SWC file.
    file: PathBuf,

    /// Whose rules make the sections: NEURON's (exact), or the same without its mistakes (repaired).
    #[arg(long, default_value_t = SwcMode::Exact)]
    mode: SwcMode,
}

#[derive(Serialize)]
struct CellJson<'a> {
    sections: Vec<SectionJson<'a>>,
    warnings: Vec<WarningJson>,
}

/// Lengths in micrometres; what NEURON calls `parentx` is `parent_x`.
#[derive(Serialize)]
struct SectionJson<'a> {
    name: &'a str,
    parent: Option<&'a str>,
    parent_x: Option<f64>,
    child_end: u8,
    nseg: u32,
    #[serde(rename = "L")]
    length: f64,
    /// x, y, z and diameter.
    points: Vec<[f32; 4]>,
}

#[derive(Serialize)]
struct WarningJson {
    line: Option<usize>,
    kind: &'static str,
    message: String,
}

impl<'a> CellJson<'a> {
    fn new(cell: &'a SwcCell) -> Self {
        Self {
            sections: cell.sections.sections.iter().map(|section| SectionJson::new(section, &cell.sections)).collect(),
            warnings: cell.warnings().map(WarningJson::new).collect(),
        }
    }
}

impl<'a> SectionJson<'a> {
    fn new(section: &'a Section, cell: &'a Sections) -> Self {
        let point = |point: &compneurovis_swc::Point3d| {
            let [x, y, z] = point.position_um;
            [x, y, z, point.diameter_um]
        };
        Self {
            name: &section.name,
            parent: section.parent.map(|parent| &*cell.sections[parent.section].name),
            parent_x: section.parent.map(|parent| parent.x),
            // Import3d connects the start of every section, and divides none.
            child_end: 0,
            nseg: 1,
            length: section.neuron_length_um(),
            points: section.points.iter().map(point).collect(),
        }
    }
}

impl WarningJson {
    fn new(warning: Warning<'_>) -> Self {
        Self { line: warning.line(), kind: warning.kind(), message: warning.to_string() }
    }
}

fn main() -> ExitCode {
    let Flags { file, mode } = Flags::parse();
    let cell = match LoadSwc::new().mode(mode).path(file) {
        Ok(cell) => cell,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    match print(&CellJson::new(&cell)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot print: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(cell: &CellJson<'_>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, cell)?;
    writeln!(out)?;
    out.flush()
}
