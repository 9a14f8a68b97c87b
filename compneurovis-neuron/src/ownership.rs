//! Which thread NEURON belongs to.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use neuron_sys::Search;

use crate::error::NeuronError;
use crate::inner::Inner;

/// The thread that owns NEURON, from its first use until that thread ends.
static OWNER: Mutex<Option<(ThreadId, String)>> = Mutex::new(None);

thread_local! {
    /// What the owning thread keeps between one [`Neuron`](crate::Neuron) and the next.
    static KEPT: RefCell<Option<Rc<Inner>>> = const { RefCell::new(None) };
}

/// The right to call NEURON; given back when the last handle and the thread's own are gone.
#[derive(Debug)]
pub(crate) struct Ownership(());

impl Ownership {
    fn take() -> Result<Self, NeuronError> {
        let mut owner = OWNER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, name)) = &*owner {
            return Err(NeuronError::WrongThread { owner: name.clone(), this: this_thread() });
        }
        *owner = Some((thread::current().id(), this_thread()));
        Ok(Self(()))
    }
}

impl Drop for Ownership {
    fn drop(&mut self) {
        *OWNER.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The interpreter of this thread, started if there is none in the process.
pub(crate) fn interpreter(search: &Search) -> Result<Rc<Inner>, NeuronError> {
    let kept = KEPT.try_with(|kept| kept.borrow().clone()).ok().flatten();
    if let Some(inner) = kept {
        return Ok(inner);
    }
    let inner = Rc::new(Inner::start(search, Ownership::take()?)?);
    // A thread that is ending keeps nothing: the handles alone hold on to NEURON then.
    let _ = KEPT.try_with(|kept| kept.borrow_mut().replace(Rc::clone(&inner)));
    Ok(inner)
}

fn this_thread() -> String {
    let thread = thread::current();
    thread.name().map_or_else(|| format!("{:?}", thread.id()), str::to_owned)
}
