//! Simulators in place of devices, on real sockets and lines of this machine.

use std::net::SocketAddr;
use std::time::Duration;

use room_link::Address;
use room_sim::Handle;
use room_sim::camera::Camera;
use room_sim::projector::{Projector, Settings};

use crate::clock::seed;
use crate::config::{Carrier, Config, DeviceConfig, DriverKind};

/// Any free port of this machine.
const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Starts the simulator of a device; where it is and how to reach its hidden side.
pub(crate) async fn start(config: &Config, device: &DeviceConfig) -> anyhow::Result<(Address, Handle)> {
    match device.driver {
        DriverKind::Visca => {
            let handle = Handle::new(Camera::new(device.carrier == Carrier::Udp));
            let address = match device.carrier {
                Carrier::Tcp => Address::Tcp(handle.tcp(ANYWHERE).await?.to_string()),
                Carrier::Udp => Address::Udp(handle.udp(ANYWHERE).await?),
                Carrier::Serial => Address::Serial { path: handle.pty()?, baud: 9600 },
            };
            Ok((address, handle))
        }
        DriverKind::Pjlink => {
            let settings = Settings {
                password: device.password.clone(),
                warm_up: Duration::from_secs(config.rehearsal_warm_up_s),
                cool_down: Duration::from_secs(config.rehearsal_cool_down_s),
                inputs: device.inputs.iter().map(|input| input.input.clone()).collect(),
                digest_once: false,
            };
            let handle = Handle::new(Projector::new(settings, seed()));
            Ok((Address::Tcp(handle.tcp(ANYWHERE).await?.to_string()), handle))
        }
    }
}
