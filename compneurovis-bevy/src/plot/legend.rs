//! The names of curves in a line above their plot, where they cover nothing.

use std::sync::Arc;

use bevy_egui::egui;
use egui_plot::PlotMemory;

use super::extent::Line;

/// Length of the line that shows a colour, and its distance from the name, in points.
const SAMPLE: egui::Vec2 = egui::vec2(14.0, 4.0);

/// From one entry to the next, in points.
const APART: f32 = 12.0;

/// Room for the menu of those that do not fit in the line, in points.
const MORE: f32 = 72.0;

/// The longest name in the line, in points; longer ones are cut.
const LONGEST: f32 = 170.0;

/// Width and height of the menu, in points.
const MENU: egui::Vec2 = egui::vec2(260.0, 280.0);

/// What is shown once: a curve, or all curves of a run before.
struct Entry<'a> {
    label: &'a str,
    color: egui::Color32,
    curves: Vec<egui::Id>,
}

/// What the pointer does to an entry.
#[derive(Default)]
struct Touched {
    /// Which is clicked, and whether all others shall go.
    chosen: Option<(usize, bool)>,
    pointed: Option<egui::Id>,
}

/// Draws the legend of a plot: as many names as fit in one line, and a menu of the others.
///
/// As in egui_plot's own legend a click hides a curve, with Alt all others.
pub(super) fn legend_ui(ui: &mut egui::Ui, plot: egui::Id, lines: &[Line]) {
    let entries = entries(lines);
    // There is none before the plot was drawn for the first time.
    let mut memory = PlotMemory::load(ui.ctx(), plot);
    let mut touched = Touched::default();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = APART;
        let mut shown = 0;
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.name(ui, LONGEST);
            let rest = if index + 1 == entries.len() { 0.0 } else { MORE };
            if width(&name) + rest > ui.available_width() {
                break;
            }
            shown += 1;
            entry.ui(ui, &name, (index, memory.as_ref()), &mut touched);
        }
        if shown < entries.len() {
            more_ui(ui, &entries, shown, memory.as_ref(), &mut touched);
        }
    });
    let Some(memory) = &mut memory else { return };
    let Touched { chosen, pointed } = touched;
    if let Some((index, alone)) = chosen {
        choose(&entries, index, alone, memory);
    }
    if chosen.is_some() || memory.hovered_legend_item != pointed {
        memory.hovered_legend_item = pointed;
        memory.clone().store(ui.ctx(), plot);
    }
}

/// The menu of the entries from one on.
fn more_ui(ui: &mut egui::Ui, entries: &[Entry], from: usize, memory: Option<&PlotMemory>, touched: &mut Touched) {
    let text = if from == 0 { format!("{} curves", entries.len()) } else { format!("{} more", entries.len() - from) };
    // Several may be chosen one after the other.
    let stays = egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::containers::menu::MenuButton::new(format!("{text} ⏷")).config(stays);
    button.ui(ui, |ui| {
        ui.set_min_width(MENU.x);
        egui::ScrollArea::vertical().max_height(MENU.y).show(ui, |ui| {
            for (index, entry) in entries.iter().enumerate().skip(from) {
                let name = entry.name(ui, MENU.x);
                entry.ui(ui, &name, (index, memory), touched);
            }
        });
    });
}

/// Curves of one name and colour share an entry.
fn entries<'a>(lines: &'a [Line]) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        // Those of a run before are many, and lie together.
        match entries.last_mut().filter(|entry| line.ghost && entry.label == line.label) {
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

fn width(name: &egui::Galley) -> f32 {
    SAMPLE.x + SAMPLE.y + name.size().x
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

    /// Its name in one line of at most so many points.
    fn name(&self, ui: &egui::Ui, most: f32) -> Arc<egui::Galley> {
        let font = egui::TextStyle::Body.resolve(ui.style());
        let mut job = egui::text::LayoutJob::simple_singleline(self.label.to_owned(), font, egui::Color32::PLACEHOLDER);
        job.wrap = egui::text::TextWrapping::truncate_at_width(most);
        ui.painter().layout_job(job)
    }

    fn ui(
        &self,
        ui: &mut egui::Ui,
        name: &Arc<egui::Galley>,
        (index, memory): (usize, Option<&PlotMemory>),
        touched: &mut Touched,
    ) {
        let hidden = memory.is_some_and(|memory| self.is_hidden(memory));
        let (rect, response) = ui.allocate_exact_size(egui::vec2(width(name), name.size().y), egui::Sense::click());
        self.paint(ui, rect, name, hidden, response.hovered());
        let about = || egui::WidgetInfo::selected(egui::WidgetType::Checkbox, true, !hidden, self.label);
        response.widget_info(about);
        if response.clicked() {
            touched.chosen = Some((index, ui.input(|input| input.modifiers.alt)));
        }
        if response.hovered() {
            touched.pointed = self.curves.first().copied();
        }
        if name.elided {
            response.on_hover_text(self.label);
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
        ui.painter().galley(at, name.clone(), text);
    }
}
