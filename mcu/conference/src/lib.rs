//! mcu-conference
