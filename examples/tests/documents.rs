//! The pages and the examples as a reader finds them: links that lead somewhere, code that is compiled, an index that
//! names every example.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::path::{Path, PathBuf};

/// How long an example may be.
const LINES: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every page of the repository.
fn pages() -> Vec<PathBuf> {
    fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                collect(&path, pages);
            } else if name.ends_with(".md") {
                pages.push(path);
            }
        }
    }
    let mut pages = Vec::new();
    collect(&root(), &mut pages);
    assert!(pages.len() > 12, "there are pages: {pages:?}");
    pages
}

fn examples() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("examples/Cargo.toml")).unwrap();
    let after = manifest.split("[[example]]\nname = \"").skip(1);
    let names: Vec<String> = after.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(names.len() >= 18, "{names:?}");
    names
}

/// The text of a page without its blocks of code, and the first lines of those.
fn prose_and_fences(text: &str) -> (String, Vec<String>) {
    let (mut prose, mut fences, mut inside) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        if let Some(kind) = line.trim_start().strip_prefix("```") {
            if !inside {
                fences.push(kind.to_owned());
            }
            inside = !inside;
        } else if !inside {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    assert!(!inside, "a block of code has no end");
    (prose, fences)
}

#[test]
fn every_relative_link_resolves() {
    let mut links = 0;
    for page in pages() {
        let (prose, _) = prose_and_fences(&std::fs::read_to_string(&page).unwrap());
        for after in prose.split("](").skip(1) {
            let target = after.split(')').next().unwrap().split(' ').next().unwrap();
            let file = target.split('#').next().unwrap();
            // Links of rustdoc's own have no file; those with a scheme lead elsewhere.
            let is_file =
                ["md", "rs", "png", "toml", "hoc", "py", "yml"].iter().any(|kind| file.ends_with(&format!(".{kind}")));
            if target.contains("://") || !(is_file || file.ends_with('/')) {
                continue;
            }
            links += 1;
            assert!(page.parent().unwrap().join(file).exists(), "{}: {target} leads nowhere", page.display());
        }
    }
    assert!(links > 20, "{links} links");
}

/// Pages whose code is tested, each by a line of code that includes it.
#[test]
fn every_block_of_code_is_tested_or_marked() {
    let root = root();
    let including = [
        "compneurovis-core/src/tutorials.rs",
        "compneurovis-neuron/src/tutorials.rs",
        "compneurovis-bevy/src/tutorials.rs",
        "examples/shared/lib.rs",
    ];
    let including: String = including.iter().map(|file| std::fs::read_to_string(root.join(file)).unwrap()).collect();
    for page in pages() {
        let (_, fences) = prose_and_fences(&std::fs::read_to_string(&page).unwrap());
        let name = page.file_name().unwrap().to_str().unwrap();
        let is_included = including.contains(&format!("/{name}\")"));
        for fence in fences {
            let kind = fence.split([',', ' ']).next().unwrap();
            let is_other = matches!(kind, "text" | "sh" | "toml" | "python" | "json" | "csv" | "hoc" | "neuron");
            let is_rust = kind == "rust" && !fence.contains("ignore");
            assert!(
                is_other || (is_rust && is_included),
                "{}: a block `{fence}` is neither tested nor marked as something else",
                page.display()
            );
        }
    }
}

#[test]
fn every_example_is_short_and_in_the_index() {
    let index = std::fs::read_to_string(root().join("docs/examples.md")).unwrap();
    for name in examples() {
        let text = std::fs::read_to_string(root().join(format!("examples/{name}.rs"))).unwrap();
        assert!(text.lines().count() <= LINES, "{name}.rs has {} lines", text.lines().count());
        assert!(index.contains(&format!("`{name}`")), "{name} is not in docs/examples.md");
    }
}

#[test]
fn pictures_are_small() {
    let entries = ["docs", "docs/pictures"].map(|folder| root().join(folder).read_dir().unwrap());
    let pictures: Vec<_> = entries.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    let pictures: Vec<_> =
        pictures.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "png")).collect();
    assert!(!pictures.is_empty());
    for picture in pictures {
        let bytes = picture.metadata().unwrap().len();
        assert!(bytes < 150_000, "{} has {bytes} bytes", picture.display());
    }
}
