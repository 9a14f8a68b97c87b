//! Sessions that are served over TCP: who may see them, and what a cut costs.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use compneurovis_core::{
    Activity, Phase, SessionContext, codec,
    prelude::*,
    remote::{
        ConnectOptions, FrameKind, FrameReader, MAGIC, PROTOCOL_VERSION, RemoteError, Role, ServeOptions, Server,
        Token, connect, greeting, serve, write_frame,
    },
};

/// Counts, and shows a large field that changes with each step.
struct Counter {
    steps: u64,
    values: usize,
}

impl Session for Counter {
    fn initialize(&mut self, _: &mut Emitter) -> Result<Option<Scene>, SessionError> {
        let large =
            Field::series("large", "at", (0..self.values).map(|at| at as f64).collect(), vec![0.0; self.values])?;
        let scene = Scene::new()
            .with_field(Field::series("x", "time", vec![0.0], vec![0.0])?)
            .with_field(large)
            .with_control(Control::scalar("gain", "Gain", 1.0, 0.0, 2.0));
        Ok(Some(scene))
    }

    fn advance(&mut self, emitter: &mut Emitter) -> Result<(), SessionError> {
        self.steps += 1;
        let time_ms = self.steps as f64;
        emitter.append_series("x", "time", &[time_ms], &[time_ms as f32], Some(5000));
        let mut values = emitter.take_buffer(self.values);
        values.resize(self.values, time_ms as f32);
        emitter.replace("large", values);
        emitter.set_time(time_ms, 1);
        thread::sleep(Duration::from_micros(500));
        Ok(())
    }

    fn on_control(&mut self, _: &ControlId, _: &Value, _: &mut SessionContext) -> Result<bool, SessionError> {
        Ok(true)
    }
}

fn token() -> Token {
    Token::new("open sesame").unwrap()
}

fn server(values: usize) -> Server {
    let app = AppSpec::new("Counter", move || Ok(Counter { steps: 0, values }));
    serve(&app, ServeOptions::default().with_address("127.0.0.1:0").with_token(token())).unwrap()
}

fn app(address: SocketAddr) -> AppSpec {
    connect(ConnectOptions::new(address.to_string(), token()))
}

fn viewer(address: SocketAddr) -> Viewer {
    let mut viewer = Viewer::start(&app(address)).unwrap();
    viewer.watch("a scene", |viewer| !viewer.scene.fields.is_empty() && viewer.status.time_ms > 0.0).unwrap();
    viewer
}

