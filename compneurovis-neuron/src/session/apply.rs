//! Controls and settings, and how they get to NEURON.

use compneurovis_core::{ControlId, SessionError, Value};

use super::{NeuronModel, NeuronSettings};
use crate::Neuron;

/// Sets NEURON as the settings say, or the other way round where the model is to be followed.
pub(super) fn start(neuron: &Neuron, settings: &mut NeuronSettings) -> Result<(), SessionError> {
    if settings.follow_model {
        settings.dt_ms = neuron.global("dt")?;
        // Of NEURON's standard run library; a model without it has none.
        settings.v_init_mv = neuron.global("v_init").unwrap_or(settings.v_init_mv);
        settings.celsius = None;
        settings.display_dt_ms = settings.display_dt_ms.max(settings.dt_ms);
        return Ok(settings.check()?);
    }
    if let Some(celsius) = settings.celsius {
        neuron.set_global("celsius", celsius)?;
    }
    Ok(neuron.set_dt(settings.dt_ms)?)
}

/// Sets a control in the model, or else in the session's own settings.
pub(super) fn apply<M: NeuronModel>(
    model: &mut M,
    neuron: &Neuron,
    settings: &mut NeuronSettings,
    id: &ControlId,
    value: &Value,
) -> Result<(), SessionError> {
    if model.apply_control(neuron, id, value)? {
        return Ok(());
    }
    let number = value.as_f64().ok_or_else(|| format!("`{id}` takes a number, not {value:?}"))?;
    let mut changed = settings.clone();
    match id.as_str() {
        "display_dt" => changed.display_dt_ms = number,
        "dt" => changed.dt_ms = number,
        "v_init" => changed.v_init_mv = number,
        "celsius" => changed.celsius = Some(number),
        "tstop" => changed.tstop_ms = Some(number),
        other => {
            return Err(
                format!("`apply_control` does not handle `{other}`, and it is no setting of the session").into()
            );
        }
    }
    changed.check()?;
    model.steps_per_update(&changed)?;
    // What NEURON refuses leaves the old value in both.
    match id.as_str() {
        "dt" => neuron.set_dt(number)?,
        "celsius" => neuron.set_global("celsius", number)?,
        _ => {}
    }
    *settings = changed;
    Ok(())
}
