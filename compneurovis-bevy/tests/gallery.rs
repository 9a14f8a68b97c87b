//! Every kind of panel in one window, at several sizes and in both themes.
//!
//! The pictures go to the folder that `COMPNEUROVIS_GALLERY` names, if it names one.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::{path::PathBuf, time::Duration};

use common::gallery_app;
use compneurovis_bevy::{
    FrontendError, Headless,
    workbench::{Arrangement, Theme, WorkbenchSettings},
};

const SIZES: [(u32, u32); 3] = [(800, 600), (1280, 720), (2560, 1440)];

fn gallery(size: (u32, u32)) -> Option<Headless> {
    let required = std::env::var("COMPNEUROVIS_REQUIRE_GPU").is_ok_and(|value| value == "1");
    match Headless::new(gallery_app(), size) {
        Ok(headless) => Some(headless),
        Err(FrontendError::NoAdapter(why)) if !required => {
            eprintln!("skipped, as there is no graphics adapter: {why}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn save(headless: &mut Headless, name: &str) {
    if let Some(folder) = std::env::var_os("COMPNEUROVIS_GALLERY") {
        headless.save_png(&PathBuf::from(folder).join(name)).expect("a picture");
    }
}

#[test]
fn every_panel_is_shown_at_every_size_in_both_themes() {
    for size in SIZES {
        let Some(mut headless) = gallery(size) else { return };
        let far = |headless: &mut Headless| headless.status().time_ms >= 60.0;
        headless.run_until("60 ms", Duration::from_secs(60), far).expect("it runs");
        for theme in [Theme::Light, Theme::Dark] {
            headless.world_mut().resource_mut::<WorkbenchSettings>().theme = theme;
            for _ in 0..4 {
                headless.frame();
            }
            headless.check_session().expect("it lives");
            save(&mut headless, &format!("{}x{}-{theme:?}.png", size.0, size.1));
        }
        let session = headless.session();
        let arrangement = headless.world_mut().get::<Arrangement>(session).expect("an arrangement");
        let panels = &arrangement.layout().panels;
        assert!(panels.len() >= 3 && panels.keys().all(|panel| arrangement.is_open(panel)));
    }
}
