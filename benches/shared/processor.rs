//! The processor time of this process, or of one thread: beside other work the wall says little.

use std::{
    fs::File,
    io::{Read, Seek},
};

/// Processor time that this process took so far, in ms and on all threads; `None` where the system does not say.
pub fn processor_ms() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which can have spaces, fields 14 and 15 in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks * 10.0)
}

/// Processor time of the thread that has made it.
#[derive(Debug)]
pub struct ThreadClock(Option<File>);

impl Default for ThreadClock {
    fn default() -> Self {
        Self(File::open("/proc/thread-self/schedstat").ok())
    }
}

impl ThreadClock {
    /// Processor time that the thread took so far, in ns; `None` where the system does not say.
    pub fn now_ns(&mut self) -> Option<u64> {
        let file = self.0.as_mut()?;
        file.rewind().ok()?;
        let mut text = [0; 64];
        let length = file.read(&mut text).ok()?;
        std::str::from_utf8(&text[..length]).ok()?.split(' ').next()?.parse().ok()
    }
}
