//! An error and what it comes from, for people to read.

use std::error::Error;

/// The texts of an error and of its sources, outermost first. Many errors tell their source in their own text, which is
/// then not said again.
///
/// ```
/// use compneurovis_core::error_causes;
/// let source = "one".parse::<f64>().unwrap_err();
/// assert_eq!(error_causes(&source).join(": "), "invalid float literal");
/// ```
pub fn error_causes(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    for cause in std::iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string) {
        if !causes.iter().any(|told| told.contains(&cause)) {
            causes.push(cause);
        }
    }
    causes
}
