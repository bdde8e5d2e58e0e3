//! Our NovaStar driver and our sending card simulator, both judged by the npm package @novastar/codec.

use std::path::PathBuf;

use room_api::Value;
use room_drivers::novastar::Card;
use room_link::Address;
use room_sim::Handle;
use room_sim::novastar::SendingCard;
use tokio::process::Command;

use crate::peer::{Peer, free, run};
use crate::wire::Wire;

const CARDS: &str = "[[cards]]\nport = 0\ncard = 0\n[[cards]]\nport = 0\ncard = 1";

fn script(name: &str) -> String {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/strangers/peers/novastar");
    assert!(dir.join("node_modules/@novastar/codec").exists(), "@novastar/codec is missing in {}: run make setup-test", dir.display());
    dir.join(name).display().to_string()
}

#[tokio::test]
async fn the_driver_sets_and_reads_cards_behind_a_strangers_codec() {
    let at = free();
    let mut device = Peer::start(Command::new("node").args([script("device.mjs"), at.port().to_string()])).await;
    let mut wire = Wire::named("novastar", CARDS, Address::Tcp(at.to_string()));
    wire.online().await;
    wire.until("all read", |wire| {
        wire.int("brightness") == Some(100)
            && wire.is("black", &Value::Bool(false))
            && wire.is("input", &Value::Text("dvi".to_owned()))
            && wire.is("signal", &Value::Bool(true))
            && wire.int("temperature.2") == Some(365)
    })
    .await;
    wire.done(1, "set_brightness", &[("brightness", Value::Int(40))]).await;
    wire.until("dimmed", |wire| wire.int("brightness") == Some(40)).await;
    wire.done(2, "set_black", &[("black", Value::Bool(true))]).await;
    wire.until("black", |wire| wire.is("black", &Value::Bool(true))).await;
    wire.done(3, "set_freeze", &[("freeze", Value::Bool(true))]).await;
    wire.done(4, "set_test", &[("test_pattern", Value::Text("white".to_owned()))]).await;
    wire.done(5, "set_input", &[("input", Value::Text("hdmi".to_owned()))]).await;
    wire.until("hdmi", |wire| wire.is("input", &Value::Text("hdmi".to_owned())) && wire.is("freeze", &Value::Bool(true))).await;
    assert_eq!(device.ask("registers").await, "102,255,5,255 102,255,5,255 90 5 damaged 0");
    // The maker's software changes one card: the two differ.
    device.ask("set 1 33554433 200").await;
    wire.until("unknown", |wire| wire.facts["brightness"].is_none()).await;
}

#[tokio::test]
async fn a_strangers_client_accepts_the_simulator() {
    let handle = Handle::new(SendingCard::new(&[Card { port: 0, card: 0 }, Card { port: 0, card: 1 }]));
    let at = handle.tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (is_good, said) = run("node", &[&script("client.mjs"), &at.port().to_string()]).await;
    assert!(is_good, "{said}");
    assert_eq!(handle.hidden()["cards"]["2"]["brightness"], 0x80);
    assert_eq!(handle.hidden()["cards"]["2"]["black"], true);
}
