//! The least and greatest samples of a series at every scale.

use std::ops::Range;

use super::{
    block::Block,
    column::{Borders, Column},
    search::first_not_below,
};

/// How many samples a block of the lowest level is about. A block is three numbers in size, so that
/// all together are a twentieth of the samples. Many, since samples are compared several at once.
const LEAF: usize = 64;

/// How many blocks a block of the next level is about.
const FAN: usize = 16;

/// The least and greatest of every 64 samples of a series, of every 16 of those blocks, and so on.
///
/// It knows the series only by what it is told; questions take the series itself as well, as it is
/// now. A sample that is not finite, be it NaN or an infinity, is a gap: it is never an extreme, and
/// where it is, is known. A [`SeriesFollower`](super::SeriesFollower) tells it what a field does.
///
/// ```
/// use compneurovis_core::decimate::MinMaxPyramid;
/// let mut series = vec![0.0, 5.0, f32::NAN];
/// let mut pyramid = MinMaxPyramid::new();
/// pyramid.append(&series);
/// assert_eq!(pyramid.extremes(&series, 0..3), Some((0.0, 5.0)));
/// series.remove(0);
/// pyramid.keep_newest(series.len());
/// assert_eq!(pyramid.extremes(&series, 0..2), Some((5.0, 5.0)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct MinMaxPyramid {
    /// Blocks of samples, blocks of these, and so on. Block `i` of a level is about its children from
    /// `i` times their number on, all counted from the first sample that there ever was.
    levels: Vec<Level>,
    /// How many samples came before the first that is kept.
    start: u64,
    /// How many samples ever came.
    end: u64,
}

/// All complete blocks of one size, and the one that is being filled.
#[derive(Clone, Debug)]
struct Level {
    blocks: Vec<Block>,
    /// Number of the first block in `blocks`.
    first: u64,
    pending: Block,
    /// How many children `pending` is about.
    children: usize,
}

impl Level {
    const NEW: Self = Self { blocks: Vec::new(), first: 0, pending: Block::EMPTY, children: 0 };

    /// Adds something about so many children; returns the block when it is complete.
    fn fill(&mut self, child: Block, children: usize, complete: usize) -> Option<Block> {
        self.pending = self.pending.and(child);
        self.children += children;
        if self.children < complete {
            return None;
        }
        self.blocks.push(self.pending);
        self.children = 0;
        Some(std::mem::replace(&mut self.pending, Block::EMPTY))
    }

    /// Forgets blocks before number `start` when they are as many as the others: that pays for
    /// moving these.
    fn forget_before(&mut self, start: u64) {
        let old = usize::try_from(start.saturating_sub(self.first)).unwrap_or(usize::MAX).min(self.blocks.len());
        if old > self.blocks.len() - old {
            self.blocks.drain(..old);
            self.first += old as u64;
        }
    }

    fn range(&self, numbers: Range<u64>) -> &[Block] {
        let place = |number: u64| number.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        let range = place(numbers.start).zip(place(numbers.end)).map(|(from, to)| from..to);
        range.and_then(|range| self.blocks.get(range)).unwrap_or_default()
    }
}

impl MinMaxPyramid {
    /// A pyramid of no samples.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many samples the series has.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the series has no samples.
    pub fn is_empty(&self) -> bool {
        self.end == self.start
    }

    /// Bytes of memory it holds.
    pub fn memory_bytes(&self) -> usize {
        self.levels.iter().map(|level| level.blocks.capacity() * size_of::<Block>()).sum()
    }

    /// Takes note of samples that were appended to the series. O(batch), amortised.
    pub fn append(&mut self, newer: &[f32]) {
        let mut rest = newer;
        while !rest.is_empty() {
            let filled = (self.end % LEAF as u64) as usize;
            let (now, later) = rest.split_at(rest.len().min(LEAF - filled));
            self.end += now.len() as u64;
            self.fill(Block::of(now), now.len());
            rest = later;
        }
    }

