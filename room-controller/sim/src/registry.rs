//! Simulators by the name of the driver they answer, each made from what the configuration says about its device.

use std::net::SocketAddr;
use std::time::Duration;

use room_drivers::profile::Mirror;
use room_drivers::{
    Line, SettingsError, artnet, dcerno, dis_ccu, dmx, enttec_pro, extron_sis, huidu, itach, knx, kramer_p3000, lg_rs232, novastar, onvif,
    pelco_d, pjlink, profile, qsys_qrc, read, sacn, samsung_mdc, shure, sony_adcp, taiden, tesira, videohub, visca, wake_on_lan, x32,
    yamaha_rcp,
};
use room_link::Address;
use toml::Table;

use crate::camera::Camera;
use crate::dcerno::DCerno;
use crate::dis_ccu::DisCcu;
use crate::extron_sis as extron_sis_sim;
use crate::huidu::HuiduCard;
use crate::itach::{Itach, Sleeper};
use crate::knx::KnxInterface;
use crate::kramer_p3000 as kramer;
use crate::lg_rs232 as lg;
use crate::lights::Lights;
use crate::modbus_relays::RelayBoard;
use crate::novastar::SendingCard;
use crate::onvif::{self as onvif_sim, OnvifCamera};
use crate::pelco_d::{self as pelco, PelcoCamera};
use crate::profiled::Profiled;
use crate::projector::{Projector, Settings};
use crate::qsys_qrc::Core;
use crate::samsung_mdc::SamsungDisplay;
use crate::serve::Handle;
use crate::shure::Shure;
use crate::sony_adcp as sony;
use crate::taiden::Taiden;
use crate::tesira::Tesira;
use crate::videohub::Hub;
use crate::x32::X32;
use crate::yamaha_rcp::Yamaha;

/// Any free port of this machine.
const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// How simulated devices are beyond what their configuration says.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// From power-on to picture.
    pub warm_up: Duration,
    /// From power-off to standby.
    pub cool_down: Duration,
    /// For challenges and the like.
    pub seed: u64,
}

/// A simulator that can be asked for by name.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The driver it answers.
    pub driver: &'static str,
    /// Makes it.
    pub make: fn(&Table, Line, &Options) -> Result<Handle, SettingsError>,
}

