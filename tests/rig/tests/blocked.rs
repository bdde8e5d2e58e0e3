//! A site whose network lets no UDP through: Chromium joins over TCP, in a network of the test's own.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::net::{SocketAddr, UdpSocket};
use std::process::Command as System;

use common::Hall;
use mcu_api::{Command, SiteId};
use netlab::{Entry, enter};
use serde_json::json;

/// The network of the media, which is not loopback: browsers offer no loopback addresses.
const HERE: &str = "10.78.0.1";
const NETWORK: &str = "10.78.0.0/24";

fn ip(words: &str) {
    let output = System::new("ip").args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A network with one address, in which UDP goes nowhere; the workers' RTP on loopback does.
fn block_udp() {
    ip("link set lo up");
    ip("link add lab-near type veth peer name lab-far");
    ip(&format!("addr add {HERE}/24 dev lab-near"));
    ip("link set lab-near up");
    ip("link set lab-far up");
    // A rule before that of local addresses, since both ends are here.
    ip("rule add pref 10 lookup local");
    ip("rule del pref 0");
    ip(&format!("rule add pref 1 ipproto udp to {NETWORK} blackhole"));
    let here: SocketAddr = format!("{HERE}:0").parse().unwrap();
    let (a, b) = (UdpSocket::bind(here).unwrap(), UdpSocket::bind(here).unwrap());
    assert!(a.send_to(b"x", b.local_addr().unwrap()).is_err(), "UDP is blocked");
}

#[test]
fn chromium_joins_over_tcp_where_udp_is_blocked() {
    match enter("chromium_joins_over_tcp_where_udp_is_blocked") {
        Entry::Inside => {}
        Entry::Ran { passed, output } => {
            assert!(passed, "the run inside failed:\n{output}");
            eprintln!("{output}");
            return;
        }
        Entry::Refused(why) => {
            eprintln!("skipped: this system grants no network namespaces ({why})");
            return;
        }
    }
    block_udp();
    tokio::runtime::Runtime::new().unwrap().block_on(publish_and_watch());
}

async fn publish_and_watch() {
    let mut hall = Hall::empty_at(format!("{HERE}:0").parse().unwrap()).await;
    hall.command(&Command::BroadcastSite { site: SiteId::new("executive").unwrap() }).await;
    let (base, conference) = (&hall.mcu.base, hall.conference());
    let setting = json!({
        "page": format!("{base}/health"),
        "site": "executive",
        "whip": format!("{base}/whip/{conference}/sites/executive"),
        "token": hall.mcu.site_token("executive").unwrap(),
        "whep": format!("{base}/whep/{conference}/monitors/program"),
        "viewer": hall.mcu.token().unwrap(),
        "snapshot": format!("{base}/api/conferences/{conference}"),
        "protocol": "tcp",
    });
    common::script_without_console("camera.mjs", &setting, &hall).await;
    hall.end().await;
}
