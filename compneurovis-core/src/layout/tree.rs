//! The tree that arranges panels.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Panel;
use crate::{LayoutError, PanelId};

/// How deep a tree may be: a window has no room for more.
pub(super) const MAX_DEPTH: usize = 32;

/// A part of the window: a panel, or other parts beside, above or behind each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayoutNode {
    /// A panel.
    Panel(PanelId),
    /// Parts beside or above each other.
    Split(Split),
    /// Parts behind each other, one of which is seen.
    Tabs {
        /// The parts.
        children: Vec<LayoutNode>,
        /// Which of them is seen at first.
        #[serde(default)]
        active: usize,
    },
}

/// Parts of the window beside or above each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// In which direction they follow each other.
    pub axis: Axis,
    /// Each with its share of the room, first left or on top. Shares count against each other: 1 and 3
    /// are a quarter and three.
    pub children: Vec<(f32, LayoutNode)>,
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From top to bottom.
    Vertical,
}

impl LayoutNode {
    /// A panel.
    pub fn panel(id: impl Into<PanelId>) -> Self {
        Self::Panel(id.into())
    }

    /// Parts beside or above each other, with their shares.
    pub fn split(axis: Axis, children: impl IntoIterator<Item = (f32, Self)>) -> Self {
        Self::Split(Split { axis, children: children.into_iter().collect() })
    }

    /// Parts beside or above each other, each with the same share.
    pub fn equal_split(axis: Axis, children: impl IntoIterator<Item = Self>) -> Self {
        Self::split(axis, children.into_iter().map(|child| (1.0, child)))
    }

    /// Parts behind each other, the first of which is seen.
    pub fn tabs(children: impl IntoIterator<Item = Self>) -> Self {
        Self::Tabs { children: children.into_iter().collect(), active: 0 }
    }

    /// The panels it names, in the order of reading.
    pub fn panels(&self) -> Vec<&PanelId> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            match node {
                Self::Panel(id) => found.push(id),
                Self::Split(split) => open.extend(split.children.iter().rev().map(|(_, child)| child)),
                Self::Tabs { children, .. } => open.extend(children.iter().rev()),
            }
        }
        found
    }

    fn children(&self) -> impl Iterator<Item = &Self> {
        let (split, tabs) = match self {
            Self::Panel(_) => (None, None),
            Self::Split(split) => (Some(split.children.iter().map(|(_, child)| child)), None),
            Self::Tabs { children, .. } => (None, Some(children.iter())),
        };
        split.into_iter().flatten().chain(tabs.into_iter().flatten())
    }

    /// Whether it names panels that exist, each once, and its shares are shares.
    pub(super) fn check(&self, panels: &IndexMap<PanelId, Panel>) -> Result<(), LayoutError> {
        let mut seen = HashSet::new();
        let mut open = vec![(self, 0)];
        while let Some((node, depth)) = open.pop() {
            if depth > MAX_DEPTH {
                return Err(LayoutError::TooDeep { limit: MAX_DEPTH });
            }
            if let Self::Panel(id) = node {
                if !panels.contains_key(id) {
                    return Err(LayoutError::UnknownPanel {
                        panel: id.clone(),
                        known: panels.keys().cloned().collect(),
                    });
                }
                if !seen.insert(id) {
                    return Err(LayoutError::PanelTwice { panel: id.clone() });
                }
            }
            if let Self::Split(split) = node
                && let Some((share, _)) = split.children.iter().find(|(share, _)| !is_share(*share))
            {
                return Err(LayoutError::Share { share: share.to_string() });
            }
            open.extend(node.children().map(|child| (child, depth + 1)));
        }
        Ok(())
    }

    /// What is left of it with those panels that are to be kept: no part is empty, none has only one
    /// part in it, shares add up to 1.
    pub(super) fn pruned(self, keep: &mut dyn FnMut(&PanelId) -> bool, depth: usize) -> Option<Self> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self {
            Self::Panel(id) => keep(&id).then_some(Self::Panel(id)),
            Self::Split(Split { axis, children }) => {
                let pruned = children
                    .into_iter()
                    .filter_map(|(share, child)| Some((sane_share(share), child.pruned(keep, depth + 1)?)));
                let mut children: Vec<_> = pruned.collect();
                if children.len() < 2 {
                    return children.pop().map(|(_, only)| only);
                }
                let sum: f32 = children.iter().map(|(share, _)| share).sum();
                children.iter_mut().for_each(|(share, _)| *share /= sum);
                Some(Self::Split(Split { axis, children }))
            }
            Self::Tabs { children, active } => {
                let pruned = children.into_iter().enumerate();
                let pruned = pruned.filter_map(|(at, child)| Some((at, child.pruned(keep, depth + 1)?)));
                let (places, mut children): (Vec<_>, Vec<_>) = pruned.unzip();
                if children.len() < 2 {
                    return children.pop();
                }
                let active = places.iter().position(|&at| at >= active).unwrap_or(children.len() - 1);
                Some(Self::Tabs { children, active })
            }
        }
    }
}

/// The smallest and largest share that is taken at its word, so that sums stay finite.
const SHARES: (f32, f32) = (1e-3, 1e6);

fn is_share(share: f32) -> bool {
    share.is_finite() && share > 0.0
}

fn sane_share(share: f32) -> f32 {
    if is_share(share) { share.clamp(SHARES.0, SHARES.1) } else { 1.0 }
}
