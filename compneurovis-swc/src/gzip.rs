//! Files that are compressed.

use std::io;

/// The text of a file: as it is, or out of gzip, which begins with two bytes that no text has.
pub(crate) fn plain(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if bytes.starts_with(b"\x1f\x8b") { unpack(&bytes) } else { Ok(bytes) }
}

#[cfg(feature = "gzip")]
fn unpack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    use std::io::Read as _;

    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(not(feature = "gzip"))]
fn unpack(_bytes: &[u8]) -> io::Result<Vec<u8>> {
    let message = "it is compressed: unpack it, or build compneurovis-swc with the feature `gzip`";
    Err(io::Error::new(io::ErrorKind::Unsupported, message))
}
