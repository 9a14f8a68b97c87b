//! What is seen of a line plot that follows its data.

use bevy_egui::egui;
use compneurovis_core::{LinePlotView, Scale, State, decimate::DecimatedSeries};

use super::{axis::along, columns::Columns};

/// How much room there is above and below the curves, as a part of what they span.
const MARGIN: f64 = 0.05;

/// A curve that can be drawn.
pub(super) struct Line<'a> {
    pub(super) series: DecimatedSeries<'a>,
    pub(super) label: String,
    pub(super) color: egui::Color32,
    pub(super) id: egui::Id,
    /// Whether it is of a run before.
    pub(super) ghost: bool,
}

/// What is seen of a plot that follows its data: the lower left and the upper right corner.
pub(super) type Bounds = ([f64; 2], [f64; 2]);

/// What is seen of a plot that follows its data, so many pixels wide if that is known; and its columns, if it moves by
/// whole ones.
pub(super) fn followed(
    view: &LinePlotView,
    state: &State,
    lines: &[&Line],
    (x_scale, y_scale): (Scale, Scale),
    width: Option<usize>,
) -> (Bounds, Option<Columns>) {
    let (first, last) = x_seen(view, lines);
    let x = match view.rolling_window.filter(|window| window.is_finite() && *window > 0.0) {
        Some(window) if first == last => (first, first + window),
        Some(window) => (first.max(last - window), last),
        None => (first, last),
    };
    let columns = width.filter(|_| x_scale == Scale::Linear).and_then(|width| moving(view, first, x, width));
    let x = columns.map_or(x, |columns| columns.range());
    let x = (view.x.min.unwrap_or(x.0), view.x.max.unwrap_or(x.1));
    let y = lines.iter().filter_map(|line| {
        let inside = line.series.sample_range(x).unwrap_or(0..line.series.y().len());
        line.series.extremes(inside)
    });
    let levels = view.levels.iter().filter_map(|level| level.value.resolve(state).ok());
    let y = y.fold(None, |sum: Option<(f64, f64)>, (low, high)| {
        let (low, high) = (f64::from(low), f64::from(high));
        Some(sum.map_or((low, high), |sum| (sum.0.min(low), sum.1.max(high))))
    });
    let y = y.map(|y| levels.fold(y, |(low, high), level| (low.min(level), high.max(level))));
    let fixed = (view.y.min, view.y.max);
    let (low, high) = padded(y, fixed, y_scale);
    let (left, right) = wide((along(x_scale, x.0), along(x_scale, x.1)), x_scale);
    (([left, low], [right, high]), columns)
}

/// The columns of a plot that goes on with its data: whose window has left their beginning behind, or whose data have.
fn moving(view: &LinePlotView, first: f64, (low, high): (f64, f64), width: usize) -> Option<Columns> {
    let is_free = view.x.min.is_none() && view.x.max.is_none();
    let moves = is_free && (low > first || low > 0.0);
    if moves { Columns::aligned(high - low, high, width) } else { None }
}

/// The least and greatest x to be seen. Behind a run that begins anew one sees some way ahead what the
/// run before did there.
fn x_seen(view: &LinePlotView, lines: &[&Line]) -> (f64, f64) {
    let (ghosts, own): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.ghost);
    if ghosts.is_empty() || own.is_empty() {
        return x_extent(lines);
    }
    let ((first, last), (ghost_first, ghost_last)) = (x_extent(&own), x_extent(&ghosts));
    let ahead = view.rolling_window.map_or(f64::INFINITY, |window| first + window / 2.0);
    (first.min(ghost_first), last.max(ghost_last.min(ahead)))
}

/// Before which x nothing is drawn, along the axis.
pub(super) fn trimmed_before(view: &LinePlotView, lines: &[Line]) -> f64 {
    let window = view.rolling_window.filter(|_| view.trim_to_rolling_window);
    let lines: Vec<&Line> = lines.iter().filter(|line| !line.ghost).collect();
    let last = lines.iter().filter_map(|line| line.series.x().last()).copied().fold(f64::NAN, f64::max);
    let Some(edge) = window.map(|window| last - window) else { return f64::NEG_INFINITY };
    // One sample before the edge stays, so that the curve comes in from the left.
    let before = lines.iter().filter_map(|line| {
        let x = line.series.x();
        x.get(x.partition_point(|&at| at < edge).saturating_sub(1)).copied()
    });
    along(view.x.scale, before.fold(edge, f64::min))
}

