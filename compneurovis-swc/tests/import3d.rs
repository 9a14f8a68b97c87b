//! Sections against what NEURON 9.0.2 makes of the same files.
//!
//! The files are not part of the repository: `COMPNEUROVIS_CORPUS` names a folder with `*.swc` and,
//! in `ref/`, NEURON's view of each as `*.swc.json` or `*.swc.json.gz`.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use compneurovis_swc::{ReadSwcError, Section, Sections, SwcError, SwcWarning, parse_swc, read_swc};
use serde_json::Value;

/// Files that NEURON reads, but where we differ from it on purpose.
const LEFT_OUT: [(&str, &str); 1] = [(
    "hmA_bom_first_data.swc",
    "NEURON loses the first row to the byte order mark and with it the soma; we skip the mark",
)];

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("COMPNEUROVIS_CORPUS");
    if folder.is_none() {
        println!("skipped: COMPNEUROVIS_CORPUS names no folder");
    }
    folder.map(PathBuf::from)
}

fn swc_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the corpus can be listed");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "swc"))
        .collect();
    files.sort();
    files
}

/// NEURON's view of a file.
fn reference(path: &Path) -> Option<Value> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?.join("ref");
    let mut text = String::new();
    if let Ok(mut file) = File::open(folder.join(format!("{name}.json"))) {
        file.read_to_string(&mut text).unwrap();
    } else {
        let file = File::open(folder.join(format!("{name}.json.gz"))).ok()?;
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    }
    Some(serde_json::from_str(&text).unwrap())
}

/// Numbers in the references are the shortest text of an `f32`.
fn float_bits(value: &Value) -> Vec<u32> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.to_string().parse::<f32>().unwrap().to_bits()).collect()
}

fn assert_same_section(ours: &Section, all: &[Section], theirs: &Value, context: &str) {
    let context = format!("{context} {}", ours.name);
    assert_eq!(ours.name, theirs["name"], "{context}");
    let parent = ours.parent.map(|parent| all[parent.section].name.as_str());
    assert_eq!(parent, theirs["parent"].as_str(), "{context}: parent");
    assert_eq!(ours.parent.map(|parent| parent.x), theirs["parentx"].as_f64(), "{context}: x");

    let wire = ours.wire_from_um.map(|place| place.map(f32::to_bits).to_vec());
    let their_wire = Some(&theirs["style"]).filter(|style| !style.is_null()).map(float_bits);
    assert_eq!(wire, their_wire, "{context}: wire");

    let points: Vec<Vec<u32>> = ours
        .points
        .iter()
        .map(|point| {
            let [x, y, z] = point.position_um;
            [x, y, z, point.diameter_um].map(f32::to_bits).to_vec()
        })
        .collect();
    let their_points: Vec<_> = theirs["pt3d"].as_array().unwrap().iter().map(float_bits).collect();
    assert_eq!(points, their_points, "{context}: points");

    // serde_json may be one step off in the last bit of an f64.
    let (length, expected) = (ours.length_um().max(1e-9), theirs["L"].as_f64().unwrap());
    assert!((length / expected - 1.0).abs() <= f64::EPSILON, "{context}: L {length} {expected}");
    assert_eq!(ours.arc_um().last().copied(), Some(ours.length_um()), "{context}: arc");
}

fn assert_same_cell(ours: &Sections, theirs: &Value, file: &str) {
    let sections = theirs["sections"].as_array().unwrap();
    assert_eq!(ours.sections.len(), sections.len(), "{file}: number of sections");
    for (section, expected) in ours.sections.iter().zip(sections) {
        assert_same_section(section, &ours.sections, expected, file);
    }
    let order: Vec<_> = ours.connect_order.iter().map(|index| ours.sections[*index].name.as_str()).collect();
    let expected = theirs["order_connect"].as_array().unwrap().iter();
    assert!(order.iter().copied().eq(expected.map(|name| name.as_str().unwrap())), "{file}: order");
}

