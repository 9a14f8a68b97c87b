//! The interpreter: one a process, kept by one thread.

use std::rc::Rc;

use neuron_sys::Search;

use crate::error::{NeuronError, finite, positive};
use crate::inner::Inner;
use crate::object::ObjectRef;
use crate::ownership;
use crate::range_ref::RangeRef;
use crate::section::Section;
use crate::symbol::Kind;

/// NEURON's own absolute tolerance of the variable-step method.
const DEFAULT_TOLERANCE: f64 = 1e-3;

/// NEURON, held by this thread.
///
/// There is one per process. It is started by the first [`Neuron::acquire`] and stays with that
/// thread; dropping the value empties the interpreter ([`Neuron::clear`]), after which the same
/// thread may acquire it again, and another thread once the first has ended. All handles are tied
/// to the thread as well.
///
/// Everything here is safe: a mistake is an [`NeuronError`] that carries NEURON's own text, and
/// NEURON is usable afterwards. `quit()` in hoc is such an error too.
///
/// ```no_run
/// use compneurovis_neuron::{Neuron, Search, VoltageProbe};
///
/// let neuron = Neuron::acquire(&Search::new())?;
/// let soma = neuron.section("soma")?;
/// soma.set_length(20.0)?;
/// soma.set_diameter(20.0)?;
/// soma.insert("hh")?;
/// let clamp = soma.point_process("IClamp", 0.5)?;
/// clamp.set("del", 2.0)?;
/// clamp.set("dur", 5.0)?;
/// clamp.set("amp", 1.0)?;
///
/// let mut probe = VoltageProbe::new(&neuron, std::slice::from_ref(&soma))?;
/// let mut v = [0.0_f32; 1];
/// neuron.initialize(-65.0)?;
/// while neuron.time()? < 10.0 {
///     neuron.advance()?;
///     probe.read(&mut v)?;
/// }
/// # Ok::<(), compneurovis_neuron::NeuronError>(())
/// ```
///
/// What belongs to the thread cannot leave it:
///
/// ```compile_fail,E0277
/// # fn f(neuron: compneurovis_neuron::Neuron) {
/// std::thread::spawn(move || neuron.advance());
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # fn f(section: compneurovis_neuron::Section) {
/// std::thread::scope(|scope| scope.spawn(|| section.length()).join()).unwrap().unwrap();
/// # }
/// ```
#[derive(Debug)]
pub struct Neuron {
    pub(crate) inner: Rc<Inner>,
}

impl Neuron {
    /// Takes NEURON for this thread, starting it if the process has none.
    ///
    /// # Errors
    /// [`NeuronError::WrongThread`] while another thread has it, [`NeuronError::AlreadyHeld`] while
    /// this thread holds it, [`NeuronError::Start`] if it is not installed or does not start.
    pub fn acquire(search: &Search) -> Result<Self, NeuronError> {
        let inner = ownership::interpreter(search)?;
        if inner.held.replace(true) {
            return Err(NeuronError::AlreadyHeld);
        }
        Ok(Self { inner })
    }

