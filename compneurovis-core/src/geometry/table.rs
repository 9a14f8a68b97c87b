//! Sections and frusta in a message of the [codec](crate::codec): a column for each property, instead of
//! an object for each row. On paper they are lists of objects.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Frustum, Section, SectionEnd, SectionKind};
use crate::codec;

/// Columns, or the rows that someone wrote by hand.
#[derive(Deserialize)]
#[serde(untagged)]
enum Either<C, R> {
    Columns(C),
    Rows(Vec<R>),
}

#[derive(Serialize, Deserialize)]
struct SectionColumns {
    names: Vec<std::sync::Arc<str>>,
    /// As in SWC: 1 soma, 2 axon, 3 dendrite, 4 apical dendrite; 0 not said; 5 the type of `other`.
    #[serde(with = "crate::wire::whole")]
    kind: Vec<u8>,
    #[serde(with = "crate::wire::whole")]
    other: Vec<i32>,
    /// -1 for none.
    #[serde(with = "crate::wire::whole")]
    parent: Vec<i64>,
    #[serde(with = "crate::wire::numbers")]
    parent_x: Vec<f64>,
    /// 0 the start, 1 the end.
    #[serde(with = "crate::wire::whole")]
    child_end: Vec<u8>,
    #[serde(with = "crate::wire::numbers")]
    length_um: Vec<f64>,
    #[serde(with = "crate::wire::whole")]
    nseg: Vec<u32>,
}

/// Numbers of a frustum besides its section.
const NUMBERS: usize = 10;

#[derive(Serialize, Deserialize)]
struct FrustumColumns {
    /// Ten a frustum: start and its radius, end and its radius, positions of start and end.
    #[serde(with = "crate::wire::values")]
    numbers: Vec<f32>,
    #[serde(with = "crate::wire::whole")]
    section: Vec<u32>,
}

impl From<&[Section]> for SectionColumns {
    fn from(sections: &[Section]) -> Self {
        let (kind, other) = sections.iter().map(|section| kind_code(section.kind)).unzip();
        Self {
            names: sections.iter().map(|section| section.name.clone()).collect(),
            kind,
            other,
            parent: sections.iter().map(|section| section.parent.map_or(-1, i64::from)).collect(),
            parent_x: sections.iter().map(|section| section.parent_x).collect(),
            child_end: sections.iter().map(|section| u8::from(section.child_end == SectionEnd::End)).collect(),
            length_um: sections.iter().map(|section| section.length_um).collect(),
            nseg: sections.iter().map(|section| section.nseg).collect(),
        }
    }
}

impl TryFrom<SectionColumns> for Vec<Section> {
    type Error = String;

    fn try_from(columns: SectionColumns) -> Result<Self, String> {
        let SectionColumns { names, kind, other, parent, parent_x, child_end, length_um, nseg } = columns;
        let lengths =
            [kind.len(), other.len(), parent.len(), parent_x.len(), child_end.len(), length_um.len(), nseg.len()];
        if lengths.iter().any(|&length| length != names.len()) {
            return Err(format!("{} sections have columns of {lengths:?} rows", names.len()));
        }
        let section = |(row, name): (usize, std::sync::Arc<str>)| {
            Ok(Section {
                kind: kind_of(kind[row], other[row])?,
                parent: match parent[row] {
                    -1 => None,
                    parent => Some(u32::try_from(parent).map_err(|_| format!("`{name}` has the parent {parent}"))?),
                },
                parent_x: parent_x[row],
                child_end: match child_end[row] {
                    0 => SectionEnd::Start,
                    1 => SectionEnd::End,
                    end => return Err(format!("`{name}` is connected with its end {end}; there are 0 and 1")),
                },
                length_um: length_um[row],
                nseg: nseg[row],
                first_compartment: 0,
                name,
            })
        };
        names.into_iter().enumerate().map(section).collect()
    }
}

fn kind_code(kind: SectionKind) -> (u8, i32) {
    match kind {
        SectionKind::Unknown => (0, 0),
        SectionKind::Soma => (1, 0),
        SectionKind::Axon => (2, 0),
        SectionKind::Dendrite => (3, 0),
        SectionKind::ApicalDendrite => (4, 0),
        SectionKind::Other(number) => (5, number),
    }
}

fn kind_of(code: u8, other: i32) -> Result<SectionKind, String> {
    match code {
        0 => Ok(SectionKind::Unknown),
        1 => Ok(SectionKind::Soma),
        2 => Ok(SectionKind::Axon),
        3 => Ok(SectionKind::Dendrite),
        4 => Ok(SectionKind::ApicalDendrite),
        5 => Ok(SectionKind::Other(other)),
        code => Err(format!("there is no kind {code} of sections")),
    }
}

impl From<&[Frustum]> for FrustumColumns {
    fn from(frusta: &[Frustum]) -> Self {
        let numbers = frusta.iter().flat_map(|frustum| {
            let ([a, b, c], [d, e, f]) = (frustum.start_um, frustum.end_um);
            let (start, end) = (frustum.start_position, frustum.end_position);
            [a, b, c, frustum.start_radius_um, d, e, f, frustum.end_radius_um, start, end]
        });
        Self { numbers: numbers.collect(), section: frusta.iter().map(|frustum| frustum.section).collect() }
    }
}

impl TryFrom<FrustumColumns> for Vec<Frustum> {
    type Error = String;

    fn try_from(FrustumColumns { numbers, section }: FrustumColumns) -> Result<Self, String> {
        let (rows, rest) = numbers.as_chunks::<NUMBERS>();
        if rows.len() != section.len() || !rest.is_empty() {
            let (numbers, frusta) = (numbers.len(), section.len());
            return Err(format!("{frusta} frusta have {numbers} numbers; there must be {NUMBERS} for each"));
        }
        let frustum = |(
            &[a, b, c, start_radius_um, d, e, f, end_radius_um, start_position, end_position],
            &section,
        ): (&[f32; NUMBERS], &u32)| Frustum {
            start_um: [a, b, c],
            start_radius_um,
            end_um: [d, e, f],
            end_radius_um,
            section,
            start_position,
            end_position,
        };
        Ok(rows.iter().zip(&section).map(frustum).collect())
    }
}

fn read<'de, C, R, D>(deserializer: D) -> Result<Vec<R>, D::Error>
where
    C: Deserialize<'de> + TryInto<Vec<R>, Error = String>,
    R: Deserialize<'de>,
    D: Deserializer<'de>,
{
    if !codec::reading() {
        return Vec::deserialize(deserializer);
    }
    match Either::<C, R>::deserialize(deserializer)? {
        Either::Columns(columns) => columns.try_into().map_err(de::Error::custom),
        Either::Rows(rows) => Ok(rows),
    }
}

/// The section table.
pub(super) mod sections {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(rows: &[Section], serializer: S) -> Result<S::Ok, S::Error> {
        match codec::writing() {
            true => SectionColumns::from(rows).serialize(serializer),
            false => rows.serialize(serializer),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Section>, D::Error> {
        read::<SectionColumns, _, _>(deserializer)
    }
}

/// The frusta.
pub(super) mod frusta {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(rows: &[Frustum], serializer: S) -> Result<S::Ok, S::Error> {
        match codec::writing() {
            true => FrustumColumns::from(rows).serialize(serializer),
            false => rows.serialize(serializer),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Frustum>, D::Error> {
        read::<FrustumColumns, _, _>(deserializer)
    }
}
