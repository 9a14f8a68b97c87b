//! Lists of numbers beside the JSON text of a message.
//!
//! The impls of serde that write a list know nothing of the message around it, so the arrays of the
//! message that a thread is writing or reading lie in variables of that thread.

use std::cell::RefCell;

use super::{CodecError, header::Header};

thread_local! {
    static WRITER: RefCell<Option<Writer>> = const { RefCell::new(None) };
    static READER: RefCell<Option<Vec<Option<Array>>>> = const { RefCell::new(None) };
}

/// How many bytes precede the values of an array.
const PREFIX: usize = 16;

/// Arrays and the parts of a message begin at multiples of this.
const ALIGNMENT: usize = 8;

struct Writer {
    /// The message so far, after `start`.
    bytes: Vec<u8>,
    start: usize,
    count: u32,
}

/// An array that was read.
#[derive(Debug)]
pub(crate) enum Array {
    U8(Vec<u8>),
    I32(Vec<i32>),
    U32(Vec<u32>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// A type of the values of an array.
pub(crate) trait Element: Copy + Sized {
    /// What it is called in messages.
    const NAME: &'static str;
    /// Its number in a message.
    const CODE: u8;
    /// Appends values as bytes.
    fn append(values: &[Self], into: &mut Vec<u8>);
    /// The array as values of this type, if it is one of these, or of the other length of it.
    fn of(array: Array) -> Result<Vec<Self>, Array>;
}

macro_rules! elements {
    ($($type:ident $variant:ident $code:literal $(or $other:ident)?;)*) => {
        $(impl Element for $type {
            const NAME: &'static str = stringify!($type);
            const CODE: u8 = $code;

            fn append(values: &[Self], into: &mut Vec<u8>) {
                const SIZE: usize = size_of::<$type>();
                into.reserve(size_of_val(values));
                // Through a small buffer that stays in the cache: the compiler makes a copy of it.
                let mut buffer = [0; 4096];
                for part in values.chunks(buffer.len() / SIZE) {
                    for (value, bytes) in part.iter().zip(buffer.as_chunks_mut::<SIZE>().0) {
                        *bytes = value.to_le_bytes();
                    }
                    into.extend_from_slice(&buffer[..size_of_val(part)]);
                }
            }

            fn of(array: Array) -> Result<Vec<Self>, Array> {
                match array {
                    Array::$variant(values) => Ok(values),
                    $(Array::$other(values) => Ok(values.into_iter().map(|value| value as Self).collect()),)?
                    other => Err(other),
                }
            }
        })*

        /// Reads so many values of the type `code` from the beginning of `bytes`: `None` if there is no such
        /// type, and an error of how many bytes there would have to be.
        fn read_values(code: u8, count: u64, bytes: &[u8]) -> Option<Result<Array, u64>> {
            match code {
                $($code => {
                    const SIZE: usize = size_of::<$type>();
                    let values = |length: usize| {
                        let values = bytes[..length].as_chunks::<SIZE>().0.iter();
                        Array::$variant(values.map(|bytes| $type::from_le_bytes(*bytes)).collect())
                    };
                    let needed = count.saturating_mul(SIZE as u64);
                    let length = usize::try_from(needed).ok().filter(|&length| length <= bytes.len());
                    Some(length.map(values).ok_or(needed))
                })*
                _ => None,
            }
        }

        impl Array {
            fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($type),)*
                }
            }

            fn size(&self) -> usize {
                match self {
                    $(Self::$variant(values) => size_of_val(values.as_slice()),)*
                }
            }
        }
    };
}

elements! {
    u8 U8 1;
    i32 I32 2;
    u32 U32 3;
    i64 I64 4;
    f32 F32 5 or F64;
    f64 F64 6 or F32;
}

