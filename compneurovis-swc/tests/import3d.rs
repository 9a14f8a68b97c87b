//! Sections against what NEURON 9.0.2 makes of the same files.
//!
//! The files are not part of the repository: `COMPNEUROVIS_CORPUS` names a folder with `*.swc` and,
//! in `ref/`, NEURON's view of each as `*.swc.json` or `*.swc.json.gz`.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use compneurovis_swc::{
    DEFAULT_RA_OHM_CM, LoadSwc, LoadSwcError, Section, Sections, SwcMode, SwcWarning, load_swc, parse_swc, read_swc,
};
use serde_json::Value;

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

/// Those of the folder and of its population of C. elegans, at least one.
fn all_swc_files(folder: &Path) -> Vec<PathBuf> {
    let population = folder.join("celegans");
    let mut files = swc_files(folder);
    if population.is_dir() {
        files.extend(swc_files(&population));
    }
    assert!(!files.is_empty(), "no files in {}", folder.display());
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

    assert_eq!(Some(ours.neuron_length_um()), theirs["L"].as_f64(), "{context}: L");
    assert_eq!(ours.arc_um().last().copied(), Some(ours.length_um()), "{context}: arc");
    assert_same_segments(ours, theirs, &context);
}

/// Diameter, area and axial resistance of one segment and of five.
fn assert_same_segments(ours: &Section, theirs: &Value, context: &str) {
    let close = |found: f64, expected: &Value, what: &str| {
        let expected = expected.as_f64().unwrap();
        let scale = found.abs().max(expected.abs());
        assert!((found - expected).abs() <= 1e-12 * scale, "{context}: {what} {found} {expected}");
    };
    let one = ours.segments(1, DEFAULT_RA_OHM_CM)[0];
    close(one.diameter_um, &theirs["diam"], "diam");
    close(one.area_um2, &theirs["area"], "area");
    close(one.resistance_mohm, &theirs["ri"], "ri");
    let five = ours.segments(5, DEFAULT_RA_OHM_CM);
    for (number, segment) in five.iter().enumerate().filter(|_| !theirs["diam5"].is_null()) {
        close(segment.diameter_um, &theirs["diam5"][number], "diam of 5");
        close(segment.area_um2, &theirs["area5"][number], "area of 5");
    }
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
        if theirs["status"] != "ok" {
            println!("left out: {file}, NEURON's status {}", theirs["status"]);
            continue;
        }
        let sections = LoadSwc::new().mode(SwcMode::Exact).path(&path).unwrap().sections;
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
    let files = all_swc_files(&folder);
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let (mut by_default, mut exact, mut repaired) = (Vec::new(), Vec::new(), Vec::new());
    for path in &files {
        let refusal = |loader: LoadSwc| loader.path(path).err().map(|error| (name(path), error));
        by_default.extend(refusal(LoadSwc::new()));
        exact.extend(refusal(LoadSwc::new().mode(SwcMode::Exact)));
        repaired.extend(refusal(LoadSwc::new().mode(SwcMode::Repaired)));
    }
    for (name, error) in by_default.iter().filter(|(name, _)| name.starts_with("hmA")).chain(&exact).chain(&repaired) {
        println!("refused {name}: {error}");
    }
    let counts = (by_default.len(), exact.len(), repaired.len());
    println!("of {} files refused by default, exactly and repaired: {counts:?}", files.len());
    if files.iter().any(|path| path.ends_with("hmA_empty.swc")) {
        let names =
            |refused: &[(String, LoadSwcError)]| refused.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&exact), ["hmA_empty.swc", "hmA_nan_coord.swc"]);
        assert_eq!(names(&repaired), ["hmA_empty.swc"]);
    }
    let asks = |error: &LoadSwcError| matches!(error, LoadSwcError::ChooseMode { .. });
    let expected = by_default.iter().filter(|(_, error)| !asks(error)).count();
    assert_eq!(expected, exact.len(), "what is refused by default alone asks for a mode");
}

/// Of every file in the corpus: sections with length and area, tied to nothing that they do not hang on.
#[test]
fn repaired_cells_are_whole() {
    let Some(folder) = corpus() else { return };
    let files = all_swc_files(&folder);
    let mut same = 0;
    for path in &files {
        let Ok(cell) = LoadSwc::new().mode(SwcMode::Repaired).path(path) else { continue };
        for section in &cell.sections.sections {
            let area_um2 = section.segments(1, DEFAULT_RA_OHM_CM)[0].area_um2;
            assert!(section.length_um() > 1e-9 && area_um2 > 0.0, "{} {}", path.display(), section.name);
        }
        if let Ok(exact) = load_swc(path)
            && exact.warnings().next().is_none()
        {
            assert_eq!(cell.sections, exact.sections, "{}", path.display());
            same += 1;
        }
    }
    println!("{same} of {} files need no repair", files.len());
    assert!(same > 0);
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
