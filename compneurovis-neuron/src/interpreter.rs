//! The interpreter: one a process, kept by one thread.

use std::rc::Rc;

use neuron_sys::Search;

use crate::argument::Argument;
use crate::error::{NeuronError, finite, positive, within};
use crate::inner::Inner;
use crate::object::ObjectRef;
use crate::ownership;
use crate::range_ref::RangeRef;
use crate::section::Section;
use crate::symbol::Kind;

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
        for (object, _) in inner.kept.take() {
            // SAFETY: a reference that `keep` took over.
            unsafe { inner.guard(|| "release an object".to_owned(), |api| (api.nrn_object_unref)(object))? };
        }
        inner.call("cnv_delete_all_", &[])?;
        self.variable_step(false)?;
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
        self.inner.hoc(code)
    }

    /// The value of a hoc expression.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn hoc_value(&self, expression: &str) -> Result<f64, NeuronError> {
        self.inner.hoc(&format!("cnv_value_ = ({expression})"))?;
        self.global("cnv_value_")
    }

    /// Loads a hoc file from the current folder or NEURON's library, unless it is loaded already.
    ///
    /// # Errors
    /// [`NeuronError::LoadFile`] if there is no such file, [`NeuronError::Hoc`] if it fails.
    pub fn load_file(&self, path: &str) -> Result<(), NeuronError> {
        self.inner.load_file(path)
    }

    /// Loads compiled mechanisms (a `libnrnmech`). They stay until the process ends, and loading
    /// the same ones twice is an error.
    ///
    /// # Errors
    /// [`NeuronError::LoadFile`] if there is no such file, [`NeuronError::Hoc`] if a name exists.
    pub fn load_mechanisms(&self, path: &str) -> Result<(), NeuronError> {
        if !std::path::Path::new(path).is_file() {
            return Err(NeuronError::LoadFile { path: path.to_owned() });
        }
        let loaded = self.inner.call("nrn_load_dll", &[Argument::Text(path)])?;
        if loaded == 1.0 { Ok(()) } else { Err(NeuronError::LoadFile { path: path.to_owned() }) }
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

    /// The simulated time in ms.
    ///
    /// # Errors
    /// Only if hoc code has redefined `t`.
    pub fn time(&self) -> Result<f64, NeuronError> {
        self.global("t")
    }

    /// Sets the time step in ms.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not above 0.
    pub fn set_dt(&self, dt_ms: f64) -> Result<(), NeuronError> {
        self.set_global("dt", dt_ms)
    }

    /// Initialises the model at a membrane potential in mV and sets the time to 0.
    ///
    /// # Errors
    /// [`NeuronError::UnsetPointer`], or [`NeuronError::Hoc`] with NEURON's text, such as that there
    /// is a loop in the tree.
    pub fn initialize(&self, v_init_mv: f64) -> Result<(), NeuronError> {
        let v_init_mv = finite("the initial membrane potential", v_init_mv)?;
        self.inner.initialized_threads.set(0);
        self.inner.check_pointers()?;
        self.inner.call("finitialize", &[Argument::Number(v_init_mv)])?;
        self.inner.initialized_threads.set(self.threads());
        Ok(())
    }

    /// Initialises the model by hoc code that calls `finitialize`, such as `init()` of NEURON's standard run
    /// library, which models replace by their own.
    ///
    /// # Errors
    /// [`NeuronError::NotInitialized`] if the code does not do it, and as [`Neuron::initialize`].
    pub fn initialize_by_hoc(&self, code: &str) -> Result<(), NeuronError> {
        self.inner.initialized_threads.set(0);
        self.inner.check_pointers()?;
        // Seen from inside: with how many threads `finitialize` prepared the model.
        self.inner.hoc("cnv_value_ = 0\nobjref cnv_seen_")?;
        self.inner.hoc("cnv_seen_ = new FInitializeHandler(3, \"cnv_value_ = cnv_pc_.nthread()\")")?;
        let done = self.inner.hoc(code);
        let threads = self.global("cnv_value_")? as i32;
        self.inner.hoc("objref cnv_seen_")?;
        done?;
        if threads == 0 {
            return Err(NeuronError::NotInitialized { reason: "the code that should do it does not call finitialize" });
        }
        self.inner.initialized_threads.set(threads);
        Ok(())
    }

    /// Advances the model by one step: `dt`, or what the variable-step method chooses.
    ///
    /// # Errors
    /// [`NeuronError::NotInitialized`] before [`Neuron::initialize`] or after the number of threads
    /// has changed, [`NeuronError::UnsetPointer`], [`NeuronError::Hoc`] with NEURON's text.
    #[inline]
    pub fn advance(&self) -> Result<(), NeuronError> {
        self.check_initialized()?;
        // SAFETY: this thread owns NEURON.
        if unsafe { self.inner.runtime.counters().pending() } {
            self.inner.check_pointers()?;
        }
        // SAFETY: `fadvance` is a built-in function that returns a number.
        match unsafe { self.inner.runtime.call(self.inner.fadvance) } {
            Ok(_) => Ok(()),
            Err(error) => Err(NeuronError::hoc("advance the model", error)),
        }
    }

    /// Switches between fixed steps and the variable-step method (CVODE). Going back to fixed steps
    /// restores `dt`.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn variable_step(&self, on: bool) -> Result<(), NeuronError> {
        let dt = self.inner.global_address("dt")?;
        if on && self.inner.fixed_dt.get().is_none() {
            // SAFETY: the address of a global number, just looked up.
            self.inner.fixed_dt.set(Some(unsafe { dt.read() }));
        }
        self.inner.call("cnv_variable_step_", &[Argument::Number(f64::from(u8::from(on)))])?;
        if on {
            return Ok(());
        }
        if let Some(fixed) = self.inner.fixed_dt.take() {
            // NEURON leaves the last variable step behind.
            // SAFETY: as above.
            unsafe { dt.write(fixed) };
        }
        Ok(())
    }

    /// Whether the variable-step method is in use.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn is_variable_step(&self) -> Result<bool, NeuronError> {
        Ok(self.inner.call("cnv_is_variable_step_", &[])? != 0.0)
    }

    /// Whether the model can be computed.
    #[inline]
    pub(crate) fn check_initialized(&self) -> Result<(), NeuronError> {
        let threads = self.inner.initialized_threads.get();
        if threads == self.threads() {
            return Ok(());
        }
        // NEURON would take buffers of threads that it has not set up.
        Err(NeuronError::NotInitialized { reason: not_initialized(threads) })
    }

    /// The number of threads NEURON computes with.
    #[inline]
    pub fn threads(&self) -> i32 {
        // SAFETY: this thread owns NEURON.
        unsafe { self.inner.runtime.counters().threads() }
    }

    /// Sets the number of threads NEURON computes with; [`Neuron::initialize`] must follow.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] outside 1 to 64.
    pub fn set_threads(&self, threads: u16) -> Result<(), NeuronError> {
        let count = f64::from(threads);
        within("the number of threads", count, (1..=64).contains(&threads), "a number from 1 to 64")?;
        self.inner.initialized_threads.set(0);
        self.inner.call("cnv_threads_", &[Argument::Number(count)])?;
        Ok(())
    }
}

fn not_initialized(threads: i32) -> &'static str {
    if threads == 0 { "the model has not been initialised" } else { "the number of threads has changed" }
}

impl Drop for Neuron {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, "NEURON could not be emptied");
        }
        self.inner.held.set(false);
    }
}
