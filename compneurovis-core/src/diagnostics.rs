//! Whether and where a running application writes down what costs time.

use std::path::{Path, PathBuf};

/// What is written down about the cost of an application.
///
/// Without one, the environment decides: `COMPNEUROVIS_PERF_LOG` names a folder for
/// [perf logs](crate::runner::PerfLog), or is `1`, `true`, `yes` or `on` for the usual one;
/// `COMPNEUROVIS_PERF_ECHO` set to one of these repeats them to the log of the program. An explicit
/// one, also an empty one, comes before the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiagnosticsSpec {
    /// Folder for the perf log; none is written if `None`.
    pub perf_log_folder: Option<PathBuf>,
    /// Whether its records are also told to the subscriber of the program's `tracing`.
    pub echo: bool,
}

/// Names the folder of perf logs, or asks for the usual one.
pub const PERF_LOG_VARIABLE: &str = "COMPNEUROVIS_PERF_LOG";

/// Asks for the records in the log of the program as well.
pub const PERF_ECHO_VARIABLE: &str = "COMPNEUROVIS_PERF_ECHO";

/// Where perf logs go unless someone says otherwise, from the working directory.
pub const PERF_LOG_FOLDER: &str = ".compneurovis/perf-logs";

impl DiagnosticsSpec {
    /// A perf log in the usual folder.
    pub fn perf_log() -> Self {
        Self { perf_log_folder: Some(PERF_LOG_FOLDER.into()), echo: false }
    }

    /// The explicit one if there is one, else what the environment says.
    pub fn or_environment(explicit: Option<&Self>) -> Self {
        Self::resolve(explicit, |name| std::env::var(name).ok())
    }

    fn resolve(explicit: Option<&Self>, variable: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(explicit) = explicit {
            return explicit.clone();
        }
        let is_on = |text: &str| ["1", "true", "yes", "on"].contains(&text.to_ascii_lowercase().as_str());
        let is_off = |text: &str| ["", "0", "false", "no", "off"].contains(&text.to_ascii_lowercase().as_str());
        let folder = variable(PERF_LOG_VARIABLE).filter(|text| !is_off(text));
        Self {
            perf_log_folder: folder.map(|text| match is_on(&text) {
                true => Path::new(PERF_LOG_FOLDER).to_owned(),
                false => text.into(),
            }),
            echo: variable(PERF_ECHO_VARIABLE).is_some_and(|text| is_on(&text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(log: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| (name == PERF_LOG_VARIABLE).then(|| log.to_owned())
    }

    #[test]
    fn the_environment_is_a_fallback() {
        let folder = |log| DiagnosticsSpec::resolve(None, environment(log)).perf_log_folder;
        assert_eq!(folder("Yes"), Some(PERF_LOG_FOLDER.into()));
        assert_eq!(folder("logs/today"), Some("logs/today".into()));
        assert_eq!(folder("off"), None);
        assert_eq!(DiagnosticsSpec::resolve(None, |_| None), DiagnosticsSpec::default());
        let explicit = DiagnosticsSpec::default();
        assert_eq!(DiagnosticsSpec::resolve(Some(&explicit), environment("1")), explicit);
    }
}
