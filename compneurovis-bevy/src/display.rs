//! Whether there is a display, asked before the window system is: it panics where there is none.

use crate::FrontendError;

/// Why no window can be opened, if none can.
pub fn no_display() -> Option<String> {
    match check() {
        Err(FrontendError::NoDisplay(reason)) => Some(reason),
        _ => None,
    }
}

/// Fails with the reason if no window can be opened.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn check() -> Result<(), FrontendError> {
    let display = std::env::var("DISPLAY").unwrap_or_default();
    if display.is_empty() {
        return Err(FrontendError::NoDisplay("DISPLAY is not set".to_owned()));
    }
    match unix_socket(&display) {
        // A display over the network is the window system's to find.
        None => Ok(()),
        Some(number) if answers(number) => Ok(()),
        Some(_) => Err(FrontendError::NoDisplay(format!("no X server answers at DISPLAY={display}"))),
    }
}

/// Windows and macOS have their display when someone is logged in.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn check() -> Result<(), FrontendError> {
    Ok(())
}

/// The number of a local display, as in `:1` or `unix:1.0`.
#[cfg(all(unix, not(target_os = "macos")))]
fn unix_socket(display: &str) -> Option<u32> {
    let (host, number) = display.rsplit_once(':')?;
    let number = number.split('.').next()?.parse().ok()?;
    (host.is_empty() || host == "unix").then_some(number)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn answers(number: u32) -> bool {
    use std::os::unix::net::UnixStream;
    let path = format!("/tmp/.X11-unix/X{number}");
    if UnixStream::connect(&path).is_ok() {
        return true;
    }
    // Servers in containers often have only the abstract socket.
    #[cfg(target_os = "linux")]
    {
        use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};
        SocketAddr::from_abstract_name(path.as_bytes()).and_then(|address| UnixStream::connect_addr(&address)).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    false
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::unix_socket;

    #[test]
    fn local_displays_are_told_from_remote_ones() {
        assert_eq!(unix_socket(":1"), Some(1));
        assert_eq!(unix_socket("unix:12.0"), Some(12));
        assert_eq!(unix_socket("host:0"), None);
        assert_eq!(unix_socket("nonsense"), None);
    }
}