/// The least and greatest x at which there is a finite sample.
fn x_extent(lines: &[&Line]) -> (f64, f64) {
    let mut extent = (f64::INFINITY, f64::NEG_INFINITY);
    for line in lines {
        let (x, y) = (line.series.x(), line.series.y());
        let is_shown = |at: &usize| y[*at].is_finite() && x[*at].is_finite();
        let (first, last) = ((0..y.len()).find(is_shown), (0..y.len()).rev().find(is_shown));
        if let (Some(first), Some(last)) = (first, last) {
            extent = (extent.0.min(x[first]), extent.1.max(x[last]));
        }
        if !line.series.x_never_falls() {
            let finite = x.iter().copied().filter(|x| x.is_finite());
            extent = finite.fold(extent, |(low, high), x| (low.min(x), high.max(x)));
        }
    }
    if extent.0 <= extent.1 { extent } else { (0.0, 1.0) }
}

/// Two ends that are apart.
fn wide((low, high): (f64, f64), scale: Scale) -> (f64, f64) {
    match (scale, low.is_finite(), high.is_finite()) {
        (_, true, true) if low < high => (low, high),
        // An axis of powers that begins at zero shows the last three.
        (Scale::Logarithmic, false, true) => (high - 3.0, high),
        (_, true, _) => (low - 0.5, low + 0.5),
        _ => (0.0, 1.0),
    }
}

/// The y axis around what there is, both ends as fixed where they are.
fn padded(y: Option<(f64, f64)>, fixed: (Option<f64>, Option<f64>), scale: Scale) -> (f64, f64) {
    let (low, high) = y.unwrap_or((0.0, 1.0));
    let (low, high) = wide((along(scale, low), along(scale, high)), scale);
    let margin = (high - low) * MARGIN;
    let fix =
        |fixed: Option<f64>, free: f64| fixed.map(|at| along(scale, at)).filter(|at| at.is_finite()).unwrap_or(free);
    let (low, high) = (fix(fixed.0, low - margin), fix(fixed.1, high + margin));
    if low < high { (low, high) } else { (low, low + 1.0) }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Field, decimate::SeriesFollower};

    use super::*;

    fn with_line<T>(x: Vec<f64>, y: Vec<f32>, look: impl FnOnce(&[Line]) -> T) -> T {
        let field = Field::series("v", "time", x, y).expect("fits");
        let mut follower = SeriesFollower::new();
        let series = follower.follow(&field, "time", &[]).expect("numbers");
        let (color, id) = (egui::Color32::RED, egui::Id::NULL);
        look(&[Line { series, label: "v".to_owned(), color, id, ghost: false }])
    }

    fn view(window: Option<f64>, trims: bool) -> LinePlotView {
        let mut view = LinePlotView::new("plot", "v", "time");
        (view.rolling_window, view.trim_to_rolling_window) = (window, trims);
        view
    }

    fn x_followed(view: &LinePlotView, x: Vec<f64>, y: Vec<f32>) -> (f64, f64) {
        let scales = (Scale::Linear, Scale::Linear);
        let look =
            |lines: &[Line]| followed(view, &State::default(), &lines.iter().collect::<Vec<_>>(), scales, None).0;
        let (min, max) = with_line(x, y, look);
        (min[0], max[0])
    }

    #[test]
    fn a_rolling_window_is_no_wider_than_the_history() {
        let x: Vec<f64> = (0..=6).map(|at| f64::from(at) * 0.5).collect();
        assert_eq!(x_followed(&view(Some(1.5), false), x.clone(), vec![0.0; 7]), (1.5, 3.0));
        assert_eq!(x_followed(&view(Some(30.0), false), x, vec![0.0; 7]), (0.0, 3.0));
        assert_eq!(
            x_followed(&view(Some(30.0), false), vec![0.0], vec![0.0]),
            (0.0, 30.0),
            "of a single sample it is all"
        );
    }

    #[test]
    fn samples_that_are_not_finite_do_not_widen_it() {
        let (x, y) = (vec![0.0, 1.0, 2.0, 3.0], vec![f32::NAN, 1.0, 2.0, f32::INFINITY]);
        assert_eq!(x_followed(&view(None, false), x, y), (1.0, 2.0));
    }

    #[test]
    fn what_is_trimmed_begins_one_sample_before_the_window() {
        let trimmed = |view: &LinePlotView| {
            with_line((0..=10).map(f64::from).collect(), vec![0.0; 11], |lines| trimmed_before(view, lines))
        };
        assert_eq!(trimmed(&view(Some(2.5), true)), 7.0, "the curve comes in from the left");
        assert_eq!(trimmed(&view(Some(2.5), false)), f64::NEG_INFINITY);
    }
}
