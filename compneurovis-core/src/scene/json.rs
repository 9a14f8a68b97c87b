//! A scene as JSON that people can read.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use thiserror::Error;

use super::Scene;
use crate::ApplyError;

/// Why a text is no scene.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SceneJsonError {
    /// The text is not JSON, or not of a scene; the message says where.
    #[error("the text is no scene")]
    Json(#[from] serde_json::Error),
    /// The scene contradicts itself.
    #[error("the scene in the text contradicts itself")]
    Scene(#[from] ApplyError),
}

impl Scene {
    /// The scene as JSON for people: indented, with lists of numbers or words on as few lines as
    /// their length allows.
    ///
    /// What is not a finite number is written as `"NaN"`, `"inf"` or `"-inf"`.
    ///
    /// # Errors
    /// None that is known; the format's own are passed on.
    pub fn to_json(&self) -> Result<String, SceneJsonError> {
        let mut text = Vec::new();
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut text, ReadableFormatter::default()))?;
        // The serialiser writes text only.
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The scene that a text of [`to_json`](Self::to_json) holds.
    ///
    /// # Errors
    /// The text is not one of a scene, or the scene contradicts itself.
    pub fn from_json(text: &str) -> Result<Self, SceneJsonError> {
        let scene: Self = serde_json::from_str(text)?;
        scene.check()?;
        Ok(scene)
    }
}

/// Where a line is broken in lists of numbers and words.
const LINE_LENGTH: usize = 100;

/// Objects and lists of objects on lines of their own; numbers and words of a list after each other.
#[derive(Default)]
struct ReadableFormatter {
    /// For each open list or object: whether something stands in it, and on lines of its own.
    open: Vec<Open>,
    /// A list has come to its next element, and what that is decides how it begins.
    element_due: bool,
    /// Characters of the line so far.
    column: usize,
}

#[derive(Clone, Copy, Default)]
struct Open {
    any: bool,
    on_lines: bool,
}

impl ReadableFormatter {
    fn text<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        self.column += text.len();
        writer.write_all(text.as_bytes())
    }

    fn new_line<W: ?Sized + io::Write>(&mut self, writer: &mut W, depth: usize) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..depth).try_for_each(|_| writer.write_all(b"  "))?;
        self.column = 2 * depth;
        Ok(())
    }

    /// Begins an element of a list, now that it is known what comes.
    fn begin_element<W: ?Sized + io::Write>(&mut self, writer: &mut W, is_scalar: bool) -> io::Result<()> {
        if !std::mem::take(&mut self.element_due) {
            return Ok(());
        }
        let depth = self.open.len();
        let before = self.open.last().copied().unwrap_or_default();
        if before.any {
            self.text(writer, ",")?;
        }
        let on_line = !is_scalar || self.column > LINE_LENGTH;
        if on_line {
            self.new_line(writer, depth)?;
        } else if before.any {
            self.text(writer, " ")?;
        }
        if let Some(list) = self.open.last_mut() {
            *list = Open { any: true, on_lines: list.on_lines || on_line };
        }
        Ok(())
    }

    fn begin<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &str) -> io::Result<()> {
        self.begin_element(writer, false)?;
        self.open.push(Open::default());
        self.text(writer, bracket)
    }

    fn end<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &str) -> io::Result<()> {
        self.element_due = false;
        if self.open.pop().is_some_and(|closed| closed.on_lines) {
            self.new_line(writer, self.open.len())?;
        }
        self.text(writer, bracket)
    }
}

/// A number as the plain formatter writes it.
macro_rules! numbers {
    ($($write:ident: $type:ty;)*) => {$(
        fn $write<W: ?Sized + io::Write>(&mut self, writer: &mut W, number: $type) -> io::Result<()> {
            self.begin_element(writer, true)?;
            let mut text = Vec::new();
            CompactFormatter.$write(&mut text, number)?;
            self.column += text.len();
            writer.write_all(&text)
        }
    )*};
}

impl Formatter for ReadableFormatter {
    numbers! {
        write_bool: bool;
        write_i8: i8;
        write_i16: i16;
        write_i32: i32;
        write_i64: i64;
        write_u8: u8;
        write_u16: u16;
        write_u32: u32;
        write_u64: u64;
        write_f32: f32;
        write_f64: f64;
    }

    fn write_null<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin_element(writer, true)?;
        self.text(writer, "null")
    }

    fn begin_string<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin_element(writer, true)?;
        self.text(writer, "\"")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.text(writer, fragment)
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.column += 2;
        CompactFormatter.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, "[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, "]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W, _first: bool) -> io::Result<()> {
        self.element_due = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, "{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, "}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.text(writer, ",")?;
        }
        if let Some(object) = self.open.last_mut() {
            *object = Open { any: true, on_lines: true };
        }
        self.new_line(writer, self.open.len())
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.text(writer, ": ")
    }
}