#[test]
fn who_comes_later_sees_the_whole_scene() {
    let server = server(10);
    let mut first = viewer(server.address());
    first.run_until(300.0).unwrap();
    first.set("gain", 1.5).unwrap();
    let mut second = viewer(server.address());
    second.watch("the setting", |viewer| viewer.scene.state["gain"] == Value::Float(1.5)).unwrap();
    assert_eq!(second.scene.fields["x"].as_slice(), first.scene.fields["x"].as_slice());
    assert_eq!((second.status.time_ms, second.status.phase), (300.0, Phase::Paused));
    assert!(!second.status.capabilities.process);
    second.set("gain", 0.5).unwrap();
    first.watch("the other's setting", |viewer| viewer.scene.state["gain"] == Value::Float(0.5)).unwrap();
    assert_eq!(server.viewers(), 2);
    // What is to be done first was done by no viewer, so all are told.
    let third = app(server.address()).with_first_command(SessionCommand::set("gain", 0.75));
    let mut third = Viewer::start(&third).unwrap();
    for viewer in [&mut third, &mut first, &mut second] {
        viewer.watch("what came first", |viewer| viewer.scene.state.get("gain") == Some(&Value::Float(0.75))).unwrap();
    }
    drop((first, third));
    second.send(SessionCommand::Resume).unwrap();
    second.watch("more", |viewer| viewer.status.time_ms > 310.0).unwrap();
    let begin = Instant::now();
    while server.viewers() != 1 {
        assert!(begin.elapsed() < Duration::from_secs(5), "{} viewers", server.viewers());
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_session_outlives_its_viewers_and_its_end_is_told() {
    let server = server(10);
    let mut first = viewer(server.address());
    first.send(SessionCommand::Stop).unwrap();
    first.watch_any("never", |_| false).unwrap_err();
    let time_ms = first.status.time_ms;
    drop(first);
    let mut second = viewer(server.address());
    second.watch("a session that went on", |viewer| viewer.status.time_ms > time_ms + 10.0).unwrap();
    drop(server);
    second.watch("its end", |viewer| viewer.status.phase == Phase::Stopped).unwrap();
    assert!(second.failures.is_empty(), "{:?}", second.failures);
}

#[cfg(feature = "recording")]
#[test]
fn a_served_session_is_recorded_on_either_side() {
    let folder = tempfile::tempdir().unwrap();
    let [there, here] = ["there.mcap", "here.mcap"].map(|name| folder.path().join(name));
    let counter = AppSpec::new("Counter", || Ok(Counter { steps: 0, values: 10 })).with_recording(&there);
    let options = ServeOptions::default().with_address("127.0.0.1:0").with_token(token());
    let server = serve(&counter, options).unwrap();
    let mut viewer = Viewer::start(&app(server.address()).with_recording(&here)).unwrap();
    viewer.watch("a scene", |viewer| !viewer.scene.fields.is_empty()).unwrap();
    viewer.run_until(200.0).unwrap();
    viewer.set("gain", 1.5).unwrap();
    viewer.run_until(300.0).unwrap();
    let shown = viewer.scene.clone();
    drop((viewer, server));
    for path in [there, here] {
        let file = compneurovis_core::RecordingFile::open(&path).unwrap();
        assert!(file.info().complete, "{path:?}");
        assert_eq!(file.scene_at(300.0).unwrap(), shown, "{path:?}");
        let x = file.whole_run().unwrap().fields["x"].as_slice().unwrap().to_vec();
        assert_eq!(x, (0..=300).map(|step| step as f32).collect::<Vec<_>>(), "{path:?}");
        let set: Vec<_> = file.marks().unwrap().iter().filter(|mark| mark.label == "Gain = 1.5").collect();
        assert!(set.len() == 1 && (200.0..300.0).contains(&set[0].time_ms), "{path:?}: {set:?}");
        assert_eq!(file.scene_at(199.0).unwrap().state["gain"], Value::Float(1.0));
    }
}

/// Passes bytes on, until it cuts.
struct Proxy {
    address: SocketAddr,
    streams: Arc<Mutex<(bool, Vec<TcpStream>)>>,
}

impl Proxy {
    fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let streams = Arc::new(Mutex::new((true, Vec::new())));
        let known = streams.clone();
        thread::Builder::new()
            .spawn(move || {
                for near in listener.incoming().map(Result::unwrap) {
                    let mut known = known.lock().unwrap();
                    if !known.0 {
                        continue;
                    }
                    let far = TcpStream::connect(server).unwrap();
                    for (mut from, mut to) in [(&near, &far), (&far, &near)]
                        .map(|(from, to)| (from.try_clone().unwrap(), to.try_clone().unwrap()))
                    {
                        thread::Builder::new().spawn(move || std::io::copy(&mut from, &mut to)).unwrap();
                    }
                    known.1.extend([near, far]);
                }
            })
            .unwrap();
        Self { address, streams }
    }

    fn set_open(&self, open: bool) {
        let mut streams = self.streams.lock().unwrap();
        streams.0 = open;
        for stream in streams.1.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

#[test]
fn a_cut_is_told_and_mended() {
    let server = server(1000);
    let proxy = Proxy::to(server.address());
    let mut viewer = viewer(proxy.address);
    for round in 1..=5 {
        let (scenes, time_ms) = (viewer.scenes, viewer.status.time_ms);
        proxy.set_open(false);
        viewer.watch("a notice", |viewer| viewer.notice.text.contains("was lost; connecting again")).unwrap();
        assert_eq!(viewer.failures.len(), round, "{:?}", viewer.failures);
        assert!(!viewer.failures[round - 1].fatal);
        assert!(!viewer.scene.fields.is_empty(), "data stays readable");
        if round == 5 {
            let connecting =
                |viewer: &Viewer| viewer.link.busy().is_some_and(|busy| busy.activity == Activity::Connecting);
            viewer.watch("a busy link", connecting).unwrap();
        }
        proxy.set_open(true);
        viewer.watch("the whole scene again", |viewer| viewer.scenes > scenes).unwrap();
        viewer.watch("more of it", |viewer| viewer.status.time_ms > time_ms).unwrap();
        assert_eq!(viewer.notice.text, "", "the notice is gone");
        let (x, length) = (&viewer.scene.fields["x"], viewer.scene.fields["x"].shape()[0]);
        let newest = x.as_slice().unwrap()[length - 1];
        assert_eq!(x.as_slice().unwrap()[length - 2], newest - 1.0, "without a gap");
    }
}

/// What a viewer is told that connects to something that does as `act` says.
fn told_by(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::Builder::new().spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        act(&mut stream);
        // Until the viewer has gone, and nothing listens any more.
        drop(listener);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let mut viewer = Viewer::start(&app(address)).unwrap();
    let failed = |viewer: &Viewer| !viewer.failures.is_empty();
    viewer.watch_any("a failure", failed).unwrap();
    server.unwrap().join().unwrap();
    viewer.failures[0].to_string()
}

fn welcome(version: u32, code: u8, text: &str) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend([code, 0]);
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

#[test]
fn a_viewer_says_what_is_wrong_with_the_other_end() {
    let say = |bytes: Vec<u8>| told_by(move |stream| stream.write_all(&bytes).unwrap());
    let after_welcome = |bytes: &[u8]| say([&welcome(PROTOCOL_VERSION, 0, ""), bytes].concat());
    let cases = [
        (say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), "does not speak this protocol: it began with \"HTTP/1.1\""),
        (say(welcome(9, 2, "")), "speaks version 9 of the protocol, this program version 1"),
        (say(welcome(PROTOCOL_VERSION, 1, "")), "the token is wrong"),
        (say(welcome(PROTOCOL_VERSION, 3, "")), "the other end is no session"),
        (say(welcome(PROTOCOL_VERSION, 4, "too many")), "the other end refuses: too many"),
        (say(MAGIC[..5].to_vec()), "cut in the middle of the greeting"),
        (
            after_welcome(&[255, 255, 255, 255, 1, 0, 0, 0]),
            "a frame claims to have 4294967295 bytes; there may be 1073741824",
        ),
        (after_welcome(&[1, 0, 0, 0, 77, 0, 0, 0, 0]), "a frame is of the kind 77, which there is not"),
        (after_welcome(&[0, 0, 0, 0, 2, 0, 0, 0]), "a frame of the kind 2 with 0 bytes has no place here"),
        (after_welcome(&[9, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "kind 4 with 9 bytes has no place"),
        (after_welcome(&[9, 0, 0, 0, 1, 0, 0, 0, 1]), "cut in the middle of a frame"),
        (after_welcome(&[9, 0, 0]), "cut in the middle of the header of a frame"),
        (after_welcome(&[]), "cut in the middle of the session"),
        (after_welcome(&[3, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3]), "reading an update: the message ends after 3 bytes"),
    ];
    for (found, expected) in cases {
        assert!(found.contains(expected), "{found}\n(expected: {expected})");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut viewer = Viewer::start(&app(nobody)).unwrap();
    let failure = viewer.failure().unwrap();
    assert!(failure.fatal && failure.to_string().contains("refused"), "{failure}");
}

#[test]
fn a_restart_connects_again() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut viewer = Viewer::start(&app(address)).unwrap();
    viewer.failure().unwrap();
    let counter = AppSpec::new("Counter", || Ok(Counter { steps: 0, values: 3 }));
    let options = ServeOptions::default().with_address(address.to_string()).with_token(token());
    let _server = serve(&counter, options).unwrap();
    viewer.send(SessionCommand::Restart).unwrap();
    viewer.watch_any("a scene", |viewer| !viewer.scene.fields.is_empty()).unwrap();
}

/// What a server answers to these bytes.
fn answer(server: &Server, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn strangers_see_nothing() {
    let server = server(10);
    let good = greeting(Role::Viewer, &token());
    let changed = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] = to;
        bytes
    };
    let cases: [(Vec<u8>, u8); 6] = [
        (greeting(Role::Viewer, &Token::new("open barley").unwrap()), 1),
        (greeting(Role::Viewer, &Token::new("open sesame!").unwrap()), 1),
        (changed(8, 9), 2),
        (greeting(Role::Session, &token()), 3),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), 4),
        (good[..9].to_vec(), 4),
    ];
    for (bytes, code) in cases {
        let answer = answer(&server, &bytes);
        assert_eq!((&answer[..8], answer[12]), (&MAGIC[..], code), "{bytes:?}");
        assert_eq!(answer.len(), 16 + usize::from(answer[14]) + 256 * usize::from(answer[15]), "and nothing more");
    }
    assert_eq!(server.viewers(), 0);
    // Those who say nothing keep no one waiting.
    let silent: Vec<_> = (0..20).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    drop(silent);
    let mut viewer = viewer(server.address());
    let wrong = connect(ConnectOptions::new(server.address().to_string(), Token::new("open barley").unwrap()));
    let failure = Viewer::start(&wrong).unwrap().failure().unwrap().to_string();
    assert!(failure.contains("the token is wrong"), "{failure}");
    let time_ms = viewer.status.time_ms;
    viewer.watch("a session that goes on", |viewer| viewer.status.time_ms > time_ms).unwrap();
}

/// A viewer that speaks the protocol by itself.
fn raw_viewer(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(&greeting(Role::Viewer, &token())).unwrap();
    let mut answer = [0; 16];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, *welcome(PROTOCOL_VERSION, 0, ""));
    stream
}

