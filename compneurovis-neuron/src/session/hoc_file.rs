//! Hoc files that are executed more than once in a process.
//!
//! NEURON loads a file once, and refuses to define a template again. A model that is built anew needs the rest of
//! its files executed again.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use compneurovis_core::SessionError;

use crate::{Neuron, NeuronError};

/// Whether this process has executed a file before: then what it loads may be loaded already.
static LOADED_BEFORE: AtomicBool = AtomicBool::new(false);

/// Executes a hoc file, whether it was before or not.
pub(super) fn load(neuron: &Neuron, path: &str) -> Result<(), SessionError> {
    if path.contains(['"', '\\', '\n']) {
        let reason = "hoc has no word for such a path";
        return Err(NeuronError::BadName { name: path.to_owned(), reason }.into());
    }
    let text = read(Path::new(path))?;
    // What an earlier model of this process has left.
    neuron.hoc("proc init() { finitialize(v_init) }\nv_init = -65")?;
    let again = LOADED_BEFORE.swap(true, Ordering::Relaxed);
    if again || without_templates(&text, |name| neuron.has_template(name)).is_some() {
        let mut files = Files { neuron, loaded: HashSet::new() };
        return files.execute(Path::new(path), &text);
    }
    let loaded = neuron.hoc_value(&format!("load_file(1, \"{path}\")"))?;
    if loaded == 1.0 { Ok(()) } else { Err(NeuronError::LoadFile { path: path.to_owned() }.into()) }
}

fn read(path: &Path) -> Result<String, SessionError> {
    Ok(fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?)
}

/// The files of a model, each executed piece by piece.
struct Files<'a> {
    neuron: &'a Neuron,
    /// Those that `load_file` shall not execute again in this life.
    loaded: HashSet<PathBuf>,
}

