//! NEURON in a process of its own: the same bits, several at a time, and none that ends the viewer.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::time::{Duration, Instant};

use common::cell::{SOMA, first_life, reference};
use common::look::{Look, start_paused};
use compneurovis_core::{AppSpec, SessionCommand, remote::ProcessOptions};

/// The application of both processes. Its title tells the child what it was started for.
fn app() -> AppSpec {
    let options = ProcessOptions::default().with_args(["--exact", "the_child_of_the_other_test", "--nocapture"]);
    first_life(|_| {}).0.in_process(options.with_echo(false))
}

/// Returns at once, unless this is the process that the other test has started: then it never does.
#[test]
fn the_child_of_the_other_test() {
    let _ = app();
}

#[test]
fn neurons_in_processes_of_their_own_give_the_same_bits() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    // A process has one NEURON; now there are two beside each other.
    let mut viewers = [start_paused(app()), start_paused(app())];
    for viewer in &mut viewers {
        viewer.run_until(20.0).unwrap();
        assert_eq!(viewer.bits(SOMA), expected);
    }
    let [mut viewer, other] = viewers;
    viewer.send(SessionCommand::EndProcess).unwrap();
    let text = viewer.end();
    assert!(text.contains("its process was ended, as was asked for"), "{text}");
    assert_eq!(viewer.bits(SOMA), expected, "the data stays");
    viewer.start_again();
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA), expected);
    assert!(other.failures.is_empty(), "{:?}", other.failures);
}

#[test]
fn an_exception_that_nobody_catches_and_a_bad_address_are_told_within_a_second() {
    let Some(_turn) = common::turn() else { return };
    let expected = reference();
    let mut viewer = start_paused(app());
    for (key, causes) in [("X", ["SIGABRT", "foreign exception"]), ("V", ["SIGSEGV", "segmentation fault"])] {
        viewer.run_until(20.0).unwrap();
        assert_eq!(viewer.bits(SOMA), expected);
        let begin = Instant::now();
        viewer.key(key);
        let text = viewer.end();
        assert!(begin.elapsed() < Duration::from_secs(1), "{text} was told after {:?}", begin.elapsed());
        assert!(causes.iter().all(|cause| text.contains(cause)), "{key}: {text}");
        assert_eq!(viewer.bits(SOMA), expected, "the data stays");
        viewer.start_again();
    }
    viewer.run_until(20.0).unwrap();
    assert_eq!(viewer.bits(SOMA), expected);
}
