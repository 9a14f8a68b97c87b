//! Messages there and back, and what is none.

use std::sync::Arc;

use ndarray::ArrayD;
use proptest::prelude::*;

use super::*;
use crate::{
    Coord, Field, Frustum, Geometry, GridGeometry, MorphologyGeometry, Scene, SceneChange, Section, SectionEnd,
    SectionKind, Snapshot, Value,
    protocol_tests::commands,
    random_updates::{any_update, world},
};

fn update_bytes(update: &SessionUpdate) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_update(update, &mut bytes);
    bytes
}

fn command_bytes(command: &SessionCommand) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_command(command, &mut bytes);
    bytes
}

/// All bits of something, by a format that has no other idea of it than serde.
fn bits(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).unwrap()
}

fn returns(update: &SessionUpdate) -> SessionUpdate {
    let back = decode_update(&update_bytes(update)).unwrap();
    assert_eq!(bits(&back), bits(update), "{update:?}");
    back
}

/// Where the text of a message is.
fn text_of(message: &[u8]) -> &str {
    let length = u64::from_le_bytes(*message[8..16].first_chunk().unwrap()) as usize;
    std::str::from_utf8(&message[message.len() - length..]).unwrap()
}

proptest! {
    #[test]
    fn every_update_returns_with_every_bit(update in any_update(), odd in 0usize..9) {
        // Messages are appended, wherever that is.
        let mut bytes = vec![7; odd];
        encode_update(&update, &mut bytes);
        prop_assert_eq!(&bytes[..odd], &vec![7; odd][..]);
        prop_assert_eq!(&bytes[odd..], &update_bytes(&update)[..], "padding is counted from the message");
        let back = decode_update(&bytes[odd..]).unwrap();
        prop_assert_eq!(bits(&back), bits(&update));
    }

    #[test]
    fn every_cut_message_is_an_error(update in any_update(), part in 0.0f64..1.0) {
        let bytes = update_bytes(&update);
        let cut = (bytes.len() as f64 * part) as usize;
        prop_assert!(decode_update(&bytes[..cut]).is_err(), "{cut} of {} bytes", bytes.len());
    }

    #[test]
    fn values_return_with_every_bit(raw in prop::collection::vec(any::<u32>(), 0..40), time in any::<u64>()) {
        let values: Vec<f32> = raw.iter().copied().map(f32::from_bits).collect();
        let time = f64::from_bits(time);
        let coords = vec![("time".to_owned(), Coord::from(vec![time; values.len()]))];
        returns(&SessionUpdate::FieldReplace { field: "v".into(), values: ArrayD::from_shape_vec(vec![values.len()], values).unwrap(), coords });
        returns(&SessionUpdate::StatePatch([("a".to_owned(), Value::Pair(time, -time))].into()));
    }
}

#[test]
fn every_command_returns_with_every_bit() {
    let commands = commands();
    assert!(commands.len() > 10);
    for command in commands {
        let back = decode_command(&command_bytes(&command)).unwrap();
        assert_eq!(bits(&back), bits(&command), "{command:?}");
        assert!(matches!(decode_update(&command_bytes(&command)), Err(CodecError::Kind { expected: 1, found: 2 })));
    }
}

fn cell() -> MorphologyGeometry {
    let mut builder = MorphologyGeometry::builder("cell");
    let soma = builder.section(Section::new("soma", SectionKind::Soma, 1));
    let kinds = [SectionKind::Axon, SectionKind::Dendrite, SectionKind::ApicalDendrite, SectionKind::Unknown];
    for (at, kind) in kinds.into_iter().chain([SectionKind::Other(-7)]).enumerate() {
        let section = Section::new(format!("s{at}"), kind, 3).with_parent(soma).attached_at(0.1, SectionEnd::End);
        let section = builder.section(section.with_length_um(0.1 + at as f64));
        builder.frustum(Frustum {
            start_um: [0.1, 0.2, 0.3],
            start_radius_um: 1.5,
            end_um: [1.1, -0.0, 0.3],
            end_radius_um: 0.5,
            section,
            start_position: 0.25,
            end_position: 3.0,
        });
    }
    builder.build().unwrap()
}

