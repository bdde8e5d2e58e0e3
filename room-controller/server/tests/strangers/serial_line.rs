//! Driver and simulator on the two ends of a serial line that socat makes; and on our own pseudo-terminal.

use room_api::Value;
use room_drivers::visca::Carrier;
use room_link::Address;
use room_sim::Handle;
use room_sim::camera::Camera;

use crate::peer::socat;
use crate::wire::Wire;

async fn drive_and_compare(handle: &Handle, address: Address) {
    let mut wire = Wire::camera(Carrier::Serial { address: 1 }, address);
    wire.online().await;
    wire.until("stopped twice", |_| handle.hidden()["stops"] == 2).await;
    wire.done(1, "recall_preset", &[("preset", Value::Int(3))]).await;
    wire.until("pan", |wire| wire.int("pan") == Some(-600)).await;
    assert_eq!(handle.hidden()["pan"], -600.0);
    wire.done(2, "pan_tilt", &[("pan", Value::Int(10)), ("tilt", Value::Int(0))]).await;
    wire.until("moving", |wire| wire.int("pan").is_some_and(|pan| pan > -600)).await;
    wire.done(3, "stop", &[]).await;
    let pan = handle.hidden()["pan"].as_f64().unwrap();
    assert_eq!(handle.hidden()["moving"], false);
    wire.until("rest", |wire| wire.int("pan").is_some_and(|shown| (pan - shown as f64).abs() < 1.0)).await;
    wire.done(4, "set_power", &[("power", Value::Bool(false))]).await;
    wire.until("off", |wire| wire.is("power", &Value::Bool(false)) && wire.facts["pan"].is_none()).await;
    assert_eq!(handle.hidden()["power"], false);
}

#[tokio::test]
async fn on_a_socat_line() {
    let (_socat, a, b) = socat("camera").await;
    let handle = Handle::new(Camera::new(false));
    handle.serial(&b, 9600).unwrap();
    drive_and_compare(&handle, Address::Serial { path: a, baud: 9600 }).await;
}

#[tokio::test]
async fn on_a_pseudo_terminal_of_the_simulator() {
    let handle = Handle::new(Camera::new(false));
    let path = handle.pty().unwrap();
    drive_and_compare(&handle, Address::Serial { path, baud: 9600 }).await;
}
