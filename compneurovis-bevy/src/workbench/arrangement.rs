//! How the panels of a session are arranged in its window: as its layout says, until the user drags them.

use std::collections::HashSet;

use bevy::prelude::*;
use compneurovis_core::{Axis, LayoutNode, PanelId, ResolvedLayout, Scene, Split};
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};

/// The panels of a session as they are on the screen. A component of the session's entity.
///
/// It follows the layout of the scene. What the user did to it (dragging, resizing, closing) stays as
/// long as the layout does not say something else.
#[derive(Component, Debug)]
pub struct Arrangement {
    /// What it was made from.
    said: ResolvedLayout,
    /// What the scene asks for, to tell a new wish from new panels.
    asked: Option<LayoutNode>,
    pub(super) tree: Tree<PanelId>,
    /// Whether the user has changed it.
    pub(super) edited: bool,
}

impl Default for Arrangement {
    fn default() -> Self {
        Self { said: ResolvedLayout::default(), asked: None, tree: Tree::empty("panels"), edited: false }
    }
}

impl Arrangement {
    /// The panels, shown or closed.
    pub fn layout(&self) -> &ResolvedLayout {
        &self.said
    }

    /// Follows the layout of a scene.
    pub fn follow(&mut self, scene: &Scene) {
        self.follow_layout(scene.resolved_layout(), scene);
    }

    /// Whether the scene asks for other places than it did.
    pub(super) fn is_asked_otherwise(&self, scene: &Scene) -> bool {
        self.asked != scene.layout.root
    }

    /// Follows the layout of a scene, which was resolved already.
    pub(super) fn follow_layout(&mut self, layout: ResolvedLayout, scene: &Scene) {
        let same_wish = self.asked == scene.layout.root;
        if layout.root == self.said.root && same_wish {
            self.said = layout;
            return;
        }
        let keep = self.edited && same_wish;
        self.asked.clone_from(&scene.layout.root);
        self.said = layout;
        if keep {
            self.exchange_panels();
        } else {
            let root = self.said.root.clone();
            self.arrange(root.as_ref());
            self.edited = false;
        }
    }

    /// Arranges all panels as a tree says. What it does not name is closed, and behind the last part
    /// when it is opened.
    pub(super) fn arrange(&mut self, root: Option<&LayoutNode>) {
        let mut build = Build { tiles: Tiles::default(), known: self.said.panels.keys().cloned().collect() };
        let mut top = root.and_then(|root| build.insert(root));
        let left: Vec<PanelId> = self.said.panels.keys().filter(|id| build.known.contains(*id)).cloned().collect();
        let mut tiles = build.tiles;
        let hidden: Vec<TileId> = left.into_iter().map(|id| tiles.insert_pane(id)).collect();
        if !hidden.is_empty() {
            hidden.iter().for_each(|&tile| tiles.set_visible(tile, false));
            let children = top.into_iter().chain(hidden).collect();
            top = Some(tiles.insert_horizontal_tile(children));
        }
        self.tree = top.map_or_else(|| Tree::empty("panels"), |top| Tree::new("panels", top, tiles));
    }

    /// Takes out the panels that are gone and adds those that are new, and leaves the others where they are.
    fn exchange_panels(&mut self) {
        let shown: Vec<(TileId, PanelId)> = self.panes().map(|(tile, id)| (tile, id.clone())).collect();
        for (tile, id) in &shown {
            if !self.said.panels.contains_key(id) {
                self.tree.remove_recursively(*tile);
            }
        }
        let known: HashSet<&PanelId> = shown.iter().map(|(_, id)| id).collect();
        let new: Vec<PanelId> = self.said.panels.keys().filter(|id| !known.contains(id)).cloned().collect();
        for id in new {
            let tile = self.tree.tiles.insert_pane(id);
            match self.tree.root() {
                Some(root) => {
                    let top = self.tree.tiles.insert_horizontal_tile(vec![root, tile]);
                    self.tree.root = Some(top);
                }
                None => self.tree.root = Some(tile),
            }
        }
    }

    fn panes(&self) -> impl Iterator<Item = (TileId, &PanelId)> {
        self.tree.tiles.iter().filter_map(|(tile, content)| match content {
            Tile::Pane(id) => Some((*tile, id)),
            Tile::Container(_) => None,
        })
    }

    fn tile_of(&self, panel: &PanelId) -> Option<TileId> {
        self.panes().find(|(_, id)| *id == panel).map(|(tile, _)| tile)
    }

