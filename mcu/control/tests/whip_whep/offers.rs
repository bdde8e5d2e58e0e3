//! Offers and fragments as clients make them; the first is that of RFC 9725 §4.2, figure 2.

/// The peer's user fragment in all of these offers.
pub const UFRAG: &str = "EsAw";

const RFC_9725: &str = "v=0
o=- 5228595038118931041 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=ice-options:trickle ice2
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:EsAw
a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y
a=fingerprint:sha-256 DA:7B:57:DC:28:CE:04:4F:31:79:85:C4:31:67:EB:27:58:29:ED:77:2A:0D:24:AE:ED:AD:30:BC:BD:F1:9C:02
a=setup:actpass
a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:d46fb922-d52a-4e9c-aa87-444eadc1521b ce326ecf-a081-453a-8f9f-0605d5ef4128
a=rtcp-mux
a=rtcp-mux-only
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
m=video 0 UDP/TLS/RTP/SAVPF 96 97
a=mid:1
a=bundle-only
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:d46fb922-d52a-4e9c-aa87-444eadc1521b 3956b460-40f4-4d05-acef-03abcdd8c6fd
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
";

/// That of the RFC.
pub fn publisher() -> String {
    RFC_9725.replace('\n', "\r\n")
}

/// The same of a viewer.
pub fn viewer() -> String {
    publisher().replace("a=sendonly", "a=recvonly")
}

/// The whole transport at each line and no bundle-only, as libwebrtc writes it.
pub fn balanced(offer: &str) -> String {
    let transport = "a=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\na=setup:actpass\r\na=rtcp-mux\r\n\
                     a=fingerprint:sha-256 DA:7B:57:DC:28:CE:04:4F:31:79:85:C4:31:67:EB:27:58:29:ED:77:2A:0D:24:AE:ED:AD:30:BC:BD:F1:9C:02\r\n";
    offer.replace("m=video 0 ", "m=video 9 ").replace("a=bundle-only\r\n", transport)
}

/// The same with one line more, in the group.
pub fn with_line(offer: &str, line: &str) -> String {
    format!("{}{}", offer.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2"), line.replace('\n', "\r\n"))
}

/// A fragment as of RFC 9725 §4.3.2 with those credentials.
pub fn fragment(ufrag: &str, candidates: &[&str]) -> String {
    let mut text = format!(
        "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    );
    for candidate in candidates {
        text.push_str(&format!("a=candidate:{candidate}\r\n"));
    }
    text
}

/// Candidates of one interface.
pub const CANDIDATES: [&str; 2] = [
    "1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1",
    "473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0 ufrag EsAw network-id 1",
];