impl Files<'_> {
    fn execute(&mut self, path: &Path, text: &str) -> Result<(), SessionError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let known = without_templates(text, |name| self.neuron.has_template(name));
        for piece in pieces(known.as_deref().unwrap_or(text)) {
            match piece {
                Piece::Code(code) => in_folder(self.neuron, folder, || Ok(self.neuron.hoc(&code)?))?,
                Piece::Load { code, file, once } => {
                    let inner = folder.join(&file);
                    if !inner.is_file() {
                        // One of NEURON's library.
                        in_folder(self.neuron, folder, || Ok(self.neuron.hoc(&code)?))?;
                    } else if self.loaded.insert(inner.canonicalize().unwrap_or_else(|_| inner.clone())) || !once {
                        self.execute(&inner, &read(&inner)?)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Does something in a folder, as `load_file` does.
fn in_folder(
    neuron: &Neuron,
    folder: &Path,
    act: impl FnOnce() -> Result<(), SessionError>,
) -> Result<(), SessionError> {
    if folder.as_os_str().is_empty() {
        return act();
    }
    neuron.hoc(&format!("strdef cnv_folder_\ncnv_folder_ = getcwd()\nchdir(\"{}\")", folder.display()))?;
    let done = act();
    neuron.hoc("chdir(cnv_folder_)")?;
    done
}

/// A part of a file.
#[derive(Debug, PartialEq)]
enum Piece {
    /// Statements, with empty lines for what was before, so that messages count lines rightly.
    Code(String),
    /// A line that loads another file.
    Load { code: String, file: String, once: bool },
}

/// The parts of a file: lines that load another one, outside of all blocks, and what is between them.
fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut code, mut depth, mut template) = (Vec::new(), String::new(), 0_usize, false);
    let mut comment = false;
    for (number, line) in text.lines().enumerate() {
        let bare = without_comments(line, &mut comment);
        let first = bare.split_whitespace().next();
        template |= first == Some("begintemplate");
        if depth == 0
            && !template
            && let Some((file, once)) = loaded_file(&bare)
        {
            pieces.push(Piece::Code(std::mem::take(&mut code)));
            pieces.push(Piece::Load { code: line.to_owned(), file, once });
            code.push_str(&"\n".repeat(number));
        } else {
            code.push_str(line);
            for letter in without_texts(&bare).chars() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        code.push('\n');
        template &= first != Some("endtemplate");
    }
    pieces.push(Piece::Code(code));
    pieces.retain(|piece| !matches!(piece, Piece::Code(code) if code.trim().is_empty()));
    pieces
}

/// A line without its comments; `inside` says whether one goes on from line to line.
fn without_comments(line: &str, inside: &mut bool) -> String {
    let (mut rest, mut bare, mut quoted) = (line, String::new(), false);
    while let Some(letter) = rest.chars().next() {
        let mut taken = letter.len_utf8();
        if *inside {
            if rest.starts_with("*/") {
                (*inside, taken) = (false, 2);
            }
        } else if !quoted && rest.starts_with("//") {
            break;
        } else if !quoted && rest.starts_with("/*") {
            (*inside, taken) = (true, 2);
        } else {
            quoted ^= letter == '"';
            bare.push(letter);
        }
        rest = &rest[taken..];
    }
    bare
}

/// A line without what is between quotes.
fn without_texts(line: &str) -> String {
    line.split('"').step_by(2).collect()
}

/// The file that a line loads, if it does nothing else, and whether it does so only once.
fn loaded_file(line: &str) -> Option<(String, bool)> {
    let line = line.trim().trim_start_matches('{').trim_end_matches('}').trim();
    let (word, rest) = line.split_once('(')?;
    let inside = rest.trim_end().strip_suffix(')')?.trim();
    let (first, quoted) = inside.split_once('"')?;
    let file = quoted.strip_suffix('"').filter(|file| !file.contains('"'))?;
    let always = match (word.trim(), first.trim().trim_end_matches(',').trim()) {
        ("xopen", "") => true,
        ("load_file", "") => false,
        ("load_file", number) => number.parse::<u8>().ok()? == 1,
        _ => return None,
    };
    Some((file.to_owned(), !always))
}

/// The code without the templates that are known, which NEURON refuses to define again; `None` if there
/// are none.
fn without_templates(code: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let (mut rest, mut inside, mut any) = (String::new(), false, false);
    for line in code.lines() {
        let mut words = line.split_whitespace();
        let (first, second) = (words.next(), words.next());
        inside |= first == Some("begintemplate") && second.is_some_and(&is_known);
        if !inside {
            rest.push_str(line);
        }
        // Lines keep their numbers, for messages.
        rest.push('\n');
        any |= inside;
        inside &= first != Some("endtemplate");
    }
    any.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_templates_are_left_out() {
        let code = "a = 1\nbegintemplate Old\nx = 2\nendtemplate Old\n  begintemplate New\nendtemplate New\nb = 3";
        let rest = without_templates(code, |name| name == "Old").unwrap();
        assert_eq!(rest, "a = 1\n\n\n\n  begintemplate New\nendtemplate New\nb = 3\n");
        assert_eq!(without_templates(code, |_| false), None);
    }

    #[test]
    fn lines_that_load_files_are_told_apart() {
        let load = |line: &str, file: &str, once| Piece::Load { code: line.into(), file: file.into(), once };
        let code = "a = 1\nload_file(\"x.hoc\") // and\n/* load_file(\"no.hoc\")\n */ b = 2\nif (a) {\nxopen(\"y.hoc\")\n}\n\
                    {xopen(\"z.hoc\")}\nload_file(1, \"x.hoc\")";
        let expected = [
            Piece::Code("a = 1\n".into()),
            load("load_file(\"x.hoc\") // and", "x.hoc", true),
            Piece::Code("\n\n/* load_file(\"no.hoc\")\n */ b = 2\nif (a) {\nxopen(\"y.hoc\")\n}\n".into()),
            load("{xopen(\"z.hoc\")}", "z.hoc", false),
            load("load_file(1, \"x.hoc\")", "x.hoc", false),
        ];
        let mut found = pieces(code);
        // One newline before the first kept line stands for the line that loads.
        if let Piece::Code(code) = &mut found[2] {
            assert_eq!(code.lines().count(), 7);
        }
        assert_eq!(found, expected);
        assert_eq!(pieces("print \"load_file(\"\n"), [Piece::Code("print \"load_file(\"\n".into())]);
    }
}