    /// NEURON's own text about its version.
    pub fn version(&self) -> &'static str {
        self.inner.runtime.version()
    }

    /// Where NEURON was found.
    pub fn installation(&self) -> &'static neuron_sys::Installation {
        self.inner.runtime.installation()
    }

    /// Empties the interpreter: kept objects, then all sections, also those made by hoc; fixed
    /// steps, one thread, and the values that changed globals had. Handles from before are refused
    /// from then on. Names defined by hoc and loaded mechanisms stay.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] if NEURON refuses.
    pub fn clear(&self) -> Result<(), NeuronError> {
        let inner = &self.inner;
        inner.generation.set(inner.generation.get() + 1);
        inner.initialized_threads.set(0);
        inner.release_pointers();
        inner.release_vectors();
        inner.release_orphans();
        for (object, _) in inner.kept.take() {
            // SAFETY: a reference that `keep` took over.
            unsafe { inner.guard(|| "release an object".to_owned(), |api| (api.nrn_object_unref)(object))? };
        }
        inner.deleted.set(true);
        inner.call("cnv_delete_all_", &[])?;
        self.variable_step(false)?;
        self.set_tolerance(DEFAULT_TOLERANCE)?;
        if self.threads() != 1 {
            self.set_threads(1)?;
        }
        for (name, value) in inner.changed.borrow().iter() {
            let address = inner.global_address(name)?;
            // SAFETY: the address of a global number, just looked up.
            unsafe { address.write(*value) };
        }
        Ok(())
    }

    /// Creates a section of that name; the name need not be unique, and hoc code does not see it.
    ///
    /// # Errors
    /// [`NeuronError::BadName`] for a name with a zero byte.
    pub fn section(&self, name: &str) -> Result<Section, NeuronError> {
        Section::create(&self.inner, name)
    }

    /// All sections of the interpreter, also those made by hoc, in the order of their creation.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] if NEURON refuses.
    pub fn sections(&self) -> Result<Vec<Section>, NeuronError> {
        Section::all(&self.inner)
    }

    /// Lets the model keep an object until [`Neuron::clear`], so that its handle may be dropped.
    pub fn keep(&self, object: &impl AsRef<ObjectRef>) {
        let object = object.as_ref();
        if object.is_current() {
            self.inner.kept.borrow_mut().push(object.keep());
        }
    }

    /// Executes hoc code. What it prints goes to `tracing`, target `neuron`.
    ///
    /// The code can do all that hoc can, except for ending the process: `quit()` is an error.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn hoc(&self, code: &str) -> Result<(), NeuronError> {
        self.inner.deleted.set(true);
        self.inner.hoc(code)
    }

    /// The value of a hoc expression.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn hoc_value(&self, expression: &str) -> Result<f64, NeuronError> {
        self.hoc(&format!("cnv_value_ = ({expression})"))?;
        self.global("cnv_value_")
    }

    /// Loads a hoc file from the current folder or NEURON's library, unless it is loaded already.
    ///
    /// # Errors
    /// [`NeuronError::LoadFile`] if there is no such file, [`NeuronError::Hoc`] if it fails.
    pub fn load_file(&self, path: &str) -> Result<(), NeuronError> {
        self.inner.deleted.set(true);
        self.inner.load_file(path)
    }

    /// Whether NEURON knows a density mechanism of that name.
    pub fn has_mechanism(&self, name: &str) -> bool {
        self.inner.symbol(name, Kind::Mechanism).is_ok()
    }

    /// Whether NEURON knows a class of objects of that name, built in or a template.
    pub fn has_template(&self, name: &str) -> bool {
        self.inner.symbol(name, Kind::Class).is_ok()
    }

    /// A global number, such as `celsius`.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`].
    pub fn global(&self, name: &str) -> Result<f64, NeuronError> {
        let address = self.inner.global_address(name)?;
        // SAFETY: the address of a global number, just looked up.
        Ok(unsafe { address.read() })
    }

    /// Sets a global number until [`Neuron::clear`].
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`], or [`NeuronError::OutOfRange`] for
    /// a number that is not finite, or a `dt` that is not above 0.
    pub fn set_global(&self, name: &str, value: f64) -> Result<(), NeuronError> {
        let value = if name == "dt" { positive("dt", value)? } else { finite(name, value)? };
        self.inner.remember(name)?;
        if name == "dt" && self.inner.fixed_dt.get().is_some() {
            self.inner.fixed_dt.set(Some(value));
        }
        let address = self.inner.global_address(name)?;
        // SAFETY: the address of a global number, just looked up.
        unsafe { address.write(value) };
        Ok(())
    }

    /// A reference to a global number such as `t`, to be recorded or played into.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`].
    pub fn global_ref(&self, name: &str) -> Result<RangeRef, NeuronError> {
        self.inner.global_address(name)?;
        Ok(RangeRef::global(&self.inner, name))
    }
}

impl Drop for Neuron {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, "NEURON could not be emptied");
        }
        self.inner.held.set(false);
    }
}
