//! What the colours of the cell show.

use compneurovis_core::{ColorLimits, ColorMap, Control};

use crate::{Neuron, NeuronError, RangeProbe, Section};

/// A range variable that the cell can be coloured by instead of what is sampled.
///
/// ```
/// use compneurovis_core::ColorMap;
/// use compneurovis_neuron::DisplayQuantity;
/// let m = DisplayQuantity::new("m_hh").named("Sodium activation (m)").with_colors(ColorMap::Viridis, (0.0, 1.0));
/// assert_eq!((m.variable.as_str(), m.label.as_str()), ("m_hh", "Sodium activation (m)"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DisplayQuantity {
    /// What it is called where it is chosen.
    pub label: String,
    /// NEURON's name of it, such as `m_hh` or `cai`.
    pub variable: String,
    /// Its unit; none if empty.
    pub unit: String,
    /// From values to colours.
    pub color_map: ColorMap,
    /// The values at both ends of the colour map.
    pub color_limits: ColorLimits,
}

impl DisplayQuantity {
    /// A range variable under its own name, with limits that follow its values.
    pub fn new(variable: impl Into<String>) -> Self {
        let variable = variable.into();
        Self {
            label: variable.clone(),
            variable,
            unit: String::new(),
            color_map: ColorMap::Scalar,
            color_limits: ColorLimits::Automatic,
        }
    }

    /// The same quantity, called otherwise.
    #[must_use]
    pub fn named(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same quantity with a unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The same quantity with other colours.
    #[must_use]
    pub fn with_colors(mut self, map: ColorMap, limits: impl Into<ColorLimits>) -> Self {
        (self.color_map, self.color_limits) = (map, limits.into());
        self
    }
}

/// The choice between what is sampled and these quantities.
pub(super) fn choice(sampled: &str, quantities: &[DisplayQuantity]) -> Control {
    let labels = std::iter::once(sampled).chain(quantities.iter().map(|quantity| quantity.label.as_str()));
    Control::choice(super::DISPLAY_QUANTITY, "Colours", sampled, labels)
}

/// A quantity that is shown instead of what is sampled, and what reads it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) quantity: DisplayQuantity,
    probe: RangeProbe,
}

impl Shown {
    /// # Errors
    /// NEURON knows no such range variable.
    pub(super) fn new(neuron: &Neuron, quantity: DisplayQuantity, sections: &[Section]) -> Result<Self, NeuronError> {
        let probe = RangeProbe::over(neuron, &quantity.variable, sections)?;
        Ok(Self { quantity, probe })
    }

    /// Appends the values of all compartments, NaN where there is none.
    pub(super) fn read_into(&mut self, values: &mut Vec<f32>) -> Result<(), NeuronError> {
        let before = values.len();
        values.resize(before + self.probe.len(), f32::NAN);
        self.probe.read(&mut values[before..]).map(drop)
    }
}
