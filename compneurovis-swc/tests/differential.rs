//! Sections against the executable description of Import3d, on many texts from seeds.
//!
//! The description is a Python program, `tools/import3d_spec.py` in the folder that
//! `COMPNEUROVIS_CORPUS` names. `COMPNEUROVIS_DIFFERENTIAL_CASES` says how many texts are compared.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::dice::Dice;
use compneurovis_swc::{DEFAULT_RA_OHM_CM, LoadSwc, LoadSwcError, ReadSwcError, Section, Sections, SwcError, SwcMode};
use serde_json::Value;

/// How many texts are compared, unless the environment says otherwise.
const CASES: u64 = 1500;

/// Asks the description about each text of a file (in hexadecimal, one a line): NEURON's view as
/// JSON, with floats as bits, or null where NEURON raises an error or ends the process.
const ASK: &str = r#"
import json, struct, sys
sys.path.insert(0, sys.argv[1])
from import3d_spec import import3d, segments, HocError
bits = lambda values: [struct.unpack("I", struct.pack("f", v))[0] for v in values]
def section(s):
    diam, area, ri = segments(s["raw"], 3)
    return {"name": s["name"], "parent": s["parent"], "x": s["parentx"], "L": s["L"],
            "wire": s["style"] and bits(s["style"]), "points": [bits(p) for p in s["pt3d"]],
            "segments": [list(s) for s in zip(diam, area, ri)]}
for line in open(sys.argv[2]):
    try:
        model = import3d(bytes.fromhex(line.strip()))
        print(json.dumps({"sections": [section(s) for s in model["sections"]], "order": model["order_connect"]}))
    except (HocError, OverflowError, ValueError):
        print("null")
"#;

fn tools() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("COMPNEUROVIS_CORPUS") else {
        println!("skipped: COMPNEUROVIS_CORPUS names no folder");
        return None;
    };
    let tools = Path::new(&folder).join("tools");
    if !tools.join("import3d_spec.py").is_file() {
        println!("skipped: there is no tools/import3d_spec.py in the corpus");
        return None;
    }
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no python3");
        return None;
    }
    Some(tools)
}

fn ask(tools: &Path, texts: &[String]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("texts");
    let hex = |text: &String| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    std::fs::write(&file, texts.iter().map(hex).collect::<String>()).unwrap();
    let output = Command::new("python3").args(["-c", ASK]).arg(tools).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether we refuse by rules of our own what the description takes: NEURON itself ends the process
/// on numbers that are not finite and on ids below zero, and types have to be whole.
fn is_refused_by_rule(error: &LoadSwcError) -> bool {
    let LoadSwcError::Read(ReadSwcError::Swc { source, .. }) = error else { return false };
    matches!(source, SwcError::NotFinite { .. } | SwcError::NegativeId { .. } | SwcError::NotWhole { .. })
}

fn bits(values: &[f32]) -> Vec<u64> {
    values.iter().map(|value| u64::from(value.to_bits())).collect()
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

fn assert_same_section(ours: &Section, all: &Sections, theirs: &Value, text: &str) {
    let context = format!("{} of {text:?}", ours.name);
    assert_eq!(ours.name, theirs["name"], "{context}");
    let parent = ours.parent.map(|parent| &*all.sections[parent.section].name);
    assert_eq!(
        (parent, ours.parent.map(|parent| parent.x)),
        (theirs["parent"].as_str(), theirs["x"].as_f64()),
        "{context}"
    );
    assert_eq!(Some(ours.neuron_length_um()), theirs["L"].as_f64(), "{context}: L");
    let wire = ours.wire_from_um.map(|place| bits(&place));
    assert_eq!(wire, Some(&theirs["wire"]).filter(|wire| wire.is_array()).map(numbers), "{context}: wire");
    let point = |point: &compneurovis_swc::Point3d| [bits(&point.position_um), bits(&[point.diameter_um])].concat();
    let points: Vec<_> = ours.points.iter().map(point).collect();
    let their_points: Vec<_> = theirs["points"].as_array().unwrap().iter().map(numbers).collect();
    assert_eq!(points, their_points, "{context}: points");
    for (segment, theirs) in ours.segments(3, DEFAULT_RA_OHM_CM).iter().zip(theirs["segments"].as_array().unwrap()) {
        for (column, ours) in [segment.diameter_um, segment.area_um2, segment.resistance_mohm].into_iter().enumerate() {
            let theirs = theirs[column].as_f64().unwrap();
            assert!((ours - theirs).abs() <= 1e-12 * ours.abs().max(theirs.abs()), "{context}: {ours} {theirs}");
        }
    }
}

fn assert_same_cell(ours: &Sections, theirs: &Value, text: &str) {
    let their_sections = theirs["sections"].as_array().unwrap();
    assert_eq!(ours.sections.len(), their_sections.len(), "{text:?}");
    for (section, expected) in ours.sections.iter().zip(their_sections) {
        assert_same_section(section, ours, expected, text);
    }
    let order = ours.connect_order.iter().map(|index| &*ours.sections[*index].name);
    assert!(order.eq(theirs["order"].as_array().unwrap().iter().map(|name| name.as_str().unwrap())), "{text:?}");
}

#[test]
fn any_text_becomes_the_sections_that_import3d_makes() {
    let Some(tools) = tools() else { return };
    let cases = std::env::var("COMPNEUROVIS_DIFFERENTIAL_CASES").map_or(CASES, |cases| cases.parse().unwrap());
    let texts: Vec<String> = (0..cases).map(|seed| common::odd_text::text(&mut Dice::new(seed))).collect();
    let answers = ask(&tools, &texts);
    assert_eq!(answers.len(), texts.len());
    let (mut same, mut unreadable, mut refused, mut sections) = (0, 0, 0, 0);
    for (text, theirs) in texts.iter().zip(&answers) {
        let ours = LoadSwc::new().mode(SwcMode::Exact).text(text.as_bytes());
        match ours {
            _ if theirs.is_null() => unreadable += 1,
            Ok(ours) => {
                assert_same_cell(&ours.sections, theirs, text);
                sections += ours.sections.sections.len();
                same += 1;
            }
            Err(error) => {
                assert!(is_refused_by_rule(&error), "{error}: {text:?}");
                refused += 1;
            }
        }
    }
    println!(
        "{same} of {cases} texts are the same {sections} sections, {unreadable} Import3d cannot read, {refused} we refuse"
    );
    assert!(same as u64 > cases / 2, "most texts are compared");
}
