//! Offers of the browsers and libraries that come to the door, and their answers.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use mcu_media_api::{Codec, Layer, RefusalKind, Role};
use mcu_relay::sdp::{Agreement, Candidate, Line, Local, Slot, agree, parse_offer, write_answer};
use proptest::prelude::*;

const CHROMIUM: &str = include_str!("fixtures/chromium-publish-simulcast.sdp");
const CHROMIUM_WATCH: &str = include_str!("fixtures/chromium-watch.sdp");
const FIREFOX: &str = include_str!("fixtures/firefox-publish.sdp");
const AIORTC: &str = include_str!("fixtures/aiortc-sendrecv.sdp");

fn agreed(offer: &str, role: Role) -> Agreement {
    let mut agreement = agree(&parse_offer(offer).unwrap(), role).unwrap();
    for (number, stream) in (0..).zip(agreement.streams_mut()) {
        (stream.send_ssrc, stream.send_rtx_ssrc) = (100 + number, 200 + number);
    }
    agreement
}

fn answer(offer: &str, role: Role) -> String {
    let [four, six] = ["192.0.2.1:3478", "[2001:db8::1]:3478"].map(|address| address.parse().unwrap());
    let candidates = [Candidate::Udp(four), Candidate::Udp(six), Candidate::Tcp(four), Candidate::Tcp(six)];
    let local = Local { ufrag: "uf", password: "pw", fingerprint: "AA:BB", candidates: &candidates, session: 42, cname: "cn" };
    write_answer(&agreed(offer, role), &local)
}

fn refusal(offer: &str, role: Role) -> RefusalKind {
    let refused = parse_offer(offer).and_then(|offer| agree(&offer, role)).unwrap_err();
    assert!(refused.reason.len() > 20, "a reason says what to do: {}", refused.reason);
    refused.kind
}

/// The lines of the answer's `number`th m-line.
fn section(answer: &str, number: usize) -> Vec<&str> {
    let mut sections = vec![Vec::new()];
    for line in answer.lines() {
        if line.starts_with("m=") {
            sections.push(Vec::new());
        }
        sections.last_mut().unwrap().push(line);
    }
    sections.swap_remove(number + 1)
}

#[test]
fn chromium_publishes_constrained_baseline_in_three_layers() {
    let agreement = agreed(CHROMIUM, Role::Publish);
    let main = agreement.slot(Slot::Main).unwrap();
    assert_eq!((main.codec, main.payload_type, main.rtx_payload_type), (Codec::H264, 109, Some(114)));
    let layers: Vec<(&str, Layer)> = main.rids.iter().map(|(rid, layer)| (rid.as_str(), *layer)).collect();
    assert_eq!(layers, [("l", Layer::Low), ("m", Layer::Mid), ("h", Layer::High)]);
    assert_eq!((main.extensions.mid, main.extensions.rid, main.extensions.repaired_rid), (4, 10, 11));
    assert_eq!(agreement.remote_ufrag, "4ZcD");
    assert_eq!(agreement.fingerprint[..2], [0x75, 0x74]);

    let text = answer(CHROMIUM, Role::Publish);
    assert!(text.starts_with("v=0\r\n") && text.ends_with("\r\n") && !text.contains("\n\n"));
    assert!(text.contains("a=group:BUNDLE 0 1\r\n") && text.contains("a=ice-lite\r\n"));
    let audio = section(&text, 0);
    assert_eq!(audio[0], "m=audio 9 UDP/TLS/RTP/SAVPF 63 111");
    assert!(audio.contains(&"a=fmtp:111 minptime=10;useinbandfec=1"));
    let video = section(&text, 1);
    for line in [
        "m=video 9 UDP/TLS/RTP/SAVPF 109 114",
        "a=mid:1",
        "a=recvonly",
        "a=rtcp-mux",
        "a=setup:passive",
        "a=ice-ufrag:uf",
        "a=ice-pwd:pw",
        "a=fingerprint:sha-256 AA:BB",
        "a=rtpmap:109 H264/90000",
        "a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=rtcp-fb:109 nack",
        "a=rtcp-fb:109 nack pli",
        "a=rtcp-fb:109 ccm fir",
        "a=rtcp-fb:109 goog-remb",
        "a=rtcp-fb:109 transport-cc",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=rtpmap:114 rtx/90000",
        "a=fmtp:114 apt=109",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "a=rid:h recv",
        "a=simulcast:recv l;m;h",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 3478 typ host",
        "a=candidate:3 1 tcp 1520434687 192.0.2.1 3478 typ host tcptype passive",
        "a=candidate:4 1 tcp 1520434431 2001:db8::1 3478 typ host tcptype passive",
        "a=end-of-candidates",
    ] {
        assert!(video.contains(&line), "{line} is missing in {video:#?}");
    }
}

