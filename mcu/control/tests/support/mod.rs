//! An MCU in this process, with workers that only talk.

#![allow(dead_code, unreachable_pub, reason = "shared by several test programs, none of which uses all of it")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use access_token::{Claims, SigningKey, right};
use futures_util::{SinkExt, StreamExt};
use mcu_api::{Client, Command, CommandRequest, ConferenceId, OpenConference, SiteId, SiteKind, SiteSeat};
use mcu_control::{Config, Pictures, Server};
use mcu_media_api::{
    Answer, Codec, Frames, FromMixer, FromRelay, Hello, IceMatch, Layer, LayerReport, MixerReported, MixerWanted, Patched, Refusal,
    RefusalKind, RelayReported, RelayWanted, Restart, Role, SeatId, SessionId, SessionReport, SessionState, ShownReport, SourceId, ToMixer,
    ToRelay, VERSION, WorkerKind,
};
use tokio::net::UnixStream;
use tokio_util::codec::Framed;

/// Longest any condition may take; reached only by a fault.
pub const PATIENCE: Duration = Duration::from_secs(10);

pub const OPERATOR: [&str; 4] = [right::CONFERENCE_VIEW, right::CONFERENCE_PICTURE, right::CONFERENCE_SOUND, right::CONFERENCE_AFFAIRS];

/// A directory of its own that goes away with the test.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mcu-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The console's key and a file with its public half.
pub struct Keys {
    pub console: SigningKey,
    pub file: PathBuf,
}

impl Keys {
    pub fn new(scratch: &Scratch) -> Self {
        let console = SigningKey::generate("console").unwrap();
        let file = scratch.0.join("console.pem");
        std::fs::write(&file, console.public_pem().unwrap()).unwrap();
        Self { console, file }
    }

    pub fn token(&self, sub: &str, rights: &[&str], site: Option<&str>) -> String {
        let rights = rights.iter().map(|right| (*right).to_owned()).collect();
        let claims = Claims { sub: sub.to_owned(), rights, site: site.map(str::to_owned), exp: 4_000_000_000 };
        self.console.sign(&claims).unwrap()
    }
}

pub fn config(scratch: &Scratch, keys: &Keys) -> Config {
    Config {
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        data_dir: scratch.0.join("data"),
        control_socket: scratch.0.join("control.sock"),
        origins: vec!["https://console.example".to_owned()],
        trusted_keys: [("console".to_owned(), keys.file.clone())].into(),
        tls_cert: None,
        tls_key: None,
        log: "info".to_owned(),
        pictures: Pictures::default(),
    }
}

pub struct Mcu {
    pub server: Server,
    pub keys: Keys,
    pub scratch: Scratch,
    pub base: String,
}

impl Mcu {
    pub async fn start() -> Self {
        // Printed with a failing test only.
        let _ = tracing_subscriber::fmt().with_test_writer().try_init();
        let scratch = Scratch::new();
        let keys = Keys::new(&scratch);
        let server = Server::start(config(&scratch, &keys)).await.unwrap();
        let base = format!("http://{}", server.http);
        Self { server, keys, scratch, base }
    }

    pub async fn restart(self) -> Self {
        let Self { server, keys, scratch, .. } = self;
        server.stop().await;
        let server = Server::start(config(&scratch, &keys)).await.unwrap();
        let base = format!("http://{}", server.http);
        Self { server, keys, scratch, base }
    }

    pub fn client(&self, rights: &[&str]) -> Client {
        Client::new(&self.base, &self.keys.token("operator", rights, None), None).unwrap()
    }

    pub fn operator(&self) -> Client {
        self.client(&OPERATOR)
    }

    pub fn site_token(&self, site: &str) -> String {
        self.keys.token(&format!("room:{site}"), &[right::SITE_SELF], Some(site))
    }

    pub fn socket(&self) -> PathBuf {
        self.scratch.0.join("control.sock")
    }

    pub async fn post_sdp(&self, path: &str, token: &str) -> reqwest::Response {
        let request = reqwest::Client::new().post(format!("{}{path}", self.base)).bearer_auth(token);
        request.header("content-type", "application/sdp").body("v=0\r\n").send().await.unwrap()
    }
}

