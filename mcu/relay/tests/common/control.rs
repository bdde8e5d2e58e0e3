//! The relay's process and what it takes for control.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
};

use futures_util::{SinkExt, StreamExt};
use mcu_media_api::{
    Answer, Frames, FromRelay, Hello, IceMatch, OpenSession, Patched, Refusal, RelayReported, RelayWanted, Restart, Role, SeatId,
    SessionId, SessionReport, SessionState, ToRelay,
};
use tokio::{
    net::{UnixListener, UnixStream},
    process::{Child, Command},
    sync::mpsc,
};
use tokio_util::codec::Framed;

use super::{
    client::{Client, Publishing, publish},
    until,
};

/// Everything heard of the relay.
#[derive(Default)]
pub struct Heard {
    pub hello: Option<Hello>,
    pub answers: Vec<(SessionId, Result<Answer, Refusal>)>,
    pub patched: Vec<Result<Patched, Refusal>>,
    pub reported: RelayReported,
    pub reports: usize,
}

/// Control as the relay sees it.
pub struct FakeControl {
    listener: Arc<UnixListener>,
    pub heard: Arc<Mutex<Heard>>,
    words: mpsc::UnboundedSender<ToRelay>,
    task: tokio::task::JoinHandle<()>,
    pub wanted: RelayWanted,
}

/// A running relay and its control.
pub struct Rig {
    pub relay: Child,
    pub control: FakeControl,
    directory: PathBuf,
}

impl Rig {
    pub async fn start() -> Self {
        Self::start_with("media = \"127.0.0.1:0\"\n").await
    }

