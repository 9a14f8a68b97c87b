//! The protocol over the wire, and a scene on paper.

use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Modifiers, Pace, Scene, SessionCommand, SessionUpdate, Snapshot, Value,
    random_updates::{any_update, world},
};

/// Writes, reads and writes again, as text and as bytes: both times the same. Not compared as they
/// are, as a number that is none does not equal itself.
fn survives<T: Serialize + DeserializeOwned>(value: &T) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let bytes = postcard::to_stdvec(&back).unwrap();
    prop_assert_eq!(&bytes, &postcard::to_stdvec(value).unwrap(), "as text: {}", text);
    let back: T = postcard::from_bytes(&bytes).unwrap_or_else(|error| panic!("{error}: {text}"));
    prop_assert_eq!(serde_json::to_string(&back).unwrap(), text, "as bytes");
    Ok(())
}

/// One of each, with numbers that JSON does not know.
pub(crate) fn commands() -> Vec<SessionCommand> {
    let snapshot = Snapshot { format: "test".to_owned(), time_ms: f64::INFINITY, data: vec![0, 255].into() };
    let payload = [("a".to_owned(), Value::Pair(1.0, f64::NEG_INFINITY)), ("b".to_owned(), Value::List(vec![]))];
    let modifiers = Modifiers { shift: true, ..Modifiers::default() };
    vec![
        SessionCommand::Reset,
        SessionCommand::RestoreDefaults,
        SessionCommand::set("gain", f64::NAN),
        SessionCommand::InvokeAction { action: "kick".into(), payload: payload.into() },
        SessionCommand::KeyPressed { key: "Ctrl+µ".to_owned() },
        SessionCommand::EntityClicked { entity: "soma@0.50000".into(), modifiers },
        SessionCommand::Pause,
        SessionCommand::Resume,
        SessionCommand::Step,
        SessionCommand::RunUntil { time_ms: 1e300 },
        SessionCommand::Seek { time_ms: f64::INFINITY },
        SessionCommand::SetLoop(true),
        SessionCommand::Snapshot,
        SessionCommand::Restore(snapshot),
        SessionCommand::SetPace(Pace::MsPerSecond(0.1)),
        SessionCommand::SetPace(Pace::Unlimited),
        SessionCommand::Restart,
        SessionCommand::EndProcess,
        SessionCommand::Stop,
    ]
}

#[test]
fn every_command_survives_the_wire() {
    let mut names = std::collections::HashSet::new();
    for command in commands() {
        survives(&command).unwrap();
        names.insert(command.name());
        assert!(!command.doing().is_empty());
    }
    assert_eq!(names.len(), 18, "one of each: {names:?}");
}

proptest! {
    #[test]
    fn every_update_survives_the_wire(update in any_update()) {
        survives(&update)?;
    }

    #[test]
    fn a_scene_on_paper_is_the_same_scene(stream in prop::collection::vec(any_update(), 0..20)) {
        let mut scene = world();
        for update in stream {
            let _ = scene.apply(update);
        }
        let text = scene.to_json().unwrap();
        let back = Scene::from_json(&text);
        prop_assert_eq!(back.unwrap(), scene, "{}", text);
    }
}

#[test]
fn a_scene_on_paper_can_be_read_by_people() {
    let mut scene = world();
    let values = ndarray::Array1::from_iter((0..40).map(|at| at as f32 * 0.1)).into_dyn();
    let coord = (0..40).map(f64::from).collect::<Vec<_>>();
    let coords = vec![("time".to_owned(), coord.into())];
    scene.apply(SessionUpdate::FieldReplace { field: "flat".into(), values, coords }).unwrap();
    let text = scene.to_json().unwrap();
    assert!(text.contains("\n    \"gain\": {\n      \"id\": \"gain\","), "{text}");
    assert!(text.contains("[0.0, 0.1, 0.2, 0.3, 0.4"), "numbers stand after each other: {text}");
    let longest = text.lines().map(str::len).max().unwrap();
    assert!(longest < 130, "a line has {longest} characters: {text}");
    // Three dozen lines for each thing, not one for each number.
    assert!(text.lines().count() < 400, "{text}");
}

#[test]
fn a_text_that_is_no_scene_says_where() {
    let error = Scene::from_json("{\"fields\": 3}").unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("line 1 column"), "{cause}");
    let text = world().to_json().unwrap().replace("\"shape\": [2]", "\"shape\": [3]");
    assert!(Scene::from_json(&text).is_err(), "values that do not fill their shape");
    let text = world().to_json().unwrap().replace("\"float\": 1.0", "\"float\": 9.0");
    let error = Scene::from_json(&text).unwrap_err();
    assert!(matches!(error, crate::scene::SceneJsonError::Scene(_)), "a value that its control refuses: {error}");
    assert_eq!(Scene::from_json("{}").unwrap(), Scene::new());
}
