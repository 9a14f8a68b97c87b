//! Looking at the pictures of the programs.

use std::path::Path;

use bevy::{
    asset::RenderAssetUsages,
    image::{CompressedImageFormats, Image, ImageSampler, ImageType},
};

/// A picture, pixel by pixel.
#[derive(PartialEq)]
pub(crate) struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    pub(crate) fn open(path: &Path) -> Self {
        let bytes = std::fs::read(path).expect("the picture was written");
        let kind = ImageType::Extension("png");
        let (formats, usage) = (CompressedImageFormats::NONE, RenderAssetUsages::MAIN_WORLD);
        let image = Image::from_buffer(&bytes, kind, formats, true, ImageSampler::Default, usage).expect("a PNG file");
        let image = image.try_into_dynamic().expect("an image of plain pixels").to_rgb8();
        Self { width: image.width() as usize, pixels: image.pixels().map(|pixel| pixel.0).collect() }
    }

    /// The pixels of a part of it; left, top, right and bottom from 0 to 1.
    fn part(&self, [left, top, right, bottom]: [f64; 4]) -> impl Iterator<Item = [u8; 3]> + '_ {
        let height = self.pixels.len() / self.width;
        let place = move |at: usize| {
            let (x, y) = ((at % self.width) as f64 / self.width as f64, (at / self.width) as f64 / height as f64);
            (left..right).contains(&x) && (top..bottom).contains(&y)
        };
        self.pixels.iter().enumerate().filter(move |(at, _)| place(*at)).map(|(_, pixel)| *pixel)
    }

    /// How many pixels of a part have this colour, more or less.
    pub(crate) fn count(&self, part: [f64; 4], colour: [u8; 3]) -> usize {
        self.part(part).filter(|pixel| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 24)).count()
    }

    /// How many pixels of a part are neither black nor white nor grey.
    pub(crate) fn coloured(&self, part: [f64; 4]) -> usize {
        let spread = |pixel: &[u8; 3]| pixel.iter().max().unwrap_or(&0) - pixel.iter().min().unwrap_or(&0);
        self.part(part).filter(|pixel| spread(pixel) > 40).count()
    }
}