/// All simulators, in the order of their drivers' names.
pub const SIMULATORS: &[Entry] = &[
    Entry { driver: "artnet", make: |table, _line, _options| Ok(Handle::new(Lights::artnet(universes(table, artnet::WORDS)?))) },
    Entry {
        driver: "dcerno",
        make: |table, _line, _options| {
            let settings: dcerno::Settings = read(table)?;
            Ok(Handle::new(DCerno::new(settings.seats()?)))
        },
    },
    Entry {
        driver: "dis_ccu",
        make: |table, _line, _options| {
            let _: dis_ccu::Settings = read(table)?;
            Ok(Handle::new(DisCcu::new(crate::dis_ccu::Settings::default())))
        },
    },
    Entry {
        driver: "enttec_pro",
        make: |table, _line, _options| {
            universes(table, enttec_pro::WORDS)?;
            Ok(Handle::new(Lights::enttec()))
        },
    },
    Entry {
        driver: "extron_sis",
        make: |table, line, _options| {
            let settings: extron_sis::Settings = read(table)?;
            Ok(Handle::new(extron_sis_sim::Matrix::new(extron_sis_sim::Settings {
                password: settings.password.filter(|_| line == Line::Tcp),
                greets: line == Line::Tcp,
                inputs: settings.input_count,
                outputs: settings.output_count,
                presets: settings.preset_count,
                volume: settings.volume,
                ..extron_sis_sim::Settings::default()
            })))
        },
    },
    Entry {
        driver: "huidu",
        make: |table, _line, _options| {
            let settings: huidu::Settings = read(table)?;
            let beat = match settings.heartbeat {
                huidu::Heartbeat::Sdk => huidu::command::BEAT,
                huidu::Heartbeat::Other => huidu::command::BEAT_2005,
            };
            Ok(Handle::new(HuiduCard::new(huidu::CHUNK, beat)))
        },
    },
    Entry {
        driver: "itach",
        make: |table, _line, _options| {
            let settings: itach::Settings = read(table)?;
            Ok(Handle::new(Itach::new(settings.relays)))
        },
    },
    Entry {
        driver: "knx",
        make: |table, _line, _options| {
            let settings: knx::Settings = read(table)?;
            Ok(Handle::new(KnxInterface::new(settings.fixtures()?, settings.scene_group()?)))
        },
    },
    Entry {
        driver: "kramer_p3000",
        make: |table, _line, _options| {
            let settings: kramer_p3000::Settings = read(table)?;
            Ok(Handle::new(kramer::Matrix::new(kramer::Settings {
                inputs: settings.input_count,
                outputs: settings.output_count,
                presets: settings.preset_count,
                layers: (settings.video_layer, settings.audio_layer),
                old_words: settings.routing == kramer_p3000::Words::Vid,
                disconnect: settings.disconnect,
                black: settings.video_mute_flag,
                ..kramer::Settings::default()
            })))
        },
    },
    Entry {
        driver: "lg_rs232",
        make: |table, _line, options| {
            let settings: lg_rs232::Settings = read(table)?;
            let defaults = lg::Settings::default();
            let inputs: Vec<u8> = settings.inputs.iter().filter_map(|input| lg_rs232::code_of_input(&input.input)).collect();
            let inputs = if inputs.is_empty() { defaults.inputs } else { inputs };
            let wakes = options.warm_up.min(defaults.wakes);
            Ok(Handle::new(lg::LgDisplay::new(lg::Settings { id: settings.set_id, inputs, wakes, ..defaults })))
        },
    },
    Entry { driver: "modbus_relays", make: |table, line, _options| Ok(Handle::new(RelayBoard::of(&read(table)?, line)?)) },
    Entry {
        driver: "novastar",
        make: |table, _line, _options| {
            let settings: novastar::Settings = read(table)?;
            Ok(Handle::new(SendingCard::new(&settings.cards()?)))
        },
    },
    Entry {
        driver: "onvif",
        make: |table, _line, _options| {
            let settings: onvif::Settings = read(table)?;
            let user = settings.user.map(|user| (user, settings.password));
            Ok(Handle::new(OnvifCamera::new(onvif_sim::Settings { user, ..onvif_sim::Settings::default() })))
        },
    },
    Entry {
        driver: "pelco_d",
        make: |table, _line, _options| {
            let settings: pelco_d::Settings = read(table)?;
            Ok(Handle::new(PelcoCamera::new(pelco::Settings { address: settings.pelco_address, answers: settings.answers })))
        },
    },
    Entry {
        driver: "pjlink",
        make: |table, _line, options| {
            let settings: pjlink::Settings = read(table)?;
            let defaults = Settings::default();
            let inputs: Vec<String> = settings.inputs.into_iter().map(|input| input.input).collect();
            let settings = Settings {
                password: settings.password,
                warm_up: options.warm_up,
                cool_down: options.cool_down,
                inputs: if inputs.is_empty() { defaults.inputs } else { inputs },
                digest_once: false,
            };
            Ok(Handle::new(Projector::new(settings, options.seed)))
        },
    },
    Entry {
        driver: "profile",
        make: |table, _line, _options| {
            let settings: profile::Settings = read(table)?;
            let mirror = Mirror::new(&settings.profile).map_err(|wrong| SettingsError::BadKey(format!("profile: {wrong}")))?;
            Ok(Handle::new(Profiled::new(mirror)))
        },
    },
    Entry {
        driver: "qsys_qrc",
        make: |table, _line, _options| {
            let settings: qsys_qrc::Settings = read(table)?;
            let channels = settings.channels()?;
            let user = settings.user.map(|user| (user, settings.password.unwrap_or_default()));
            let snapshots = settings.snapshots;
            Ok(Handle::new(Core::new(crate::qsys_qrc::Settings { channels, user, snapshots, pushes_answers: false })))
        },
    },
    Entry { driver: "sacn", make: |table, _line, _options| Ok(Handle::new(Lights::sacn(universes(table, sacn::WORDS)?))) },
    Entry {
        driver: "samsung_mdc",
        make: |table, _line, options| {
            let settings: samsung_mdc::Settings = read(table)?;
            let defaults = crate::samsung_mdc::Settings::default();
            let inputs: Vec<u8> = settings.inputs.iter().filter_map(|input| samsung_mdc::code_of_input(&input.input)).collect();
            let inputs = if inputs.is_empty() { defaults.inputs } else { inputs };
            let deaf = options.warm_up.min(defaults.deaf);
            let settings = crate::samsung_mdc::Settings { id: settings.display_id, inputs, deaf, ..defaults };
            Ok(Handle::new(SamsungDisplay::new(settings)))
        },
    },
    Entry {
        driver: "shure",
        make: |table, _line, _options| {
            let shure::Settings { channels, digits, .. } = read(table)?;
            Ok(Handle::new(Shure::new(crate::shure::Settings { channels, digits, wireless: false })))
        },
    },
    Entry {
        driver: "sony_adcp",
        make: |table, _line, options| {
            let settings: sony_adcp::Settings = read(table)?;
            let defaults = sony::Settings::default();
            let inputs: Vec<String> = settings.inputs.into_iter().map(|input| input.input).collect();
            let settings = sony::Settings {
                password: settings.password,
                warm_up: options.warm_up,
                cool_down: options.cool_down,
                inputs: if inputs.is_empty() { defaults.inputs } else { inputs },
                tells_all: true,
            };
            Ok(Handle::new(sony::SonyProjector::new(settings, options.seed)))
        },
    },
    Entry {
        driver: "taiden",
        make: |table, _line, _options| {
            let taiden::Settings { seats, short_reports, .. } = read(table)?;
            let defaults = crate::taiden::Settings::default();
            let seats = if seats == 0 { defaults.seats } else { seats };
            Ok(Handle::new(Taiden::new(crate::taiden::Settings { seats, short_reports, ..defaults })))
        },
    },
    Entry {
        driver: "tesira",
        make: |table, line, _options| {
            let settings: tesira::Settings = read(table)?;
            Ok(Handle::new(Tesira::new(settings.channels()?, line == Line::Tcp)))
        },
    },
    Entry {
        driver: "videohub",
        make: |table, _line, _options| {
            let settings: videohub::Settings = read(table)?;
            let (inputs, outputs) = (settings.input_count, settings.output_count);
            Ok(Handle::new(Hub::new(crate::videohub::Settings { inputs, outputs, ..crate::videohub::Settings::default() })))
        },
    },
    Entry {
        driver: "visca",
        make: |table, line, _options| {
            let _: visca::Settings = read(table)?;
            Ok(Handle::new(Camera::new(line == Line::Udp)))
        },
    },
    Entry {
        driver: "wake_on_lan",
        make: |table, _line, _options| {
            let settings: wake_on_lan::Settings = read(table)?;
            Ok(Handle::new(Sleeper::new(settings.mac()?)))
        },
    },
    Entry {
        driver: "x32",
        make: |table, _line, _options| {
            x32::Settings::strips(&read(table)?)?;
            Ok(Handle::new(X32::new(crate::x32::Settings::default())))
        },
    },
    Entry {
        driver: "yamaha_rcp",
        make: |table, _line, _options| {
            let yamaha_rcp::Settings { library, .. } = read(table)?;
            Ok(Handle::new(Yamaha::new(crate::yamaha_rcp::Settings { library, ..crate::yamaha_rcp::Settings::default() })))
        },
    },
];

