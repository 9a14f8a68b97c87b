//! The names of curves in a line above their plot, where they cover nothing.

use std::sync::Arc;

use bevy_egui::egui;
use egui_plot::PlotMemory;

use super::extent::Line;

/// Length of the line that shows a colour, and its distance from the name, in points.
const SAMPLE: egui::Vec2 = egui::vec2(14.0, 4.0);

/// From one entry to the next, in points.
const APART: f32 = 12.0;

/// What is shown once: a curve, or all curves of a run before.
struct Entry<'a> {
    label: &'a str,
    color: egui::Color32,
    curves: Vec<egui::Id>,
}

/// Draws the legend of a plot, unless its names do not fit in one line; then nothing is drawn, and it is `false`.
///
/// As in egui_plot's own legend a click hides a curve, with Alt all others.
pub(super) fn strip(ui: &mut egui::Ui, plot: egui::Id, lines: &[Line]) -> bool {
    let entries = entries(lines);
    let font = egui::TextStyle::Body.resolve(ui.style());
    let names: Vec<_> = entries
        .iter()
        .map(|entry| ui.painter().layout_no_wrap(entry.label.to_owned(), font.clone(), ui.visuals().text_color()))
        .collect();
    let width = |name: &egui::Galley| SAMPLE.x + SAMPLE.y + name.size().x;
    let wanted: f32 = names.iter().map(|name| width(name) + APART).sum::<f32>() - APART;
    if wanted > ui.available_width() {
        return false;
    }
    // There is none before the plot was drawn for the first time.
    let mut memory = PlotMemory::load(ui.ctx(), plot);
    let mut chosen = None;
    let mut pointed = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = APART;
        for (index, (entry, name)) in entries.iter().zip(&names).enumerate() {
            let hidden = memory.as_ref().is_some_and(|memory| entry.is_hidden(memory));
            let size = egui::vec2(width(name), name.size().y);
            let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
            entry.paint(ui, rect, name, hidden, response.hovered());
            let about = || egui::WidgetInfo::selected(egui::WidgetType::Checkbox, true, !hidden, entry.label);
            response.widget_info(about);
            if response.clicked() {
                chosen = Some((index, ui.input(|input| input.modifiers.alt)));
            }
            if response.hovered() {
                pointed = entry.curves.first().copied();
            }
        }
    });
    let Some(memory) = &mut memory else { return true };
    if let Some((index, alone)) = chosen {
        choose(&entries, index, alone, memory);
    }
    if chosen.is_some() || memory.hovered_legend_item != pointed {
        memory.hovered_legend_item = pointed;
        memory.clone().store(ui.ctx(), plot);
    }
    true
}

/// Curves of one name and colour share an entry.
fn entries<'a>(lines: &'a [Line]) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        let same = |entry: &&mut Entry| entry.label == line.label && (line.ghost || entry.color == line.color);
        match entries.iter_mut().find(same) {
            Some(entry) => entry.curves.push(line.id),
            None => entries.push(Entry { label: &line.label, color: line.color, curves: vec![line.id] }),
        }
    }
    entries
}

/// Hides or shows an entry, or all others.
fn choose(entries: &[Entry], index: usize, alone: bool, memory: &mut PlotMemory) {
    let others = || entries.iter().enumerate().filter(move |(at, _)| *at != index).map(|(_, entry)| entry);
    if !alone {
        return entries[index].set(!entries[index].is_hidden(memory), memory);
    }
    // Where all others are hidden already, they come back.
    let hide = !others().all(|entry| entry.is_hidden(memory));
    others().for_each(|entry| entry.set(hide, memory));
    entries[index].set(false, memory);
}

impl Entry<'_> {
    fn is_hidden(&self, memory: &PlotMemory) -> bool {
        self.curves.iter().all(|curve| memory.hidden_items.contains(curve))
    }

    fn set(&self, hidden: bool, memory: &mut PlotMemory) {
        for curve in &self.curves {
            if hidden {
                memory.hidden_items.insert(*curve);
            } else {
                memory.hidden_items.remove(curve);
            }
        }
    }

    fn paint(&self, ui: &egui::Ui, rect: egui::Rect, name: &Arc<egui::Galley>, hidden: bool, pointed: bool) {
        let visuals = ui.visuals();
        let middle = rect.left_center() + egui::vec2(SAMPLE.x / 2.0, 0.0);
        let sample = egui::Rect::from_center_size(middle, SAMPLE);
        let (line, text) = match (hidden, pointed) {
            (true, _) => (visuals.weak_text_color().gamma_multiply(0.5), visuals.weak_text_color()),
            (_, true) => (self.color, visuals.strong_text_color()),
            _ => (self.color, visuals.text_color()),
        };
        ui.painter().rect_filled(sample, 1.0, line);
        let at = rect.left_top() + egui::vec2(SAMPLE.x + SAMPLE.y, 0.0);
        ui.painter().galley_with_override_text_color(at, name.clone(), text);
    }
}
