//! What can be wrong with data: each error names the thing and what was expected of it.

use thiserror::Error;

use crate::{ActionId, ControlId, EntityId, FieldId, GeometryId, OperatorId, PanelId, ViewId};

/// A field that cannot be, or values that do not fit one.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The number of dims differs from the number of axes of the values.
    #[error("field `{field}` has {dims} dims but its values have {axes} axes")]
    Rank {
        /// The field.
        field: FieldId,
        /// How many dims were named.
        dims: usize,
        /// How many axes the values have.
        axes: usize,
    },
    /// Two dims of one name.
    #[error("field `{field}` names the dim `{dim}` twice")]
    DuplicateDim {
        /// The field.
        field: FieldId,
        /// The name that occurs twice.
        dim: String,
    },
    /// A coordinate that is longer or shorter than its axis.
    #[error("field `{field}`: the coord of dim `{dim}` has {coord} entries, its axis {axis}")]
    CoordLength {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// Entries of the coord.
        coord: usize,
        /// Length of the axis.
        axis: usize,
    },
    /// A label that occurs twice in one coordinate.
    #[error("field `{field}`: the coord of dim `{dim}` has the label `{label}` twice")]
    DuplicateLabel {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The label.
        label: String,
    },
    /// A dim that the field does not have.
    #[error("field `{field}` has no dim `{dim}`; it has {known:?}")]
    UnknownDim {
        /// The field.
        field: FieldId,
        /// The dim that was asked for.
        dim: String,
        /// The dims that exist.
        known: Vec<String>,
    },
    /// Values whose shape does not fit.
    #[error("field `{field}` expects values of shape {expected:?}, not {found:?}")]
    Shape {
        /// The field.
        field: FieldId,
        /// The shape that fits.
        expected: Vec<usize>,
        /// The shape that came.
        found: Vec<usize>,
    },
    /// An index that is not one of a dim's positions.
    #[error("field `{field}` has {length} positions along `{dim}`; {index} is not one of them")]
    IndexOutOfRange {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The index that was asked for.
        index: i64,
        /// How many positions there are.
        length: usize,
    },
    /// A label that a dim does not have.
    #[error("field `{field}` has no label `{label}` along `{dim}`")]
    UnknownLabel {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// The label that was asked for.
        label: String,
    },
    /// No coordinate is nearest to a number: there are none, or the number is none.
    #[error("field `{field}`: no coordinate along `{dim}` is nearest to {number}")]
    NothingNear {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// What was asked for.
        number: String,
    },
    /// A selector that needs another kind of coordinate.
    #[error("field `{field}`: the selector needs {wanted} along `{dim}`, which has {found}")]
    UnsuitedSelector {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// What the selector needs.
        wanted: &'static str,
        /// What the coord holds.
        found: &'static str,
    },
    /// An append along a dim whose coord does not hold numbers.
    #[error("field `{field}`: only a dim with numbers can be appended to, `{dim}` has {kind}")]
    NotAppendable {
        /// The field.
        field: FieldId,
        /// The dim.
        dim: String,
        /// What its coord holds.
        kind: &'static str,
    },
}