#[test]
fn geometries_are_tables_beside_the_text() {
    let grid = GridGeometry::new("sheet", ("y", vec![0.0, 0.1]), ("x", vec![3.25, 2.0, 1.0])).unwrap();
    for geometry in [Geometry::from(cell()), Geometry::from(grid)] {
        let patch = SessionUpdate::ScenePatch(vec![SceneChange::SetGeometry(geometry)]);
        returns(&patch);
        let message = update_bytes(&patch);
        let text = text_of(&message);
        assert!(!text.contains("0.1") && !text.contains("3.25"), "{text}");
        assert!(text.contains(r#"{"array":0}"#), "{text}");
    }
}

#[test]
fn numbers_of_fields_and_snapshots_are_beside_the_text() {
    let snapshot = Snapshot { format: "test".to_owned(), time_ms: 0.5, data: vec![199; 3].into() };
    let replace = SessionUpdate::FieldReplace {
        field: "v".into(),
        values: ArrayD::from_elem(vec![2, 2], 0.123),
        coords: vec![("time".to_owned(), Coord::from(vec![0.123, 4.123]))],
    };
    let append = SessionUpdate::FieldAppend {
        field: "v".into(),
        dim: "time".into(),
        values: ArrayD::from_elem(vec![2], 0.123),
        coord: vec![0.123, 4.123],
        max_length: None,
    };
    let scene = Scene::new().with_field(Field::series("v", "time", vec![4.123], vec![0.123]).unwrap());
    let updates = [SessionUpdate::Snapshot(snapshot), replace, append, SessionUpdate::SceneReady(Box::new(scene))];
    for update in updates {
        returns(&update);
        let message = update_bytes(&update);
        let text = text_of(&message);
        assert!(!text.contains(".123") && !text.contains("199"), "{text}");
    }
    let command = SessionCommand::Restore(Snapshot { format: String::new(), time_ms: 0.0, data: Arc::new([199]) });
    assert!(!text_of(&command_bytes(&command)).contains("199"));
}

/// A message that was put together by hand.
fn by_hand(arrays: &[(u8, u64, &[u8])], text: &str) -> Vec<u8> {
    let mut bytes = vec![1, VERSION, 0, 0];
    bytes.extend((arrays.len() as u32).to_le_bytes());
    bytes.extend((text.len() as u64).to_le_bytes());
    for (code, count, values) in arrays {
        bytes.extend([*code, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(count.to_le_bytes());
        bytes.extend(*values);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes.extend(text.as_bytes());
    bytes
}

const REPLACE: &str = r#"{"field_replace":{"field":"v","values":{"shape":[2],"values":{"array":0}}}}"#;

#[test]
fn what_another_language_writes_is_read() {
    let expected = [1.5f32, -2.0];
    let single: Vec<u8> = expected.iter().flat_map(|value| value.to_le_bytes()).collect();
    let double: Vec<u8> = expected.iter().flat_map(|value| f64::from(*value).to_le_bytes()).collect();
    let list = REPLACE.replace(r#"{"array":0}"#, "[1.5, -2]");
    let messages = [by_hand(&[(5, 2, &single)], REPLACE), by_hand(&[(6, 2, &double)], REPLACE), by_hand(&[], &list)];
    for message in messages {
        let update = decode_update(&message).unwrap();
        let SessionUpdate::FieldReplace { values, .. } = update else { panic!("{update:?}") };
        assert_eq!(values.as_slice(), Some(&expected[..]));
    }
    let rows = r#"{"scene_patch":[{"set_geometry":{"Morphology":{"id":"cell","sections":[
        {"name":"soma","kind":"Soma","parent":null,"nseg":2,"first_compartment":0}],"frusta":[]}}}]}"#;
    let update = decode_update(&by_hand(&[], rows)).unwrap();
    let SessionUpdate::ScenePatch(changes) = update else { panic!("{update:?}") };
    assert!(matches!(&changes[0], SceneChange::SetGeometry(Geometry::Morphology(cell)) if cell.compartments() == 2));
}

