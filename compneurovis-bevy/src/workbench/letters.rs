//! Letters are laid out once, before the first text, so that equal texts give equal pixels whatever was written before.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

/// The sizes of numbers and names that are painted over pictures, beside those of egui's styles, in points.
const SIZES_PT: [f32; 6] = [10.5, 11.0, 11.5, 12.0, 13.0, 15.0];

/// What is written most: what a keyboard has.
const LETTERS: std::ops::RangeInclusive<char> = '!'..='~';

/// What quantities and units add to that.
const OF_UNITS: [char; 8] = ['µ', '²', '³', '°', '·', '−', '×', '…'];

/// egui keeps a letter once for each quarter of a pixel at which it may begin.
const BEGINNINGS: u8 = 4;

/// Has egui draw all common letters in an order that is always the same.
///
/// egui keeps drawn letters in one texture, in the order in which they came up, and the place of a letter in there decides how
/// its edges round. Two windows that show the same, but came to that in different ways, as a live run and its
/// replay do, would differ by a 255th in the edges of some letters.
pub(super) fn lay_out_letters(mut contexts: EguiContexts, mut laid_out_for: Local<Option<f32>>) -> Result {
    let context = contexts.ctx_mut()?;
    let pixels_per_point = context.pixels_per_point();
    if *laid_out_for == Some(pixels_per_point) {
        return Ok(());
    }
    *laid_out_for = Some(pixels_per_point);
    let of_styles: Vec<egui::FontId> = context.global_style().text_styles.values().cloned().collect();
    let of_pictures = SIZES_PT.map(egui::FontId::proportional);
    for font in of_styles.into_iter().chain(of_pictures) {
        let job = every_letter(&font, pixels_per_point);
        context.fonts_mut(|fonts| fonts.layout_job(job));
    }
    Ok(())
}

/// A text in which each letter stands on a line of its own at each beginning.
fn every_letter(font: &egui::FontId, pixels_per_point: f32) -> egui::text::LayoutJob {
    let format = egui::TextFormat::simple(font.clone(), egui::Color32::WHITE);
    let mut job = egui::text::LayoutJob::default();
    for letter in LETTERS.chain(OF_UNITS) {
        for beginning in 0..BEGINNINGS {
            let before = f32::from(beginning) / f32::from(BEGINNINGS) / pixels_per_point;
            job.append(&format!("{letter}\n"), before, format.clone());
        }
    }
    job
}
