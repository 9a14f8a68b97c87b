//! `wire/...`: updates as bytes, and through a stream to another thread.
//!
//! `wire/encode/...` and `wire/decode/...`: new values of a field to a message and back; the floor,
//! `wire/memcpy/...`, copies them once. `wire/stream/...`: a flood of them over TCP within this machine, from values
//! to values; `wire/pipe/...` is its own floor: the bytes alone, written and read in the same pieces.
//! `wire/messages`: small updates through the same stream.

use std::{
    hint::black_box,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use compneurovis_core::{
    SessionUpdate, codec,
    remote::{FrameKind, FrameReader, write_frame},
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Values of one message, from a small cell to a large one.
const VALUES: [usize; 4] = [1_000, 71_000, 250_000, 1_000_000];

/// Values of one message of a flood.
const FLOOD: usize = 250_000;

fn replace(length: usize) -> SessionUpdate {
    let values = ndarray::Array1::from_iter((0..length).map(|at| at as f32)).into_dyn();
    SessionUpdate::FieldReplace { field: "v".into(), values, coords: Vec::new() }
}

fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let near = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    let (far, _) = listener.accept().expect("a connection");
    for stream in [&near, &far] {
        stream.set_nodelay(true).expect("an option");
    }
    (near, far)
}

/// So many updates from one thread to another.
fn stream(iterations: u64, update: &SessionUpdate) -> Duration {
    let (mut near, far) = connection();
    let read = move || {
        let mut frames = FrameReader::new(far);
        for _ in 0..iterations {
            let (_, content) = frames.read().expect("a frame").expect("one more");
            black_box(codec::decode_update(content).expect("an update"));
        }
        Instant::now()
    };
    let reader = thread::Builder::new().spawn(read).expect("a thread");
    let begin = Instant::now();
    let mut frame = Vec::new();
    for _ in 0..iterations {
        write_frame(FrameKind::Update, &mut frame, |into| codec::encode_update(update, into)).expect("a frame");
        near.write_all(&frame).expect("a reader");
    }
    reader.join().expect("it has read them").duration_since(begin)
}

/// So many times so many bytes from one thread to another, and nothing done with them.
fn pipe(iterations: u64, length: usize) -> Duration {
    let (mut near, mut far) = connection();
    let read = move || {
        let mut bytes = vec![0; length];
        for _ in 0..iterations {
            far.read_exact(&mut bytes).expect("bytes");
        }
        black_box(bytes);
        Instant::now()
    };
    let reader = thread::Builder::new().spawn(read).expect("a thread");
    let (begin, bytes) = (Instant::now(), vec![1; length]);
    for _ in 0..iterations {
        near.write_all(&bytes).expect("a reader");
    }
    reader.join().expect("it has read them").duration_since(begin)
}

fn wire(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire");
    for length in VALUES {
        let (update, source) = (replace(length), vec![0.0_f32; length]);
        group.throughput(Throughput::Bytes(size_of_val(&*source) as u64));
        let mut message = Vec::new();
        group.bench_function(BenchmarkId::new("encode", length), |bencher| {
            bencher.iter(|| {
                message.clear();
                codec::encode_update(black_box(&update), &mut message);
            });
        });
        group.bench_function(BenchmarkId::new("decode", length), |bencher| {
            bencher.iter(|| codec::decode_update(black_box(&message)));
        });
        group.bench_function(BenchmarkId::new("memcpy", length), |bencher| {
            let mut target = source.clone();
            bencher.iter(|| black_box(&mut target).copy_from_slice(black_box(&source)));
        });
    }
    let update = replace(FLOOD);
    group.throughput(Throughput::Bytes(4 * FLOOD as u64));
    group.bench_function(BenchmarkId::new("stream", FLOOD), |bencher| {
        bencher.iter_custom(|iterations| stream(iterations, &update));
    });
    group.bench_function(BenchmarkId::new("pipe", FLOOD), |bencher| {
        bencher.iter_custom(|iterations| pipe(iterations, 4 * FLOOD));
    });
    let small = replace(1);
    group.throughput(Throughput::Elements(1));
    group.bench_function("messages", |bencher| bencher.iter_custom(|iterations| stream(iterations, &small)));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = wire
}
criterion_main!(benches);