/// Universes in which a device's fixtures hang.
fn universes(table: &Table, words: dmx::Words) -> Result<Vec<u16>, SettingsError> {
    let rig = dmx::Settings::of(table, words)?.rig(words)?;
    let universes: std::collections::BTreeSet<u16> = rig.fixtures.iter().map(|fixture| fixture.universe).collect();
    Ok(universes.into_iter().collect())
}

/// The simulator that answers that driver.
///
/// # Errors
/// With what to change in the configuration.
pub fn simulator_of(driver: &str, settings: &Table, line: Line, options: &Options) -> Result<Handle, SettingsError> {
    let Some(entry) = SIMULATORS.iter().find(|entry| entry.driver == driver) else {
        let names: Vec<&str> = SIMULATORS.iter().map(|entry| entry.driver).collect();
        return Err(SettingsError::UnknownDriver(driver.to_owned(), names.join(", ")));
    };
    (entry.make)(settings, line, options)
}

/// Puts a simulator on a line of this machine: a free port, or a pseudo-terminal.
///
/// # Errors
/// When the system has none.
pub async fn place(handle: &Handle, line: Line) -> std::io::Result<Address> {
    Ok(match line {
        Line::Tcp => Address::Tcp(handle.tcp(ANYWHERE).await?.to_string()),
        Line::Udp => Address::Udp(handle.udp(ANYWHERE).await?),
        Line::Serial => Address::Serial { path: handle.pty()?, baud: 9600 },
    })
}

#[cfg(test)]
mod tests {
    use super::{Options, SIMULATORS, simulator_of};
    use std::time::Duration;

    use room_drivers::DRIVERS;

    #[test]
    fn every_driver_has_a_simulator() {
        let drivers: Vec<&str> = DRIVERS.iter().map(|entry| entry.name).collect();
        let simulators: Vec<&str> = SIMULATORS.iter().map(|entry| entry.driver).collect();
        assert_eq!(drivers, simulators);
    }

    #[tokio::test]
    async fn every_simulator_is_made_of_its_drivers_example() {
        let options = Options { warm_up: Duration::from_secs(1), cool_down: Duration::from_secs(1), seed: 1 };
        for entry in DRIVERS {
            for line in entry.lines {
                let made = simulator_of(entry.name, &(entry.example)(), *line, &options);
                assert!(made.is_ok(), "{} on {line:?}: {:?}", entry.name, made.err());
            }
        }
    }
}
