//! Our VISCA-over-IP simulator judged by the Python client visca_over_ip, and our driver against the same simulator.

use room_api::Value;
use room_drivers::visca::Carrier;
use room_link::Address;
use room_sim::camera::Camera;
use room_sim::{Handle, Misbehave};

use crate::wire::{Wire, python};

/// The client wants the camera's own port number locally too; on one machine that needs an address of its own.
const SCRIPT: &str = r#"
import sys, time, socket
class Local(socket.socket):
    def bind(self, address):
        super().bind(('127.0.0.1', address[1]) if address[0] == '' else address)
socket.socket = Local
from visca_over_ip import Camera
c = Camera('127.0.0.2', int(sys.argv[1]))
c.set_power(True)
assert c.get_pantilt_position() == (0, 0), c.get_pantilt_position()
c.pantilt(0, 0)
c.pantilt(12, 12, 300, -100)
while c.get_pantilt_position() != (300, -100):
    time.sleep(0.05)
c.zoom_to(0.5)
deadline = time.time() + 10
while c.get_zoom_position() != 0x2000 and time.time() < deadline:
    time.sleep(0.05)
assert c.get_zoom_position() == 0x2000, c.get_zoom_position()
c.set_focus_mode('manual')
assert c.get_focus_mode() == 'manual'
c.save_preset(9)
c.pantilt_home()
while c.get_pantilt_position() != (0, 0):
    time.sleep(0.05)
c.recall_preset(9)
while c.get_pantilt_position() != (300, -100):
    time.sleep(0.05)
c.close_connection()
"#;

#[tokio::test]
async fn a_strangers_client_accepts_the_simulator() {
    let handle = Handle::new(Camera::new(true));
    let at = handle.udp(([127, 0, 0, 2], 0).into()).await.unwrap();
    python(SCRIPT, &[at.port().to_string()]).await;
    assert_eq!(handle.hidden()["pan"], 300.0);
    assert_eq!(handle.hidden()["focus"], "manual");
}

#[tokio::test]
async fn the_driver_survives_wrong_numbers_and_silence() {
    let handle = Handle::new(Camera::new(true));
    let at = handle.udp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let mut wire = Wire::camera(Carrier::OverIp, Address::Udp(at));
    wire.online().await;
    wire.done(1, "recall_preset", &[("preset", Value::Int(2))]).await;
    wire.until("position", |wire| wire.int("pan") == Some(420)).await;
    assert_eq!(handle.hidden()["pan"], 420.0);
    handle.misbehave(Misbehave::WrongSequence);
    wire.until("noticed", |wire| wire.health.last() != Some(&room_driver::LinkHealth::Online)).await;
    handle.misbehave(Misbehave::None);
    wire.online().await;
    wire.done(2, "set_preset", &[("preset", Value::Int(7))]).await;
    assert_eq!(handle.hidden()["presets_kept"], 1, "done once however often it was sent");
}
