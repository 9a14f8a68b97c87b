//! Work shared out over threads.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// The most threads that one call uses.
const MAX_THREADS: usize = 64;

/// Runs `work` on every item, on the calling thread and up to `threads - 1` more.
///
/// Whichever thread is free takes the next item, so items must not depend on one another.
pub(crate) fn share<T: Send>(threads: usize, items: impl ExactSizeIterator<Item = T> + Send, work: impl Fn(T) + Sync) {
    let threads = threads.min(items.len()).min(MAX_THREADS);
    if threads <= 1 {
        items.for_each(work);
        return;
    }
    let queue = Mutex::new(items);
    let drain = || {
        while let Some(item) = next(&queue) {
            work(item);
        }
    };
    thread::scope(|scope| {
        for index in 1..threads {
            let builder = Builder::new().name(format!("cnv-raster-{index}"));
            if builder.spawn_scoped(scope, drain).is_err() {
                // The threads that did start, and this one, take all the items.
                break;
            }
        }
        drain();
    });
}

fn next<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once() {
        for threads in [0, 1, 2, 5, 1000] {
            let mut done = vec![0; 100];
            share(threads, done.iter_mut(), |count| *count += 1);
            assert!(done.iter().all(|count| *count == 1), "with {threads} threads");
        }
    }

    #[test]
    fn no_items_is_no_work() {
        share(4, [0_u8; 0].iter(), |_| unreachable!("there is nothing to do"));
    }
}
