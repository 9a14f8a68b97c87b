//! Who has connected and has said nothing yet.

use std::{
    collections::VecDeque,
    io,
    net::{TcpListener, TcpStream},
};

/// How many may be silent at the same time; the one that has been for longest goes first.
const MAX_SILENT: usize = 16;

/// Connections that have said nothing yet. None of them is waited for: a child of ours says something as soon as the
/// machine lets it, and a stranger may never.
#[derive(Debug, Default)]
pub(super) struct Callers(VecDeque<TcpStream>);

impl Callers {
    /// One that has begun to speak or is gone, if there is one. Returns at once.
    ///
    /// # Errors
    ///
    /// When the listener fails, which has to be nonblocking.
    pub(super) fn next_to_speak(&mut self, listener: &TcpListener) -> io::Result<Option<TcpStream>> {
        match listener.accept() {
            Ok((stream, _)) => self.push(stream),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let speaking = self.0.iter().position(|stream| !is_silent(stream));
        Ok(speaking.and_then(|at| self.0.remove(at)))
    }

    fn push(&mut self, stream: TcpStream) {
        if self.0.len() == MAX_SILENT {
            self.0.pop_front();
        }
        self.0.push_back(stream);
    }
}

fn is_silent(stream: &TcpStream) -> bool {
    let heard = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
    heard.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        net::Ipv4Addr,
        time::{Duration, Instant},
    };

    use super::*;

    fn listener() -> TcpListener {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        listener
    }

    fn wait_for_one(callers: &mut Callers, listener: &TcpListener) -> TcpStream {
        let begin = Instant::now();
        loop {
            if let Some(stream) = callers.next_to_speak(listener).unwrap() {
                return stream;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "nobody spoke");
        }
    }

    #[test]
    fn who_is_silent_keeps_nobody_waiting_and_may_speak_later() {
        let (listener, mut callers) = (listener(), Callers::default());
        let address = listener.local_addr().unwrap();
        let mut slow = TcpStream::connect(address).unwrap();
        let mut quick = TcpStream::connect(address).unwrap();
        assert!(callers.next_to_speak(&listener).unwrap().is_none());
        quick.write_all(b"here").unwrap();
        let first = wait_for_one(&mut callers, &listener);
        assert_eq!(first.peer_addr().unwrap(), quick.local_addr().unwrap());
        slow.write_all(b"here too").unwrap();
        let second = wait_for_one(&mut callers, &listener);
        assert_eq!(second.peer_addr().unwrap(), slow.local_addr().unwrap());
    }

    #[test]
    fn many_that_are_silent_are_not_all_kept() {
        let (listener, mut callers) = (listener(), Callers::default());
        let address = listener.local_addr().unwrap();
        let strangers: Vec<_> = (0..3 * MAX_SILENT).map(|_| TcpStream::connect(address).unwrap()).collect();
        let mut child = TcpStream::connect(address).unwrap();
        child.write_all(b"here").unwrap();
        let found = wait_for_one(&mut callers, &listener);
        assert_eq!(found.peer_addr().unwrap(), child.local_addr().unwrap());
        assert!(callers.0.len() <= MAX_SILENT);
        drop(strangers);
    }
}
