//! mcu-api