pub fn conference() -> ConferenceId {
    ConferenceId::new("weekly").unwrap()
}

pub fn site(name: &str) -> SiteId {
    SiteId::new(name).unwrap()
}

/// The hall and three counties; the hall is the main site.
pub fn opening() -> OpenConference {
    let names = [
        ("hall", "小礼堂", SiteKind::MainHall),
        ("guiyang", "桂阳县", SiteKind::Branch),
        ("anren", "安仁县", SiteKind::Branch),
        ("linwu", "临武县", SiteKind::Branch),
    ];
    let seat = |(id, name, kind): (&str, &str, SiteKind)| SiteSeat { site: site(id), name: name.to_owned(), name_en: id.to_owned(), kind };
    OpenConference {
        conference: conference(),
        title: "全市工作例会".to_owned(),
        sites: names.into_iter().map(seat).collect(),
        main_site: site("hall"),
        mute_on_join: None,
        call_all: None,
        rehearsal: false,
    }
}

pub fn plain(command: Command) -> CommandRequest {
    CommandRequest { command, expect_rev: None, idem_key: None, confirm: None }
}

pub fn seat(name: &str) -> SeatId {
    SeatId(format!("weekly/site/{name}"))
}

/// Asks again and again until it is so.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let waiting = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

async fn dial<In, Out>(socket: &Path) -> Framed<UnixStream, Frames<In, Out>> {
    Framed::new(UnixStream::connect(socket).await.unwrap(), Frames::new())
}

fn hello(worker: WorkerKind, instance: &str, port: u16) -> Hello {
    Hello { version: VERSION, worker, instance: instance.to_owned(), rtp: SocketAddr::from(([127, 0, 0, 1], port)) }
}

/// A relay without media: it answers offers, holds sessions and reports what it is told to.
pub struct FakeRelay {
    framed: Framed<UnixStream, Frames<ToRelay, FromRelay>>,
    pub wanted: RelayWanted,
    pub sessions: Vec<SessionReport>,
    pub closed: Vec<SessionId>,
}

impl FakeRelay {
    pub async fn dial(socket: &Path, instance: &str) -> Self {
        let mut framed = dial(socket).await;
        framed.send(&FromRelay::Hello(hello(WorkerKind::Relay, instance, 40_001))).await.unwrap();
        let mut relay = Self { framed, wanted: RelayWanted::default(), sessions: Vec::new(), closed: Vec::new() };
        relay.report().await;
        relay
    }

    /// Comes back with the sessions it held.
    pub async fn redial(self, socket: &Path, instance: &str) -> Self {
        let mut framed = dial(socket).await;
        framed.send(&FromRelay::Hello(hello(WorkerKind::Relay, instance, 40_001))).await.unwrap();
        let mut relay = Self { framed, ..self };
        relay.report().await;
        relay
    }

    pub async fn report(&mut self) {
        let report =
            RelayReported { revision: self.wanted.revision, sessions: self.sessions.clone(), live_feeds: Vec::new(), handshakes: 0 };
        self.framed.send(&FromRelay::Reported(report)).await.unwrap();
    }

