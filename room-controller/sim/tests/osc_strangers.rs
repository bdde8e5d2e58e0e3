//! Our OSC judged by programs nobody here wrote: python-osc as a client of the simulated X32, liblo's oscsend towards it, and liblo's oscdump reading
//! what our driver sends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use room_api::Value;
use room_driver::{Input, Lane, Output};
use room_drivers::{Line, driver_of};
use room_sim::x32::{Settings, X32};
use room_sim::{Handle, PanelAct, SimDevice as _};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::UdpSocket;
use tokio::process::Command;

const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// For anything that a stranger does.
const SOON: Duration = Duration::from_secs(30);

/// Questions, orders, a bundle, an address the desk does not know, and pushes.
const SCRIPT: &str = r#"
import socket, sys, time
from pythonosc.osc_bundle_builder import OscBundleBuilder, IMMEDIATELY
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
desk = ('127.0.0.1', int(sys.argv[1]))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
def build(address, *values):
    b = OscMessageBuilder(address=address)
    for value in values:
        b.add_arg(value)
    return b.build()
def hear():
    data, source = s.recvfrom(4096)
    assert source == desk, source
    message = OscMessage(data)
    assert message.dgram == data and len(data) % 4 == 0
    return message.address, message.params
def ask(address):
    s.sendto(build(address).dgram, desk)
    heard, values = hear()
    assert heard == address, heard
    return values
info = ask('/xinfo')
assert len(info) == 4 and all(type(word) is str for word in info) and info[2] == 'X32', info
assert ask('/ch/01/mix/fader') == [0.0]
assert ask('/ch/01/mix/on') == [1] and type(ask('/ch/01/mix/on')[0]) is int
s.sendto(build('/ch/01/mix/fader', 0.5).dgram, desk)
assert abs(ask('/ch/01/mix/fader')[0] - 512 / 1023) < 1e-6, 'the desk keeps steps'
s.sendto(build('/ch/01/mix/on', 0).dgram, desk)
assert ask('/ch/01/mix/on') == [0]
s.sendto(build('/ch/01/config/name', '讲台').dgram, desk)
assert ask('/ch/01/config/name') == ['讲台']
bundle = OscBundleBuilder(IMMEDIATELY)
bundle.add_content(build('/ch/02/mix/on', 0))
bundle.add_content(build('/main/st/mix/fader', 0.75))
s.sendto(bundle.build().dgram, desk)
assert ask('/ch/02/mix/on') == [0]
assert abs(ask('/main/st/mix/fader')[0] - 767 / 1023) < 1e-6
s.settimeout(0.3)
s.sendto(build('/ch/77/mix/fader').dgram, desk)
try:
    hear()
    raise SystemExit('an unknown address was answered')
except TimeoutError:
    pass
s.settimeout(5)
s.sendto(build('/xremote').dgram, desk)
address, values = hear()
assert address == '/ch/07/mix/fader' and abs(values[0] - 512 / 1023) < 1e-6, (address, values)
"#;

async fn desk() -> (Handle, SocketAddr) {
    let handle = Handle::new(X32::new(Settings::default()));
    let at = handle.udp(ANYWHERE).await.unwrap();
    (handle, at)
}

