//! Scripted conversations, one file per misbehaviour. Time is an argument: nothing sleeps.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking"
)]

mod bench;
mod busy_camera;
mod dcerno;
mod desk;
mod dis_ccu;
mod double_ack;
mod exchange;
mod extron_sis;
mod garbage;
mod half_a_frame;
mod huidu;
mod itach;
mod knx;
mod kramer_p3000;
mod late_reply;
mod lg_rs232;
mod life;
mod lights;
mod lost_datagram;
mod modbus_relays;
mod novastar;
mod onvif;
mod pelco_d;
mod profile;
mod qsys_qrc;
mod reboot_mid_move;
mod refused_password;
mod repeated_digest_refused;
mod samsung_mdc;
mod shure;
mod silent_device;
mod sony_adcp;
mod stop_overtakes;
mod taiden;
mod tesira;
mod videohub;
mod x32;
mod yamaha_rcp;
