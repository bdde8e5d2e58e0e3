//! mcu-control
