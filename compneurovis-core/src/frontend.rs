//! Who shows an application.

use crate::AppSpec;

/// Something that runs an application until its user has had enough: a window, a recorder, a test.
pub trait Frontend {
    /// What can go wrong with it.
    type Error: std::error::Error;

    /// Starts the session, shows what it emits, sends what the user wants, and returns at the end.
    ///
    /// # Errors
    /// The frontend cannot show anything. A session that fails is shown, not returned.
    fn run(self, app: AppSpec) -> Result<(), Self::Error>;
}
