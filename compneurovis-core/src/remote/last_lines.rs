//! What a process wrote last, kept for the case that it was why it ended.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// How many lines are kept.
const LINES: usize = 12;

/// How many bytes of a line are kept.
const LINE_BYTES: u64 = 4096;

/// The last lines of a stream that a thread reads.
#[derive(Clone, Debug, Default)]
pub(super) struct LastLines(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<String>,
    ended: bool,
}

impl LastLines {
    /// Reads a stream to its end, and repeats it on the standard error stream of this process if `echo`.
    pub(super) fn of(stream: impl Read + Send + 'static, echo: bool) -> std::io::Result<Self> {
        let lines = Self::default();
        let kept = lines.clone();
        thread::Builder::new().name("cnv-stderr".to_owned()).spawn(move || {
            read_all(stream, echo, &kept);
            kept.with(|kept| kept.ended = true);
        })?;
        Ok(lines)
    }

    fn with<T>(&self, see: impl FnOnce(&mut Kept) -> T) -> T {
        see(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the stream has come to its end.
    pub(super) fn ended(&self) -> bool {
        self.with(|kept| kept.ended)
    }

    /// The lines so far, joined; `None` if nothing was written.
    pub(super) fn text(&self) -> Option<String> {
        self.with(|kept| {
            let text = Vec::from_iter(kept.lines.iter().map(String::as_str)).join("\n");
            (!text.trim().is_empty()).then_some(text)
        })
    }
}

fn read_all(stream: impl Read, echo: bool, kept: &LastLines) {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    // Its end or its failure: there is nothing more to keep.
    while let Ok(1..) = { stream.by_ref().take(LINE_BYTES) }.read_until(b'\n', &mut line) {
        if echo {
            // Who closed it does not want to read it.
            let _ = std::io::stderr().write_all(&line);
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        kept.with(|kept| {
            if kept.lines.len() == LINES {
                kept.lines.pop_front();
            }
            kept.lines.push_back(text);
        });
    }
}