/// A geometry that cannot be.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum GeometryError {
    /// Two sections of one name.
    #[error("geometry `{geometry}` names the section `{section}` twice; prefix the sections of several cells")]
    DuplicateSection {
        /// The geometry.
        geometry: GeometryId,
        /// The section name that occurs twice.
        section: String,
    },
    /// A section without compartments.
    #[error("geometry `{geometry}`: section `{section}` has nseg 0; it must be at least 1")]
    NoCompartments {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
    },
    /// A parent that does not come before its child.
    #[error("geometry `{geometry}`: section `{section}` has parent {parent}, which is not an earlier section")]
    Parent {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
        /// The index given.
        parent: u32,
    },
    /// A frustum of a section that does not exist.
    #[error("geometry `{geometry}`: frustum {frustum} is of section {section}, but there are {sections} sections")]
    UnknownSection {
        /// The geometry.
        geometry: GeometryId,
        /// Index of the frustum.
        frustum: usize,
        /// The section index it names.
        section: u32,
        /// How many sections there are.
        sections: usize,
    },
    /// A frustum with a coordinate, radius or position that is not a finite number, or a negative radius.
    #[error("geometry `{geometry}`: frustum {frustum} has a {what} that is not a finite number of at least zero")]
    BadFrustum {
        /// The geometry.
        geometry: GeometryId,
        /// Index of the frustum.
        frustum: usize,
        /// Which of its numbers.
        what: &'static str,
    },
    /// More compartments or frusta than a 32-bit index counts.
    #[error("geometry `{geometry}` has more than {limit} {what}")]
    TooLarge {
        /// The geometry.
        geometry: GeometryId,
        /// What there is too much of.
        what: &'static str,
        /// How many are possible.
        limit: u32,
    },
    /// A place on a parent that is not on it.
    #[error("geometry `{geometry}`: section `{section}` is connected at {x} of its parent; that must be 0 to 1")]
    Attachment {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
        /// The place given.
        x: String,
    },
    /// A section whose length is negative or not a finite number.
    #[error("geometry `{geometry}`: section `{section}` is {length_um} um long; that must be finite and at least 0")]
    Length {
        /// The geometry.
        geometry: GeometryId,
        /// The section.
        section: String,
        /// The length given.
        length_um: String,
    },
    /// A grid whose two dims have one name.
    #[error("grid `{geometry}` names both its dims `{dim}`; they must differ")]
    SameDim {
        /// The geometry.
        geometry: GeometryId,
        /// The name.
        dim: String,
    },
    /// Coordinates of a grid that make no axis.
    #[error("grid `{geometry}`: the coordinates along `{dim}` {problem}")]
    Axis {
        /// The geometry.
        geometry: GeometryId,
        /// The dim.
        dim: String,
        /// What is wrong with them.
        problem: String,
    },
}

/// A control with a nonsensical range, or a value that it does not take.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The value is of another kind, or outside of what the control spans.
    #[error("control `{control}` takes {expected}, not {found}")]
    Value {
        /// The control.
        control: ControlId,
        /// What it takes.
        expected: String,
        /// What came.
        found: String,
    },
    /// The control's own range is empty, not finite, or does not suit its scale.
    #[error("control `{control}` has the range {min} to {max}, which {problem}")]
    Range {
        /// The control.
        control: ControlId,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A choice without options.
    #[error("control `{control}` has no options to choose from")]
    NoOptions {
        /// The control.
        control: ControlId,
    },
    /// A choice with an option twice.
    #[error("control `{control}` has the option {option:?} twice")]
    DuplicateOption {
        /// The control.
        control: ControlId,
        /// The option.
        option: String,
    },
    /// A default that the control itself would not take.
    #[error("the default of control `{control}` is none")]
    Default {
        /// The control.
        control: ControlId,
        /// Why not.
        source: Box<ControlError>,
    },
}

/// A layout that shows what there is not, or arranges what it has not.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// A panel whose id is blank, or not the one it stands under.
    #[error("the panel under `{key}` has the id `{panel}`; ids are not blank and stand for themselves")]
    PanelId {
        /// The id it stands under.
        key: PanelId,
        /// Its own.
        panel: PanelId,
    },
    /// No such panel.
    #[error("the layout has no panel `{panel}`; it has {known:?}")]
    UnknownPanel {
        /// The panel that is named.
        panel: PanelId,
        /// The panels that exist.
        known: Vec<PanelId>,
    },
    /// A panel at two places of the tree.
    #[error("panel `{panel}` stands at two places of the layout")]
    PanelTwice {
        /// The panel.
        panel: PanelId,
    },
    /// A panel of views without any.
    #[error("panel `{panel}` shows no view")]
    NoViews {
        /// The panel.
        panel: PanelId,
    },
    /// A panel of something that the scene does not have.
    #[error("panel `{panel}` shows {what} `{id}`, which the scene does not have; it has {known:?}")]
    Unknown {
        /// The panel.
        panel: PanelId,
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// A view in a panel for other kinds.
    #[error("panel `{panel}` shows {shows}, and view `{view}` is a {kind}")]
    ViewKind {
        /// The panel.
        panel: PanelId,
        /// What it shows.
        shows: &'static str,
        /// The view.
        view: ViewId,
        /// What kind of view.
        kind: &'static str,
    },
    /// A view in two panels.
    #[error("view `{view}` is shown by panel `{first}` and by `{second}`; a second view can show the same data")]
    ViewTwice {
        /// The view.
        view: ViewId,
        /// The one panel.
        first: PanelId,
        /// The other.
        second: PanelId,
    },
    /// A patch of what a panel does not have.
    #[error("panel `{panel}` shows {shows}; it cannot be given {what}")]
    PatchKind {
        /// The panel.
        panel: PanelId,
        /// What it shows.
        shows: &'static str,
        /// What the patch would give it.
        what: &'static str,
    },
    /// A share of the room that is not positive.
    #[error("a part of a split has the share {share}; shares are positive numbers")]
    Share {
        /// The share.
        share: String,
    },
    /// A tree that is too deep.
    #[error("the layout is nested deeper than {limit}")]
    TooDeep {
        /// How deep it may be.
        limit: usize,
    },
}

