//! A picture of pixels within a figure of vectors.

use data_encoding::BASE64;
use svg::node::element::Image;

/// Opaque pixels, row by row from the top.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// Least and greatest along both axes of the figure.
    pub(super) bounds: ([f64; 2], [f64; 2]),
    /// Width and height in pixels.
    pub(super) size: (usize, usize),
    pub(super) pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// The picture from one corner to the other, in CSS pixels, with its pixels as they are.
    pub(super) fn image(&self, (left, top): (f64, f64), (right, bottom): (f64, f64)) -> Image {
        Image::new()
            .set("x", left)
            .set("y", top)
            .set("width", right - left)
            .set("height", bottom - top)
            .set("preserveAspectRatio", "none")
            .set("style", "image-rendering:pixelated")
            .set("href", format!("data:image/png;base64,{}", BASE64.encode(&self.png())))
    }

    fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.size.0 as u32, self.size.1 as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(self.pixels.as_flattened()));
        if let Err(error) = written {
            // Memory takes what is written to it: the picture would have no size.
            bevy::log::warn!("a picture of {:?} pixels is not in the figure: {error}", self.size);
        }
        bytes
    }
}
