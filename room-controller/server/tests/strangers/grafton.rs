//! Our VISCA driver against grafton-visca's camera simulator. Its reported position does not move and it answers a stop like any command.

use grafton_visca::testing::ViscaCameraSimulator;
use grafton_visca::transport::AsyncTransport as _;
use room_api::Value;
use room_drivers::visca::{Carrier, Framer};
use room_link::Address;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::wire::Wire;

async fn on_tcp(camera: ViscaCameraSimulator) -> Address {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::Tcp(listener.local_addr().unwrap().to_string());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        let mut speaking = camera.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            while let Ok(outcome) = speaking.recv_into(&mut buffer).await {
                if writer.write_all(&buffer[..outcome.copied_len()]).await.is_err() {
                    break;
                }
            }
        });
        let mut hearing = camera;
        let mut framer = Framer::default();
        let mut buffer = [0; 256];
        while let Ok(count @ 1..) = reader.read(&mut buffer).await {
            for frame in framer.feed(&buffer[..count]).0 {
                let _ = hearing.send(&frame).await;
            }
        }
    });
    address
}

#[tokio::test]
async fn it_comes_online_and_executes_with_sockets() {
    let address = on_tcp(ViscaCameraSimulator::new()).await;
    let mut wire = Wire::camera(Carrier::Tcp, address);
    wire.online().await;
    assert!(wire.is("power", &Value::Bool(true)) && wire.is("focus", &Value::Text("auto".to_owned())));
    assert_eq!((wire.int("pan"), wire.int("tilt"), wire.int("zoom")), (Some(0), Some(0), Some(0)));
    wire.done(1, "recall_preset", &[("preset", Value::Int(4))]).await;
    assert_eq!(wire.int("preset"), Some(4));
    wire.done(2, "pan_tilt", &[("pan", Value::Int(5)), ("tilt", Value::Int(-3))]).await;
    wire.done(3, "zoom", &[("speed", Value::Int(3))]).await;
    wire.done(4, "stop", &[]).await;
    assert_eq!(wire.facts["preset"], None, "driven away from the preset");
}

#[tokio::test]
async fn it_gets_everything_done_on_a_camera_with_one_socket() {
    let address = on_tcp(ViscaCameraSimulator::builder().with_socket_count(1).build()).await;
    let mut wire = Wire::camera(Carrier::Tcp, address);
    wire.online().await;
    for id in 1..=4 {
        wire.done(id, "recall_preset", &[("preset", Value::Int(i64::try_from(id).unwrap()))]).await;
    }
    assert_eq!(wire.int("preset"), Some(4));
}
