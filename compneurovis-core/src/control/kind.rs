//! The kinds of controls: what each spans, starts with and takes.

use serde::{Deserialize, Serialize};

use crate::{ControlError, ControlId, Value};

/// What a control sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ControlKind {
    /// A number within a range: [`Value::Float`].
    Scalar(ScalarControl),
    /// A whole number within a range: [`Value::Int`].
    Integer(IntegerControl),
    /// One of several words: [`Value::Text`].
    Choice(ChoiceControl),
    /// On or off: [`Value::Bool`].
    Bool(BoolControl),
    /// A point of a pad: [`Value::Pair`].
    Xy(XyControl),
    /// A line of text: [`Value::Text`].
    Text(TextControl),
}

/// A number within a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScalarControl {
    /// The value to start with and to return to.
    pub default: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// How many steps the slider has from end to end. Values between them can be typed.
    #[serde(default = "hundred")]
    pub steps: u32,
    /// How the slider spreads the range.
    #[serde(default)]
    pub scale: Scale,
    /// What it looks like.
    #[serde(default = "slider")]
    pub widget: NumberWidget,
}

fn hundred() -> u32 {
    100
}

fn slider() -> NumberWidget {
    NumberWidget::Slider
}

/// How a slider spreads a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Equal distances are equal differences.
    #[default]
    Linear,
    /// Equal distances are equal ratios; the range must be positive.
    Logarithmic,
}

/// What a control of a number looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberWidget {
    /// A slider with a box beside it.
    Slider,
    /// A box to type into, with buttons for one more and one less.
    Box,
}

/// A whole number within a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegerControl {
    /// The value to start with and to return to.
    pub default: i64,
    /// Smallest value.
    pub min: i64,
    /// Largest value.
    pub max: i64,
    /// What it looks like.
    pub widget: NumberWidget,
}

/// One of several words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceControl {
    /// The option to start with and to return to.
    pub default: String,
    /// What there is to choose from; each once.
    pub options: Vec<String>,
    /// What it looks like.
    pub widget: ChoiceWidget,
}

/// What a choice looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceWidget {
    /// A list that opens.
    #[default]
    Dropdown,
    /// All options side by side.
    Buttons,
}

/// On or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoolControl {
    /// The value to start with and to return to.
    pub default: bool,
}

/// A point of a pad, whose two numbers change together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct XyControl {
    /// The point to start with and to return to.
    pub default: (f64, f64),
    /// Smallest and largest x.
    pub x_range: (f64, f64),
    /// Smallest and largest y.
    pub y_range: (f64, f64),
    /// Name of x.
    pub x_label: String,
    /// Name of y.
    pub y_label: String,
    /// Which points can be reached.
    pub shape: XyShape,
}

/// Which points of an xy pad can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum XyShape {
    /// All.
    #[default]
    Square,
    /// Those within the ellipse that touches all four sides.
    Circle,
}

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextControl {
    /// The text to start with and to return to.
    pub default: String,
    /// Shown while there is no text.
    pub placeholder: String,
    /// The most characters that it takes; any number if `None`.
    pub max_length: Option<usize>,
}

impl ScalarControl {
    /// Steps of a slider from end to end unless it says otherwise.
    pub const STEPS: u32 = 100;

    /// A linear slider from `min` to `max` of [`STEPS`](Self::STEPS) steps.
    pub fn new(default: f64, min: f64, max: f64) -> Self {
        Self { default, min, max, steps: Self::STEPS, scale: Scale::Linear, widget: NumberWidget::Slider }
    }
}

impl IntegerControl {
    /// A box for a number from `min` to `max`.
    pub fn new(default: i64, min: i64, max: i64) -> Self {
        Self { default, min, max, widget: NumberWidget::Box }
    }
}

impl ChoiceControl {
    /// A list of options that opens.
    pub fn new<T: Into<String>>(default: impl Into<String>, options: impl IntoIterator<Item = T>) -> Self {
        let options = options.into_iter().map(Into::into).collect();
        Self { default: default.into(), options, widget: ChoiceWidget::Dropdown }
    }
}

impl XyControl {
    /// The range of both axes unless they say otherwise.
    pub const RANGE: (f64, f64) = (0.0, 1.0);

    fn reaches(&self, x: f64, y: f64) -> bool {
        let within = |(low, high): (f64, f64), at: f64| (low..=high).contains(&at);
        if !within(self.x_range, x) || !within(self.y_range, y) {
            return false;
        }
        let from_center = |(low, high): (f64, f64), at: f64| (2.0 * at - low - high) / (high - low);
        match self.shape {
            XyShape::Square => true,
            // A hair more than 1: points on the edge are computed from angles.
            XyShape::Circle => from_center(self.x_range, x).hypot(from_center(self.y_range, y)) <= 1.0 + 1e-9,
        }
    }
}

