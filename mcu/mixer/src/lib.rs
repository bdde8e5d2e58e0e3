//! mcu-mixer