/// Runs `write`, whose arrays are appended to `into`, where the message begins at `start`. How many they
/// are, and what `write` returns.
pub(super) fn collect<T>(start: usize, into: &mut Vec<u8>, write: impl FnOnce() -> T) -> (u32, T) {
    WRITER.set(Some(Writer { bytes: std::mem::take(into), start, count: 0 }));
    let clear = Clear;
    let written = write();
    let writer = WRITER.take();
    drop(clear);
    let count = writer.map_or(0, |writer| {
        *into = writer.bytes;
        writer.count
    });
    (count, written)
}

/// Runs `read`, which takes arrays.
pub(super) fn provide<T>(arrays: Vec<Option<Array>>, read: impl FnOnce() -> T) -> T {
    READER.set(Some(arrays));
    let _clear = Clear;
    read()
}

/// Ends a message, also when there was a panic.
struct Clear;

impl Drop for Clear {
    fn drop(&mut self) {
        WRITER.set(None);
        READER.set(None);
    }
}

/// Whether a message is being written by this thread.
pub(crate) fn writing() -> bool {
    WRITER.with_borrow(Option::is_some)
}

/// Whether a message is being read by this thread.
pub(crate) fn reading() -> bool {
    READER.with_borrow(Option::is_some)
}

/// Puts an array into the message that is being written, and gives its number there. `None` if there is
/// no message, or one that has all arrays that it can.
pub(crate) fn put<T: Element>(values: &[T]) -> Option<u32> {
    WRITER.with_borrow_mut(|writer| {
        let writer = writer.as_mut()?;
        let number = writer.count;
        writer.count = number.checked_add(1)?;
        let bytes = &mut writer.bytes;
        bytes.extend_from_slice(&[T::CODE, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&(values.len() as u64).to_le_bytes());
        T::append(values, bytes);
        let end = writer.start + (bytes.len() - writer.start).next_multiple_of(ALIGNMENT);
        bytes.resize(end, 0);
        Some(number)
    })
}

/// What became of an array that was asked for.
pub(crate) enum Taken<T> {
    Values(Vec<T>),
    /// There is no message around the text, or none with so many arrays.
    Unknown,
    /// It stands somewhere else already.
    Twice,
    /// It is of this other type.
    Other(&'static str),
}

/// Takes an array out of the message that is being read.
pub(crate) fn take<T: Element>(number: u32) -> Taken<T> {
    READER.with_borrow_mut(|reader| {
        let Some(slot) = reader.as_mut().and_then(|arrays| arrays.get_mut(number as usize)) else {
            return Taken::Unknown;
        };
        match slot.take().map(T::of) {
            None => Taken::Twice,
            Some(Ok(values)) => Taken::Values(values),
            Some(Err(other)) => Taken::Other(other.type_name()),
        }
    })
}

/// The arrays of a message, whose text is cut off, and where they end.
pub(super) fn read_all(bytes: &[u8], count: u32) -> Result<(Vec<Option<Array>>, usize), CodecError> {
    let mut arrays = Vec::new();
    let mut at = Header::LENGTH;
    for index in 0..count {
        let (array, end) = read_one(bytes, at, index)?;
        arrays.push(Some(array));
        at = end;
    }
    Ok((arrays, at))
}

fn read_one(bytes: &[u8], at: usize, index: u32) -> Result<(Array, usize), CodecError> {
    let short = |needed: u64| CodecError::Short { what: format!("array {index}"), needed, found: bytes.len() };
    let prefix = bytes.get(at..).and_then(|rest| rest.first_chunk::<PREFIX>());
    let Some(&[code, _, _, _, _, _, _, _, ref count @ ..]) = prefix else {
        return Err(short((at + PREFIX) as u64));
    };
    let begin = at + PREFIX;
    let array = match read_values(code, u64::from_le_bytes(*count), &bytes[begin..]) {
        None => return Err(CodecError::ArrayType { index, found: code }),
        Some(Err(needed)) => return Err(short(needed.saturating_add(begin as u64))),
        Some(Ok(array)) => array,
    };
    let end = (begin + array.size()).next_multiple_of(ALIGNMENT);
    if end > bytes.len() {
        return Err(short(end as u64));
    }
    Ok((array, end))
}
