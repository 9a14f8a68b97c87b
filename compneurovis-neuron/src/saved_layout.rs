//! What a file of NEURON's `SaveState` is about.
//!
//! `SaveState.fread` and `restore` take what they read for granted, and end the process when a file
//! does not fit the model. So the file is walked here first, in the format of version 6.0
//! (`savstate.cpp` of NEURON), and what depends on the model is compared.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The first line of the files.
const FIRST_LINE: &str = "SaveState binary file version 6.0";

/// `sizeof(PreSynState)`.
const SOURCE_BYTES: usize = 32;

/// The parts of a file that depend on the structure of the model.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    sections: usize,
    nodes: usize,
    states: usize,
    recordings: usize,
    connections: usize,
    sources: usize,
    /// Of all of it in order: mechanisms by node, artificial cells by class, and the rest.
    hash: u64,
}

impl Layout {
    /// Walks a file up to its events, which are of the moment.
    pub(crate) fn of(file: &[u8]) -> Result<Self, &'static str> {
        let mut walk = Walk { rest: file, hash: DefaultHasher::new() };
        walk.all().ok_or("it is not a file of NEURON's SaveState, version 6.0")
    }

    /// How many vectors are recorded or played.
    pub(crate) fn recordings(&self) -> usize {
        self.recordings
    }

    /// Why a state with this layout does not fit the model; nothing if it does.
    pub(crate) fn misfit(&self, model: &Self) -> Option<String> {
        let counts = [
            ("sections", self.sections, model.sections),
            ("nodes of compartments", self.nodes, model.nodes),
            ("states of mechanisms", self.states, model.states),
            ("vectors that are recorded or played", self.recordings, model.recordings),
            ("connections", self.connections, model.connections),
            ("sources of events", self.sources, model.sources),
        ];
        let different = counts.into_iter().find(|(_, saved, found)| saved != found);
        if let Some((what, saved, found)) = different {
            return Some(format!("it has {saved} {what}, the model {found}"));
        }
        (self.hash != model.hash).then(|| "its mechanisms or connections are in another order".to_owned())
    }
}

/// What has not been walked, and what was found on the way.
struct Walk<'a> {
    rest: &'a [u8],
    hash: DefaultHasher,
}

impl<'a> Walk<'a> {
    fn all(&mut self) -> Option<Layout> {
        if self.line()? != FIRST_LINE {
            return None;
        }
        self.take(8)?; // the time
        let [sections, roots] = self.numbers()?;
        roots.hash(&mut self.hash);
        let (nodes, mut states) = self.sections(sections)?;
        let [classes] = self.numbers()?;
        for _ in 0..classes {
            let [class, count, values] = self.numbers()?;
            (class, count).hash(&mut self.hash);
            states += self.skip_values(values)?;
        }
        let recordings = self.recordings()?;
        let [connections] = self.numbers()?;
        for _ in 0..connections {
            let [number, weights] = self.numbers()?;
            (number, weights).hash(&mut self.hash);
            self.skip_values(weights)?;
        }
        let [sources] = self.numbers()?;
        self.take(sources.checked_mul(SOURCE_BYTES)?)?;
        let hash = self.hash.finish();
        Some(Layout { sections, nodes, states, recordings, connections, sources, hash })
    }

    /// All sections: how many nodes and states they have.
    fn sections(&mut self, sections: usize) -> Option<(usize, usize)> {
        // Each takes eight bytes, so a count that is wrong is found before memory is asked for it.
        let mut shapes = Vec::with_capacity(sections.min(self.rest.len() / 8));
        for _ in 0..sections {
            shapes.push((self.count()?, self.count()?));
        }
        let (mut nodes, mut states) = (0, 0);
        for (count, has_root) in shapes {
            states += self.nodes(count)?;
            if has_root != 0 {
                states += self.nodes(1)?;
            }
            has_root.hash(&mut self.hash);
            nodes += count + has_root;
        }
        Some((nodes, states))
    }

    /// Some nodes in a row: how many states they have.
    fn nodes(&mut self, count: usize) -> Option<usize> {
        let mut shapes = Vec::with_capacity(count.min(self.rest.len() / 16));
        for _ in 0..count {
            self.take(8)?; // the potential
            shapes.push((self.count()?, self.count()?));
        }
        shapes.hash(&mut self.hash);
        let mut states = 0;
        for (mechanisms, values) in shapes {
            self.take(mechanisms.checked_mul(4)?)?.hash(&mut self.hash);
            states += self.skip_values(values)?;
        }
        Some(states)
    }

    fn recordings(&mut self) -> Option<usize> {
        let [recordings] = self.numbers()?;
        for _ in 0..recordings {
            let [kind, place] = self.numbers()?;
            (kind, place).hash(&mut self.hash);
            match kind {
                // What is played, or recorded at certain times, has a line that says how far it is.
                1 | 3 | 4 => drop(self.line()?),
                2 | 5 | 6 => {}
                _ => return None,
            }
        }
        Some(recordings)
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }

    fn skip_values(&mut self, count: usize) -> Option<usize> {
        self.take(count.checked_mul(8)?)?;
        Some(count)
    }

    /// An `int` that is not negative.
    fn count(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(i32::from_ne_bytes(bytes)).ok()
    }

    fn line(&mut self) -> Option<&'a str> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let line = self.take(end)?;
        self.take(1)?;
        std::str::from_utf8(line).ok()
    }

    /// A line of just so many whole numbers.
    fn numbers<const N: usize>(&mut self) -> Option<[usize; N]> {
        let mut numbers = [0; N];
        let mut words = self.line()?.split_ascii_whitespace();
        for number in &mut numbers {
            *number = words.next()?.parse().ok()?;
        }
        words.next().is_none().then_some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(v: f64, mechanism: i32, connections: usize) -> Vec<u8> {
        let mut file = format!("{FIRST_LINE}\n").into_bytes();
        file.extend(1.0_f64.to_ne_bytes());
        file.extend(b"1 1\n");
        file.extend([1_i32, 0].map(i32::to_ne_bytes).concat());
        file.extend(v.to_ne_bytes());
        file.extend([1_i32, 2, mechanism].map(i32::to_ne_bytes).concat());
        file.extend([0.5_f64, 0.25].map(f64::to_ne_bytes).concat());
        file.extend(b"1\n18 0 0\n1\n4 0\n1 0 1\n");
        file.extend(format!("{connections}\n").bytes());
        for i in 0..connections {
            file.extend(format!("{i} 0\n").bytes());
        }
        file.extend(b"0\n0\n");
        file
    }

    #[test]
    fn layouts_tell_models_apart_and_not_moments() {
        let one = Layout::of(&file(-65.0, 3, 2)).unwrap();
        assert_eq!((one.sections, one.nodes, one.states, one.recordings, one.connections), (1, 1, 2, 1, 2));
        assert_eq!(one.misfit(&Layout::of(&file(-20.0, 3, 2)).unwrap()), None);
        assert!(one.misfit(&Layout::of(&file(-65.0, 4, 2)).unwrap()).unwrap().contains("order"));
        let misfit = one.misfit(&Layout::of(&file(-65.0, 3, 1)).unwrap()).unwrap();
        assert_eq!(misfit, "it has 2 connections, the model 1");
    }

    #[test]
    fn files_cut_short_or_with_absurd_counts_are_refused() {
        let good = file(-65.0, 3, 2);
        let events = good.len() - 2;
        for end in 0..events {
            assert!(Layout::of(&good[..end]).is_err(), "{end}");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] = 0xff;
            let _ = Layout::of(&bad);
        }
    }
}