    /// Where the inside of a panel was drawn last, in points from the top left of the window; `None` if
    /// it was not, such as one that is behind another.
    pub fn rect(&self, panel: &PanelId) -> Option<bevy_egui::egui::Rect> {
        let tile = self.tile_of(panel)?;
        self.tree.active_tiles().contains(&tile).then(|| self.tree.tiles.rect(tile)).flatten()
    }

    /// Whether a panel is in the window, be it behind another one.
    pub fn is_open(&self, panel: &PanelId) -> bool {
        self.tile_of(panel).is_some_and(|tile| self.tree.tiles.is_visible(tile))
    }

    /// Closes a panel, or opens it where it was. One that is behind another comes to the front.
    pub fn set_open(&mut self, panel: &PanelId, open: bool) {
        let Some(tile) = self.tile_of(panel) else { return };
        self.tree.set_visible(tile, open);
        if open {
            self.tree.make_active(|id, _| id == tile);
        }
        self.edited = true;
    }

    /// Goes back to what the scene's layout says.
    pub fn restore(&mut self) {
        let root = self.said.root.clone();
        self.arrange(root.as_ref());
        self.edited = false;
    }

    /// The tree as it is on the screen, and the panels that are closed.
    pub fn to_node(&self) -> (Option<LayoutNode>, Vec<PanelId>) {
        let root = self.tree.root().and_then(|root| self.node_of(root));
        let closed = self.said.panels.keys().filter(|id| !self.is_open(id)).cloned().collect();
        (root, closed)
    }

    fn node_of(&self, tile: TileId) -> Option<LayoutNode> {
        let child = |tile: &TileId| self.node_of(*tile);
        match self.tree.tiles.get(tile)? {
            Tile::Pane(id) => Some(LayoutNode::Panel(id.clone())),
            Tile::Container(Container::Linear(linear)) => {
                let axis = match linear.dir {
                    LinearDir::Horizontal => Axis::Horizontal,
                    LinearDir::Vertical => Axis::Vertical,
                };
                let children = linear.children.iter().filter_map(|at| Some((linear.shares[*at], child(at)?)));
                Some(one_or(children.collect(), |children| LayoutNode::Split(Split { axis, children })))
            }
            Tile::Container(Container::Tabs(tabs)) => {
                let active = tabs.children.iter().position(|at| tabs.is_active(*at)).unwrap_or(0);
                let children: Vec<LayoutNode> = tabs.children.iter().filter_map(child).collect();
                match <[LayoutNode; 1]>::try_from(children) {
                    Ok([only]) => Some(only),
                    Err(children) => Some(LayoutNode::Tabs { children, active }),
                }
            }
            // Nothing makes one; its panels are not to be lost if something does.
            Tile::Container(Container::Grid(grid)) => {
                let children = grid.children().filter_map(|at| Some((1.0, child(at)?)));
                Some(one_or(children.collect(), |children| {
                    LayoutNode::Split(Split { axis: Axis::Horizontal, children })
                }))
            }
        }
    }
}

fn one_or(mut children: Vec<(f32, LayoutNode)>, many: impl FnOnce(Vec<(f32, LayoutNode)>) -> LayoutNode) -> LayoutNode {
    match (children.len(), children.pop()) {
        (1, Some((_, only))) => only,
        (_, last) => {
            children.extend(last);
            many(children)
        }
    }
}

/// Tiles that are being made from a tree.
struct Build {
    tiles: Tiles<PanelId>,
    /// The panels that are still to be placed.
    known: HashSet<PanelId>,
}

