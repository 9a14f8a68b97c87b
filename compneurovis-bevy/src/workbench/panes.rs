//! What is in the panels of a session.

use bevy::prelude::*;
use bevy_egui::egui;
use compneurovis_core::{EntityId, Panel, PanelContent, PanelId, ResolvedLayout, Scene, View, ViewId};
use egui_tiles::{Behavior, EditAction, SimplificationOptions, TabState, Tabs, Tile, TileId, Tiles, UiResponse};

use super::{ControlsShown as Shown, CustomViews, SpaceRects, controls_ui};
use crate::beneath::Beneath;
use crate::export::PanelPlaces;
use crate::plot::{
    HeatMapState, LinePlotState, PhasePlaneState, RangePlotState, RasterState, Sheet, StateGraphState, heat_map_ui,
    line_plot_ui, phase_plane_ui, range_plot_ui, raster_ui, state_graph_ui,
};
use crate::session::{
    HeatMap, Input, LinePlot, LiveSession, OtherView, PhasePlane, RangePlot, Raster, StateGraph, ViewOf,
};

/// Characters of a title that a tab shows; the whole is told when it is pointed at.
const TITLE_LENGTH: usize = 36;

/// The entities of views, with what draws them.
#[derive(bevy::ecs::query::QueryData)]
#[query_data(mutable)]
pub(super) struct Picture {
    entity: Entity,
    of: &'static ViewOf,
    line_plot: Option<(&'static LinePlot, &'static mut LinePlotState)>,
    phase_plane: Option<(&'static PhasePlane, &'static mut PhasePlaneState)>,
    range_plot: Option<(&'static RangePlot, &'static mut RangePlotState)>,
    heat_map: Option<(&'static HeatMap, &'static mut HeatMapState)>,
    raster: Option<(&'static Raster, &'static mut RasterState)>,
    state_graph: Option<(&'static StateGraph, &'static mut StateGraphState)>,
    other: Option<&'static OtherView>,
}

impl PictureItem<'_, '_> {
    /// What of it can lie beneath what egui draws.
    fn sheet(&mut self) -> Option<&mut Sheet> {
        match (&mut self.line_plot, &mut self.heat_map) {
            (Some((_, state)), _) => Some(state.sheet()),
            (None, Some((_, state))) => Some(state.sheet()),
            _ => None,
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, scene: &Scene, custom: &CustomViews) {
        if let Some((view, state)) = &mut self.line_plot {
            line_plot_ui(ui, state, view, scene);
        } else if let Some((view, state)) = &mut self.phase_plane {
            phase_plane_ui(ui, state, view, scene);
        } else if let Some((view, state)) = &mut self.range_plot {
            range_plot_ui(ui, state, view, scene);
        } else if let Some((view, state)) = &mut self.heat_map {
            heat_map_ui(ui, state, view, scene);
        } else if let Some((view, state)) = &mut self.raster {
            raster_ui(ui, state, view, scene);
        } else if let Some((view, state)) = &mut self.state_graph {
            state_graph_ui(ui, state, view, scene);
        } else if let Some(other) = self.other {
            match &**other {
                View::Custom(view) => custom.ui(ui, view, scene),
                other => {
                    ui.weak(format!("This version has no picture for a {}.", other.kind()));
                }
            }
        }
    }
}

/// Draws the panels of one session.
pub(super) struct Panes<'a, 'w, 's> {
    pub(super) entity: Entity,
    pub(super) session: &'a LiveSession,
    pub(super) scene: &'a Scene,
    pub(super) layout: &'a ResolvedLayout,
    pub(super) pictures: &'a mut Query<'w, 's, Picture>,
    /// Who draws views that are not ours.
    pub(super) custom: &'a CustomViews,
    /// Where the panels of views in space are.
    pub(super) rects: &'a mut SpaceRects,
    /// Where all panels are, for pictures of them.
    pub(super) places: &'a mut PanelPlaces,
    /// What the user did in them.
    pub(super) inputs: Vec<Input>,
    /// What the user no longer wants selected.
    pub(super) deselected: Vec<EntityId>,
    /// The panels that the user closed.
    pub(super) closed: Vec<PanelId>,
    /// Whether the user moved a panel.
    pub(super) edited: bool,
    /// What is not egui's to draw.
    pub(super) beneath: &'a mut Beneath,
}

