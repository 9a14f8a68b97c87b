//! Names of files that are not there yet.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// A path at which there is nothing: the one asked for, or the same with a number.
pub fn free_path(wanted: &Path) -> PathBuf {
    if !wanted.exists() {
        return wanted.to_owned();
    }
    let stem = wanted.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = wanted.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    let numbered = (2u32..).map(|number| wanted.with_file_name(format!("{stem}-{number}{extension}")));
    numbered.into_iter().find(|path| !path.exists()).unwrap_or_else(|| wanted.to_owned())
}

/// A name for a file about `title` at a simulated time, of letters, digits and dashes.
pub(crate) fn name(title: &str, time_ms: f64, what: &str, extension: &str) -> String {
    let slug = slug(title);
    let what = if what.is_empty() { String::new() } else { format!("-{}", self::slug(what)) };
    format!("{slug}{what}-t{time_ms:.3}ms.{extension}")
}

/// A title as a part of a name.
pub(crate) fn slug(title: &str) -> String {
    let slug: String = title.chars().take(60).map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let slug = slug.to_lowercase();
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if slug.is_empty() { "session".to_owned() } else { slug }
}

/// The present moment in UTC, as RFC 3339 has it.
pub fn stamp() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    stamp_of(since)
}

/// Seconds since 1970 as a date (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn stamp_of(seconds: u64) -> String {
    let (days, rest) = ((seconds / 86_400) as i64, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(stamp_of(seconds), expected);
        }
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("figure.png");
        assert_eq!(free_path(&path), path);
        std::fs::write(&path, "1").expect("written");
        let second = free_path(&path);
        assert_eq!(second.file_name().and_then(|name| name.to_str()), Some("figure-2.png"));
        std::fs::write(&second, "2").expect("written");
        assert!(free_path(&path).ends_with("figure-3.png"));
    }

    #[test]
    fn names_are_of_letters_and_digits() {
        assert_eq!(name("Cell / 3 µm: ", 12.5, "the plot", "svg"), "cell-3-µm-the-plot-t12.500ms.svg");
        assert_eq!(slug("///"), "session");
    }
}
