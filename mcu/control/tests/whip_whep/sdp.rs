//! What answers say, and which offers are not taken.

use std::collections::BTreeSet;

use crate::bench::{ALL, Bench, Endpoint};
use crate::offers::{balanced, publisher, viewer, with_line};

/// The m-sections of a description, each with its m-line first.
fn sections(text: &str) -> Vec<Vec<&str>> {
    let mut sections: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("m=") {
            sections.push(Vec::new());
        }
        if let Some(section) = sections.last_mut() {
            section.push(line);
        }
    }
    sections
}

async fn answer(bench: &Bench, endpoint: Endpoint, offer: &str) -> String {
    let said = bench.post(endpoint, offer).await;
    assert_eq!(said.status, 201, "{endpoint:?}: {}\n{offer}", said.body);
    said.body
}

const SECOND_AUDIO: &str = "m=audio 0 UDP/TLS/RTP/SAVPF 111
a=mid:2
a=bundle-only
a=sendonly
a=rtpmap:111 opus/48000/2
";

/// RFC 9725 §4.2: the answer MUST be one by JSEP (RFC 9429 §5.3.1): the offer's m-lines in their order and MIDs, one group, ICE options.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_made_by_jsep() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for offer in [endpoint.offer(), balanced(&endpoint.offer())] {
            let text = answer(&bench, endpoint, &offer).await;
            assert!(text.contains("a=group:BUNDLE 0 1\r\n") && text.contains("a=ice-options:trickle ice2\r\n"), "{text}");
            let sections = sections(&text);
            let kinds: Vec<(&str, bool)> = sections
                .iter()
                .map(|section| (section[0].split(' ').next().unwrap(), section[0].contains(" UDP/TLS/RTP/SAVPF ")))
                .collect();
            assert_eq!(kinds, [("m=audio", true), ("m=video", true)]);
            for (number, section) in sections.iter().enumerate() {
                assert!(section.contains(&format!("a=mid:{number}").as_str()));
                assert!(section.iter().any(|line| line.starts_with("a=fingerprint:sha-256 ")));
            }
            assert!(sections[0].contains(&"a=rtpmap:111 opus/48000/2") && sections[1].contains(&"a=rtpmap:96 VP8/90000"));
        }
    }
}

/// RFC 9725 §4.2: the endpoint MUST use recvonly in the answer, also when sendrecv is offered. WHEP-03 §4.2.5: MUST use sendonly.
#[tokio::test(flavor = "multi_thread")]
async fn answers_go_one_way() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let (own, wanted) = if endpoint == Endpoint::Whip { ("a=sendonly", "a=recvonly") } else { ("a=recvonly", "a=sendonly") };
        for offer in [endpoint.offer(), endpoint.offer().replace(own, "a=sendrecv")] {
            for section in sections(&answer(&bench, endpoint, &offer).await) {
                let directions: Vec<&&str> =
                    section.iter().filter(|line| ["a=sendonly", "a=recvonly", "a=sendrecv", "a=inactive"].contains(line)).collect();
                assert_eq!(directions, [&wanted]);
            }
        }
    }
}

/// RFC 9725 §4.2: inactive and recvonly MUST NOT be used by publishers; WHEP-03 §4.2.5: inactive and sendonly not by players.
#[tokio::test(flavor = "multi_thread")]
async fn offers_of_the_wrong_way_are_refused() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let wrong = if endpoint == Endpoint::Whip { viewer() } else { publisher() };
        let inactive = wrong.replace("a=sendonly", "a=inactive").replace("a=recvonly", "a=inactive");
        for offer in [wrong, inactive] {
            assert_eq!(bench.post(endpoint, &offer).await.status, 422);
        }
    }
}

/// RFC 9725 §4.3.2: the answer SHALL contain all ICE candidates of the media server; RFC 9725 §4.4.5: ICE lite, so the client nominates.
#[tokio::test(flavor = "multi_thread")]
async fn the_answer_has_all_candidates() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let text = answer(&bench, endpoint, &endpoint.offer()).await;
        assert!(text.contains("a=ice-lite\r\n"));
        let first = &sections(&text)[0];
        let candidates: Vec<&&str> = first.iter().filter(|line| line.starts_with("a=candidate:")).collect();
        assert!(
            candidates.iter().any(|line| line.contains(" udp ")) && candidates.iter().any(|line| line.contains("tcptype passive")),
            "{text}"
        );
        assert!(candidates.iter().all(|line| line.contains(" 127.0.0.1 ")), "host candidates of the media port: {candidates:?}");
        assert!(first.contains(&"a=end-of-candidates"), "and says that there are no more");
    }
}

/// RFC 9725 §4.4.1, WHEP-03 §4.5.1: BUNDLE and max-bundle SHALL be supported: one transport, also for lines that are bundle-only.
#[tokio::test(flavor = "multi_thread")]
async fn all_media_are_bundled_on_one_transport() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for offer in [endpoint.offer(), balanced(&endpoint.offer())] {
            let text = answer(&bench, endpoint, &offer).await;
            for name in ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:"] {
                let values: BTreeSet<&str> = text.lines().filter(|line| line.starts_with(name)).collect();
                assert_eq!(values.len(), 1, "{name}: {values:?}");
            }
        }
    }
}

