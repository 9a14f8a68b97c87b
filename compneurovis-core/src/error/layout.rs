//! What can be wrong with a layout.

use thiserror::Error;

use crate::{PanelId, ViewId};

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
