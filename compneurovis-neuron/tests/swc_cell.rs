//! Cells from SWC files in NEURON: as `compneurovis-swc` says, and as NEURON's own Import3d makes them.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail where it stands, and says what it saw")]

mod common;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Instant;

use compneurovis_neuron::{Neuron, Section, VoltageProbe, build_swc_cell};
use compneurovis_swc::{
    LoadSwc, Section as SwcSection, Sections, SwcCell, SwcMode, SyntheticCell, load_swc, read_swc, write_swc,
};

/// Corpus files of at most so many samples are built.
const LARGEST: usize = 6000;

fn nseg(section: &SwcSection) -> usize {
    if section.kind.is_soma() { 1 } else { 10 }
}

/// The sections in NEURON are those of the cell: names, compartments, places, sizes, connections.
fn assert_built(cell: &Sections, built: &[Section], context: &str) {
    assert_eq!(built.len(), cell.sections.len(), "{context}");
    for (expected, section) in cell.sections.iter().zip(built) {
        let context = format!("{context} {}", expected.name);
        assert_section(cell, expected, section, nseg(expected), &context);
    }
}

fn assert_section(cell: &Sections, expected: &SwcSection, section: &Section, nseg: usize, context: &str) {
    assert_eq!(section.name(), expected.name, "{context}");
    assert_eq!(section.nseg().expect("a section"), nseg, "{context}");
    let length_um = section.length().expect("a section");
    assert_eq!(length_um.to_bits(), expected.neuron_length_um().to_bits(), "{context}: length");
    assert_points(expected, section, context);
    let parent = section.parent().expect("a section").map(|(parent, x)| (parent.name().to_owned(), x));
    let expected = expected.parent.map(|parent| (cell.sections[parent.section].name.clone(), parent.x));
    assert_eq!(parent, expected, "{context}: parent");
}

fn assert_points(expected: &SwcSection, section: &Section, context: &str) {
    let found: Vec<[u32; 4]> = section
        .points()
        .expect("a section")
        .iter()
        .map(|point| [point.x, point.y, point.z, point.diameter].map(|number| (number as f32).to_bits()))
        .collect();
    let expected: Vec<[u32; 4]> = expected
        .points
        .iter()
        .map(|point| {
            let [x, y, z] = point.position_um;
            [x, y, z, point.diameter_um].map(f32::to_bits)
        })
        .collect();
    assert_eq!(found, expected, "{context}: points");
}

/// The bits of all potentials after each of 200 steps of 0.1 ms, with a pulse into the soma.
fn run(neuron: &Neuron, sections: &[Section]) -> Vec<Vec<u64>> {
    let soma = sections.iter().find(|section| section.name().starts_with("soma")).expect("a soma");
    let _clamp = common::clamp(soma, 0.5, 2.0, 5.0, 1.0);
    let mut probe = VoltageProbe::new(neuron, sections).expect("a probe");
    let mut values = vec![0.0_f64; probe.len()];
    neuron.set_dt(0.1).expect("a step");
    neuron.initialize(-65.0).expect("an initial state");
    let step = |_| {
        neuron.advance().expect("a step");
        assert!(probe.read_f64(&mut values).expect("potentials").finite);
        values.iter().map(|value| value.to_bits()).collect()
    };
    (0..200).map(step).collect()
}

fn sections_of(path: &Path) -> Sections {
    let samples = read_swc(path).expect("a file").samples;
    Sections::from_samples(&samples).expect("a cell")
}

/// What NEURON's own importer makes of a file. Only for files that are known to be good: it ends
/// the process on others.
fn import(neuron: &Neuron, path: &Path) -> Vec<Section> {
    neuron.load_file("import3d.hoc").expect("Import3d");
    let file = path.to_str().expect("a path");
    let code = format!(
        "objref reader_, importer_, nothing_\nreader_ = new Import3d_SWC_read()\nreader_.quiet = 1\n\
         reader_.input(\"{file}\")\nimporter_ = new Import3d_GUI(reader_, 0)\nimporter_.instantiate(nothing_)\n\
         objref reader_, importer_\n"
    );
    neuron.hoc(&code).expect("a cell");
    let sections = neuron.sections().expect("sections");
    for section in &sections {
        section.insert("hh").expect("a mechanism");
        section.set_nseg(if section.name().starts_with("soma") { 1 } else { 10 }).expect("compartments");
    }
    sections
}