/// RFC 9725 §4.4.1: both sides use BUNDLE; an offer that does not is refused (SHOULD NOT answer in part, §4.4.3).
#[tokio::test(flavor = "multi_thread")]
async fn offers_that_do_not_bundle_are_refused() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for group in ["", "a=group:BUNDLE 0\r\n"] {
            let offer = balanced(&endpoint.offer()).replace("a=group:BUNDLE 0 1\r\n", group);
            assert_eq!(bench.post(endpoint, &offer).await.status, 422);
        }
    }
}

/// RFC 9725 §4.4.1: the server SHALL use RTP/RTCP multiplexing for all bundled media and MUST include rtcp-mux-only in each bundled m-section.
#[tokio::test(flavor = "multi_thread")]
async fn rtcp_is_multiplexed_and_nothing_else() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for section in sections(&answer(&bench, endpoint, &endpoint.offer()).await) {
            assert!(section.contains(&"a=rtcp-mux") && section.contains(&"a=rtcp-mux-only"), "{section:?}");
        }
        let without = balanced(&endpoint.offer()).replace("a=rtcp-mux\r\n", "").replace("a=rtcp-mux-only\r\n", "");
        assert_eq!(bench.post(endpoint, &without).await.status, 422);
    }
}

/// WHEP-03 §4.5.2: a single MediaStream: all m-sections MUST contain an msid with the same value.
#[tokio::test(flavor = "multi_thread")]
async fn viewers_get_one_media_stream() {
    let bench = Bench::start().await;
    for endpoint in [Endpoint::Whep, Endpoint::WhepMonitor] {
        let text = answer(&bench, endpoint, &endpoint.offer()).await;
        let streams: Vec<(&str, &str)> =
            text.lines().filter_map(|line| line.strip_prefix("a=msid:")).map(|value| value.split_once(' ').unwrap()).collect();
        assert_eq!(streams.len(), 2);
        assert_eq!(streams[0].0, streams[1].0, "one stream");
        assert_ne!(streams[0].1, streams[1].1, "of two tracks");
    }
}

/// RFC 9725 §4.4.2: numbers of tracks that are not supported MUST be rejected with 422 or 400. Supported: one sound, two pictures.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_tracks_are_refused() {
    let bench = Bench::start().await;
    let video = "m=video 0 UDP/TLS/RTP/SAVPF 96\na=mid:2\na=bundle-only\na=sendonly\na=rtpmap:96 VP8/90000\n";
    let two = with_line(&publisher(), video);
    let three =
        with_line(&two.replace("BUNDLE 0 1 2", "BUNDLE 0 1"), &video.replace("mid:2", "mid:3")).replace("BUNDLE 0 1 2", "BUNDLE 0 1 2 3");
    assert_eq!(bench.post(Endpoint::Whip, &three).await.status, 422);
    assert_eq!(bench.post(Endpoint::Whip, &with_line(&publisher(), SECOND_AUDIO)).await.status, 422);
    assert_eq!(bench.post(Endpoint::Whip, &two).await.status, 201, "picture and content");
}

/// RFC 9725 §4.4.3: the endpoint SHOULD NOT reject single m-sections but the request, with 422 or 400.
#[tokio::test(flavor = "multi_thread")]
async fn ingests_are_not_taken_in_part() {
    let bench = Bench::start().await;
    let data = "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=bundle-only\na=sctp-port:5000\n";
    let no_picture = publisher().replace("VP8", "AV1");
    let no_sound = publisher().replace("opus/48000/2", "PCMU/8000");
    for offer in [with_line(&publisher(), data), no_picture, no_sound] {
        let said = bench.post(Endpoint::Whip, &offer).await;
        assert_eq!((said.status, said.problem().status), (422, 422));
    }
}

/// RFC 9725 §4.4.4: actpass SHOULD and active MAY be offered; the server takes the DTLS server's part. passive cannot be met.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_the_dtls_server() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for (offered, taken) in [("actpass", true), ("active", true), ("passive", false)] {
            let said = bench.post(endpoint, &endpoint.offer().replace("a=setup:actpass", &format!("a=setup:{offered}"))).await;
            assert_eq!(said.status, if taken { 201 } else { 422 }, "{offered}");
            if taken {
                assert!(sections(&said.body).iter().all(|section| section.contains(&"a=setup:passive")));
            }
        }
    }
}

/// RFC 9725 §4.8: a simulcast offer MUST be answered by RFC 8853 §5.3.2: the layers as recv, with their RIDs.
#[tokio::test(flavor = "multi_thread")]
async fn simulcast_is_answered_with_recv() {
    let bench = Bench::start().await;
    let layers = "a=rid:h send\r\na=rid:m send\r\na=rid:l send\r\na=simulcast:send h;m;l\r\na=rtpmap:96 VP8/90000";
    let text = answer(&bench, Endpoint::Whip, &publisher().replace("a=rtpmap:96 VP8/90000", layers)).await;
    let video = &sections(&text)[1];
    assert!(video.contains(&"a=simulcast:recv h;m;l"), "{text}");
    for rid in ["a=rid:h recv", "a=rid:m recv", "a=rid:l recv", "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"] {
        assert!(video.contains(&rid), "{rid} is not in {text}");
    }
}
