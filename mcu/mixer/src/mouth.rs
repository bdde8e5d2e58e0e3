//! Where one product leaves: RTP packets and a sender report each second, to the relay.

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rtc_rtcp::sender_report::SenderReport;
use rtc_rtp::header::Header;
use rtc_shared::marshal::Marshal as _;

use codec::clock::{monotonic, to_ntp, to_rtp};

/// Payload bytes per RTP packet: leaves room for SRTP, headers and a tunnel inside 1,280 bytes.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 1_180;
/// A sender report goes out this often.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// RTP version of every packet (RFC 3550).
const RTP_VERSION: u8 = 2;
/// Payload type on the loopback flow; the SSRC names the stream, so its value carries no meaning.
const PAYLOAD_TYPE: u8 = 96;

/// The relay's address as last told by control, shared by all products.
#[derive(Clone)]
pub(crate) struct RelayAddress(Arc<Mutex<Option<SocketAddr>>>);

impl RelayAddress {
    pub(crate) fn unknown() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    pub(crate) fn set(&self, address: SocketAddr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    pub(crate) fn get(&self) -> Option<SocketAddr> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends one product.
pub(crate) struct Mouth {
    socket: Arc<UdpSocket>,
    relay: RelayAddress,
    ssrc: u32,
    clock_rate_hz: u32,
    sequence: u16,
    packets: u32,
    octets: u32,
    reported_at: Duration,
    lag: Duration,
}

impl Mouth {
    pub(crate) fn new(socket: Arc<UdpSocket>, relay: RelayAddress, ssrc: u32, clock_rate_hz: u32) -> Self {
        Self { socket, relay, ssrc, clock_rate_hz, sequence: 0, packets: 0, octets: 0, reported_at: Duration::ZERO, lag: Duration::ZERO }
    }

    /// What is sent was taken up so long before it is made. Sender reports tell the time of taking up, as a terminal's do, so that a player shows
    /// forwarded pictures together with it (RFC 3550 §6.4.1).
    pub(crate) const fn set_lag(&mut self, lag: Duration) {
        self.lag = lag;
    }

    /// Sends the payloads of one picture or sound block made at `at`; the last one carries the marker bit when it is a picture.
    pub(crate) fn send(&mut self, payloads: &[Bytes], at: Duration, marker_on_last: bool) {
        let Some(relay) = self.relay.get() else {
            return;
        };
        let timestamp = to_rtp(at, self.clock_rate_hz);
        for (index, payload) in payloads.iter().enumerate() {
            let header = Header {
                version: RTP_VERSION,
                marker: marker_on_last && index + 1 == payloads.len(),
                payload_type: PAYLOAD_TYPE,
                sequence_number: self.sequence,
                timestamp,
                ssrc: self.ssrc,
                ..Header::default()
            };
            self.sequence = self.sequence.wrapping_add(1);
            let packet = rtc_rtp::packet::Packet { header, payload: payload.clone() };
            if let Ok(bytes) = packet.marshal() {
                self.packets = self.packets.wrapping_add(1);
                self.octets = self.octets.wrapping_add(u32::try_from(payload.len()).unwrap_or(0));
                // The relay may be restarting; what it misses is repaired by the next key frame.
                let _ = self.socket.send_to(&bytes, relay);
            }
        }
        self.report(relay);
    }

    fn report(&mut self, relay: SocketAddr) {
        let now = monotonic();
        if now.saturating_sub(self.reported_at) < REPORT_EVERY {
            return;
        }
        self.reported_at = now;
        let report = SenderReport {
            ssrc: self.ssrc,
            ntp_time: to_ntp(now.saturating_sub(self.lag)),
            rtp_time: to_rtp(now, self.clock_rate_hz),
            packet_count: self.packets,
            octet_count: self.octets,
            ..SenderReport::default()
        };
        if let Ok(bytes) = report.marshal() {
            let _ = self.socket.send_to(&bytes, relay);
        }
    }
}

/// A picture loss indication (RFC 4585 §6.3.1) for a tap.
pub(crate) fn picture_loss(socket: &UdpSocket, relay: SocketAddr, media_ssrc: u32) {
    let request = rtc_rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication { sender_ssrc: 0, media_ssrc };
    if let Ok(bytes) = request.marshal() {
        let _ = socket.send_to(&bytes, relay);
    }
}
