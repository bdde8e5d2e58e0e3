//! Offers as the room terminal makes them: three layers with RIDs, one sound.

use std::fmt::Write as _;

/// Ids of the header extensions of a publisher's offers.
pub(super) const MID: u8 = 1;
/// See [`MID`].
pub(super) const RID: u8 = 2;
/// RIDs, highest layer first.
pub(super) const RIDS: [&str; 3] = ["h", "m", "l"];
/// `a=mid` of the picture in [`crate::sdp::offer`].
pub(super) const PICTURE_MID: &str = "1";

/// The offer of [`crate::sdp::offer`] with its picture in three layers, named by RIDs instead of SSRCs, and without transport-wide numbers.
#[must_use]
pub fn in_layers(offer: &str) -> String {
    let mut out = String::with_capacity(offer.len() + 300);
    let mut picture = false;
    for line in offer.lines() {
        picture |= line.starts_with("m=video");
        let transport = line.contains("transport-wide-cc") || line.ends_with(" transport-cc");
        if transport || line.starts_with("a=ssrc:") {
            continue;
        }
        let _ = write!(out, "{line}\r\n");
        if picture && line.starts_with("a=mid:") {
            let _ = write!(
                out,
                "a=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:{RID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
            );
        }
    }
    for rid in RIDS {
        let _ = write!(out, "a=rid:{rid} send\r\n");
    }
    let _ = write!(out, "a=simulcast:send {}\r\n", RIDS.join(";"));
    out
}

#[cfg(test)]
mod tests {
    use super::in_layers;
    use mcu_media_api::Layer;
    use mcu_relay::sdp;

    #[test]
    fn the_relay_reads_three_layers_in_it() {
        let identity = crate::peer::Identity::generate().unwrap();
        let peer = crate::peer::Peer::new(&identity).unwrap();
        let text = in_layers(&crate::sdp::offer(&peer, &identity, "127.0.0.1:9".parse().unwrap(), "sendonly"));
        let offer = sdp::parse_offer(&text).unwrap();
        let agreement = sdp::agree(&offer, mcu_media_api::Role::Publish).unwrap();
        let picture = agreement.slot(sdp::Slot::Main).unwrap();
        let layers: Vec<_> = picture.rids.iter().map(|(_, layer)| *layer).collect();
        assert_eq!(layers, [Layer::High, Layer::Mid, Layer::Low]);
        assert_eq!((picture.extensions.mid, picture.extensions.rid, picture.extensions.transport_cc), (1, 2, 0));
        assert!(agreement.slot(sdp::Slot::Sound).is_some());
    }
}