    /// Serves until the wanted state is as expected; acknowledges each.
    pub async fn until_wanted(&mut self, what: &str, so: impl Fn(&RelayWanted) -> bool) {
        let waiting = async {
            while !so(&self.wanted) {
                self.serve_one().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waited in vain: {what}: {:#?}", self.wanted));
    }

    pub async fn serve_one(&mut self) {
        match self.framed.next().await.expect("control is there").unwrap() {
            ToRelay::Wanted(wanted) => {
                self.wanted = wanted;
                self.report().await;
            }
            ToRelay::Open(open) => {
                let answer = Answer { sdp: "v=0\r\no=answer\r\n".to_owned(), ufrag: "first".to_owned() };
                self.sessions.push(session(&open.session, &open.seat, open.role));
                self.framed.send(&FromRelay::Opened { session: open.session, result: Ok(answer) }).await.unwrap();
                self.report().await;
            }
            ToRelay::Patch { session, meant, fragment } => {
                let refusal = Refusal { kind: RefusalKind::MalformedSdp, reason: "the fragment has no credentials; send some".to_owned() };
                let restart = Restart { fragment: "a=ice-ufrag:other\r\n".to_owned(), ufrag: "other".to_owned() };
                let result = match meant {
                    _ if !fragment.contains("a=ice-ufrag:") => Err(refusal),
                    IceMatch::Any => Ok(Patched::Restarted(restart)),
                    IceMatch::Named(_) => Ok(Patched::Noted),
                };
                self.framed.send(&FromRelay::Patched { session, result }).await.unwrap();
            }
            ToRelay::Close { session } => {
                self.sessions.retain(|row| row.session != session);
                self.closed.push(session);
                self.report().await;
            }
        }
    }

    /// A site publishes and watches.
    pub async fn join(&mut self, name: &str, codec: Codec) {
        for role in [Role::Publish, Role::Watch] {
            let id = SessionId(format!("{name}-{role:?}"));
            let mut row = session(&id, &seat(name), role);
            row.video = Some(codec);
            self.sessions.push(row);
        }
        self.report().await;
    }

    /// Nothing is heard of a seat's sessions any more; they are not over yet.
    pub async fn fall_silent(&mut self, name: &str, silent_ms: u32) {
        for row in self.sessions.iter_mut().filter(|row| row.seat == seat(name)) {
            row.silent_ms = silent_ms;
            row.sound = silent_ms < 1_000;
            row.layers.iter_mut().for_each(|layer| layer.age_ms = silent_ms);
        }
        self.report().await;
    }

    pub async fn leave(&mut self, name: &str) {
        self.sessions.retain(|row| row.seat != seat(name));
        self.report().await;
    }

    pub async fn show(&mut self, name: &str, source: &str) {
        let watchers = self.sessions.iter_mut().filter(|row| row.seat == seat(name) && row.role == Role::Watch);
        for row in watchers {
            row.shown = Some(ShownReport {
                source: Some(SourceId::from(source)),
                layer: Some(Layer::High),
                waiting_for: None,
                refused: None,
                limited: None,
            });
        }
        self.report().await;
    }

    pub fn route(&self, name: &str) -> Option<(Option<String>, Option<String>)> {
        let route = self.wanted.routes.iter().find(|route| route.seat == seat(name))?;
        Some((route.main.as_ref().map(|source| source.0.clone()), route.sound.as_ref().map(|source| source.0.clone())))
    }
}

fn session(id: &SessionId, seat: &SeatId, role: Role) -> SessionReport {
    let layers =
        if role == Role::Publish { vec![LayerReport { layer: Layer::High, bit_rate_bps: 1_500_000, age_ms: 10 }] } else { Vec::new() };
    SessionReport {
        session: id.clone(),
        seat: seat.clone(),
        role,
        state: SessionState::Connected,
        video: Some(Codec::H264),
        content: false,
        content_video: None,
        layers,
        sound: role == Role::Publish,
        shown: None,
        rtt_ms: Some(4),
        line_bps: None,
        loss_permille: 0,
        jitter_ms: 1,
        flow: mcu_media_api::FlowReport::default(),
        silent_ms: 0,
    }
}

/// A mixer without media.
pub struct FakeMixer {
    framed: Framed<UnixStream, Frames<ToMixer, FromMixer>>,
    pub wanted: Option<MixerWanted>,
}

impl FakeMixer {
    pub async fn dial(socket: &Path, instance: &str, port: u16) -> Self {
        let mut framed = dial(socket).await;
        framed.send(&FromMixer::Hello(hello(WorkerKind::Mixer, instance, port))).await.unwrap();
        Self { framed, wanted: None }
    }

    pub async fn until_wanted(&mut self, what: &str, so: impl Fn(&MixerWanted) -> bool) {
        let waiting = async {
            while !self.wanted.as_ref().is_some_and(&so) {
                let ToMixer::Wanted(wanted) = self.framed.next().await.expect("control is there").unwrap();
                let report = MixerReported { revision: wanted.revision, ..MixerReported::default() };
                self.wanted = Some(wanted);
                self.framed.send(&FromMixer::Reported(report)).await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waited in vain: {what}: {:#?}", self.wanted));
    }

    pub async fn say(&mut self, message: FromMixer) {
        self.framed.send(&message).await.unwrap();
    }
}