impl Build {
    /// The tile of a part; `None` if nothing of it is known.
    fn insert(&mut self, node: &LayoutNode) -> Option<TileId> {
        match node {
            LayoutNode::Panel(id) => self.known.remove(id).then(|| self.tiles.insert_pane(id.clone())),
            LayoutNode::Split(Split { axis, children }) => {
                let children: Vec<(f32, TileId)> =
                    children.iter().filter_map(|(share, child)| Some((*share, self.insert(child)?))).collect();
                let dir = match axis {
                    Axis::Horizontal => LinearDir::Horizontal,
                    Axis::Vertical => LinearDir::Vertical,
                };
                let mut linear = Linear::new(dir, children.iter().map(|(_, tile)| *tile).collect());
                for (share, tile) in &children {
                    let share = if share.is_finite() && *share > 0.0 { share.clamp(1e-3, 1e3) } else { 1.0 };
                    linear.shares.set_share(*tile, share);
                }
                (!children.is_empty()).then(|| self.tiles.insert_container(linear))
            }
            LayoutNode::Tabs { children, active } => {
                let wanted = children.get(*active).and_then(|child| child.panels().first().map(|id| (*id).clone()));
                let children: Vec<TileId> = children.iter().filter_map(|child| self.insert(child)).collect();
                let mut tabs = Tabs::new(children.clone());
                let active = children
                    .iter()
                    .find(|tile| matches!(self.tiles.get(**tile), Some(Tile::Pane(id)) if Some(id) == wanted.as_ref()));
                active.into_iter().for_each(|tile| tabs.set_active(*tile));
                (!children.is_empty()).then(|| self.tiles.insert_container(tabs))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use compneurovis_core::{Control, Layout, LinePlotView, Panel, ViewId};

    use super::*;

    fn scene() -> Scene {
        let view = |id: &str| LinePlotView::new(id, "f", "time");
        Scene::new()
            .with_view(view("a"))
            .with_view(view("b"))
            .with_view(view("c"))
            .with_control(Control::scalar("g", "G", 0.0, 0.0, 1.0))
    }

    fn said() -> LayoutNode {
        let panel = LayoutNode::panel;
        let tabs = LayoutNode::Tabs { children: vec![panel("b"), panel("c")], active: 1 };
        LayoutNode::split(Axis::Horizontal, [(0.75, panel("a")), (0.25, tabs)])
    }

    fn laid_out(root: LayoutNode) -> Scene {
        let panels = ["a", "b", "c"].map(|id| Panel::view(id, id));
        scene().with_layout(panels.into_iter().fold(Layout::new(root), Layout::with_panel))
    }

    fn arranged(scene: &Scene) -> Arrangement {
        let mut arrangement = Arrangement::default();
        arrangement.follow(scene);
        arrangement
    }

    #[test]
    fn a_tree_comes_back_as_it_was_said() {
        assert_eq!(arranged(&laid_out(said())).to_node(), (Some(said()), Vec::new()));
    }

    #[test]
    fn the_usual_layout_has_every_panel() {
        let arrangement = arranged(&scene());
        let (root, closed) = arrangement.to_node();
        assert_eq!(root.unwrap().panels().len(), 4);
        assert!(closed.is_empty());
    }

    #[test]
    fn a_closed_panel_is_opened_where_it_was() {
        let mut arrangement = arranged(&laid_out(said()));
        arrangement.set_open(&"a".into(), false);
        assert!(!arrangement.is_open(&"a".into()));
        assert_eq!(arrangement.to_node().1, vec![PanelId::from("a")]);
        arrangement.set_open(&"a".into(), true);
        assert_eq!(arrangement.to_node(), (Some(said()), Vec::new()));
    }

    #[test]
    fn what_the_user_did_stays_until_the_layout_says_something_else() {
        let mut scene = scene();
        let mut arrangement = arranged(&scene);
        let c = PanelId::from("c-panel");
        arrangement.set_open(&c, false);
        scene.views.shift_remove(&ViewId::from("b"));
        arrangement.follow(&scene);
        assert!(!arrangement.is_open(&c), "another panel went, this one stays closed");
        assert!(arrangement.to_node().0.unwrap().panels().iter().all(|id| id.as_str() != "b-panel"));
        let scene = scene.with_view(LinePlotView::new("d", "f", "time"));
        arrangement.follow(&scene);
        assert!(arrangement.is_open(&"d-panel".into()) && !arrangement.is_open(&c));
        arrangement.follow(&laid_out(said()));
        assert_eq!(arrangement.to_node(), (Some(said()), Vec::new()));
    }

    #[test]
    fn panels_that_a_tree_does_not_name_can_be_opened() {
        let mut arrangement = arranged(&laid_out(said()));
        arrangement.arrange(Some(&LayoutNode::split(
            Axis::Vertical,
            [(f32::NAN, LayoutNode::panel("b")), (-1.0, LayoutNode::panel("gone")), (1.0, LayoutNode::panel("b"))],
        )));
        assert!(arrangement.is_open(&"b".into()) && !arrangement.is_open(&"c".into()));
        arrangement.set_open(&"c".into(), true);
        assert!(arrangement.is_open(&"c".into()));
    }
}
