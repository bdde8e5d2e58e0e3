//! The Open Lighting Architecture's daemon as the receiver of lights; and a tap before it that notes what arrives when.

use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use room_api::Value;
use tokio::process::{Child, Command};

use crate::peer::{directory, free, start, until};
use crate::wire::Wire;

/// Plug-ins of olad 0.10.9; one that is not named starts.
const PLUGINS: &str = "artnet dummy e131 espnet ftdidmx gpio karate kinet milinst opendmx openpixelcontrol osc pathport renard sandnet shownet \
                       spi stageprofi uartdmx usbdmx usbserial usbpro";
/// `nobody`: olad refuses root.
const NOBODY: u32 = 65534;

pub(crate) struct Olad {
    daemon: Child,
    http: String,
}

fn writable(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

fn configuration(plugin: &str, settings: &str) -> PathBuf {
    let dir = directory(plugin);
    for name in PLUGINS.split_whitespace() {
        let words = if name == plugin { format!("enabled = true\n{settings}") } else { "enabled = false\n".to_owned() };
        let path = dir.join(format!("ola-{name}.conf"));
        std::fs::write(&path, words).unwrap();
        writable(&path);
    }
    writable(&dir);
    dir
}

impl Olad {
    /// With one plug-in, and its first inputs patched to those universes in that order.
    pub(crate) async fn start(plugin: &str, settings: &str, universes: &[u16]) -> Self {
        // Chosen already when another test of this process came first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = configuration(plugin, settings);
        let (http, rpc) = (free(), free());
        let there = std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|dir| dir.join("olad").exists());
        assert!(there, "olad is missing: run make setup-test");
        let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        let mut command = if is_root { Command::new("setpriv") } else { Command::new("olad") };
        if is_root {
            command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".to_owned(), "olad".to_owned()]);
        }
        // Without the first flag it writes tens of megabytes of log in seconds.
        command.args(["--no-register-with-dns-sd", "-l", "1", "-c"]).arg(&dir).env("HOME", &dir);
        command.args(["-p", &http.port().to_string(), "-r", &rpc.port().to_string()]);
        let mut olad = Self { daemon: start(&mut command), http: format!("http://{http}") };
        until("olad answers", async || {
            assert!(olad.daemon.try_wait().unwrap().is_none(), "olad has ended: another one may be running");
            olad.get("/json/server_stats").await.is_some()
        })
        .await;
        for (input, universe) in universes.iter().enumerate() {
            olad.patch(input, *universe).await;
        }
        olad
    }

    async fn get(&self, path: &str) -> Option<serde_json::Value> {
        let answer = reqwest::get(format!("{}{path}", self.http)).await.ok()?;
        answer.json().await.ok()
    }

    async fn patch(&self, input: usize, universe: u16) {
        let form = format!("id={universe}&name=u{universe}&add_ports=1-I-{input}");
        let answer = reqwest::Client::new().post(format!("{}/new_universe", self.http)).body(form);
        let answer = answer.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        let said: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(said["ok"], true, "{said}");
    }

    /// A universe's levels as they arrived there.
    pub(crate) async fn levels(&self, universe: u16) -> Vec<u8> {
        let said = self.get(&format!("/get_dmx?u={universe}")).await.unwrap();
        serde_json::from_value(said["dmx"].clone()).unwrap_or_else(|error| panic!("{error}: {said}"))
    }
}

/// What passed: when and what.
type Passed = Arc<Mutex<Vec<(Instant, Vec<u8>)>>>;

/// Passes datagrams on, and answers back, with a thread of its own so that arrival times are nobody's schedule but the kernel's.
pub(crate) struct Tap {
    pub(crate) at: SocketAddr,
    passed: Passed,
}

impl Tap {
    /// Between a driver and that place; `beyond` is the socket used towards it.
    pub(crate) fn new(beyond: UdpSocket, to: SocketAddr) -> Self {
        let near = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (at, passed) = (near.local_addr().unwrap(), Passed::default());
        let (back, from_beyond, noted) = (near.try_clone().unwrap(), beyond.try_clone().unwrap(), Arc::clone(&passed));
        let driver = Arc::new(Mutex::new(None));
        let known = Arc::clone(&driver);
        std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            while let Ok((count, from)) = near.recv_from(&mut buffer) {
                let now = Instant::now();
                *known.lock().unwrap() = Some(from);
                noted.lock().unwrap().push((now, buffer[..count].to_vec()));
                let _ = beyond.send_to(&buffer[..count], to);
            }
        });
        std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            while let Ok((count, _)) = from_beyond.recv_from(&mut buffer) {
                let driver = *driver.lock().unwrap();
                let _ = driver.map(|driver| back.send_to(&buffer[..count], driver));
            }
        });
        Self { at, passed }
    }

    pub(crate) fn passed(&self) -> Vec<(Instant, Vec<u8>)> {
        self.passed.lock().unwrap().clone()
    }
}