fn agrees_with_import3d(neuron: &Neuron, path: &Path) {
    let cell = sections_of(path);
    let imported = import(neuron, path);
    assert_built(&cell, &imported, "Import3d");
    let expected = run(neuron, &imported);
    drop(imported);
    neuron.clear().expect("an empty interpreter");

    let built = build_swc_cell(neuron, &cell, nseg, &["hh"]).expect("a cell");
    assert_built(&cell, &built, "ours");
    let found = run(neuron, &built);
    let rises = found.windows(2).any(|pair| f64::from_bits(pair[0][0]) < 0.0 && f64::from_bits(pair[1][0]) >= 0.0);
    assert!(rises, "there is a spike");
    let first = found.iter().zip(&expected).position(|(found, expected)| found != expected);
    assert_eq!(first, None, "the first step that differs from Import3d's cell");
    neuron.clear().expect("an empty interpreter");
}

fn corpus() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("COMPNEUROVIS_CORPUS") else {
        println!("the corpus is left out: COMPNEUROVIS_CORPUS names no folder");
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder).expect("the corpus can be listed");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "swc"));
    files.sort();
    assert!(!files.is_empty(), "the corpus has files");
    files
}

/// Builds what can be read of the corpus, odd files too, in both modes.
fn builds_the_corpus(neuron: &Neuron) {
    let files = corpus();
    let mut built = 0;
    let modes = [SwcMode::Exact, SwcMode::Repaired];
    for (path, mode) in files.iter().flat_map(|path| modes.map(|mode| (path, mode))) {
        let Ok(SwcCell { swc, sections: cell, .. }) = LoadSwc::new().mode(mode).path(path) else { continue };
        if swc.samples.len() > LARGEST {
            continue;
        }
        let context = path.display().to_string();
        let sections = build_swc_cell(neuron, &cell, nseg, &["hh"]).expect(&context);
        assert_built(&cell, &sections, &context);
        neuron.clear().expect("an empty interpreter");
        built += 1;
    }
    println!("{built} cells built of {} corpus files", files.len());
    assert!(files.is_empty() || built >= 5, "{built} cells of {} corpus files", files.len());
}

/// Builds the largest file of the corpus, undivided as Import3d leaves it, and says how long it took
/// from the file on.
fn builds_the_largest_of_the_corpus(neuron: &Neuron) {
    let size = |path: &PathBuf| path.metadata().map_or(0, |data| data.len());
    let Some(path) = corpus().into_iter().max_by_key(size) else { return };
    let start = Instant::now();
    let cell = load_swc(&path).expect("a cell").sections;
    let loaded = start.elapsed();
    let sections = build_swc_cell(neuron, &cell, |_| 1, &[]).expect("sections");
    println!("{} sections of {} after {:?}, read after {loaded:?}", sections.len(), path.display(), start.elapsed());
    for (expected, section) in cell.sections.iter().zip(&sections) {
        assert_section(&cell, expected, section, 1, &expected.name);
    }
    assert_eq!(sections.len(), cell.sections.len());
    neuron.clear().expect("an empty interpreter");
}

#[test]
fn cells_are_built_as_they_are_read() {
    let Some(neuron) = common::neuron() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for (nodes, seed) in [(200, 1), (1500, 2)] {
        let path = folder.path().join(format!("cell-{seed}.swc"));
        let samples = SyntheticCell { nodes, seed }.generate().expect("a cell");
        write_swc(&samples, BufWriter::new(File::create(&path).expect("a file"))).expect("a file");
        agrees_with_import3d(&neuron, &path);
    }
    builds_the_corpus(&neuron);
    builds_the_largest_of_the_corpus(&neuron);
}
