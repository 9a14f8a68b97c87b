//! `swc_parse/...`: text to samples and the index of their parents. `swc_sections/...`: samples to the
//! sections that NEURON makes of them. `swc_geometry/...`: text to what is drawn, and sections to it.
//! `swc_generate/...`: a cell out of nothing.
//!
//! `small` is the least cell of the generator, `71k` and `1M` have so many nodes. If
//! `COMPNEUROVIS_CORPUS` names a folder, its largest file is measured too, as `corpus`.
//!
//! The floors: `newlines` counts the lines of the same text, `text` and `samples` copy the text and
//! the samples to memory that is new each time, as ours is.

use std::{hint::black_box, path::PathBuf, time::Duration};

use compneurovis_benches::{Cell, samples};
use compneurovis_swc::{Sample, SampleTree, Sections, parse_swc, synthetic, write_swc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The cells, by name and number of nodes.
const CELLS: [(&str, usize); 3] = [("small", synthetic::MIN_NODES), ("71k", 71_000), ("1M", 1_000_000)];

/// A cell that is measured.
struct Subject {
    name: &'static str,
    text: Vec<u8>,
    samples: Vec<Sample>,
}

fn subjects() -> Vec<Subject> {
    let generated = CELLS.into_iter().map(|(name, nodes)| {
        let (mut text, samples) = (Vec::new(), samples(nodes));
        write_swc(&samples, &mut text).expect("memory takes any text");
        Subject { name, text, samples }
    });
    generated.chain(largest_of_corpus()).collect()
}

fn largest_of_corpus() -> Option<Subject> {
    let files = std::fs::read_dir(std::env::var_os("COMPNEUROVIS_CORPUS")?).expect("the corpus can be listed");
    let files = files.map(|entry| entry.expect("an entry").path());
    let is_swc = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "swc");
    let largest = files.filter(is_swc).max_by_key(|path| path.metadata().map_or(0, |data| data.len()));
    let text = std::fs::read(largest.expect("a file in the corpus")).expect("a file that can be read");
    let samples = parse_swc(&text).expect("a cell").samples;
    Some(Subject { name: "corpus", text, samples })
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("swc_parse");
    for Subject { name, text, .. } in subjects() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_with_large_drop(|| {
                let swc = parse_swc(black_box(&text)).expect("text that can be read");
                SampleTree::new(&swc.samples).expect("a tree").roots().count();
                swc
            });
        });
        group.bench_function(format!("floor/newlines/{name}"), |bencher| {
            bencher.iter(|| black_box(&text).iter().filter(|&&byte| byte == b'\n').count());
        });
        group.bench_function(format!("floor/text/{name}"), |bencher| {
            bencher.iter_with_large_drop(|| black_box(&text).clone());
        });
    }
}

fn sections(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("swc_sections");
    for Subject { name, samples, .. } in subjects().into_iter().filter(|subject| subject.name != "small") {
        group.throughput(Throughput::Elements(samples.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_with_large_drop(|| Sections::from_samples(black_box(&samples)).expect("a cell"));
        });
        group.bench_function(format!("floor/samples/{name}"), |bencher| {
            bencher.iter_with_large_drop(|| black_box(&samples).to_vec());
        });
    }
}

fn geometry(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("swc_geometry");
    for Subject { name, text, samples } in subjects().into_iter().filter(|subject| subject.name != "small") {
        let of = |sections: &Sections| sections.geometry("cell", Cell::nseg).expect("sections can be drawn");
        group.throughput(Throughput::Elements(samples.len() as u64));
        let cell = Sections::from_samples(&samples).expect("a cell");
        group.bench_function(name, |bencher| bencher.iter_with_large_drop(|| of(black_box(&cell))));
        group.bench_function(format!("from_text/{name}"), |bencher| {
            bencher.iter_with_large_drop(|| {
                let swc = parse_swc(black_box(&text)).expect("text that can be read");
                of(&Sections::from_samples(&swc.samples).expect("a cell"))
            });
        });
    }
}

fn generate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("swc_generate");
    for (name, nodes) in CELLS {
        group.throughput(Throughput::Elements(nodes as u64));
        group.bench_function(name, |bencher| bencher.iter_with_large_drop(|| samples(black_box(nodes))));
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = parse, sections, geometry, generate
}
criterion_main!(benches);