#[test]
fn what_is_no_message_says_why() {
    let told = |bytes: &[u8]| decode_update(bytes).unwrap_err().to_string();
    let values = [0; 8];
    let good = by_hand(&[(5, 2, &values)], REPLACE);
    assert!(decode_update(&good).is_ok());
    let changed = |at: usize, to: &[u8]| {
        let mut bytes = good.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        told(&bytes)
    };
    assert_eq!(told(b""), "the message ends after 0 bytes; the header would need 16");
    assert_eq!(told(b"GET / HTTP/1.1\r\n\r\n"), "the message is of the kind 71, where 1 is expected");
    assert_eq!(changed(1, &[9]), "the message is of version 9; this program reads version 1");
    assert!(changed(4, &u32::MAX.to_le_bytes()).contains("array 1 would need"), "{}", changed(4, &[255; 4]));
    assert!(changed(8, &u64::MAX.to_le_bytes()).contains("the text would need 18446744073709551615"));
    assert!(changed(16, &[9]).contains("array 0 of the message is of the type 9"));
    assert!(changed(24, &u64::MAX.to_le_bytes()).contains("array 0 would need 18446744073709551615"));
    assert!(changed(24, &[0]).contains("end at byte 32, but its text begins at byte 40"), "{}", changed(24, &[0]));
    let text = REPLACE.replace(r#"[2],"#, "[3],");
    assert!(told(&by_hand(&[(5, 2, &values)], &text)).contains("2 values do not fill the shape [3]"));
    assert!(told(&by_hand(&[(5, 2, &values)], &REPLACE.replace(":0}", ":1}"))).contains("there is no array 1"));
    let whole = told(&by_hand(&[(3, 2, &values)], REPLACE));
    assert!(whole.contains("array 0 is of u32, not of f32"), "{whole}");
    let append = r#"{"field_append":{"field":"v","dim":"t","coord":{"array":0},
        "values":{"shape":[2],"values":{"array":0}},"max_length":null}}"#;
    assert!(told(&by_hand(&[(5, 2, &values)], append)).contains("array 0 stands in two places"));
    let text = serde_json::to_string(&world()).unwrap();
    assert!(serde_json::from_str::<Scene>(&text.replacen("[0.0]", r#"{"array":0}"#, 1)).is_err(), "not on paper");
}

#[test]
fn columns_that_are_no_table_say_why() {
    let patch = SessionUpdate::ScenePatch(vec![SceneChange::SetGeometry(cell().into())]);
    let good = update_bytes(&patch);
    let named = |from: &str, to: &str| {
        let mut bytes = good.clone();
        let at = good.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
        decode_update(&bytes).unwrap_err().to_string()
    };
    // One name fewer, of the same length of text.
    assert!(named(r#""s3","s4""#, r#""s3xxxxx""#).contains("5 sections have columns of"));
    assert!(named(r#""soma""#, r#"33333 "#).contains("did not match"));
}

#[test]
fn a_claim_of_many_compartments_takes_no_memory() {
    let rows = r#"{"scene_patch":[{"set_geometry":{"Morphology":{"id":"cell","sections":[
        {"name":"soma","kind":"Soma","parent":null,"nseg":4294967290,"first_compartment":0}],"frusta":[]}}}]}"#;
    let update = decode_update(&by_hand(&[], rows)).unwrap();
    let SessionUpdate::ScenePatch(changes) = update else { panic!("{update:?}") };
    let SceneChange::SetGeometry(Geometry::Morphology(cell)) = &changes[0] else { panic!("{changes:?}") };
    assert_eq!(cell.section_index_of(4_000_000_000), Some(0));
}

#[test]
fn a_message_that_failed_leaves_nothing_for_the_next() {
    assert!(decode_update(&by_hand(&[(5, 2, &[0; 8])], "{}")).is_err());
    assert!(!reading() && !writing());
    assert!(serde_json::from_str::<SessionUpdate>(REPLACE).is_err(), "no array is left over");
}