#[test]
fn all_files_that_neuron_reads_become_the_same_sections() {
    let Some(folder) = corpus() else { return };
    let (mut equal, mut points) = (0, 0);
    for path in swc_files(&folder) {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(theirs) = reference(&path) else { continue };
        if theirs["status"] != "ok" || LEFT_OUT.iter().any(|(name, _)| *name == file) {
            println!("left out: {file}, NEURON's status {}", theirs["status"]);
            continue;
        }
        let swc = read_swc(&path).unwrap();
        let sections = Sections::from_samples(&swc.samples).unwrap();
        assert_same_cell(&sections, &theirs, &file);
        equal += 1;
        points += sections.sections.iter().map(|section| section.points.len()).sum::<usize>();
    }
    println!("{equal} files equal, {points} points");
    assert!(equal > 0, "no file with a reference in {}", folder.display());
}

#[test]
fn all_files_are_read_or_refused_for_a_reason() {
    let Some(folder) = corpus() else { return };
    let mut files = swc_files(&folder);
    files.extend(fs::read_dir(folder.join("celegans")).map_or(Vec::new(), |_| swc_files(&folder.join("celegans"))));
    assert!(!files.is_empty(), "no files in {}", folder.display());
    let mut refused = Vec::new();
    for path in &files {
        match read_swc(path) {
            Ok(swc) => {
                Sections::from_samples(&swc.samples).unwrap();
            }
            Err(ReadSwcError::Swc { path, source }) => {
                refused.push((path.file_name().unwrap().to_str().unwrap().to_owned(), source));
            }
            Err(error) => panic!("{error}"),
        }
    }
    for (name, error) in &refused {
        println!("refused {name}: {error}");
    }
    let expect = |name: &str, is_expected: fn(&SwcError) -> bool| {
        if files.iter().any(|path| path.ends_with(name)) {
            let found = refused.iter().find(|(file, _)| file == name);
            assert!(found.is_some_and(|(_, error)| is_expected(error)), "{name}: {found:?}");
        }
    };
    expect("hmA_empty.swc", |error| matches!(error, SwcError::NoSamples { .. }));
    expect("hmA_nan_coord.swc", |error| matches!(error, SwcError::NotFinite { .. }));
    expect("hmA_dup_id_conflict.swc", |error| matches!(error, SwcError::DuplicateId { .. }));
    expect("hmA_cycle_beside_tree.swc", |error| matches!(error, SwcError::Cycle { .. }));
}

/// NEURON dies of these; the rows in another order must not change the cell.
#[test]
fn rows_out_of_order_are_sorted() {
    let Some(folder) = corpus() else { return };
    let sections = |name: &str| {
        let swc = read_swc(folder.join(name)).unwrap();
        let sections = Sections::from_samples(&swc.samples).unwrap();
        (swc.warnings, sections.sections)
    };
    let (warnings, shuffled) = sections("hmA_rows_shuffled.swc");
    assert!(matches!(warnings[..], [SwcWarning::IdsNotAscending { .. }]), "{warnings:?}");
    let (_, sorted) = sections("hmA_crlf.swc");
    let names = |sections: &[Section]| -> Vec<_> {
        sections.iter().map(|section| (section.name.clone(), section.points.clone())).collect()
    };
    assert_eq!(names(&shuffled), names(&sorted));
}

#[test]
fn the_heavy_file_has_its_known_sections() {
    let Some(folder) = corpus() else { return };
    let path = folder.join("Animal_2_Basal_2.CNG.swc");
    let text = fs::read(path).unwrap();
    let start = std::time::Instant::now();
    let swc = parse_swc(&text).unwrap();
    let parsed = start.elapsed();
    let sections = Sections::from_samples(&swc.samples).unwrap();
    println!("parsed in {parsed:?}, sections after {:?}", start.elapsed());
    assert_eq!((swc.samples.len(), sections.sections.len()), (70_989, 25_709));
}

/// 25,709 sections of 10 compartments outside the soma, and one frustum for every two 3-D
/// points that are apart.
#[test]
fn the_heavy_file_has_its_known_geometry() {
    let Some(folder) = corpus() else { return };
    let swc = read_swc(folder.join("Animal_2_Basal_2.CNG.swc")).unwrap();
    let sections = Sections::from_samples(&swc.samples).unwrap();
    let nseg = |section: &Section| if section.kind.is_soma() { 1 } else { 10 };
    let geometry = sections.geometry("cell", nseg).unwrap();
    let counts = (geometry.sections().len(), geometry.compartments(), geometry.frusta().len());
    assert_eq!(counts, (25_709, 257_054, 70_988));
}
