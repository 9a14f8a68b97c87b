//! Density mechanisms of sections: what is inserted, the styles of ions, pointers.

use crate::argument::Argument;
use crate::error::{NeuronError, within};
use crate::point_process::wrong_class;
use crate::range_ref::RangeRef;
use crate::section::Section;
use crate::symbol::{Kind, identifier};

/// What becomes of the concentrations and the reversal potential of an ion in a section, as
/// NEURON's `ion_style` numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IonStyle {
    /// The concentrations: 0 unused, 1 a parameter, 2 an input to mechanisms, 3 a state.
    pub concentration: u8,
    /// The reversal potential: 0 unused, 1 a parameter, 2 computed from the concentrations.
    pub reversal: u8,
    /// Whether initialising computes the reversal potential from the concentrations.
    pub computed_at_start: bool,
    /// Whether every step does.
    pub computed_at_steps: bool,
    /// Whether initialising sets the concentrations to their global values.
    pub reset_at_start: bool,
}

impl IonStyle {
    /// The five numbers that `ion_style` takes.
    pub(crate) fn numbers(self) -> [u8; 5] {
        let flags = [self.computed_at_start, self.computed_at_steps, self.reset_at_start].map(u8::from);
        [self.concentration, self.reversal, flags[0], flags[1], flags[2]]
    }

    /// From the five numbers that `ion_style` takes.
    pub(crate) fn from_numbers(numbers: [u8; 5]) -> Self {
        let [concentration, reversal, flags @ ..] = numbers;
        let [computed_at_start, computed_at_steps, reset_at_start] = flags.map(|flag| flag != 0);
        Self { concentration, reversal, computed_at_start, computed_at_steps, reset_at_start }
    }

    /// From the bits that `ion_style` returns.
    fn from_bits(bits: u32) -> Self {
        let bit = |bit: u32| bits & bit != 0;
        Self {
            concentration: (bits & 3) as u8,
            reversal: (bits >> 3 & 3) as u8,
            computed_at_start: bit(32),
            computed_at_steps: bit(64),
            reset_at_start: bit(4),
        }
    }
}

impl Section {
    /// Inserts a density mechanism such as `hh`; once is enough.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], or [`NeuronError::WrongKind`] for a point process.
    pub fn insert(&self, mechanism: &str) -> Result<(), NeuronError> {
        let symbol = self.inner.symbol(mechanism, Kind::Mechanism)?;
        // SAFETY: the section exists and the symbol is a density mechanism.
        unsafe { self.with("insert a mechanism", |api, raw| (api.nrn_mechanism_insert)(raw, symbol)) }
    }

    /// Removes a density mechanism; one that is not there is no error.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`] or [`NeuronError::DeadSection`].
    pub fn uninsert(&self, mechanism: &str) -> Result<(), NeuronError> {
        self.inner.symbol(mechanism, Kind::Mechanism)?;
        let name = format!("cnv_uninsert_{}_", identifier(mechanism)?);
        // The C API of 9.0 has no function for this, and hoc takes the name only as a word.
        self.inner.define(&name, &format!("func {name}() {{ uninsert {mechanism} return 0 }}"))?;
        self.function(&name, &[])?;
        Ok(())
    }

    /// Whether a density mechanism is inserted.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`] or [`NeuronError::DeadSection`].
    pub fn has_mechanism(&self, mechanism: &str) -> Result<bool, NeuronError> {
        self.inner.symbol(mechanism, Kind::Mechanism)?;
        Ok(self.function("ismembrane", &[Argument::Text(mechanism)])? != 0.0)
    }

    /// The names of the density mechanisms that are inserted, ions among them (`na_ion`).
    ///
    /// # Errors
    /// [`NeuronError::DeadSection`].
    pub fn mechanisms(&self) -> Result<Vec<String>, NeuronError> {
        let mut inserted = Vec::new();
        for name in self.inner.names_of(Kind::Mechanism) {
            // Every section has these two, as part of itself.
            if name != "morphology" && name != "capacitance" && self.has_mechanism(&name)? {
                inserted.push(name);
            }
        }
        Ok(inserted)
    }

    /// The style of an ion such as `"na_ion"`; `None` if no mechanism of the section uses it.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`], [`NeuronError::WrongKind`] for a mechanism that is no ion.
    pub fn ion_style(&self, ion: &str) -> Result<Option<IonStyle>, NeuronError> {
        self.inner.symbol(ion, Kind::Mechanism)?;
        // NEURON names all ions so, and takes any other mechanism for one.
        if !ion.ends_with("_ion") {
            return Err(wrong_class(ion, "a mechanism", "an ion such as `na_ion`"));
        }
        let bits = self.function("ion_style", &[Argument::Text(ion)])?;
        Ok((bits >= 0.0).then(|| IonStyle::from_bits(bits as u32)))
    }

    /// Sets the style of an ion such as `"na_ion"`.
    ///
    /// # Errors
    /// As [`Section::ion_style`], and [`NeuronError::OutOfRange`].
    pub fn set_ion_style(&self, ion: &str, style: IonStyle) -> Result<(), NeuronError> {
        let (concentration, reversal) = (style.concentration, style.reversal);
        within("the style of a concentration", f64::from(concentration), concentration <= 3, "a number from 0 to 3")?;
        within("the style of a reversal potential", f64::from(reversal), reversal <= 2, "a number from 0 to 2")?;
        if self.ion_style(ion)?.is_none() {
            return Err(wrong_class(ion, &format!("not in the section `{}`", self.name()), "an ion that it uses"));
        }
        let numbers = style.numbers().map(|number| Argument::Number(f64::from(number)));
        let arguments: Vec<Argument<'_>> = [Argument::Text(ion)].into_iter().chain(numbers).collect();
        self.function("ion_style", &arguments)?;
        Ok(())
    }

    /// Lets a `POINTER` of an inserted mechanism, by the name that hoc has for it (`src_follow`),
    /// point at a number of the model, in the compartment at `x`.
    ///
    /// # Errors
    /// [`NeuronError::UnknownName`] or [`NeuronError::WrongKind`] for a name that is not a pointer,
    /// [`NeuronError::OutOfRange`], what the reference's own check says, or [`NeuronError::Hoc`] if
    /// the section lacks the mechanism.
    pub fn set_pointer(&self, pointer: &str, x: f64, target: &RangeRef) -> Result<(), NeuronError> {
        crate::pointer::set_in_section(self, pointer, x, target)
    }
}
