//! Which quantity the colours show, at run time.

use compneurovis_core::{Emitter, Field, SceneChange, SessionError, SessionUpdate, Value};

use super::quantity::Shown;
use super::{DISPLAY_QUANTITY, DisplayQuantity, NeuronModel, NeuronSession};

impl<M: NeuronModel> NeuronSession<M> {
    /// Colours the cell by another quantity: one of the model's
    /// [quantities](NeuronModel::display_quantities) by its label or variable, any other range variable by
    /// its name, or what is sampled by the label of the trace or an empty name. The traces stay as they are.
    ///
    /// # Errors
    /// NEURON knows no such range variable, or no view shows the colours; what was shown stays.
    pub fn display(&mut self, name: &str, emitter: &mut Emitter) -> Result<(), SessionError> {
        let wanted = self.quantity(name);
        let mut view = self.cell_view.clone().ok_or("no view of this session shows the colours of the cell")?;
        let geometry = view.geometry.clone();
        let (_, running, _) = self.parts()?;
        let shown = match wanted {
            Some(quantity) => Some(Shown::new(running.neuron(), quantity, &running.sections)?),
            None => None,
        };
        running.watch.shown = shown;
        let mut unit = None;
        if let Some(shown) = &running.watch.shown {
            let quantity = &shown.quantity;
            unit = Some(quantity.unit.clone());
            view.title.clone_from(&quantity.label);
            (view.color_map, view.color_limits) = (quantity.color_map.clone(), quantity.color_limits.clone());
        }
        let id = running.watch.display.clone().ok_or("no view of this session shows the colours of the cell")?;
        let mut values = Vec::new();
        running.watch.read_colors(&mut values)?;
        let unit = unit.unwrap_or_else(|| self.model.display_unit());
        let label = self.quantity(name).map_or_else(|| self.model.trace_y_label(), |quantity| quantity.label);
        let field = Field::over_compartments(id, geometry, values)?.with_unit(unit).with_label(label);
        let changes = vec![SceneChange::SetField(field), SceneChange::SetView(view.into())];
        emitter.emit(SessionUpdate::ScenePatch(changes));
        self.tell_choice(name, emitter);
        Ok(())
    }

    /// The quantity of a name; `None` is for what is sampled.
    fn quantity(&self, name: &str) -> Option<DisplayQuantity> {
        if name.is_empty() || name == self.model.trace_y_label() {
            return None;
        }
        let known = self.model.display_quantities().into_iter();
        let mut known = known.filter(|quantity| quantity.label == name || quantity.variable == name);
        Some(known.next().unwrap_or_else(|| DisplayQuantity::new(name)))
    }

    /// Lets the control, if it has such a value, say what is shown.
    fn tell_choice(&self, name: &str, emitter: &mut Emitter) {
        let label = self.quantity(name).map_or_else(|| self.model.trace_y_label(), |quantity| quantity.label);
        let value = Value::Text(label);
        if let Some(control) = self.control(DISPLAY_QUANTITY).filter(|control| control.accept(&value).is_ok()) {
            emitter.set_state(control.state_key(), value);
        }
    }
}
