//! A real window under Xvfb: drag, click, slider and keys, as a user does them.
//!
//! Needs Xvfb, xdotool, an adapter and NEURON. Where the first two are missing it says so and
//! passes, unless `COMPNEUROVIS_REQUIRE_GPU` is 1, as `make test` has it.
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use common::{example, is_required, note_evidence, small_cell};

/// Size of the window.
const SIZE: (i32, i32) = (1000, 600);

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A display of its own, its number chosen by the server.
fn start_display() -> Option<(Running, String)> {
    let spawned = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1200x800x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut server = Running(spawned.ok()?);
    let mut number = String::new();
    BufReader::new(server.0.stdout.take()?).read_line(&mut number).ok()?;
    Some((server, format!(":{}", number.trim())))
}

struct Desk {
    display: String,
    log: PathBuf,
    _program: Running,
    _server: Running,
}

impl Desk {
    fn open(folder: &Path) -> Option<Self> {
        let (server, display) = start_display()?;
        let log = folder.join("log");
        let program = example("complex_cell")
            .env("DISPLAY", &display)
            .env("RUST_LOG", "warn,compneurovis_bevy=debug")
            .args(["--size", &format!("{}x{}", SIZE.0, SIZE.1), "--swc"])
            .arg(small_cell(folder))
            .stderr(File::create(&log).expect("a log file"))
            .spawn()
            .expect("the program starts");
        Some(Self { display, log, _program: Running(program), _server: server })
    }

    fn xdotool(&self, actions: &[&str]) -> bool {
        let done = Command::new("xdotool").env("DISPLAY", &self.display).args(actions).stdout(Stdio::null()).status();
        done.is_ok_and(|status| status.success())
    }

    fn click(&self, x: i32, y: i32) {
        let (x, y) = (x.to_string(), y.to_string());
        self.xdotool(&["mousemove", &x, &y, "sleep", "0.15", "mousedown", "1", "sleep", "0.1", "mouseup", "1"]);
    }

    fn log(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        assert!(!text.contains("panicked"), "{text}");
        text
    }

    /// Acts until the log has `text`, or fails after half a minute.
    fn act_until(&self, text: &str, mut act: impl FnMut(usize)) {
        let deadline = Instant::now() + Duration::from_secs(30);
        for attempt in 0.. {
            act(attempt);
            thread::sleep(Duration::from_millis(250));
            if self.log().contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "`{text}` is not in the log: {}", self.log());
        }
    }
}

#[test]
fn a_user_drags_clicks_slides_and_resets() {
    let folder = tempfile::tempdir().unwrap();
    let tools = Command::new("xdotool").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let Some(desk) = Desk::open(folder.path()).filter(|_| tools) else {
        assert!(!is_required("COMPNEUROVIS_REQUIRE_GPU"), "Xvfb and xdotool are required");
        eprintln!("skipped: there is no Xvfb or no xdotool");
        return;
    };
    desk.act_until("the window has a cell", |_| {});
    desk.xdotool(&["search", "--sync", "--name", "Complex cell", "windowfocus"]);

    // Somewhere on the middle line is the cell, whose long dendrite is upright.
    desk.act_until("EntityClicked", |attempt| desk.click(320, 120 + 23 * (attempt as i32 % 16)));
    desk.act_until("turned", |_| {
        desk.xdotool(&["mousemove", "330", "480", "mousedown", "1", "sleep", "0.2", "mousemove", "390", "510"]);
        desk.xdotool(&["sleep", "0.2", "mouseup", "1"]);
    });
    // The sliders are somewhere in the lower half of the side panel.
    desk.act_until("SetControl { control: \"stim_amp\"", |attempt| {
        desk.click(SIZE.0 - 130, SIZE.1 - 60 - 9 * (attempt as i32 % 32));
    });
    for (key, command) in [("r", "Reset"), ("space", "InvokeAction { action: \"pause\""), ("period", "Step")] {
        desk.act_until(&format!("command={command}"), |_| {
            desk.xdotool(&["key", key]);
        });
    }
    assert!(!desk.log().contains("ERROR"), "{}", desk.log());
    note_evidence("window Xvfb");
}
