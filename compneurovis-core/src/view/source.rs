//! Where a picture has its data from.

use serde::{Deserialize, Serialize};

use crate::{FieldId, OperatorId};

/// A field, or what an operator makes of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataSource {
    /// A field of the scene.
    Field(FieldId),
    /// The output of an operator of the scene.
    Operator(OperatorId),
}

impl From<FieldId> for DataSource {
    fn from(field: FieldId) -> Self {
        Self::Field(field)
    }
}

impl From<&str> for DataSource {
    fn from(field: &str) -> Self {
        Self::Field(field.into())
    }
}

impl From<OperatorId> for DataSource {
    fn from(operator: OperatorId) -> Self {
        Self::Operator(operator)
    }
}
