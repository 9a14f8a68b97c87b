//! Pictures that some frontends know how to draw.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Binding, FieldId, Value, ViewId};

/// A picture that is not one of ours: a frontend draws it if someone has registered how. Make one
/// with [`CustomView::new`] and change its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomView {
    /// Its id.
    pub id: ViewId,
    /// Shown above it; the id if empty.
    pub title: String,
    /// What kind of picture: the name under which its renderer is registered.
    pub kind: String,
    /// The fields it shows, so that it is drawn anew when they change.
    pub fields: Vec<FieldId>,
    /// What else the renderer wants to know.
    pub settings: IndexMap<String, Binding<Value>>,
}

impl CustomView {
    /// A picture of a kind without settings.
    pub fn new(id: impl Into<ViewId>, kind: impl Into<String>) -> Self {
        Self { id: id.into(), title: String::new(), kind: kind.into(), fields: Vec::new(), settings: IndexMap::new() }
    }

    /// The same view, showing one more field.
    #[must_use]
    pub fn showing(mut self, field: impl Into<FieldId>) -> Self {
        self.fields.push(field.into());
        self
    }

    /// The same view with a setting.
    #[must_use]
    pub fn with_setting(mut self, key: impl Into<String>, value: impl Into<Binding<Value>>) -> Self {
        self.settings.insert(key.into(), value.into());
        self
    }
}