#[test]
fn chromium_watches_picture_content_and_sound() {
    let text = answer(CHROMIUM_WATCH, Role::Watch);
    assert!(text.contains("a=group:BUNDLE 0 1 2\r\n"));
    let agreement = agreed(CHROMIUM_WATCH, Role::Watch);
    let slots: Vec<Slot> = agreement.streams().map(|stream| stream.slot).collect();
    assert_eq!(slots, [Slot::Main, Slot::Sound, Slot::Content]);
    let main = section(&text, 0);
    for line in ["a=sendonly", "a=ssrc-group:FID 100 200", "a=ssrc:100 cname:cn", "a=ssrc:200 cname:cn", "a=msid:cn cn-0"] {
        assert!(main.contains(&line), "{line} is missing in {main:#?}");
    }
    assert!(main[0].ends_with(" 109 114"));
    assert!(section(&text, 1).contains(&"a=ssrc:101 cname:cn"));
    assert!(section(&text, 2).contains(&"a=sendonly"), "an offer to do both is answered with sending");
    assert_eq!(section(&text, 3)[0], "m=application 0 UDP/DTLS/SCTP webrtc-datachannel");
}

#[test]
fn firefox_without_h264_publishes_vp8() {
    let agreement = agreed(FIREFOX, Role::Publish);
    let main = agreement.slot(Slot::Main).unwrap();
    assert_eq!((main.codec, main.payload_type, main.rtx_payload_type), (Codec::Vp8, 120, Some(124)));
    assert_eq!((main.extensions.rid, main.extensions.repaired_rid), (8, 9), "a direction after the id is no part of it");
    assert_eq!(main.rids.len(), 3);
    assert_eq!(agreement.fingerprint[0], 0x64, "taken from the session level");
    let text = answer(FIREFOX, Role::Publish);
    assert!(text.contains("a=simulcast:recv h;m;l\r\n") && text.contains("m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n"));
    assert!(!text.contains("a=fmtp:120"));
}

#[test]
fn aiortc_offers_both_ways_and_three_fingerprints() {
    for role in [Role::Publish, Role::Watch] {
        let agreement = agreed(AIORTC, role);
        let main = agreement.slot(Slot::Main).unwrap();
        assert_eq!((main.codec, main.payload_type, main.rtx_payload_type), (Codec::H264, 101, Some(102)));
        assert_eq!(agreement.fingerprint[0], 0xA4);
        assert_eq!(agreement.slot(Slot::Sound).unwrap().payload_type, 96);
    }
    let publisher = agreed(AIORTC, Role::Publish);
    assert_eq!(publisher.slot(Slot::Main).unwrap().retransmissions, [(2_381_137_421, 3_120_985_117)]);
}

#[test]
fn line_ends_may_be_lf_or_crlf() {
    assert_eq!(agreed(CHROMIUM, Role::Publish), agreed(&CHROMIUM.replace('\n', "\r\n"), Role::Publish));
}

