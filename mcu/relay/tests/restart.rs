//! ICE restart (RFC 9725 §4.3.3, RFC 8445 §2.4): other credentials, the same DTLS and SRTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{client::Client, control::Rig, route, until};
use mcu_media_api::{IceMatch, Patched, RefusalKind, Role, SessionId, SessionState, ToRelay};
use rtc_stun::{
    attributes::ATTR_USERNAME,
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, Message, Setter},
};
use tokio::net::UdpSocket;

/// A value of the first such line.
fn value<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap()
}

/// A check without nomination.
fn check(user: &str, password: &str) -> Vec<u8> {
    let provider = rtc_srtp::crypto::default_provider().unwrap();
    let mut message = Message::new();
    message.typ = BINDING_REQUEST;
    message.new_transaction_id().unwrap();
    message.write_header();
    message.add(ATTR_USERNAME, user.as_bytes());
    MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), provider.crypto()).add_to(&mut message).unwrap();
    FINGERPRINT.add_to(&mut message).unwrap();
    message.raw
}

/// Where the relay's first candidate is.
fn relay_of(answer: &str) -> String {
    let words: Vec<&str> = value(answer, "a=candidate:1 ").split(' ').collect();
    format!("{}:{}", words[3], words[4])
}

/// Whether the relay answers it within half a second, asked thrice; on loopback it takes less than a millisecond.
async fn is_answered(check: &[u8], relay: &str) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for _ in 0..3 {
        socket.send_to(check, relay).await.unwrap();
        if tokio::time::timeout(Duration::from_millis(170), socket.recv_from(&mut [0; 1500])).await.is_ok() {
            return true;
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_restarts_its_ice_and_the_picture_goes_on() {
    let mut rig = Rig::start().await;
    let (_publisher, _sends) = rig.publisher("pub", "c/site/a", 0xA1).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let client = Client::new().await;
    client.watch().await;
    let offered = client.offer().await;
    let answer = rig.control.open("watch", "c/site/w", Role::Watch, offered.clone()).await.unwrap().sdp;
    client.accept(&answer).await;
    client.until_connected().await;
    until("pictures", || client.video().len() > 30).await;

    // A check with the credentials of the beginning, by hand: answered as long as they are in use.
    let old = check(&format!("{}:{}", value(&answer, "a=ice-ufrag:"), value(&offered, "a=ice-ufrag:")), value(&answer, "a=ice-pwd:"));
    let relay = relay_of(&answer);
    assert!(is_answered(&old, &relay).await);

    client.connection.restart_ice().await.unwrap();
    let offer = client.offer().await;
    let fragment = format!("a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", value(&offer, "a=ice-ufrag:"), value(&offer, "a=ice-pwd:"));
    let restart = rig.control.restart_ice("watch", fragment).await.unwrap();
    let (ufrag, password) = (value(&restart.fragment, "a=ice-ufrag:"), value(&restart.fragment, "a=ice-pwd:"));
    assert_eq!(restart.ufrag, ufrag);
    assert_ne!(ufrag, value(&answer, "a=ice-ufrag:"));
    assert!(restart.fragment.contains("a=candidate:1 1 udp ") && restart.fragment.contains("tcptype passive"), "{}", restart.fragment);
    let again = answer
        .replace(&format!("a=ice-ufrag:{}", value(&answer, "a=ice-ufrag:")), &format!("a=ice-ufrag:{ufrag}"))
        .replace(&format!("a=ice-pwd:{}", value(&answer, "a=ice-pwd:")), &format!("a=ice-pwd:{password}"));
    client.accept(&again).await;
    let end = tokio::time::Instant::now() + common::PATIENCE;
    while is_answered(&old, &relay).await {
        assert!(tokio::time::Instant::now() < end, "the client never checked with the other credentials");
    }

    let before = client.video().len();
    until("more pictures", || client.video().len() > before + 100).await;
    let heard = rig.control.heard.lock().unwrap().reported.clone();
    assert_eq!(heard.handshakes, 2, "without another handshake");
    assert_eq!(rig.control.session("watch").unwrap().state, SessionState::Connected);
    client.until_connected().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_restarts_are_refused_and_change_nothing() {
    let mut rig = Rig::start().await;
    let (_publisher, _sends) = rig.publisher("pub", "c/site/a", 1).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let client = rig.watcher("watch", "c/site/w").await;
    let good = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n";
    for (session, fragment, kind) in [
        ("nobody", good.to_owned(), RefusalKind::Unsupported),
        ("watch", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".to_owned(), RefusalKind::MalformedSdp),
        ("watch", "a=ice-ufrag:abcd\r\n".to_owned(), RefusalKind::MalformedSdp),
        ("watch", format!("{good}m=audio 9 X 0\r\na=ice-ufrag:other\r\n"), RefusalKind::MalformedSdp),
        ("watch", format!("{good}{}", "a=x\r\n".repeat(4000)), RefusalKind::MalformedSdp),
    ] {
        assert_eq!(rig.control.restart_ice(session, fragment).await.unwrap_err().kind, kind);
    }
    // One that the client never follows leaves the session as it was.
    rig.control.restart_ice("watch", good.to_owned()).await.unwrap();
    let before = client.video().len();
    until("more pictures", || client.video().len() > before + 50).await;
    assert_eq!(rig.control.session("watch").unwrap().state, SessionState::Connected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ice_session_meant_is_compared_with_the_latest() {
    let rig = Rig::start().await;
    let client = Client::new().await;
    client.watch().await;
    let offer = client.offer().await;
    let opened = rig.control.open("watch", "c/site/w", Role::Watch, offer.clone()).await.unwrap();
    assert_eq!(opened.ufrag, value(&opened.sdp, "a=ice-ufrag:"));
    let fragment = |ufrag: &str| format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:0123456789012345678901\r\n");
    let known = fragment(value(&offer, "a=ice-ufrag:"));
    let named = |name: &str| IceMatch::Named(vec!["other".to_owned(), name.to_owned()]);
    assert_eq!(rig.control.patch("watch", named(&opened.ufrag), known.clone()).await, Ok(Patched::Noted));
    assert_eq!(rig.control.patch("watch", IceMatch::Any, known.clone()).await, Ok(Patched::Noted), "credentials in use are no restart");
    for other in [named("another"), IceMatch::Named(Vec::new())] {
        assert_eq!(rig.control.patch("watch", other, fragment("abcd")).await.unwrap_err().kind, RefusalKind::Outdated);
    }
    let restart = rig.control.restart_ice("watch", fragment("abcd")).await.unwrap();
    assert_eq!(rig.control.restart_ice("watch", fragment("abcd")).await.unwrap(), restart, "asked again, the same");
    assert_eq!(rig.control.patch("watch", named(&opened.ufrag), known).await.unwrap_err().kind, RefusalKind::Outdated);
    assert_eq!(rig.control.patch("watch", named(&restart.ufrag), fragment("abcd")).await, Ok(Patched::Noted));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_ended_answers_no_checks_and_says_good_bye() {
    let rig = Rig::start().await;
    let client = Client::new().await;
    client.watch().await;
    let offered = client.offer().await;
    let answer = rig.control.open("watch", "c/site/w", Role::Watch, offered.clone()).await.unwrap().sdp;
    client.accept(&answer).await;
    client.until_connected().await;
    let check = check(&format!("{}:{}", value(&answer, "a=ice-ufrag:"), value(&offered, "a=ice-ufrag:")), value(&answer, "a=ice-pwd:"));
    let relay = relay_of(&answer);
    assert!(is_answered(&check, &relay).await);
    rig.control.say(ToRelay::Close { session: SessionId::from("watch") });
    rig.control.until_state("watch", SessionState::Gone { reason: "closed by control".to_owned() }).await;
    assert!(!is_answered(&check, &relay).await, "consent is revoked");
    until("the watcher to notice", || {
        use webrtc::peer_connection::RTCPeerConnectionState::{Closed, Disconnected, Failed};
        matches!(client.seen.lock().unwrap().state, Some(Closed | Disconnected | Failed))
    })
    .await;
}
