//! `channel/...`: from a session's thread to a frontend's and back.
//!
//! `channel/messages`: small updates that are never merged, each received by another thread.
//! `channel/bytes/...`: values of a whole cell, which are
//! moved and never copied, each received before the next is sent; the floor, `channel/copy/...`, copies
//! them once in one thread.
//!
//! The original's pipe between processes does 29,000 messages a second, and 0.55 to 1.2 GB a second.

use std::{
    hint::black_box,
    sync::mpsc::sync_channel,
    thread,
    time::{Duration, Instant},
};

use compneurovis_core::{Emitter, FieldId, SceneChange, SessionUpdate, UpdateReceiver};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Values of one message, from a small cell to a large one.
const VALUES: [usize; 3] = [71_000, 250_000, 1_000_000];

/// How long the receiving thread waits at most before it looks again.
const GLANCE: Duration = Duration::from_millis(10);

/// Runs `receive` on a thread of its own until it has counted to `count`.
fn on_another_thread(
    updates: UpdateReceiver,
    count: u64,
    mut receive: impl FnMut(&UpdateReceiver) -> u64 + Send + 'static,
) -> thread::JoinHandle<()> {
    let run = move || {
        let mut seen = 0;
        while seen < count {
            seen += receive(&updates);
        }
    };
    thread::Builder::new().name("receiver".to_owned()).spawn(run).expect("a thread")
}

/// So many updates that keep their order and are never merged.
fn messages(iterations: u64) -> Duration {
    let (mut emitter, updates) = Emitter::linked();
    let begin = Instant::now();
    let receiver = on_another_thread(updates, iterations, |updates| updates.recv_timeout(GLANCE).len() as u64);
    for _ in 0..iterations {
        emitter.emit(SessionUpdate::ScenePatch(vec![SceneChange::RemoveField(FieldId::from("gone"))]));
    }
    receiver.join().expect("it has counted them");
    begin.elapsed()
}

/// So many replacements of a field, each received before the next one is made.
fn values(iterations: u64, length: usize) -> Duration {
    let (mut emitter, updates) = Emitter::linked();
    let (told, hear) = sync_channel(1);
    let field = FieldId::from("v");
    let receiver = on_another_thread(updates, iterations, move |updates| {
        let taken = updates.recv_timeout(GLANCE);
        let count = taken.len() as u64;
        for update in taken {
            let SessionUpdate::FieldReplace { values, .. } = update else { continue };
            black_box(values.first());
            updates.recycle(values.into_raw_vec_and_offset().0);
            told.send(()).expect("the sender waits");
        }
        count
    });
    let begin = Instant::now();
    for step in 0..iterations {
        let mut buffer = emitter.take_buffer(length);
        if buffer.capacity() >= length {
            buffer.resize(length, step as f32);
        }
        emitter.replace(&field, buffer);
        hear.recv().expect("it was received");
    }
    let took = begin.elapsed();
    receiver.join().expect("it has counted them");
    took
}

fn channel(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("channel");
    group.throughput(Throughput::Elements(1));
    group.bench_function("messages", |bencher| bencher.iter_custom(messages));
    for length in VALUES {
        let source = vec![0.0_f32; length];
        group.throughput(Throughput::Bytes(size_of_val(&*source) as u64));
        group.bench_function(BenchmarkId::new("bytes", length), |bencher| {
            bencher.iter_custom(|iterations| values(iterations, length));
        });
        group.bench_function(BenchmarkId::new("copy", length), |bencher| {
            let mut target = source.clone();
            bencher.iter(|| black_box(&mut target).copy_from_slice(black_box(&source)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = channel
}
criterion_main!(benches);
