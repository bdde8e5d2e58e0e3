//! What a configuration says about a relay board.

use std::time::Duration;

use room_driver::Machine;
use serde::Deserialize;

use super::codec::Form;
use super::interlock::Outlet;
use super::protocol::{Relays, Space};
use super::sequence::Sequencer;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};
use crate::text;

/// Most outlets: a question reads them all, and 120 registers fit into one answer.
const MAX_OUTLETS: u16 = 120;

/// The board's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Station (unit) number, 1 to 247; some TCP boards want 255 or 0.
    pub unit: u8,
    /// `coils` or `registers`.
    pub space: SpaceWord,
    /// Register value of on; default 1.
    pub on_value: u16,
    /// Register value of off; default 0.
    pub off_value: u16,
    /// Address of outlet 1; default 0.
    pub first: u16,
    /// Dry contacts to read; default 0.
    pub inputs: u16,
    /// Least time between two steps of a sequence, ms; never under 1000.
    pub gap_ms: u64,
    /// Outlets, when they are not listed; default 8.
    pub count: u16,
    /// Outlets with their rules.
    pub outlets: Vec<OutletSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        let (unit, space, on_value, off_value, first, inputs) = (1, SpaceWord::Coils, 1, 0, 0, 0);
        Self { unit, space, on_value, off_value, first, inputs, gap_ms: 1000, count: 8, outlets: Vec::new() }
    }
}

/// Where a board keeps its outlets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpaceWord {
    /// Coils.
    Coils,
    /// Holding registers.
    Registers,
}

/// One outlet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletSettings {
    /// Number as printed, from 1.
    pub number: u16,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Feeds an amplifier: last on, first off.
    #[serde(default)]
    pub amplifier: bool,
    /// Takes part in sequences; default yes.
    #[serde(default = "yes")]
    pub sequenced: bool,
    /// Least time off before it may be on again, s; default 0.
    #[serde(default)]
    pub rest_s: u64,
    /// Outlets that must be on while it is.
    #[serde(default)]
    pub needs: Vec<u16>,
    /// Outlets that must never be on together with it.
    #[serde(default)]
    pub excludes: Vec<u16>,
}

const fn yes() -> bool {
    true
}

impl Settings {
    /// The outlets, listed or counted.
    ///
    /// # Errors
    /// When one is listed twice, has no number, or names one that is not there.
    pub fn outlets(&self) -> Result<Vec<Outlet>, SettingsError> {
        let bad = |why: String| Err(SettingsError::BadKey(why));
        let plain = |number: u16| Outlet {
            number,
            name: text(&format!("插座 {number}"), &format!("Outlet {number}")),
            amplifier: false,
            sequenced: true,
            rest: Duration::ZERO,
            needs: Vec::new(),
            excludes: Vec::new(),
        };
        if self.outlets.is_empty() {
            if !(1..=MAX_OUTLETS).contains(&self.count) {
                return bad(format!("`count` is 1 to {MAX_OUTLETS}"));
            }
            return Ok((1..=self.count).map(plain).collect());
        }
        let mut outlets: Vec<Outlet> = Vec::new();
        for listed in &self.outlets {
            let number = listed.number;
            if !(1..=MAX_OUTLETS).contains(&number) || outlets.iter().any(|outlet| outlet.number == number) {
                return bad(format!("outlet {number}: `number` is 1 to {MAX_OUTLETS}, each once"));
            }
            let named = listed.needs.iter().chain(&listed.excludes);
            if let Some(stranger) = named.into_iter().find(|other| **other == number || !self.outlets.iter().any(|o| o.number == **other)) {
                return bad(format!("outlet {number}: `needs` and `excludes` name other listed outlets, not {stranger}"));
            }
            outlets.push(Outlet {
                name: text(&listed.name, &listed.name_en),
                amplifier: listed.amplifier,
                sequenced: listed.sequenced,
                rest: Duration::from_secs(listed.rest_s),
                needs: listed.needs.clone(),
                excludes: listed.excludes.clone(),
                ..plain(number)
            });
        }
        Ok(outlets)
    }

    /// How the outlets are kept.
    #[must_use]
    pub const fn space(&self) -> Space {
        match self.space {
            SpaceWord::Coils => Space::Coils,
            SpaceWord::Registers => Space::Registers { on: self.on_value, off: self.off_value },
        }
    }
}

/// `driver = "modbus_relays"`
pub const ENTRY: Entry = Entry {
    name: "modbus_relays",
    lines: &[Line::Tcp, Line::Serial],
    about: About {
        title: ("电源时序器与继电器 (Modbus)", "Modbus RTU and TCP relays"),
        judged: (
            "pymodbus 作设备（驱动，TCP 与 RTU）；mbpoll 读写模拟器",
            "pymodbus as the board, for the driver on TCP and RTU; mbpoll reads and writes the simulator",
        ),
        unproven: ("没有实物；各厂商的寄存器表不同，须配置", "no real board; makers differ in their registers, which are configured"),
    },
    example: || {
        keys(
            r#"
outlets = [
    { number = 1, name = "音频处理器", name_en = "Processor" },
    { number = 2, name = "功放", name_en = "Amplifier", amplifier = true, needs = [1] },
]
"#,
        )
    },
    make: |table, line, seed| {
        let settings: Settings = read(table)?;
        let bad = |why: &str| Err(SettingsError::BadKey(why.to_owned()));
        let form = match line {
            Line::Tcp | Line::Udp => Form::Tcp,
            Line::Serial => Form::Rtu,
        };
        if form == Form::Rtu && !(1..=247).contains(&settings.unit) {
            return bad("`unit` is 1 to 247 on a serial line");
        }
        if settings.gap_ms < 1000 {
            return bad("`gap_ms` is at least 1000: outlets that go on together trip the breaker");
        }
        if settings.on_value == settings.off_value {
            return bad("`on_value` and `off_value` must differ");
        }
        if settings.inputs > 2000 {
            return bad("`inputs` is 0 to 2000");
        }
        let outlets = settings.outlets()?;
        let relays = Relays::new(form, settings.unit, settings.space(), settings.first, settings.inputs, outlets);
        Ok(Box::new(Sequencer::new(Machine::new(relays, seed), Duration::from_millis(settings.gap_ms))))
    },
};
