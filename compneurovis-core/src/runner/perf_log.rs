//! A log of what costs time, as JSON lines, written beside the work and never in its way.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    thread::{self, JoinHandle},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// How many records wait at most. A disk that is slower than that loses records, not time.
const CAPACITY: usize = 4096;

/// Writes records of one component to a file of its own. Dropping it writes what waits.
#[derive(Debug)]
pub struct PerfLog {
    component: &'static str,
    begin: Instant,
    records: Option<Sender<String>>,
    lost: AtomicU64,
    echo: bool,
    path: PathBuf,
    writer: Option<JoinHandle<()>>,
}

impl PerfLog {
    /// A log in `folder`, which is made if it is not there: `compneurovis-perf-{component}-{pid}-{n}.jsonl`.
    ///
    /// # Errors
    /// The folder or file cannot be made.
    pub fn create(folder: &Path, component: &'static str, echo: bool) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (file, path) = new_file(folder, component)?;
        let (records, waiting) = bounded(CAPACITY);
        let writer = thread::Builder::new().name("cnv-perf".to_owned()).spawn(move || write_all(file, &waiting))?;
        Ok(Self {
            component,
            begin: Instant::now(),
            records: Some(records),
            lost: AtomicU64::new(0),
            echo,
            path,
            writer: Some(writer),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one record: what happened, and whatever belongs to it. Never waits.
    pub fn record(&self, event: &str, fields: impl Serialize) {
        let line = self.line(event, fields);
        if self.echo {
            tracing::info!(target: "compneurovis::perf", "{line}");
        }
        let Some(records) = &self.records else { return };
        if let Err(TrySendError::Full(_)) = records.try_send(line) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn line(&self, event: &str, fields: impl Serialize) -> String {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut record = Map::new();
        record.insert("unix_s".to_owned(), since_1970.as_secs_f64().into());
        record.insert("elapsed_s".to_owned(), self.begin.elapsed().as_secs_f64().into());
        record.insert("pid".to_owned(), std::process::id().into());
        record.insert("component".to_owned(), self.component.into());
        record.insert("event".to_owned(), event.into());
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            record.insert("lost_before".to_owned(), lost.into());
        }
        // Something that is no object has no names to stand under.
        if let Ok(Json::Object(fields)) = serde_json::to_value(fields) {
            record.extend(fields);
        }
        Json::Object(record).to_string()
    }
}

impl Drop for PerfLog {
    fn drop(&mut self) {
        // Without senders the writer comes to its end.
        self.records = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::warn!(path = %self.path.display(), "the perf log was not written to its end");
        }
    }
}

/// A file that was not there before: a process can have several sessions.
fn new_file(folder: &Path, component: &str) -> io::Result<(File, PathBuf)> {
    let pid = std::process::id();
    for number in 0..=u32::MAX {
        let path = folder.join(format!("compneurovis-perf-{component}-{pid}-{number}.jsonl"));
        match File::create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn write_all(file: File, records: &Receiver<String>) {
    let mut file = BufWriter::new(file);
    for line in records {
        let written = writeln!(file, "{line}").and_then(|()| match records.is_empty() {
            // A log is read while it grows.
            true => file.flush(),
            false => Ok(()),
        });
        if let Err(error) = written {
            tracing::warn!(%error, "the perf log ends here");
            return;
        }
    }
}