/// An update that does not fit the scene that it was applied to. The scene is then unchanged.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// No such field.
    #[error("the scene has no field `{id}`; it has {known:?}")]
    UnknownField {
        /// The id in the update.
        id: FieldId,
        /// The fields that exist.
        known: Vec<FieldId>,
    },
    /// No such view.
    #[error("the scene has no view `{id}`; it has {known:?}")]
    UnknownView {
        /// The id in the update.
        id: ViewId,
        /// The views that exist.
        known: Vec<ViewId>,
    },
    /// No such operator.
    #[error("the scene has no operator `{id}`; it has {known:?}")]
    UnknownOperator {
        /// The id in the update.
        id: OperatorId,
        /// The operators that exist.
        known: Vec<OperatorId>,
    },
    /// No such action.
    #[error("the scene has no action `{id}`; it has {known:?}")]
    UnknownAction {
        /// The id in the update.
        id: ActionId,
        /// The actions that exist.
        known: Vec<ActionId>,
    },
    /// No such control.
    #[error("the scene has no control `{id}`; it has {known:?}")]
    UnknownControl {
        /// The id in the update.
        id: ControlId,
        /// The controls that exist.
        known: Vec<ControlId>,
    },
    /// No such geometry.
    #[error("the scene has no geometry `{id}`; it has {known:?}")]
    UnknownGeometry {
        /// The id in the update.
        id: GeometryId,
        /// The geometries that exist.
        known: Vec<GeometryId>,
    },
    /// Two things of one id.
    #[error("the scene has the {what} `{id}` already; ids are unique, and a `Set…` change replaces")]
    Duplicate {
        /// What kind of thing.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// A thing that does not stand under its own id.
    #[error("the {what} `{id}` stands under the id `{key}`")]
    Misplaced {
        /// What kind of thing.
        what: &'static str,
        /// Its own id.
        id: String,
        /// The id it stands under.
        key: String,
    },
    /// A field over compartments whose length is not their number.
    #[error(
        "field `{field}` has {found} values along `{dim}`, but geometry `{geometry}` has {compartments} compartments"
    )]
    Compartments {
        /// The field.
        field: FieldId,
        /// The dim over compartments.
        dim: String,
        /// The geometry.
        geometry: GeometryId,
        /// Length of the axis.
        found: usize,
        /// Compartments of the geometry.
        compartments: usize,
    },
    /// The values do not fit the field.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The control cannot be, or does not take the value.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The layout cannot be.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// A text that is no colour or colour map.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ColorError {
    /// No such colour map.
    #[error("there is no colour map `{name}`; there are {known:?}, and ramps such as `ramp:#ff1060:#00d2be`")]
    UnknownMap {
        /// What was asked for.
        name: String,
        /// The maps that exist.
        known: Vec<&'static str>,
    },
    /// No such colour.
    #[error("`{text}` is no colour; write #rgb, #rrggbb, #rrggbbaa or one of {known:?}")]
    UnknownColor {
        /// What was asked for.
        text: String,
        /// The colours that have a name.
        known: Vec<&'static str>,
    },
    /// A ramp out of nothing.
    #[error("a ramp needs at least one colour, as in `ramp:#ff1060`")]
    NoStops,
}

/// Two compartments that no path joins.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// No such compartment.
    #[error("geometry `{geometry}` has {compartments} compartments; {compartment} is not one of them")]
    UnknownCompartment {
        /// The geometry.
        geometry: GeometryId,
        /// The index that was asked for.
        compartment: u32,
        /// How many there are.
        compartments: usize,
    },
    /// They are parts of different cells.
    #[error("geometry `{geometry}`: no path joins `{from}` and `{to}`, which belong to different trees")]
    Apart {
        /// The geometry.
        geometry: GeometryId,
        /// Where the path should begin.
        from: EntityId,
        /// Where it should end.
        to: EntityId,
    },
}