impl Default for XyControl {
    fn default() -> Self {
        Self {
            default: (0.5, 0.5),
            x_range: Self::RANGE,
            y_range: Self::RANGE,
            x_label: "X".to_owned(),
            y_label: "Y".to_owned(),
            shape: XyShape::Square,
        }
    }
}

impl ControlKind {
    pub(super) fn default_value(&self) -> Value {
        match self {
            Self::Scalar(scalar) => Value::Float(scalar.default),
            Self::Integer(integer) => Value::Int(integer.default),
            Self::Choice(choice) => Value::Text(choice.default.clone()),
            Self::Bool(toggle) => Value::Bool(toggle.default),
            Self::Xy(xy) => Value::Pair(xy.default.0, xy.default.1),
            Self::Text(text) => Value::Text(text.default.clone()),
        }
    }

    pub(super) fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Scalar(scalar) => value.as_f64().is_some_and(|number| (scalar.min..=scalar.max).contains(&number)),
            Self::Integer(integer) => {
                value.as_i64().is_some_and(|number| (integer.min..=integer.max).contains(&number))
            }
            Self::Choice(choice) => value.as_str().is_some_and(|word| choice.options.iter().any(|known| known == word)),
            Self::Bool(_) => value.as_bool().is_some(),
            Self::Xy(xy) => value.as_pair().is_some_and(|(x, y)| xy.reaches(x, y)),
            Self::Text(text) => {
                value.as_str().is_some_and(|written| text.max_length.is_none_or(|most| written.chars().count() <= most))
            }
        }
    }

    /// What it takes, for messages.
    pub(super) fn expected(&self) -> String {
        match self {
            Self::Scalar(ScalarControl { min, max, .. }) => format!("a number from {min} to {max}"),
            Self::Integer(IntegerControl { min, max, .. }) => format!("a whole number from {min} to {max}"),
            Self::Choice(choice) => format!("one of {:?}", choice.options),
            Self::Bool(_) => "on or off".to_owned(),
            Self::Xy(XyControl { x_range, y_range, shape, .. }) => {
                let within = if *shape == XyShape::Circle { ", within the circle" } else { "" };
                format!("two numbers from {:?} to {:?}{within}", (x_range.0, y_range.0), (x_range.1, y_range.1))
            }
            Self::Text(TextControl { max_length: Some(most), .. }) => format!("text of at most {most} characters"),
            Self::Text(_) => "text".to_owned(),
        }
    }

    /// Whether what it spans makes sense; the default is checked apart.
    pub(super) fn check(&self, control: &ControlId) -> Result<(), ControlError> {
        match self {
            Self::Scalar(scalar) => check_range(control, (scalar.min, scalar.max), scalar.scale),
            Self::Integer(IntegerControl { min, max, .. }) if min > max => {
                Err(range(control, (*min as f64, *max as f64), "is empty"))
            }
            Self::Choice(choice) => check_options(control, &choice.options),
            Self::Xy(xy) => {
                check_range(control, xy.x_range, Scale::Linear)?;
                check_range(control, xy.y_range, Scale::Linear)
            }
            Self::Integer(_) | Self::Bool(_) | Self::Text(_) => Ok(()),
        }
    }
}

fn check_range(control: &ControlId, (min, max): (f64, f64), scale: Scale) -> Result<(), ControlError> {
    let problem = if !(min.is_finite() && max.is_finite()) {
        "is not finite"
    } else if min >= max {
        "is empty"
    } else if scale == Scale::Logarithmic && min <= 0.0 {
        "is not positive, as a logarithmic scale needs"
    } else {
        return Ok(());
    };
    Err(range(control, (min, max), problem))
}

fn range(control: &ControlId, (min, max): (f64, f64), problem: &'static str) -> ControlError {
    ControlError::Range { control: control.clone(), min, max, problem }
}

fn check_options(control: &ControlId, options: &[String]) -> Result<(), ControlError> {
    if options.is_empty() {
        return Err(ControlError::NoOptions { control: control.clone() });
    }
    let twice = options.iter().enumerate().find(|(at, option)| options[..*at].contains(option));
    match twice {
        None => Ok(()),
        Some((_, option)) => Err(ControlError::DuplicateOption { control: control.clone(), option: option.clone() }),
    }
}

macro_rules! into_kind {
    ($($type:ident => $kind:ident;)*) => {$(
        impl From<$type> for ControlKind {
            fn from(kind: $type) -> Self {
                Self::$kind(kind)
            }
        }
    )*};
}

into_kind! {
    ScalarControl => Scalar;
    IntegerControl => Integer;
    ChoiceControl => Choice;
    BoolControl => Bool;
    XyControl => Xy;
    TextControl => Text;
}