#[test]
fn what_this_door_does_not_do_is_refused_by_kind() {
    assert_eq!(refusal("", Role::Watch), RefusalKind::MalformedSdp);
    assert_eq!(refusal("hello", Role::Watch), RefusalKind::MalformedSdp);
    assert_eq!(refusal("v=0\r\ns=-\r\n", Role::Watch), RefusalKind::MalformedSdp);
    assert_eq!(refusal("v=0\r\nm=video\r\n", Role::Watch), RefusalKind::MalformedSdp);
    assert_eq!(refusal(&format!("v=0\n{}", "m=audio 9 RTP/SAVPF 0\n".repeat(17)), Role::Watch), RefusalKind::MalformedSdp);
    assert_eq!(refusal(&format!("{CHROMIUM}{}", "a=x\n".repeat(20_000)), Role::Publish), RefusalKind::MalformedSdp);
    assert_eq!(refusal(&CHROMIUM.replace("a=ice-ufrag", "a=x"), Role::Publish), RefusalKind::MalformedSdp);
    assert_eq!(refusal(&CHROMIUM.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0"), Role::Publish), RefusalKind::Unsupported);
    assert_eq!(refusal(&CHROMIUM.replace("a=rtcp-mux", "a=x"), Role::Publish), RefusalKind::Unsupported);
    assert_eq!(refusal(&CHROMIUM.replace("a=setup:actpass", "a=setup:passive"), Role::Publish), RefusalKind::Unsupported);
    assert_eq!(refusal(&CHROMIUM.replace("sha-256", "sha-1"), Role::Publish), RefusalKind::Unsupported);
    let other_codecs = CHROMIUM.replace("packetization-mode=1", "packetization-mode=0").replace("VP8", "VP9");
    assert_eq!(refusal(&other_codecs, Role::Publish), RefusalKind::NoCommonCodec);
    assert_eq!(refusal(CHROMIUM, Role::Watch), RefusalKind::NoCommonCodec, "a sender cannot be sent to");
}

#[test]
fn a_line_given_up_by_the_offerer_means_nothing() {
    let offer = CHROMIUM_WATCH.replacen("m=video 9 ", "m=video 0 ", 1);
    let agreement = agreed(&offer, Role::Watch);
    assert!(matches!(&agreement.lines[0], Line::Rejected { mid, .. } if mid == "0"));
    assert_eq!(agreement.slot(Slot::Main).unwrap().mid, "2", "the first video in use is the main picture");
    let bundled = offer.replacen("a=mid:0", "a=mid:0\na=bundle-only", 1);
    assert_eq!(agreed(&bundled, Role::Watch).slot(Slot::Main).unwrap().mid, "0", "port 0 with bundle-only is in use");
}

/// Lines that are bundle-only have no transport of their own (RFC 9143 §7.1.3, RFC 9725 §4.2 figure 2).
#[test]
fn bundle_only_lines_have_the_transport_of_the_first() {
    let transport = ["a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=setup", "a=rtcp-mux"];
    let (head, video) = CHROMIUM.split_at(CHROMIUM.find("m=video").unwrap());
    let bare: Vec<&str> = video.lines().filter(|line| !transport.iter().any(|name| line.starts_with(name))).collect();
    let offer = format!("{head}{}\na=bundle-only\n", bare.join("\n").replacen("m=video 9 ", "m=video 0 ", 1));
    let (whole, bundled) = (agreed(CHROMIUM, Role::Publish), agreed(&offer, Role::Publish));
    assert_eq!((&bundled.remote_ufrag, bundled.fingerprint), (&whole.remote_ufrag, whole.fingerprint));
    assert_eq!(bundled.slot(Slot::Main), whole.slot(Slot::Main));
    let not_grouped = offer.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0");
    assert_eq!(refusal(&not_grouped, Role::Publish), RefusalKind::Unsupported);
    let nothing_to_share = offer.replace("a=rtcp-mux", "a=x");
    assert_eq!(refusal(&nothing_to_share, Role::Publish), RefusalKind::Unsupported);
}

/// RFC 9725 §4.4.3; viewers are answered in part.
#[test]
fn publishers_are_taken_whole_or_not() {
    let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=setup:actpass\n";
    let offer = format!("{CHROMIUM}{data}").replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2");
    assert_eq!(refusal(&offer, Role::Publish), RefusalKind::Unsupported);
    let given_up = offer.replace("m=application 9 ", "m=application 0 ");
    assert!(matches!(&agreed(&given_up, Role::Publish).lines[2], Line::Rejected { mid, .. } if mid == "2"));
    assert!(agreed(CHROMIUM_WATCH, Role::Watch).lines.iter().any(|line| matches!(line, Line::Rejected { .. })));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,400}") {
        let _ = parse_offer(&text).and_then(|offer| agree(&offer, Role::Publish));
    }

    #[test]
    fn real_offers_cut_mixed_and_broken_are_read_or_refused(
        which in 0_usize..4,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..4), 1..12),
        publish in any::<bool>(),
    ) {
        let mut lines: Vec<String> = [CHROMIUM, CHROMIUM_WATCH, FIREFOX, AIORTC][which].lines().map(str::to_owned).collect();
        for (a, b, kind) in edits {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            match kind {
                0 => { lines.swap(a, b); }
                1 => { let copy = lines[a].clone(); lines.insert(b, copy); }
                2 => { let length = lines[a].chars().count(); lines[a] = lines[a].chars().take(b % (length + 1)).collect(); }
                _ => { let tail = lines[b].clone(); lines[a].push_str(&tail); }
            }
        }
        let role = if publish { Role::Publish } else { Role::Watch };
        if let Ok(agreement) = parse_offer(&lines.join("\r\n")).and_then(|offer| agree(&offer, role)) {
            let local = Local { ufrag: "u", password: "p", fingerprint: "AA", candidates: &[], session: 1, cname: "c" };
            let text = write_answer(&agreement, &local);
            prop_assert_eq!(text.matches("m=").count() >= agreement.lines.len(), true);
        }
    }
}
