//! Simulators in place of devices, on real sockets and lines of this machine.

use std::time::Duration;

use room_link::Address;
use room_sim::{Handle, Options, place, simulator_of};

use crate::clock::seed;
use crate::config::{Config, DeviceConfig};

/// Starts the simulator of a device; where it is and how to reach its hidden side.
pub(crate) async fn start(config: &Config, device: &DeviceConfig) -> anyhow::Result<(Address, Handle)> {
    let options = Options {
        warm_up: Duration::from_secs(config.rehearsal_warm_up_s),
        cool_down: Duration::from_secs(config.rehearsal_cool_down_s),
        seed: seed(),
    };
    let line = device.rehearsal_line();
    let handle = simulator_of(&device.driver, &device.settings, line, &options)?;
    Ok((place(&handle, line).await?, handle))
}
