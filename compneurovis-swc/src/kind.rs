//! The kind of a sample or section: the second column of an SWC file.

use std::fmt;

/// The structure that a sample belongs to, as the number in the second column says.
///
/// Numbers beyond the four that the standard names occur in most collections, so this is
/// a number with names for some values and not an enumeration.
///
/// ```
/// use compneurovis_swc::SampleKind;
///
/// assert_eq!(SampleKind::APICAL_DENDRITE.section_prefix(), "apic");
/// assert_eq!(SampleKind(7).section_prefix(), "dend_7");
/// assert_eq!(SampleKind(-2).section_prefix(), "minus_2");
/// assert!(SampleKind(16).is_custom() && !SampleKind::GLIA.is_custom());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleKind(pub i32);

impl SampleKind {
    /// 0: nobody said what it is.
    pub const UNDEFINED: Self = Self(0);
    /// 1: the cell body.
    pub const SOMA: Self = Self(1);
    /// 2: axon.
    pub const AXON: Self = Self(2);
    /// 3: dendrite; basal dendrite in cells that have an apical one.
    pub const BASAL_DENDRITE: Self = Self(3);
    /// 4: apical dendrite.
    pub const APICAL_DENDRITE: Self = Self(4);
    /// 5: custom by the INCF's specification; a fork to programs that number after CNIC.
    pub const CUSTOM: Self = Self(5);
    /// 6: a neurite of no known kind; an end to programs that number after CNIC.
    pub const UNSPECIFIED_NEURITE: Self = Self(6);
    /// 7: glia; a presynapse in exports of CATMAID.
    pub const GLIA: Self = Self(7);

    /// Whether this is the cell body.
    #[must_use]
    pub fn is_soma(self) -> bool {
        self == Self::SOMA
    }

    /// Whether the INCF's specification leaves the meaning to whoever wrote the file: 5, all beyond 7,
    /// and those below zero.
    #[must_use]
    pub fn is_custom(self) -> bool {
        !matches!(self.0, 0..=4 | 6 | 7)
    }

    /// What NEURON's Import3d calls sections of this kind: `soma`, `axon`, `dend`, `apic`,
    /// `dend_N` for any other number, `minus_N` for a number below zero.
    #[must_use]
    pub fn section_prefix(self) -> String {
        match self {
            Self::SOMA => "soma".to_owned(),
            Self::AXON => "axon".to_owned(),
            Self::BASAL_DENDRITE => "dend".to_owned(),
            Self::APICAL_DENDRITE => "apic".to_owned(),
            Self(number) if number < 0 => format!("minus_{}", number.unsigned_abs()),
            Self(number) => format!("dend_{number}"),
        }
    }
}

impl fmt::Display for SampleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UNDEFINED => f.write_str("undefined"),
            Self::SOMA => f.write_str("soma"),
            Self::AXON => f.write_str("axon"),
            Self::BASAL_DENDRITE => f.write_str("basal dendrite"),
            Self::APICAL_DENDRITE => f.write_str("apical dendrite"),
            Self(number) => write!(f, "type {number}"),
        }
    }
}
