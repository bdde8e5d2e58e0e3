//! What a configuration says about a discussion unit.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::DisCcu;
use crate::registry::{About, Entry, Line, keys, read};

/// The unit's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seats of chairs, which the unit does not tell. Empty: `all_off` is taken as done when the unit has answered.
    #[serde(default)]
    pub chairs: Vec<u16>,
}

/// `driver = "dis_ccu"`
pub const ENTRY: Entry = Entry {
    name: "dis_ccu",
    lines: &[Line::Tcp],
    about: About {
        title: ("DIS/Shure MXC 讨论系统", "DIS-CCU, Shure MXC, DCS 6000"),
        judged: ("手册的字节；没有第三方程序", "bytes of the manuals; there is no independent peer"),
        unproven: ("没有实物；表决、优先级未做", "no real unit; votes and priorities are left out"),
    },
    example: || {
        keys(
            r#"
chairs = [1]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        Ok(Box::new(Machine::new(DisCcu::new(settings.chairs), seed)))
    },
};
