//! A session that floods a reader that has stopped: memory, and allocations counted by the allocator.
//!
//! In a file of its own, as the allocator counts for the whole process.
#![expect(unsafe_code, reason = "an allocator that counts is the only way to count allocations")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::{
        Mutex,
        atomic::{AtomicIsize, Ordering},
    },
};

use compneurovis_core::{Emitter, Field, FieldId, Scene};

/// Values of the field that is flooded with: a cell of a quarter of a million compartments.
const VALUES: usize = 250_000;

/// By how much resident memory may differ, in bytes.
const ALLOWED: isize = 2 << 20;

/// Counts what is allocated: the bytes of the process, and how often each thread asked.
struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.with(|asked| asked.set(asked.get() + 1));
        BYTES.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`, and `alloc` gave what the system gave.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one test allocates, another would count.
static ALONE: Mutex<()> = Mutex::new(());

/// What the process holds: by the allocator's count, and by the system's where it says.
fn held() -> (isize, Option<isize>) {
    let status = std::fs::read_to_string("/proc/self/status").ok();
    let resident = status.as_deref().and_then(|status| {
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<isize>().ok()? * 1024)
    });
    (BYTES.load(Ordering::Relaxed), resident)
}

/// Emits so many replacements, and says how often this thread asked for memory meanwhile.
fn flood(emitter: &mut Emitter, field: &FieldId, count: usize) -> usize {
    let before = ASKED.get();
    for step in 0..count {
        let mut values = emitter.take_buffer(VALUES);
        values.resize(VALUES, step as f32);
        emitter.replace(field, values);
    }
    ASKED.get() - before
}

#[test]
fn a_reader_that_has_stopped_costs_neither_memory_nor_allocations() {
    let _alone = ALONE.lock();
    let (mut emitter, field) = (Emitter::detached(), FieldId::from("v"));
    flood(&mut emitter, &field, 10_000);
    let (bytes, resident) = held();
    let asked = flood(&mut emitter, &field, 90_000);
    let (bytes_after, resident_after) = held();
    assert_eq!(asked, 0, "buffers go round, and nothing else is needed");
    assert!((bytes_after - bytes).abs() < ALLOWED, "{bytes} bytes, then {bytes_after}");
    if let Some((before, after)) = resident.zip(resident_after) {
        assert!((after - before).abs() < ALLOWED, "{before} bytes resident, then {after}");
    }
}

#[test]
fn a_reader_that_keeps_up_gives_the_buffers_back() {
    let _alone = ALONE.lock();
    let (mut emitter, updates) = Emitter::linked();
    let field = FieldId::from("v");
    let mut scene = Scene::new();
    let zeros = Field::series("v", "x", vec![0.0; VALUES], vec![0.0; VALUES]).unwrap();
    scene = scene.with_field(zeros);
    let mut asked = 0;
    for step in 0..2000 {
        let once = flood(&mut emitter, &field, 1);
        // The first few are made, and go round from then on.
        asked += if step < 10 { 0 } else { once };
        for update in updates.try_recv() {
            let replaced = scene.apply(update).unwrap();
            updates.recycle(replaced.expect("old values"));
        }
    }
    assert_eq!(asked, 0);
    assert_eq!(updates.counters().emitted, 2000);
}
