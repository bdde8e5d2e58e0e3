//! Bytes in words.

use room_drivers::visca::{Envelope, Framer, Reply, reply_of};

/// The bytes as they read, when they are text.
fn text(bytes: &[u8]) -> String {
    let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || *byte >= 0x80);
    if is_text { format!("{:?}", String::from_utf8_lossy(bytes)) } else { String::new() }
}

/// The VISCA part of a datagram, or the bytes themselves.
fn bare(bytes: &[u8]) -> (String, Vec<u8>) {
    match Envelope::decode(bytes) {
        Some(envelope) => (format!("{:?} #{} ", envelope.kind, envelope.seq), envelope.payload),
        None => (String::new(), bytes.to_vec()),
    }
}

pub(crate) fn sent(is_visca: bool, bytes: &[u8]) -> String {
    if !is_visca {
        return text(bytes);
    }
    let (head, frame) = bare(bytes);
    let what = match frame.as_slice() {
        [_, 0x09, 0x04, 0x00, 0xFF] => "power?",
        [_, 0x09, 0x06, 0x12, 0xFF] => "pan and tilt?",
        [_, 0x09, 0x04, 0x47, 0xFF] => "zoom?",
        [_, 0x09, 0x04, 0x38, 0xFF] => "focus?",
        [_, 0x01, 0x06, 0x01, _, _, 3, 3, 0xFF] => "stop pan and tilt",
        [_, 0x01, 0x06, 0x01, ..] => "drive",
        [_, 0x01, 0x04, 0x07, 0, 0xFF] => "stop zoom",
        [_, 0x01, 0x04, 0x3F, 2, ..] => "recall preset",
        [_, 0x01, ..] => "command",
        [0x01] => "reset the sequence",
        _ => "",
    };
    format!("{head}{what}")
}

pub(crate) fn received(is_visca: bool, bytes: &[u8]) -> String {
    if !is_visca {
        return text(bytes);
    }
    let (head, payload) = bare(bytes);
    let (frames, dropped) = Framer::default().feed(&payload);
    let mut words: Vec<String> = frames
        .iter()
        .map(|frame| match reply_of(frame) {
            Reply::Ack(socket) => format!("taken into socket {socket}"),
            Reply::Done(socket) => format!("socket {socket} is done"),
            Reply::Answer(_) => "answer".to_owned(),
            Reply::Error(_, 0x02) => "not supported".to_owned(),
            Reply::Error(_, 0x03) => "busy".to_owned(),
            Reply::Error(_, 0x41) => "not executable in this state".to_owned(),
            Reply::Error(_, error) => format!("error {error:02X}"),
            Reply::NetworkChange => "network change".to_owned(),
            Reply::Strange => "not understood".to_owned(),
        })
        .collect();
    if dropped > 0 && head.is_empty() {
        words.push(format!("{dropped} bytes that mean nothing"));
    }
    format!("{head}{}", words.join(", "))
}