/// A program of the test set-up.
fn stranger(name: &str) -> Command {
    let mut command = Command::new(name);
    command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn python_osc_understands_the_desk_and_is_understood() {
    let (handle, at) = desk().await;
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    assert!(python.exists(), "{} is missing: run make setup-test", python.display());
    let mut command = stranger(python.to_str().unwrap());
    let script = tokio::time::timeout(SOON, command.arg("-c").arg(SCRIPT).arg(at.port().to_string()).output());
    // Somebody moves a fader all the time; only who asked for it is told.
    let moving = async {
        loop {
            handle.panel(&PanelAct { act: "fader".to_owned(), number: 7, value: 500 });
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let output = tokio::select! {
        output = script => output.expect("the script did not end").unwrap(),
        () = moving => unreachable!(),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let properties = &handle.hidden()["properties"];
    assert_eq!((&properties["mute.ch1"], &properties["mute.ch2"]), (&true.into(), &true.into()));
    assert_eq!(properties["name.ch1"], "讲台");
}

#[tokio::test]
async fn the_desk_does_what_oscsend_says() {
    let (handle, at) = desk().await;
    for arguments in [["/ch/02/mix/fader", "f", "0.5"], ["/ch/02/mix/on", "i", "0"], ["/ch/02/config/name", "s", "Podium"]] {
        let mut command = stranger("oscsend");
        let output = command.arg("127.0.0.1").arg(at.port().to_string()).args(arguments).output().await;
        let output = output.expect("oscsend (liblo-tools) is missing: run make setup-test");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let is_done = async {
        while handle.hidden()["properties"]["name.ch2"] != "Podium" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, is_done).await.expect("the desk took nothing");
    assert_eq!(handle.hidden()["properties"]["mute.ch2"], true);
    assert_eq!(handle.hidden()["properties"]["level.ch2"], -100);
}

/// What the driver sends to a desk in its first seconds.
fn sent_by_the_driver() -> Vec<Vec<u8>> {
    let mut driver = driver_of("x32", &toml::Table::new(), Line::Udp, 1).unwrap();
    let text = |word: &str| Value::Text(word.to_owned());
    let orders = [
        ("set_level", [("channel", text("ch1")), ("level", Value::Int(0))]),
        ("set_mute", [("channel", text("ch1")), ("mute", Value::Bool(true))]),
        ("set_name", [("channel", text("ch1")), ("name", text("Podium"))]),
    ];
    let mut now = Duration::ZERO;
    driver.handle(now, Input::Connected);
    for (id, (command, arguments)) in (1..).zip(orders) {
        let arguments: BTreeMap<String, Value> = arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        driver.command(now, id, Lane::Operator, command, &arguments).unwrap();
    }
    let (mut desk, mut sent) = (X32::new(Settings::default()), Vec::new());
    while now < Duration::from_secs(5) {
        while let Some(output) = driver.poll() {
            if let Output::Send(bytes) = output {
                for (_, answer) in desk.take(now, &bytes) {
                    driver.handle(now, Input::Bytes(&answer));
                }
                sent.push(bytes);
            }
        }
        now = driver.deadline().unwrap_or(now).max(now + Duration::from_millis(1));
        driver.handle(now, Input::Tick);
    }
    sent
}

#[tokio::test]
async fn oscdump_reads_every_datagram_of_the_driver() {
    let socket = UdpSocket::bind(ANYWHERE).await.unwrap();
    let port = UdpSocket::bind(ANYWHERE).await.unwrap().local_addr().unwrap().port();
    let mut command = stranger("oscdump");
    let mut running = command.arg("-L").arg(port.to_string()).spawn().expect("oscdump (liblo-tools) is missing: run make setup-test");
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let sent = sent_by_the_driver();
    for wanted in ["/xremote", "/ch/01/mix/fader f 0.750", "/ch/01/mix/on i 0", "/ch/01/config/name s \"Podium\""] {
        let datagrams: Vec<&Vec<u8>> =
            sent.iter().filter(|bytes| bytes.starts_with(wanted.split(' ').next().unwrap().as_bytes())).collect();
        assert!(!datagrams.is_empty(), "{wanted} was not sent");
        let read = async {
            loop {
                // Again and again: it may not listen yet.
                for bytes in &datagrams {
                    socket.send_to(bytes, ("127.0.0.1", port)).await.unwrap();
                }
                while let Ok(line) = tokio::time::timeout(Duration::from_millis(100), lines.next_line()).await {
                    let line = line.unwrap().expect("oscdump ended");
                    if line.contains(wanted) {
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(SOON, read).await.unwrap_or_else(|_| panic!("oscdump did not read {wanted}"));
    }
    // A message that oscdump cannot read it leaves out: each one is counted.
    while tokio::time::timeout(Duration::from_millis(200), lines.next_line()).await.is_ok() {}
    for bytes in &sent {
        let address = String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap()).into_owned();
        socket.send_to(bytes, ("127.0.0.1", port)).await.unwrap();
        let line = tokio::time::timeout(SOON, lines.next_line()).await.expect("oscdump says nothing").unwrap().unwrap();
        assert!(line.contains(&address), "{line}: {address}");
    }
}
