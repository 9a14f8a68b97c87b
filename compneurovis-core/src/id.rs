//! Identifiers: one type for each kind of thing, so that a field's id never names a view.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Cheap to clone; compares, hashes and serialises as its text.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        // Lets maps keyed by an id be asked with a plain `&str`.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
    )*};
}

ids! {
    /// Names a [`Field`](crate::Field) in a scene.
    FieldId;
    /// Names a [`Geometry`](crate::Geometry) in a scene.
    GeometryId;
    /// Names a [`View`](crate::View) in a scene.
    ViewId;
    /// Names a [`Control`](crate::Control) in a scene.
    ControlId;
    /// Names an [`Action`](crate::Action) in a scene.
    ActionId;
    /// Names an [`Operator`](crate::Operator) in a scene.
    OperatorId;
    /// Names a [`Panel`](crate::Panel) of a layout.
    PanelId;
    /// Names a thing that can be picked and traced: a compartment, as `"{section}@{x:.5}"`.
    EntityId;
}