    /// The same with these words about the media port.
    pub async fn start_with(media: &str) -> Self {
        let number: u64 = std::process::id() as u64 * 1000 + COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("mcu-relay-test-{number}"));
        std::fs::create_dir_all(&directory).unwrap();
        let socket = directory.join("control.sock");
        let control = FakeControl::listen(&socket);
        let config = directory.join("relay.toml");
        std::fs::write(&config, format!("control_socket = \"{}\"\n{media}log = \"mcu_relay=debug,warn\"\n", socket.display())).unwrap();
        let relay = Command::new(env!("CARGO_BIN_EXE_mcu-relay"))
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let rig = Self { relay, control, directory };
        let heard = rig.control.heard.clone();
        until("the relay's hello", || heard.lock().unwrap().hello.is_some()).await;
        rig
    }

    /// A publisher with picture and sound, connected and sending.
    pub async fn publisher(&self, session: &str, seat: &str, mark: u8) -> (Client, Publishing) {
        self.publisher_of(Client::new().await, session, seat, mark).await
    }

    /// That client as a publisher.
    pub async fn publisher_of(&self, client: Client, session: &str, seat: &str, mark: u8) -> (Client, Publishing) {
        let tracks = client.add_tracks(mark).await;
        let answer = self.control.open(session, seat, Role::Publish, client.offer().await).await.unwrap();
        client.accept(&answer.sdp).await;
        client.until_connected().await;
        (client, publish(tracks))
    }

    /// A watcher of picture and sound, connected.
    pub async fn watcher(&self, session: &str, seat: &str) -> Client {
        self.watcher_of(Client::new().await, session, seat).await
    }

    /// That client as a watcher.
    pub async fn watcher_of(&self, client: Client, session: &str, seat: &str) -> Client {
        client.watch().await;
        let answer = self.control.open(session, seat, Role::Watch, client.offer().await).await.unwrap();
        client.accept(&answer.sdp).await;
        client.until_connected().await;
        client
    }

    pub fn worker_address(&self) -> std::net::SocketAddr {
        self.control.heard.lock().unwrap().hello.as_ref().unwrap().rtp
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

static COUNTER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

impl FakeControl {
    fn listen(socket: &std::path::Path) -> Self {
        let listener = Arc::new(UnixListener::bind(socket).unwrap());
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (words, inbox) = mpsc::unbounded_channel();
        let task = tokio::spawn(serve(listener.clone(), heard.clone(), inbox));
        Self { listener, heard, words, task, wanted: RelayWanted::default() }
    }

    /// Ends the connection and takes the next one: a restart of control.
    pub fn restart(&mut self) {
        self.task.abort();
        let (words, inbox) = mpsc::unbounded_channel();
        *self.heard.lock().unwrap() = Heard::default();
        self.words = words;
        self.task = tokio::spawn(serve(self.listener.clone(), self.heard.clone(), inbox));
    }

    pub fn say(&self, word: ToRelay) {
        self.words.send(word).unwrap();
    }

    /// Sends the wanted state with the next revision and waits until it is in force.
    pub async fn want(&mut self, change: impl FnOnce(&mut RelayWanted)) {
        change(&mut self.wanted);
        self.wanted.revision += 1;
        self.say(ToRelay::Wanted(self.wanted.clone()));
        let (heard, revision) = (self.heard.clone(), self.wanted.revision);
        until("the wanted state in force", || heard.lock().unwrap().reported.revision == revision).await;
    }

    pub async fn open(&self, session: &str, seat: &str, role: Role, offer: String) -> Result<Answer, Refusal> {
        let name = SessionId::from(session);
        self.say(ToRelay::Open(OpenSession { session: name.clone(), seat: SeatId::from(seat), role, exclusive: true, offer }));
        let heard = self.heard.clone();
        let answer = || heard.lock().unwrap().answers.iter().find(|(session, _)| *session == name).map(|(_, result)| result.clone());
        until("an answer", || answer().is_some()).await;
        answer().unwrap()
    }

    /// Says what a session's peer says of its ICE and waits for the answer.
    pub async fn patch(&self, session: &str, meant: IceMatch, fragment: String) -> Result<Patched, Refusal> {
        let before = self.heard.lock().unwrap().patched.len();
        self.say(ToRelay::Patch { session: SessionId::from(session), meant, fragment });
        until("an answer to a patch", || self.heard.lock().unwrap().patched.len() > before).await;
        self.heard.lock().unwrap().patched[before].clone()
    }

    /// The SDP answer a session got.
    pub fn answer_of(&self, session: &str) -> String {
        let heard = self.heard.lock().unwrap();
        let (_, result) = heard.answers.iter().find(|(known, _)| known.0 == session).unwrap();
        result.clone().unwrap().sdp
    }

    /// Restarts a session's ICE and waits for the answer.
    pub async fn restart_ice(&self, session: &str, fragment: String) -> Result<Restart, Refusal> {
        self.patch(session, IceMatch::Any, fragment).await.map(|patched| match patched {
            Patched::Restarted(restart) => restart,
            Patched::Noted => panic!("no restart"),
        })
    }

    pub fn session(&self, session: &str) -> Option<SessionReport> {
        self.heard.lock().unwrap().reported.sessions.iter().find(|report| report.session.0 == session).cloned()
    }

    pub async fn until_state(&self, session: &str, state: SessionState) {
        until(&format!("{session} to be {state:?}"), || self.session(session).is_some_and(|report| report.state == state)).await;
    }

    pub async fn until_line(&self, session: &str) {
        let known = |report: SessionReport| report.line_bps.is_some();
        until(&format!("the line of {session} to be known"), || self.session(session).is_some_and(known)).await;
    }

    pub async fn until_shown(&self, session: &str, source: &str) {
        let shown = |report: SessionReport| report.shown.and_then(|shown| shown.source).is_some_and(|shown| shown.0 == source);
        until(&format!("{session} to show {source}"), || self.session(session).is_some_and(shown)).await;
    }
}

async fn serve(listener: Arc<UnixListener>, heard: Arc<Mutex<Heard>>, mut inbox: mpsc::UnboundedReceiver<ToRelay>) {
    let (stream, _) = listener.accept().await.unwrap();
    let mut framed: Framed<UnixStream, Frames<FromRelay, ToRelay>> = Framed::new(stream, Frames::new());
    loop {
        tokio::select! {
            word = inbox.recv() => match word {
                Some(word) => framed.send(&word).await.unwrap(),
                None => return,
            },
            word = framed.next() => {
                let Some(Ok(word)) = word else { return };
                let mut heard = heard.lock().unwrap();
                match word {
                    FromRelay::Hello(hello) => heard.hello = Some(hello),
                    FromRelay::Opened { session, result } => heard.answers.push((session, result)),
                    FromRelay::Patched { result, .. } => heard.patched.push(result),
                    FromRelay::Reported(reported) => {
                        heard.reported = reported;
                        heard.reports += 1;
                    }
                }
            }
        }
    }
}
