//! Connections that carry events.

use crate::argument::Argument;
use crate::error::{NeuronError, finite, within};
use crate::interpreter::Neuron;
use crate::object::ObjectRef;
use crate::point_process::{PointProcess, wrong_class};
use crate::range_ref::RangeRef;
use crate::vector::Vector;
use neuron_sys::Object;

/// A handle to a `NetCon`: from a source of events to a synapse.
///
/// When the last handle goes in a running model, the connection passes nothing on any more; what is
/// on its way still arrives.
#[derive(Debug, Clone)]
pub struct NetCon {
    object: ObjectRef,
    // What the connection has no reference of its own to.
    _target: Option<PointProcess>,
}

impl AsRef<ObjectRef> for NetCon {
    fn as_ref(&self) -> &ObjectRef {
        &self.object
    }
}

impl Neuron {
    /// Connects a point process that sends events (or nothing, for events sent by hand) to one that
    /// receives them (or to nothing, for recording).
    ///
    /// # Errors
    /// [`NeuronError::WrongKind`] if the one cannot send or the other not receive.
    pub fn net_con(&self, source: Option<&PointProcess>, target: Option<&PointProcess>) -> Result<NetCon, NeuronError> {
        let from = match source {
            Some(source) if !self.inner.point_class(source.class())?.sends => {
                return Err(wrong_class(source.class(), "one that sends no events", "a source of events"));
            }
            Some(source) => source.live_property()?,
            None => std::ptr::null_mut(),
        };
        let to = receiver(target)?;
        // SAFETY: both ends are objects of the model or nil, which the class takes.
        let object = unsafe {
            ObjectRef::create(
                &self.inner,
                "NetCon",
                |api| {
                    (api.nrn_object_push)(from);
                    (api.nrn_object_push)(to);
                    2
                },
                |_| (),
            )
        }?;
        Ok(NetCon { object: object.with_lifeline()?, _target: target.cloned() })
    }
}

impl NetCon {
    /// Connects a membrane potential, which sends an event when it rises above the threshold
    /// ([`NetCon::set_threshold`]; 10 mV at first), to a receiver.
    ///
    /// # Errors
    /// [`NeuronError::WrongKind`] unless the source is a range variable of a section and the target
    /// receives events.
    pub fn from_voltage(source: &RangeRef, target: Option<&PointProcess>) -> Result<Self, NeuronError> {
        let (inner, section) = source.section()?;
        let raw = section.live()?;
        let source = source.resolve()?;
        let to = receiver(target)?;
        // SAFETY: the section exists, the source was checked, and the push is undone.
        let object = unsafe {
            ObjectRef::create(
                inner,
                "NetCon",
                |api| {
                    (api.nrn_section_push)(raw);
                    source.push(api);
                    (api.nrn_object_push)(to);
                    2
                },
                |api| (api.nrn_section_pop)(),
            )
        }?;
        Ok(Self { object: object.with_lifeline()?, _target: target.cloned() })
    }

    /// A handle to a connection that exists.
    pub(crate) fn adopt(object: ObjectRef) -> Self {
        Self { object, _target: None }
    }

    /// Sends an event to the target at a time in ms, without a further delay.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] for a time that is not finite or has passed,
    /// [`NeuronError::NotInitialized`] before the model is initialised, which takes all events back.
    pub fn send_at(&self, time_ms: f64) -> Result<(), NeuronError> {
        let inner = &self.object.inner;
        inner.check_initialized()?;
        // SAFETY: the address of a global number, just looked up.
        let now = unsafe { inner.global_address("t")?.read() };
        within("the time of an event", time_ms, time_ms.is_finite() && time_ms >= now, "the present time or later")?;
        self.object.call("event", &[Argument::Number(time_ms)])?;
        Ok(())
    }

