//! What all handles share: the runtime, the names, and the state of the model.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use neuron_sys::{Api, HocError, Object, Runtime, Search, Symbol};

use crate::argument::{Argument, Pushed};
use crate::error::NeuronError;
use crate::object::Lifeline;
use crate::ownership::Ownership;
use crate::pointer::{Pointers, SectionPointer};
use crate::range_ref::RangeRef;
use crate::symbol::{Kind, Symbols, c_string};
use crate::vector::Timed;

/// hoc that does what the C API of 9.0 cannot: it has no access to parents, to `nil`, or to the kind
/// of a class. Its names start with `cnv_`.
const PRELUDE: &str = include_str!("prelude.hoc");

/// What a class of objects is good for as a point process; all `false` for other classes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PointClass {
    /// It is placed on a section.
    pub(crate) placed: bool,
    /// It is on no section.
    pub(crate) artificial: bool,
    /// It sends events of its own.
    pub(crate) sends: bool,
    /// It receives events.
    pub(crate) receives: bool,
}

/// The state behind all handles of one thread.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) runtime: &'static Runtime,
    pub(crate) symbols: Symbols,
    pub(crate) fadvance: *mut Symbol,
    /// Counts the models: handles of an earlier one are refused.
    pub(crate) generation: Cell<u64>,
    /// Whether a [`Neuron`](crate::Neuron) is alive.
    pub(crate) held: Cell<bool>,
    /// The number of threads at the last initialisation, 0 before one.
    pub(crate) initialized_threads: Cell<i32>,
    /// Objects the model keeps, each with a reference.
    pub(crate) kept: RefCell<Vec<(*mut Object, Option<Rc<Pointers>>)>>,
    /// The point processes that have pointers.
    pub(crate) pointing: RefCell<Vec<Weak<Pointers>>>,
    /// The pointers of density mechanisms.
    pub(crate) pointing_sections: RefCell<Vec<SectionPointer>>,
    /// Vectors that are played or recorded at certain times.
    pub(crate) timed: RefCell<Vec<Weak<Timed>>>,
    /// Those without a handle, kept until all events are forgotten.
    pub(crate) until_start: RefCell<Vec<(Timed, Vec<RangeRef>)>>,
    /// The objects that have handles and may have events under way to them.
    pub(crate) lifelines: RefCell<HashMap<*mut Object, Weak<Lifeline>>>,
    /// Objects without a handle, each with a reference, kept until all events are forgotten.
    pub(crate) orphans: RefCell<Vec<*mut Object>>,
    /// How many targets of events were on no section when all events were forgotten.
    pub(crate) lost_at_start: Cell<f64>,
    /// Whether sections may have been deleted since targets of connections were looked at.
    pub(crate) deleted: Cell<bool>,
    /// Globals that were changed, with the values that clearing gives them back.
    pub(crate) changed: RefCell<Vec<(String, f64)>>,
    /// The fixed step, while the variable-step method runs.
    pub(crate) fixed_dt: Cell<Option<f64>>,
    /// What the classes that were asked about can do.
    point_classes: RefCell<HashMap<Box<str>, PointClass>>,
    /// The last field: NEURON is given to other threads when all else is gone.
    _ownership: Ownership,
}

impl Inner {
    /// Starts NEURON on this thread, or takes over the one that an ended thread has left.
    pub(crate) fn start(search: &Search, ownership: Ownership) -> Result<Self, NeuronError> {
        let runtime = Runtime::start(search)?;
        let prelude = c_string(PRELUDE)?;
        // SAFETY: `ownership` says that this thread is the only one; the text is a C string.
        unsafe { runtime.guard(|api| (api.nrn_hoc_call)(prelude.as_ptr())) }
            .map_err(|error| NeuronError::hoc("prepare the interpreter", error))?;
        let symbols = Symbols::probe(runtime)?;
        let fadvance = symbols.get(runtime.api(), "fadvance", Kind::Function)?;
        let inner = Self {
            runtime,
            symbols,
            fadvance,
            generation: Cell::new(0),
            held: Cell::new(false),
            initialized_threads: Cell::new(0),
            kept: RefCell::default(),
            pointing: RefCell::default(),
            pointing_sections: RefCell::default(),
            timed: RefCell::default(),
            lifelines: RefCell::default(),
            orphans: RefCell::default(),
            lost_at_start: Cell::new(0.0),
            deleted: Cell::new(false),
            until_start: RefCell::default(),
            changed: RefCell::default(),
            fixed_dt: Cell::new(None),
            point_classes: RefCell::default(),
            _ownership: ownership,
        };
        // NEURON reports a wrong home by no more than this.
        inner.load_file("stdrun.hoc")?;
        // Hoc code changes these without our knowledge.
        for name in ["t", "dt", "celsius"] {
            inner.remember(name)?;
        }
        Ok(inner)
    }

