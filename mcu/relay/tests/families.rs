//! One media port for peers of IPv4 and IPv6.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{client::Client, control::Rig, route, until};

/// A publisher and a watcher there, and what the watcher sees.
async fn crosses(rig: &mut Rig, from: &str, to: &str) {
    let (_publisher, _sends) = rig.publisher_of(Client::at(from).await, &format!("{from} pub"), "c/site/a", 0xA1).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let watching = rig.watcher_of(Client::at(to).await, &format!("{from} watch"), "c/site/w").await;
    until(&format!("pictures from {from} to {to}"), || watching.video().len() > 30).await;
    assert!(watching.video().windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)), "not one packet is missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_of_ipv6_alone() {
    let mut rig = Rig::start_with("media = \"[::1]:0\"\n").await;
    crosses(&mut rig, "[::1]:0", "[::1]:0").await;
    let heard = rig.control.heard.lock().unwrap();
    let sdp = &heard.answers[0].1.as_ref().unwrap().sdp;
    let candidates: Vec<&str> = sdp.lines().filter(|line| line.starts_with("a=candidate:")).collect();
    assert!(candidates.iter().all(|line| line.contains(" ::1 ")) && candidates.iter().any(|line| line.contains(" tcp ")), "{candidates:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_of_both_families_joins_them() {
    let mut rig = Rig::start_with("media = \"[::]:0\"\nadvertise = [\"127.0.0.1\", \"::1\"]\ntcp = false\n").await;
    crosses(&mut rig, "127.0.0.1:0", "[::1]:0").await;
    crosses(&mut rig, "[::1]:0", "127.0.0.1:0").await;
    let heard = rig.control.heard.lock().unwrap();
    assert!(heard.answers.iter().all(|(_, answer)| !answer.as_ref().unwrap().sdp.contains(" tcp ")), "TCP is switched off");
}