#[test]
fn garbage_from_a_viewer_ends_its_connection_only() {
    let server = server(10);
    let mut frame = Vec::new();
    write_frame(FrameKind::Command, &mut frame, |into| into.extend(b"nonsense")).unwrap();
    let mut stream = raw_viewer(&server);
    stream.write_all(&frame).unwrap();
    let mut frames = FrameReader::new(stream.try_clone().unwrap());
    let told = loop {
        let (kind, content) = frames.read().unwrap().unwrap();
        if kind == FrameKind::Update
            && let SessionUpdate::Error(failure) = codec::decode_update(content).unwrap()
        {
            break failure.to_string();
        }
    };
    assert!(told.contains("reading a command: the message ends after 8 bytes"), "{told}");
    stream.write_all(&[255, 255, 255, 255, 2, 0, 0, 0]).unwrap();
    let end = loop {
        match frames.read() {
            Ok(Some(_)) => {}
            end => break end.map(drop),
        }
    };
    assert!(matches!(end, Ok(()) | Err(RemoteError::Cut { .. } | RemoteError::Io { .. })), "{end:?}");
    viewer(server.address());
}

/// Memory of this process in MB, where the system tells it.
fn memory_mb() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim();
    Some(line.split(' ').next()?.parse::<u64>().ok()? / 1024)
}

