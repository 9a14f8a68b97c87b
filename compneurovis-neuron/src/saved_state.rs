//! The state of a model at one moment, to which it can go back.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::argument::Argument;
use crate::error::NeuronError;
use crate::instances::Instances;
use crate::interpreter::Neuron;
use crate::object::ObjectRef;
use crate::saved_layout::Layout;

/// What the bytes start with; the last letter is the version of the format.
const MAGIC: &[u8; 8] = b"CNVSTAT1";

/// The state of a model at one moment, made by [`Neuron::save_state`].
///
/// Plain bytes: it can be kept in any number, sent to other threads, written to files, and restored
/// in another process that has built the same model with the same version of NEURON.
#[derive(Debug, Clone)]
pub struct SavedState {
    bytes: Arc<[u8]>,
    time_ms: f64,
}

impl SavedState {
    /// The simulated time of the moment in ms.
    pub fn time_ms(&self) -> f64 {
        self.time_ms
    }

    /// The state as bytes, for [`SavedState::from_bytes`].
    pub fn as_bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// Takes bytes for a state. Whether it fits a model is looked at when it is restored.
    ///
    /// # Errors
    /// [`NeuronError::SavedState`] for bytes that are not those of a state, or were damaged.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Self, NeuronError> {
        let bytes = bytes.into();
        let time_ms = Parts::read(&bytes).ok_or_else(|| misfit("its bytes are damaged or not those of a state"))?.time;
        Ok(Self { bytes, time_ms })
    }
}

impl Neuron {
    /// Saves the state of the model: what NEURON's `SaveState` saves, and the positions of the
    /// streams of random numbers of point processes and artificial cells, which it leaves out.
    ///
    /// That is the time, all potentials and states, the events that are on their way, the weights
    /// of connections, how far vectors have been played, and the values of mechanisms that receive
    /// events. It is not the model: no sections, no globals such as `dt` or `celsius`, no
    /// parameters of mechanisms. Streams of random numbers in density mechanisms and `Random`
    /// objects are not in it either.
    ///
    /// # Errors
    /// [`NeuronError::NotInitialized`] before [`Neuron::initialize`], [`NeuronError::File`] if there
    /// is no room for a temporary file, [`NeuronError::Hoc`] with NEURON's text.
    pub fn save_state(&self) -> Result<SavedState, NeuronError> {
        self.settle()?;
        let instances = self.inner.instances()?;
        let positions = self.inner.random_positions(&instances)?;
        let time_ms = self.time()?;
        let file = self.state_file()?;
        Layout::of(&file).map_err(misfit)?;
        let bytes = Parts { time: time_ms, positions, instances: table(&instances), file: &file }.write();
        Ok(SavedState { bytes: bytes.into(), time_ms })
    }

    /// Goes back to a state of this model, or of one that was built in the same way; both must have
    /// been initialised. With fixed steps, the model goes on from there as it did, to the last bit.
    /// The variable-step method (CVODE) starts anew with steps of its own choice, since a `SaveState` of NEURON's
    /// holds nothing of what the integrator knows of the steps before: what follows is the same whenever the
    /// state is restored, and within the tolerance what it was, but not to the last bit. NEURON's own `restore`
    /// asks for a `CVode.re_init()` of the user's to do the same.
    ///
    /// Vectors that record keep what they have, and go on behind it.
    ///
    /// # Errors
    /// [`NeuronError::SavedState`] if the model is not the one that was saved,
    /// [`NeuronError::NotInitialized`], [`NeuronError::File`], [`NeuronError::Hoc`] with NEURON's
    /// text. When the model is not the one that was saved, nothing has been changed, but one that has
    /// lost connections or synapses since it was initialised may have to be initialised again.
    pub fn restore_state(&self, state: &SavedState) -> Result<(), NeuronError> {
        self.settle()?;
        let parts = Parts::read(&state.bytes).ok_or_else(|| misfit("its bytes are damaged"))?;
        let fits = match self.check_fit(&parts) {
            Err(NeuronError::SavedState { .. }) if self.inner.has_orphans() => {
                // What has gone since the state was saved is only kept for events, which are about to
                // be replaced. If they are not, the model cannot go on with them.
                self.inner.release_orphans();
                self.settle()?;
                self.check_fit(&parts).inspect_err(|_| self.inner.needs_initialization())
            }
            fits => fits,
        };
        let instances = fits?;
        let folder = temporary()?;
        let path = folder.path().join("state");
        fs::write(&path, parts.file).map_err(|source| NeuronError::file(&path, source))?;
        let saver = self.saver()?;
        // SAFETY: this thread owns NEURON.
        if !unsafe { self.inner.runtime.forget_saved_events() } {
            return Err(misfit("this version of NEURON does not read states back safely"));
        }
        self.exchange(&saver, "fread", &path)?;
        saver.call("restore", &[])?;
        self.inner.set_random_positions(&instances, &parts.positions)?;
        if self.is_variable_step()? {
            self.inner.call("cnv_reinitialize_", &[])?;
        }
        Ok(())
    }

    /// How many vectors are played or recorded; before the model is initialised, how many of those that have a
    /// handle and times of their own.
    pub(crate) fn timed_vectors(&self) -> Result<usize, NeuronError> {
        if self.inner.check_initialized().is_err() {
            return Ok(self.inner.timed.borrow().iter().filter(|timed| timed.strong_count() > 0).count());
        }
        self.settle()?;
        Ok(Layout::of(&self.state_file()?).map_err(misfit)?.recordings())
    }