impl Panes<'_, '_, '_> {
    fn title<'a>(&'a self, id: &'a PanelId) -> &'a str {
        self.layout.panels.get(id).map_or(id.as_str(), |panel| panel.shown_title(self.scene))
    }

    fn panel_ui(&mut self, ui: &mut egui::Ui, panel: &Panel) {
        match &panel.content {
            PanelContent::Space { .. } => self.space_ui(ui, &panel.id),
            PanelContent::View(view) => self.view_ui(ui, view),
            PanelContent::Controls { controls, actions } => {
                fill(ui, self.beneath);
                let shown = Shown { controls: controls.as_deref(), actions: actions.as_deref() };
                let (scene, armed, inputs) = (self.scene, self.session.interaction().armed(), &mut self.inputs);
                inset(ui, |ui| {
                    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                        controls_ui(ui, scene, shown, armed, |input| inputs.push(input));
                    });
                });
            }
            _ => {
                fill(ui, self.beneath);
                ui.weak("This version has no picture for what is in this panel.");
            }
        }
    }

    /// What is drawn by a camera shows through.
    fn space_ui(&mut self, ui: &egui::Ui, panel: &PanelId) {
        self.rects.set(self.entity, panel.clone(), ui.max_rect());
    }

    fn view_ui(&mut self, ui: &mut egui::Ui, view: &ViewId) {
        let ground = fill(ui, self.beneath);
        let (entity, scene, custom) = (self.entity, self.scene, self.custom);
        let Some(mut picture) = self.pictures.iter_mut().find(|picture| picture.of.is(entity, view)) else { return };
        if let Some(sheet) = picture.sheet() {
            sheet.begin(ground);
        }
        inset(ui, |ui| {
            ui.push_id(picture.entity, |ui| picture.ui(ui, scene, custom));
        });
        let entity = picture.entity;
        if let Some(sheet) = picture.sheet() {
            sheet.show(entity, self.beneath);
        }
        let removed = picture.line_plot.as_mut().and_then(|(_, state)| state.take_removed());
        self.deselected.extend(removed.map(EntityId::from));
    }
}

/// What is behind a panel that no camera draws; returns its colour if it is not egui that fills it.
pub(super) fn fill(ui: &egui::Ui, beneath: &mut Beneath) -> Option<egui::Color32> {
    if beneath.fill(ui.max_rect()) {
        return beneath.ground();
    }
    ui.painter().rect_filled(ui.max_rect(), 0.0, ui.visuals().panel_fill);
    None
}

/// Leaves a little room to all sides; a panel without room for anything shows nothing.
fn inset(ui: &mut egui::Ui, add: impl FnOnce(&mut egui::Ui)) {
    let rect = ui.max_rect().shrink2(egui::vec2(6.0, 4.0));
    if rect.width() > 8.0 && rect.height() > 8.0 {
        let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect));
        inner.set_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
        add(&mut inner);
    }
}

impl Behavior<PanelId> for Panes<'_, '_, '_> {
    fn pane_ui(&mut self, ui: &mut egui::Ui, _tile: TileId, pane: &mut PanelId) -> UiResponse {
        if let Some(panel) = self.layout.panels.get(pane) {
            self.places.0.insert((self.entity, pane.clone()), ui.max_rect());
            self.panel_ui(ui, panel);
        }
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &PanelId) -> egui::WidgetText {
        shortened(self.title(pane)).into()
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<PanelId>, tile: TileId) -> egui::WidgetText {
        match tiles.get(tile) {
            Some(Tile::Pane(pane)) => self.tab_title_for_pane(pane),
            Some(Tile::Container(container)) => {
                let first = container.children().next().copied();
                first.map_or_else(|| "…".into(), |first| self.tab_title_for_tile(tiles, first))
            }
            None => "…".into(),
        }
    }

    fn on_tab_button(&mut self, tiles: &mut Tiles<PanelId>, tile: TileId, response: egui::Response) -> egui::Response {
        match tiles.get(tile) {
            Some(Tile::Pane(pane)) if self.title(pane).chars().count() > TITLE_LENGTH => {
                response.on_hover_text(self.title(pane))
            }
            _ => response,
        }
    }

    fn is_tab_closable(&self, tiles: &Tiles<PanelId>, tile: TileId) -> bool {
        matches!(tiles.get(tile), Some(Tile::Pane(_)))
    }

    fn on_tab_close(&mut self, tiles: &mut Tiles<PanelId>, tile: TileId) -> bool {
        // It is hidden and not removed, so that it comes back to its place; and not now, in the midst of
        // drawing, as what is around it has been given its place already.
        if let Some(Tile::Pane(panel)) = tiles.get(tile) {
            self.closed.push(panel.clone());
        }
        false
    }

    fn on_edit(&mut self, action: EditAction) {
        self.edited |= action != EditAction::TabSelected;
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: true, ..SimplificationOptions::default() }
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        22.0
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        3.0
    }

    fn min_size(&self) -> f32 {
        60.0
    }

    fn tab_bg_color(
        &self,
        visuals: &egui::Visuals,
        _tiles: &Tiles<PanelId>,
        _tile: TileId,
        state: &TabState,
    ) -> egui::Color32 {
        if state.active { visuals.panel_fill } else { egui::Color32::TRANSPARENT }
    }

    fn top_bar_right_ui(
        &mut self,
        _tiles: &Tiles<PanelId>,
        _ui: &mut egui::Ui,
        _tile: TileId,
        _tabs: &Tabs,
        _scroll: &mut f32,
    ) {
    }
}

fn shortened(title: &str) -> String {
    if title.chars().count() <= TITLE_LENGTH {
        return title.to_owned();
    }
    title.chars().take(TITLE_LENGTH - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_are_cut_between_characters() {
        let long = "µ".repeat(200);
        assert_eq!(shortened(&long).chars().count(), TITLE_LENGTH);
        assert!(shortened(&long).ends_with('…'));
        assert_eq!(shortened("Trace"), "Trace");
    }
}