    /// Notes the value of a global before its first change.
    pub(crate) fn remember(&self, name: &str) -> Result<(), NeuronError> {
        let address = self.global_address(name)?;
        let mut changed = self.changed.borrow_mut();
        if !changed.iter().any(|(other, _)| other == name) {
            // SAFETY: the address of a global number, just looked up.
            changed.push((name.to_owned(), unsafe { address.read() }));
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn api(&self) -> &Api {
        self.runtime.api()
    }

    /// Runs raw calls; see [`Runtime::guard`] for what the closure must not do.
    ///
    /// # Safety
    /// As for [`Runtime::guard`], less the thread: an `Inner` is never on another one.
    pub(crate) unsafe fn guard<T>(
        &self,
        action: impl FnOnce() -> String,
        calls: impl FnOnce(&Api) -> T,
    ) -> Result<T, NeuronError> {
        // SAFETY: the caller's promise; `Inner` is not `Send` and holds the ownership.
        unsafe { self.runtime.guard(calls) }.map_err(|error| NeuronError::hoc(action(), error))
    }

    /// The symbol of this name, if it is of this kind.
    pub(crate) fn symbol(&self, name: &str, kind: Kind) -> Result<*mut Symbol, NeuronError> {
        self.symbols.get(self.api(), name, kind)
    }

    /// Calls a function that returns a number.
    pub(crate) fn call(&self, name: &str, arguments: &[Argument<'_>]) -> Result<f64, NeuronError> {
        let symbol = self.symbol(name, Kind::Function)?;
        let mut pushed = Pushed::new(arguments)?;
        // SAFETY: the kind says that the function leaves a number; the cells outlive the call.
        unsafe {
            self.guard(
                || format!("call `{name}`"),
                |api| {
                    let count = pushed.push(api);
                    (api.nrn_function_call)(symbol, count);
                    (api.nrn_double_pop)()
                },
            )
        }
    }

    /// What a class of point processes can do.
    pub(crate) fn point_class(&self, class: &str) -> Result<PointClass, NeuronError> {
        self.symbol(class, Kind::Class)?;
        if let Some(known) = self.point_classes.borrow().get(class) {
            return Ok(*known);
        }
        let bits = self.call("cnv_is_point_", &[Argument::Text(class)])? as u8;
        let class_of = PointClass {
            placed: bits & 3 == 1,
            artificial: bits & 3 == 3,
            sends: bits & 4 != 0,
            receives: bits & 8 != 0,
        };
        self.point_classes.borrow_mut().insert(class.into(), class_of);
        Ok(class_of)
    }

    /// Executes hoc.
    pub(crate) fn hoc(&self, code: &str) -> Result<(), NeuronError> {
        let mut text = code.to_owned();
        text.push('\n');
        let text = c_string(&text)?;
        // SAFETY: the text is a C string that outlives the call.
        let status = unsafe { self.runtime.guard(|api| (api.nrn_hoc_call)(text.as_ptr())) };
        let action = || format!("execute `{}`", code.trim());
        match status {
            Ok(0) => Ok(()),
            Ok(_) => Err(NeuronError::hoc(action(), HocError { message: "hoc reported an error".to_owned() })),
            Err(error) => Err(NeuronError::hoc(action(), error)),
        }
    }

    /// Executes hoc that defines a function of this name, unless there is one.
    pub(crate) fn define(&self, name: &str, code: &str) -> Result<(), NeuronError> {
        if self.symbol(name, Kind::Function).is_ok() { Ok(()) } else { self.hoc(code) }
    }

    /// Loads a hoc file; what NEURON returns is the only sign of a missing one.
    pub(crate) fn load_file(&self, path: &str) -> Result<(), NeuronError> {
        let loaded = self.call("load_file", &[Argument::Text(path)])?;
        if loaded == 1.0 { Ok(()) } else { Err(NeuronError::LoadFile { path: path.to_owned() }) }
    }

    /// The address of a global number, which may move when the number of threads changes.
    pub(crate) fn global_address(&self, name: &str) -> Result<*mut f64, NeuronError> {
        let symbol = self.symbol(name, Kind::Variable)?;
        // SAFETY: the symbol is of a variable that is not an array.
        let (subtype, address) =
            unsafe { ((self.api().nrn_symbol_subtype)(symbol), (self.api().nrn_symbol_dataptr)(symbol)) };
        // NOTUSER and USERDOUBLE are `double`; the others are not.
        if (subtype == 0 || subtype == 2) && !address.is_null() {
            return Ok(address);
        }
        Err(NeuronError::WrongKind {
            name: name.to_owned(),
            found: "an integer of NEURON's own (set it by hoc)".to_owned(),
            expected: Kind::Variable.described().to_owned(),
        })
    }
}