    /// Whether it passes events on.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn is_active(&self) -> Result<bool, NeuronError> {
        Ok(self.object.call("active", &[])? != 0.0)
    }

    /// Lets it pass events on, or not.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn set_active(&self, active: bool) -> Result<(), NeuronError> {
        self.object.call("active", &[Argument::Number(f64::from(u8::from(active)))])?;
        Ok(())
    }

    /// The delay in ms.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn delay(&self) -> Result<f64, NeuronError> {
        self.get(c"delay")
    }

    /// Sets the delay in ms.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is below 0.
    pub fn set_delay(&self, delay_ms: f64) -> Result<(), NeuronError> {
        within("the delay", delay_ms, delay_ms.is_finite() && delay_ms >= 0.0, "0 or above")?;
        self.set(c"delay", delay_ms)
    }

    /// The threshold of the source in mV.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn threshold(&self) -> Result<f64, NeuronError> {
        self.get(c"threshold")
    }

    /// Sets the threshold of the source in mV; all connections from that place share it.
    ///
    /// # Errors
    /// [`NeuronError::OutOfRange`] if it is not finite.
    pub fn set_threshold(&self, threshold_mv: f64) -> Result<(), NeuronError> {
        self.set(c"threshold", finite("the threshold", threshold_mv)?)
    }

    /// The number of weights, which the receiver decides.
    ///
    /// # Errors
    /// [`NeuronError::Cleared`].
    pub fn weight_count(&self) -> Result<usize, NeuronError> {
        Ok(self.object.call("wcnt", &[])? as usize)
    }

    /// A weight; the first is the usual one.
    ///
    /// # Errors
    /// [`NeuronError::BadIndex`].
    pub fn weight(&self, index: usize) -> Result<f64, NeuronError> {
        self.checked_weight(index)?;
        let object = self.object.live()?;
        // SAFETY: the object is a NetCon with that many weights.
        unsafe {
            self.object.inner.guard(
                || "get a weight".to_owned(),
                |api| (api.nrn_property_array_get)(object, c"weight".as_ptr(), index as i32),
            )
        }
    }

    /// Sets a weight.
    ///
    /// # Errors
    /// [`NeuronError::BadIndex`], or [`NeuronError::OutOfRange`] if it is not finite.
    pub fn set_weight(&self, index: usize, weight: f64) -> Result<(), NeuronError> {
        let weight = finite("the weight", weight)?;
        self.checked_weight(index)?;
        let object = self.object.live()?;
        // SAFETY: the object is a NetCon with that many weights.
        unsafe {
            self.object.inner.guard(
                || "set a weight".to_owned(),
                |api| (api.nrn_property_array_set)(object, c"weight".as_ptr(), index as i32, weight),
            )
        }
    }

    /// Records the times of the source's events, in ms.
    ///
    /// # Errors
    /// [`NeuronError::Hoc`] with NEURON's text.
    pub fn record(&self, times: &Vector) -> Result<(), NeuronError> {
        let times = times.object.live()?;
        self.object.call("record", &[Argument::Object(times)])?;
        Ok(())
    }

    fn checked_weight(&self, index: usize) -> Result<(), NeuronError> {
        let len = self.weight_count()?;
        if index < len {
            return Ok(());
        }
        Err(NeuronError::BadIndex { what: "the weights of a NetCon".to_owned(), index, len })
    }

    fn get(&self, name: &std::ffi::CStr) -> Result<f64, NeuronError> {
        let object = self.object.live()?;
        // SAFETY: a NetCon has these properties.
        unsafe {
            self.object.inner.guard(|| "read a NetCon".to_owned(), |api| (api.nrn_property_get)(object, name.as_ptr()))
        }
    }

    fn set(&self, name: &std::ffi::CStr, value: f64) -> Result<(), NeuronError> {
        let object = self.object.live()?;
        // SAFETY: a NetCon has these properties.
        unsafe {
            self.object
                .inner
                .guard(|| "change a NetCon".to_owned(), |api| (api.nrn_property_set)(object, name.as_ptr(), value))
        }
    }
}

/// The target of a connection; null if there is none. NEURON crashes on one that takes no events.
fn receiver(target: Option<&PointProcess>) -> Result<*mut Object, NeuronError> {
    let Some(target) = target else { return Ok(std::ptr::null_mut()) };
    if target.object.inner.point_class(target.class())?.receives {
        return target.live_property();
    }
    Err(wrong_class(target.class(), "one that takes no events", "a target of events"))
}
