//! PNG files that say how they came about.

use std::{
    fs::File,
    io::{BufReader, BufWriter},
    path::Path,
};

use bevy::image::Image;
use compneurovis_core::{PanelId, Scene, SessionStatus, Value};

use super::{ExportError, path::stamp};

/// How a picture came about: lines with keywords, which a PNG file carries as text chunks.
///
/// | keyword | text |
/// |---|---|
/// | `Title` | the title of the session |
/// | `Software` | versions of what has drawn it |
/// | `Creation Time` | when, in UTC |
/// | `Simulated Time` | which moment it shows, in ms |
/// | `Steps` | solver steps until then |
/// | `Parameters` | the values of all controls by id, as JSON |
/// | `Metadata` | what the model says about itself, as JSON |
/// | `Panel`, `Scale` | what is shown of the window, and how many pixels a point has |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// Keywords and texts, in their order.
    pub lines: Vec<(String, String)>,
}

impl Recipe {
    /// The recipe of what is shown of a session.
    pub fn of(title: &str, scene: &Scene, status: &SessionStatus, time_ms: f64) -> Self {
        let controls: serde_json::Map<String, serde_json::Value> =
            scene.control_values().map(|(id, value)| (id.to_string(), plain(&value))).collect();
        let mut recipe = Self::default();
        recipe.add("Title", title);
        recipe.add("Software", software());
        recipe.add("Creation Time", stamp());
        recipe.add("Simulated Time", format!("{time_ms} ms"));
        recipe.add("Steps", status.steps.to_string());
        recipe.add("Parameters", serde_json::Value::Object(controls).to_string());
        if !scene.metadata.is_empty() {
            recipe.add("Metadata", serde_json::to_string(&scene.metadata).unwrap_or_default());
        }
        recipe
    }

    /// The same recipe, of a panel and at a scale.
    #[must_use]
    pub fn of_part(mut self, panel: Option<&PanelId>, scale: f32) -> Self {
        if let Some(panel) = panel {
            self.add("Panel", panel.as_str());
        }
        self.add("Scale", scale.to_string());
        self
    }

    /// Adds a line.
    pub fn add(&mut self, keyword: &str, text: impl Into<String>) {
        self.lines.push((keyword.to_owned(), text.into()));
    }

    /// The text of a keyword.
    pub fn get(&self, keyword: &str) -> Option<&str> {
        self.lines.iter().find(|(known, _)| known == keyword).map(|(_, text)| text.as_str())
    }
}

/// A value as JSON without its type; what is no number is a word.
fn plain(value: &Value) -> serde_json::Value {
    let number =
        |number: f64| serde_json::Number::from_f64(number).map_or_else(|| number.to_string().into(), Into::into);
    match value {
        Value::Float(value) => number(*value),
        Value::Int(value) => (*value).into(),
        Value::Bool(value) => (*value).into(),
        Value::List(words) => words.clone().into(),
        Value::Pair(first, second) => vec![number(*first), number(*second)].into(),
        other => other.to_string().into(),
    }
}

fn software() -> String {
    format!(
        "CompNeuroVis {}, Bevy 0.19, egui 0.36, {} {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// Writes a picture, or a part of it (left, top, width, height), with its recipe. Opaque, as a screen
/// would show it.
///
/// # Errors
/// The folder or file cannot be written, or the part is empty.
pub fn write_png(
    path: &Path,
    image: &Image,
    crop: Option<(u32, u32, u32, u32)>,
    recipe: &Recipe,
) -> Result<(), ExportError> {
    let failed = |cause: String| ExportError::Png { path: path.to_owned(), cause };
    let pixels = image.clone().try_into_dynamic().map_err(|error| failed(error.to_string()))?.to_rgb8();
    let (left, top, width, height) = crop.unwrap_or((0, 0, pixels.width(), pixels.height()));
    let (left, top) = (left.min(pixels.width()), top.min(pixels.height()));
    let (width, height) = (width.min(pixels.width() - left), height.min(pixels.height() - top));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| ExportError::Write { path: path.to_owned(), source })?;
    }
    let file = File::create(path).map_err(|source| ExportError::Write { path: path.to_owned(), source })?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    for (keyword, text) in &recipe.lines {
        encoder.add_itxt_chunk(keyword.clone(), text.clone()).map_err(|error| failed(error.to_string()))?;
    }
    let stride = pixels.width() as usize * 3;
    let (from, length) = (left as usize * 3, width as usize * 3);
    let rows = pixels.as_raw().chunks_exact(stride).skip(top as usize).take(height as usize);
    let part: Vec<u8> = rows.flat_map(|row| &row[from..from + length]).copied().collect();
    let mut writer = encoder.write_header().map_err(|error| failed(error.to_string()))?;
    writer.write_image_data(&part).map_err(|error| failed(error.to_string()))?;
    writer.finish().map_err(|error| failed(error.to_string()))
}

/// The recipe that a PNG file carries; without lines if it has none.
///
/// # Errors
/// The file cannot be read, or is no PNG file.
pub fn read_recipe(path: &Path) -> Result<Recipe, ExportError> {
    let failed = |cause: String| ExportError::Png { path: path.to_owned(), cause };
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let reader = png::Decoder::new(BufReader::new(file)).read_info().map_err(|error| failed(error.to_string()))?;
    let mut recipe = Recipe::default();
    for chunk in &reader.info().utf8_text {
        recipe.add(&chunk.keyword, chunk.get_text().map_err(|error| failed(error.to_string()))?);
    }
    for chunk in &reader.info().uncompressed_latin1_text {
        recipe.add(&chunk.keyword, chunk.text.clone());
    }
    Ok(recipe)
}