#[test]
fn a_viewer_that_stands_still_costs_no_memory_and_no_time() {
    let server = server(250_000);
    let mut watching = viewer(server.address());
    let mut stopped = raw_viewer(&server);
    let mut start = Vec::new();
    write_frame(FrameKind::Start, &mut start, |_| {}).unwrap();
    stopped.write_all(&start).unwrap();
    watching.watch("some", |viewer| viewer.status.steps > 50).unwrap();
    let (before, steps) = (memory_mb(), watching.status.steps);
    // 1.5 GB of values.
    watching.watch("many more", |viewer| viewer.status.steps > steps + 1500).unwrap();
    if let (Some(before), Some(after)) = (before, memory_mb()) {
        assert!(after < before + 100, "{before} MB before, {after} MB after");
    }
    // Then it gets what is new, and not what it has missed.
    watching.pause().unwrap();
    let newest = watching.status.steps as f32;
    let begin = Instant::now();
    let mut frames = FrameReader::new(stopped);
    let mut replaced = 0;
    loop {
        let (kind, content) = frames.read().unwrap().unwrap();
        if kind != FrameKind::Update {
            continue;
        }
        if let SessionUpdate::FieldReplace { values, .. } = codec::decode_update(content).unwrap() {
            replaced += 1;
            if values[0] == newest {
                break;
            }
        }
    }
    assert!(replaced < 100 && begin.elapsed() < Duration::from_secs(10), "{replaced} in {:?}", begin.elapsed());
}