    fn fill(&mut self, samples: Block, count: usize) {
        let (mut child, mut children, mut complete) = (samples, count, LEAF);
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Level::NEW);
            }
            let Some(block) = self.levels[level].fill(child, children, complete) else { return };
            (child, children, complete) = (block, 1, FAN);
        }
    }

    /// Takes note that only the newest `max_length` samples of the series were kept. O(1), amortised.
    pub fn keep_newest(&mut self, max_length: usize) {
        self.start = self.start.max(self.end.saturating_sub(max_length as u64));
        let mut start = self.start.div_ceil(LEAF as u64);
        for level in &mut self.levels {
            level.forget_before(start);
            start = start.div_ceil(FAN as u64);
        }
    }

    /// Forgets the series and takes note of another. O(samples); the memory is kept.
    pub fn rebuild(&mut self, samples: &[f32]) {
        for level in &mut self.levels {
            level.blocks.clear();
            (level.first, level.pending, level.children) = (0, Block::EMPTY, 0);
        }
        (self.start, self.end) = (0, 0);
        self.append(samples);
    }

    /// The least and greatest finite sample of `series` within `range`; `None` if there is none.
    /// O(log samples).
    ///
    /// `series` is the series that the pyramid is about. A range is cut to it; a series of another
    /// length is scanned.
    pub fn extremes(&self, series: &[f32], range: Range<usize>) -> Option<(f32, f32)> {
        let block = self.block(series, range);
        (block.min <= block.max).then_some((block.min, block.max))
    }

    pub(super) fn block(&self, series: &[f32], range: Range<usize>) -> Block {
        let (from, to) = (range.start.min(series.len()), range.end.min(series.len()));
        if from >= to {
            return Block::EMPTY;
        }
        if series.len() != self.len() || to - from < 2 * LEAF {
            return Block::of(&series[from..to]);
        }
        let leaf = LEAF as u64;
        let (low, high) = (self.start + from as u64, self.start + to as u64);
        let head = (low.next_multiple_of(leaf) - low) as usize;
        let tail = (high % leaf) as usize;
        let ends = Block::of(&series[from..from + head]).and(Block::of(&series[to - tail..to]));
        ends.and(self.block_of_blocks(low.div_ceil(leaf)..high / leaf))
    }

    /// What is known about blocks of the lowest level together, all of which are complete.
    fn block_of_blocks(&self, numbers: Range<u64>) -> Block {
        let fan = FAN as u64;
        let (mut low, mut high, mut sum) = (numbers.start, numbers.end, Block::EMPTY);
        for (index, level) in self.levels.iter().enumerate() {
            // Few enough, or no larger blocks.
            if high - low < 2 * fan || index + 1 == self.levels.len() {
                return sum.and(Block::of_blocks(level.range(low..high)));
            }
            let (inner_low, inner_high) = (low.div_ceil(fan), high / fan);
            let head = Block::of_blocks(level.range(low..inner_low * fan));
            let tail = Block::of_blocks(level.range(inner_high * fan..high));
            sum = sum.and(head).and(tail);
            (low, high) = (inner_low, inner_high);
        }
        sum
    }

    /// A column for each of `count` equal parts of the range `(low, high)` of x, into `columns`.
    /// O(count log samples), without a look at the rest of the series.
    ///
    /// `x` is the coordinate of each sample of `series` and never falls; if it does, or contains
    /// NaN, samples can be missing, and [`scan_columns`](super::scan_columns) is right.
    /// See there for what belongs to which column.
    pub fn columns(&self, x: &[f64], series: &[f32], range: (f64, f64), count: usize, columns: &mut Vec<Column>) {
        columns.clear();
        let Some(borders) = Borders::new(range, count) else {
            return columns.resize(count, Column::EMPTY);
        };
        let length = x.len().min(series.len());
        self.columns_of(
            &x[..length],
            series,
            sample_range(&x[..length], range),
            |column| borders.at(column),
            count,
            columns,
        );
    }

    /// The columns of samples `inside`, of which column `k` begins at `border(k)`.
    pub(super) fn columns_of(
        &self,
        x: &[f64],
        series: &[f32],
        inside: Range<usize>,
        border: impl Fn(usize) -> f64,
        count: usize,
        columns: &mut Vec<Column>,
    ) {
        columns.clear();
        let (x, mut from, mut last_count) = (&x[..inside.end], inside.start, inside.len() / count.max(1));
        for column in 1..=count {
            let to = if column == count { inside.end } else { first_not_below(x, from, last_count, border(column)) };
            columns.push(Column::of(&series[from..to], self.block(series, from..to)));
            (from, last_count) = (to, to - from);
        }
    }
}

#[cfg(test)]
impl MinMaxPyramid {
    pub(super) fn samples_taken(&self) -> u64 {
        self.end
    }

    /// How many blocks there are on all levels.
    pub(super) fn blocks(&self) -> usize {
        self.levels.iter().map(|level| level.blocks.len()).sum()
    }
}

/// The samples whose x, which never falls, is within a range with its ends.
pub(super) fn sample_range(x: &[f64], (low, high): (f64, f64)) -> Range<usize> {
    let from = x.partition_point(|&x| x < low);
    let to = from + x[from..].partition_point(|&x| x <= high);
    from..to
}
