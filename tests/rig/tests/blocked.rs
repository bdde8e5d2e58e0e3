//! A site whose network lets no UDP through: Chromium joins over TCP, in a network of the test's own.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::net::{SocketAddr, UdpSocket};

use common::Hall;
use common::network::{HERE, NETWORK, inside, ip};
use mcu_api::{Command, SiteId};
use serde_json::json;

/// UDP of the network goes nowhere; the workers' RTP on loopback does.
fn block_udp() {
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
    if inside("chromium_joins_over_tcp_where_udp_is_blocked") {
        block_udp();
        tokio::runtime::Runtime::new().unwrap().block_on(publish_and_watch());
    }
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