/// Two dimmers, one of them with 16 bits at the universe's end, and a colour in the next universe.
pub(crate) fn rig(universe: u16) -> String {
    let fixture = |number: u8, more: &str| format!("[[fixtures]]\nnumber = {number}\nname = \"灯\"\nname_en = \"Light\"\n{more}\n");
    let next = universe + 1;
    [
        format!("universe = {universe}\nfade_ms = 0\n"),
        fixture(1, "address = 1"),
        fixture(2, "address = 511\nfine = true"),
        fixture(3, &format!("universe = {next}\naddress = 100\nkind = \"rgb\"")),
    ]
    .concat()
}

/// Levels and a colour, as olad has them.
pub(crate) async fn levels_arrive(wire: &mut Wire, olad: &Olad, universe: u16) {
    wire.online().await;
    for (id, fixture, level) in [(1, 1, 60), (2, 2, 50), (3, 3, 100)] {
        wire.done(id, "set_level", &[("fixture", Value::Int(fixture)), ("level", Value::Int(level))]).await;
    }
    wire.done(4, "set_color", &[("fixture", Value::Int(3)), ("color", Value::Text("#FF8001".to_owned()))]).await;
    // 60 % of 255; 50 % of 65535 in two bytes.
    let mut first = vec![0; 512];
    (first[0], first[510], first[511]) = (153, 0x80, 0x00);
    let mut second = vec![0; 512];
    second[99..102].copy_from_slice(&[0xFF, 0x80, 0x01]);
    until("levels at olad", async || olad.levels(universe).await == first && olad.levels(universe + 1).await == second).await;
    wire.done(5, "blackout", &[("blackout", Value::Bool(true))]).await;
    until("dark", async || olad.levels(universe).await == [0; 512]).await;
    wire.done(6, "blackout", &[("blackout", Value::Bool(false))]).await;
    until("as it was", async || olad.levels(universe).await == first).await;
}

/// One dimmer up and one (16 bits) down within two seconds: what arrived in between, and the levels at olad afterwards.
pub(crate) async fn fades(wire: &mut Wire, tap: &Tap, olad: &Olad, universe: u16, decode: impl Fn(&[u8]) -> Option<(u8, Vec<u8>)>) {
    const FADE: Duration = Duration::from_millis(2000);
    wire.done(11, "set_level", &[("fixture", Value::Int(1)), ("level", Value::Int(0))]).await;
    wire.done(12, "set_level", &[("fixture", Value::Int(2)), ("level", Value::Int(100))]).await;
    let args = |fixture, level| [("fixture", Value::Int(fixture)), ("level", Value::Int(level)), ("fade_ms", Value::Int(2000))];
    let before = tap.passed().len();
    wire.give(13, "fade_level", &args(2, 0));
    wire.done(14, "fade_level", &args(1, 80)).await;
    let done = Instant::now();
    until("the end levels at olad", async || {
        let levels = olad.levels(universe).await;
        (levels[0], levels[510], levels[511]) == (204, 0, 0)
    })
    .await;
    assert!(done.elapsed() < Duration::from_secs(1), "olad has them a moment after the fade");
    let frames: Vec<(Instant, u8, Vec<u8>)> =
        tap.passed()[before..].iter().filter_map(|(at, bytes)| decode(bytes).map(|(sequence, levels)| (*at, sequence, levels))).collect();
    let up = |frame: &(Instant, u8, Vec<u8>)| frame.2[0];
    let down = |frame: &(Instant, u8, Vec<u8>)| u16::from_be_bytes([frame.2[510], frame.2[511]]);
    assert!(frames.windows(2).all(|pair| up(&pair[0]) <= up(&pair[1]) && down(&pair[0]) >= down(&pair[1])), "levels go one way");
    // Art-Net leaves 0 out.
    let follows = |before: u8, after: u8| after == before.wrapping_add(1) || (before, after) == (u8::MAX, 1);
    assert!(frames.windows(2).all(|pair| follows(pair[0].1, pair[1].1)), "none is missing");
    let moving: Vec<_> = frames.iter().take_while(|frame| (up(frame), down(frame)) != (204, 0)).collect();
    let (first, last) = (moving[0].0, frames[moving.len()].0);
    let rate = moving.len() as f64 / last.duration_since(first).as_secs_f64();
    assert!((39.0..=41.0).contains(&rate), "{} frames in {:?}: {rate:.2} a second", moving.len(), last.duration_since(first));
    let took = last.duration_since(first);
    assert!(took.abs_diff(FADE) < Duration::from_millis(50), "the fade took {took:?}");
    let steps: Vec<i32> = moving.windows(2).map(|pair| i32::from(down(pair[0])) - i32::from(down(pair[1]))).collect();
    let even = 65_535 / 80;
    assert!(steps.iter().all(|step| (0..=even * 3).contains(step)), "no jumps: {steps:?}");
}