    /// Whether a state is one of this model.
    fn check_fit(&self, parts: &Parts<'_>) -> Result<Vec<Instances>, NeuronError> {
        let instances = self.inner.instances()?;
        if let Some(reason) = different(&parts.instances, &table(&instances)) {
            return Err(misfit(reason));
        }
        let saved = Layout::of(parts.file).map_err(misfit)?;
        let model = Layout::of(&self.state_file()?).map_err(misfit)?;
        saved.misfit(&model).map_or(Ok(instances), |reason| Err(misfit(reason)))
    }

    /// Brings NEURON's storage in order after a change of the structure: `SaveState` relies on it.
    fn settle(&self) -> Result<(), NeuronError> {
        self.inner.check_initialized()?;
        // SAFETY: this thread owns NEURON.
        if unsafe { self.inner.runtime.counters().pending() } {
            self.inner.check_structure()?;
            self.inner.call("fcurrent", &[])?;
        }
        Ok(())
    }

    /// The present state as `SaveState` writes it.
    fn state_file(&self) -> Result<Vec<u8>, NeuronError> {
        let folder = temporary()?;
        let path = folder.path().join("state");
        let saver = self.saver()?;
        saver.call("save", &[])?;
        self.exchange(&saver, "fwrite", &path)?;
        fs::read(&path).map_err(|source| NeuronError::file(&path, source))
    }

    fn saver(&self) -> Result<ObjectRef, NeuronError> {
        // SAFETY: the class takes no arguments.
        unsafe { ObjectRef::create(&self.inner, "SaveState", |_| 0, |_| ()) }
    }

    /// Calls `fread` or `fwrite`.
    fn exchange(&self, saver: &ObjectRef, method: &str, path: &Path) -> Result<(), NeuronError> {
        let text = path.to_string_lossy();
        let file = ObjectRef::new(&self.inner, "File", &[Argument::Text(&text)])?;
        saver.call(method, &[Argument::Object(file.live()?)])?;
        Ok(())
    }
}

/// A folder that only this user can look into, and that goes with its value.
fn temporary() -> Result<tempfile::TempDir, NeuronError> {
    tempfile::tempdir().map_err(|source| NeuronError::file(std::env::temp_dir(), source))
}

fn misfit(reason: impl Into<String>) -> NeuronError {
    NeuronError::SavedState { reason: reason.into() }
}

/// Class, count and hash of the point processes of a model.
type Table = Vec<(String, u64, u64)>;

fn table(instances: &[Instances]) -> Table {
    instances.iter().map(|of| (of.class.to_string(), of.count as u64, of.hash)).collect()
}

/// What is different about two tables, for people.
fn different(saved: &Table, model: &Table) -> Option<String> {
    let count = |table: &Table, class: &str| table.iter().find(|(other, ..)| other == class).map_or(0, |of| of.1);
    for (class, ..) in saved.iter().chain(model) {
        let (saved, found) = (count(saved, class), count(model, class));
        if saved != found {
            return Some(format!("it has {saved} `{class}`, the model {found}"));
        }
    }
    (saved != model).then(|| "its point processes were made in another order".to_owned())
}

/// What the bytes of a state hold.
struct Parts<'a> {
    time: f64,
    positions: Vec<f64>,
    instances: Table,
    file: &'a [u8],
}

impl<'a> Parts<'a> {
    fn write(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.file.len() + 8 * self.positions.len() + 256);
        body.extend(self.time.to_le_bytes());
        body.extend((self.positions.len() as u64).to_le_bytes());
        for position in &self.positions {
            body.extend(position.to_le_bytes());
        }
        body.extend((self.instances.len() as u64).to_le_bytes());
        for (class, count, hash) in &self.instances {
            body.extend((class.len() as u64).to_le_bytes());
            body.extend(class.bytes());
            body.extend(count.to_le_bytes());
            body.extend(hash.to_le_bytes());
        }
        body.extend(self.file);
        [MAGIC.as_slice(), &checksum(&body).to_le_bytes(), &body].concat()
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        if number(&mut rest)? != checksum(rest) {
            return None;
        }
        let time = f64::from_bits(number(&mut rest)?);
        let count = usize::try_from(number(&mut rest)?).ok()?;
        let (positions, tail) = rest.split_at_checked(count.checked_mul(8)?)?;
        rest = tail;
        let positions = positions.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        let mut instances = Vec::new();
        for _ in 0..number(&mut rest)? {
            let len = usize::try_from(number(&mut rest)?).ok()?;
            let (class, tail) = rest.split_at_checked(len)?;
            rest = tail;
            instances.push((String::from_utf8(class.to_vec()).ok()?, number(&mut rest)?, number(&mut rest)?));
        }
        Some(Self { time, positions, instances, file: rest })
    }
}

/// Takes the next number.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let (bytes, tail) = rest.split_first_chunk::<8>()?;
    *rest = tail;
    Some(u64::from_le_bytes(*bytes))
}

/// FNV-1a over words of eight bytes: finds damage, not malice.
fn checksum(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    let (words, tail) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(0xcbf2_9ce4_8422_2325, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    tail.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
}
