//! A device dies and comes back by itself.

use room_api::Value;
use room_driver::{LinkHealth, Trouble};
use room_drivers::visca::Carrier;
use room_link::Address;
use room_sim::camera::Camera;
use room_sim::{Handle, Misbehave};

use crate::wire::Wire;

#[tokio::test]
async fn a_camera_whose_connection_is_cut_comes_back_read_afresh() {
    let handle = Handle::new(Camera::new(false));
    let at = handle.tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let mut wire = Wire::camera(Carrier::Tcp, Address::Tcp(at.to_string()));
    wire.online().await;
    wire.done(1, "recall_preset", &[("preset", Value::Int(2))]).await;
    handle.misbehave(Misbehave::DropConnection);
    wire.until("lost", |wire| matches!(wire.health.last(), Some(LinkHealth::Lost { reason: Trouble::Closed(_), .. }))).await;
    handle.misbehave(Misbehave::None);
    wire.online().await;
    assert_eq!(wire.facts["preset"], None, "nobody knows what happened meanwhile");
    assert_eq!(wire.int("pan"), Some(420));
    wire.until("stopped twice at each connect", |_| handle.hidden()["stops"] == 4).await;
}

#[tokio::test]
async fn a_garbling_camera_is_lost_and_comes_back() {
    let handle = Handle::new(Camera::new(false));
    let at = handle.tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let mut wire = Wire::camera(Carrier::Tcp, Address::Tcp(at.to_string()));
    wire.online().await;
    handle.misbehave(Misbehave::Garbage);
    wire.until("noticed", |wire| wire.health.last() != Some(&LinkHealth::Online)).await;
    handle.misbehave(Misbehave::None);
    wire.online().await;
}
