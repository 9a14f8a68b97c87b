//! Building and emptying, 200 times: memory grows no more than NEURON's own.
#![expect(unsafe_code, reason = "the floor is what NEURON's raw functions leave behind")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::ffi::CStr;
use std::process::Command;

use compneurovis_neuron::{Neuron, Search, VoltageProbe};
use neuron_sys::Runtime;

/// The variable that says which of the two kinds of cycles a process of its own runs.
const KIND: &str = "COMPNEUROVIS_MEMORY_CYCLES";

const CYCLES: usize = 200;
const SECTIONS: usize = 200;

/// Bytes of memory that this process occupies.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

fn ours(neuron: &Neuron) {
    let sections: Vec<_> = (0..SECTIONS).map(|i| common::cylinder(neuron, &format!("s{i}"), 20.0, 2.0, 1)).collect();
    for pair in sections.windows(2) {
        pair[1].connect(0.0, &pair[0], 1.0).unwrap();
    }
    let stim = neuron.artificial_cell("NetStim").unwrap();
    for section in sections.iter().step_by(10) {
        let synapse = section.point_process("ExpSyn", 0.5).unwrap();
        let wire = neuron.net_con(Some(&stim), Some(&synapse)).unwrap();
        neuron.keep(&wire);
        neuron.keep(&synapse);
    }
    neuron.keep(&stim);
    let recorded = neuron.vector(&[]).unwrap();
    recorded.record(&sections[0].range_ref("v", 0.5).unwrap()).unwrap();
    let mut probe = VoltageProbe::new(neuron, &sections).unwrap();
    let mut values = vec![0.0_f32; probe.len()];
    neuron.initialize(-65.0).unwrap();
    for _ in 0..20 {
        neuron.advance().unwrap();
        probe.read(&mut values).unwrap();
    }
    let state = neuron.save_state().unwrap();
    neuron.restore_state(&state).unwrap();
    drop((sections, stim, recorded, probe));
    neuron.clear().unwrap();
}

/// The same sections, synapses and connections by NEURON's own functions.
fn bare(runtime: &Runtime) {
    // SAFETY: this is the only thread that uses NEURON; the names are C strings and of these kinds,
    // and what the functions leave on the stack is popped.
    unsafe {
        let symbol = |name: &CStr| (runtime.api().nrn_symbol)(name.as_ptr());
        let (hh, delete) = (symbol(c"hh"), c"forall delete_section()\n");
        let [stims, synapses, connections] = [c"NetStim", c"ExpSyn", c"NetCon"].map(symbol);
        let steps = [symbol(c"finitialize"), symbol(c"fadvance")];
        runtime
            .guard(|api| {
                let sections: Vec<_> = (0..SECTIONS).map(|_| (api.nrn_section_new)(c"s".as_ptr())).collect();
                for (index, section) in sections.iter().enumerate() {
                    (api.nrn_section_length_set)(*section, 20.0);
                    (api.nrn_segment_diam_set)(*section, 0.5, 2.0);
                    (api.nrn_mechanism_insert)(*section, hh);
                    if index > 0 {
                        (api.nrn_section_connect)(*section, 0.0, sections[index - 1], 1.0);
                    }
                }
                let stim = (api.nrn_object_new)(stims, 0);
                let mut objects = Vec::new();
                for section in sections.iter().step_by(10) {
                    (api.nrn_section_push)(*section);
                    (api.nrn_double_push)(0.5);
                    let synapse = (api.nrn_object_new)(synapses, 1);
                    (api.nrn_section_pop)();
                    (api.nrn_object_push)(stim);
                    (api.nrn_object_push)(synapse);
                    objects.extend([(api.nrn_object_new)(connections, 2), synapse]);
                }
                (api.nrn_function_call)(steps[0], 0);
                (api.nrn_double_pop)();
                for _ in 0..20 {
                    (api.nrn_function_call)(steps[1], 0);
                    (api.nrn_double_pop)();
                }
                objects.into_iter().chain([stim]).for_each(|object| (api.nrn_object_unref)(object));
                (api.nrn_hoc_call)(delete.as_ptr());
            })
            .unwrap();
    }
}

/// By how much memory grows after the first cycles, which fill NEURON's pools.
fn growth(mut cycle: impl FnMut()) -> usize {
    (0..CYCLES / 4).for_each(|_| cycle());
    let before = resident();
    (CYCLES / 4..CYCLES).for_each(|_| cycle());
    resident().saturating_sub(before)
}

#[test]
fn emptied_models_leave_no_more_than_neuron_leaves() {
    let Some(neuron) = common::neuron() else { return };
    match std::env::var(KIND).as_deref() {
        Ok("ours") => return eprint_growth(growth(|| ours(&neuron))),
        Ok(_) => {
            let runtime = Runtime::start(&Search::new()).unwrap();
            return eprint_growth(growth(|| bare(runtime)));
        }
        Err(_) => {}
    }
    let measured = ["ours", "bare"].map(|kind| {
        let mut run = Command::new(std::env::current_exe().unwrap());
        run.args(["--exact", "emptied_models_leave_no_more_than_neuron_leaves", "--nocapture"]);
        let output = run.env(KIND, kind).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        let number = text.lines().find_map(|line| line.strip_prefix("growth ")).expect("a growth");
        number.parse::<usize>().unwrap()
    });
    let [ours, bare] = measured;
    eprint_growth(ours);
    eprint_growth(bare);
    // Room for the allocator, which takes memory by the megabyte.
    assert!(ours <= bare + bare / 4 + (1 << 20), "{ours} bytes in {CYCLES} cycles, NEURON alone {bare}");
}

#[expect(clippy::print_stderr, reason = "the figure of the other process")]
fn eprint_growth(bytes: usize) {
    eprintln!("growth {bytes}");
}
