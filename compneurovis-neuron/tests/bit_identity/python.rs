//! The same models in Python's NEURON, which knows nothing of us.

use std::fs;
use std::process::Command;

use crate::alone::lines_of;
use crate::bits::hash;
use crate::common::models::PULSES_MS;
use crate::common::zoo::{Kind, swc_text};
use crate::{MOVES, STEPS};

/// Builds a model of hoc code, or an SWC cell as Import3d has it, and prints the bits of each step.
const SCRIPT: &str = r#"
import struct, sys
from neuron import h
code, path, steps, dt, pulses, amplitude, moves = sys.argv[1:8]
if code:
    for line in code.splitlines():
        h(line)
    clamps = [h.stim]
else:
    h.load_file("import3d.hoc")
    cell = h.Import3d_SWC_read()
    cell.quiet = 1
    cell.input(path)
    h.Import3d_GUI(cell, False).instantiate(None)
    for section in h.allsec():
        section.insert("hh")
        section.nseg = 1 if section.name().startswith("soma") else 10
    soma = next(section for section in h.allsec() if section.name().startswith("soma"))
    clamps = [h.IClamp(soma(0.5)) for _ in eval(pulses)]
    for clamp, begin in zip(clamps, eval(pulses)):
        clamp.delay, clamp.dur = begin, 5
amplitude, moves = float(amplitude), dict(eval(moves))
def set_amplitude(value):
    for clamp in clamps:
        clamp.amp = value
set_amplitude(amplitude)
h.dt = float(dt)
h.finitialize(-65)
for step in range(int(steps) + 1):
    if step in moves:
        set_amplitude(moves[step] * amplitude)
    if step:
        h.fadvance()
    print("bits", "".join(struct.pack(">d", s.v).hex() for section in h.allsec() for s in section))
"#;

/// The hash of each step; `None` if Python has no NEURON.
pub(crate) fn hashes(kind: &Kind) -> Option<Vec<u64>> {
    let has = Command::new("python3").args(["-c", "import neuron"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cell.swc");
    fs::write(&path, swc_text(3).unwrap()).unwrap();
    let mut process = Command::new("python3");
    process.args(["-c", SCRIPT, kind.hoc.unwrap_or_default()]).arg(&path);
    process.args([STEPS.to_string(), kind.dt_ms.to_string(), format!("{PULSES_MS:?}"), kind.amplitude.to_string()]);
    process.arg(format!("{MOVES:?}"));
    Some(lines_of(&mut process).iter().map(|bits| hash(&numbers(bits))).collect())
}

fn numbers(bits: &str) -> Vec<f64> {
    let number = |i: usize| f64::from_bits(u64::from_str_radix(&bits[i * 16..][..16], 16).unwrap());
    (0..bits.len() / 16).map(number).collect()
}
