//! mcu-relay
