//! What a session without a window told to have gone wrong: nobody reads it there, so it is how the program ends.

use compneurovis_bevy::Headless;
use compneurovis_core::Failure;
use thiserror::Error;

use crate::Args;

/// Why a program ends badly whose session lives. What each problem is has been logged when it came.
#[derive(Debug, Error)]
pub(crate) enum Told {
    /// The picture would not be the one that was asked for.
    #[error("nothing was written, as the session does not do what the flags ask for")]
    Refused,
    /// There were other problems.
    #[error("problems that the session told of: {count}")]
    Problems { count: usize },
}

/// Whether the session refuses what the flags want done first.
pub(crate) fn refuses(headless: &Headless, args: &Args) -> bool {
    let told = |doing: &str| headless.problems().iter().any(|failure: &Failure| failure.doing == doing);
    args.first_commands().any(|command| told(&command.doing()))
}

/// Fails if it does.
pub(crate) fn check_first(headless: &Headless, args: &Args) -> Result<(), Told> {
    if refuses(headless, args) { Err(Told::Refused) } else { Ok(()) }
}

/// Fails if anything else went wrong.
pub(crate) fn check_all(headless: &Headless) -> Result<(), Told> {
    match headless.problems().len() {
        0 => Ok(()),
        count => Err(Told::Problems { count }),
    }
}
