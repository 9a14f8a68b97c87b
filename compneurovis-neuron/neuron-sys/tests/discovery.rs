//! The order in which places are looked at, with made-up installations.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::path::{Path, PathBuf};

use neuron_sys::{Environment, Origin, Search, SysError, cache_folder};

/// A folder that goes away with its value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("neuron-sys-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn library() -> &'static str {
    if cfg!(target_os = "macos") { "libnrniv.dylib" } else { "libnrniv.so" }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// What discovery takes for an installation.
fn install(prefix: &Path) -> PathBuf {
    write(&prefix.join("share/nrn/lib/hoc/stdrun.hoc"), "");
    let path = prefix.join("lib").join(library());
    write(&path, "\u{7f}ELF nrn_init nrn_function_call_nothrow nrn_hoc_call");
    path
}

#[test]
fn places_are_tried_in_order() {
    let folder = Folder::new("order");
    let at = |name: &str| folder.0.join(name);
    let mut environment = Environment::default();
    let found = |environment: &Environment| {
        let installation = Search::in_environment(environment.clone()).find().unwrap();
        assert!(installation.library.is_file() && installation.home.ends_with("share/nrn"));
        installation.origin
    };

    // From the last place to the first: each one found takes precedence over those before it.
    let wheel = format!("neuron-9.0.2-{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    install(&at("cache").join(wheel).join("neuron/.data"));
    environment.compneurovis_cache = Some(at("cache"));
    assert_eq!(found(&environment), Origin::Cache);

    install(&at("usr"));
    environment.prefixes = vec![at("empty"), at("usr")];
    assert_eq!(found(&environment), Origin::Prefix);

    install(&at("opt"));
    write(&at("opt").join("bin/nrniv"), "");
    environment.path = vec![at("nothing"), at("opt").join("bin")];
    assert_eq!(found(&environment), Origin::Path);

    install(&at("conda"));
    environment.conda_prefix = Some(at("conda"));
    assert_eq!(found(&environment), Origin::Conda);

    install(&at("venv").join("lib/python3.12/site-packages/neuron/.data"));
    environment.virtual_env = Some(at("venv"));
    assert_eq!(found(&environment), Origin::VirtualEnv);

    environment.neuron_library = Some(install(&at("named")));
    assert_eq!(found(&environment), Origin::Variable);

    let explicit = install(&at("explicit"));
    let search = Search::in_environment(environment);
    for path in [explicit.clone(), at("explicit")] {
        let installation = search.clone().library(path).find().unwrap();
        assert_eq!((installation.origin, installation.library), (Origin::Explicit, explicit.clone()));
    }
}

#[test]
fn a_wrapper_of_pip_on_path_leads_to_the_package() {
    let folder = Folder::new("wrapper");
    write(&folder.0.join("bin/nrniv"), "#!python\n");
    install(&folder.0.join("lib/python3.11/site-packages/neuron/.data"));
    let mut environment = Environment::default();
    environment.path = vec![folder.0.join("bin")];
    assert_eq!(Search::in_environment(environment).find().unwrap().origin, Origin::Path);
}

#[test]
fn one_error_lists_every_place_and_what_to_type() {
    let folder = Folder::new("nothing");
    let old = folder.0.join("old");
    write(&install(&old), "\u{7f}ELF nrn_init of 8.2");
    let homeless = folder.0.join("homeless");
    write(&homeless.join("lib").join(library()), "");
    let mut environment = Environment::default();
    environment.prefixes = vec![old.clone(), homeless.clone()];
    environment.virtual_env = Some(folder.0.join("venv"));
    let error = Search::in_environment(environment).find().unwrap_err();
    let SysError::NotFound { tried } = &error else { panic!("{error}") };
    let origins: Vec<Origin> = tried.iter().map(|attempt| attempt.origin).collect();
    let prefixes = [Origin::VirtualEnv, Origin::Conda, Origin::Path, Origin::Prefix, Origin::Prefix];
    assert_eq!(origins, [&prefixes[..], &[Origin::Cache, Origin::Python]].concat());
    let text = error.to_string();
    for expected in [
        &*old.to_string_lossy(),
        "older than NEURON 9.0",
        &*homeless.to_string_lossy(),
        "no share/nrn",
        "pip install neuron==9.0.2",
        "NEURON_LIBRARY",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
}

#[test]
fn a_named_place_without_neuron_is_an_error_of_its_own() {
    let folder = Folder::new("named");
    let mut environment = Environment::default();
    environment.prefixes = vec![folder.0.join("usr")];
    install(&folder.0.join("usr"));
    let search = Search::in_environment(environment.clone());
    let error = search.library(folder.0.join("no")).find().unwrap_err();
    assert!(matches!(error, SysError::Explicit { named_by: "the caller", .. }), "{error}");
    environment.neuron_library = Some(folder.0.join("no/libnrniv.so"));
    let error = Search::in_environment(environment).find().unwrap_err();
    assert!(error.to_string().contains("NEURON_LIBRARY"), "{error}");
}

#[test]
fn the_cache_follows_the_variables() {
    let mut environment = Environment::default();
    assert_eq!(cache_folder(&environment), None);
    environment.home = Some(PathBuf::from("/h"));
    assert_eq!(cache_folder(&environment), Some(PathBuf::from("/h/.cache/compneurovis")));
    environment.xdg_cache_home = Some(PathBuf::from("/x"));
    assert_eq!(cache_folder(&environment), Some(PathBuf::from("/x/compneurovis")));
    environment.compneurovis_cache = Some(PathBuf::from("/c"));
    assert_eq!(cache_folder(&environment), Some(PathBuf::from("/c")));
}
