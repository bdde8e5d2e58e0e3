//! From an offer to an answer, and to the end.

use std::collections::BTreeSet;

use crate::bench::{ALL, Bench, Endpoint};

/// RFC 9725 §4.2, WHEP-03 §4.2.1: the endpoint MUST return 201 with content type application/sdp, the answer, and Location of the session.
#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_answered_201_with_sdp_and_a_location() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let said = bench.post(endpoint, &endpoint.offer()).await;
        assert_eq!((said.status, said.header("content-type")), (201, "application/sdp"), "{}", said.body);
        assert!(said.body.starts_with("v=0\r\n"), "{}", said.body);
        let session = bench.request(endpoint, "GET", said.header("location"));
        assert_eq!(bench.send(session).await.status, 204, "Location: {}", said.header("location"));
    }
}

/// RFC 9110 §8.3.1: types are compared without regard to case, and parameters do not make another type.
#[tokio::test(flavor = "multi_thread")]
async fn the_content_type_may_carry_parameters() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let request = bench.request(endpoint, "POST", endpoint.path()).header("content-type", "Application/SDP; charset=utf-8");
        assert_eq!(bench.send(request.body(endpoint.offer())).await.status, 201);
    }
}

/// RFC 9725 §4.2, WHEP-03 §4.2.4: a content type other than application/sdp MUST be rejected with a 4xx response.
#[tokio::test(flavor = "multi_thread")]
async fn other_content_types_are_refused() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for kind in [None, Some("text/plain"), Some("application/json"), Some("application/sdpx"), Some("application/trickle-ice-sdpfrag")]
        {
            let mut request = bench.request(endpoint, "POST", endpoint.path()).body(endpoint.offer());
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let said = bench.send(request).await;
            assert_eq!((said.status, said.problem().status), (415, 415), "{kind:?}");
        }
    }
}

/// RFC 9725 §4.2, WHEP-03 §4.2.4: malformed SDP MUST be rejected with a 4xx response.
#[tokio::test(flavor = "multi_thread")]
async fn malformed_sdp_is_refused() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let good = endpoint.offer();
        let cut = good[..good.len() / 4].to_owned();
        let no_credentials = good.replace("a=ice-ufrag", "a=x-ufrag");
        for offer in ["", "hello", "v=0\r\n", "{\"sdp\": 1}", "\u{0}\u{1}", &cut, &no_credentials, &"v=0\r\n".repeat(30_000)] {
            let said = bench.post(endpoint, offer).await;
            assert!(said.is_refusal(), "{} for {:?}", said.status, &offer[..offer.len().min(40)]);
            assert!(said.problem().detail.len() > 10);
        }
    }
}

/// WHEP-03 §4.2.2: 406 brings an offer of the server's own; this server makes none, and so MUST NOT say 406.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_offer_is_not_answered_406() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        for offer in [
            endpoint.offer().replace("VP8", "AV1"),
            endpoint.offer().replace("a=sendonly", "a=inactive").replace("a=recvonly", "a=inactive"),
        ] {
            let said = bench.post(endpoint, &offer).await;
            assert_eq!((said.status, said.header("location")), (422, ""), "{}", said.body);
        }
    }
}

/// RFC 9725 §4.2, WHEP-03 §4.3: upon DELETE the session is removed and its resources are freed; the figures say 200 OK.
#[tokio::test(flavor = "multi_thread")]
async fn delete_is_answered_200_and_frees_the_session() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        assert_eq!(bench.send(session.request("DELETE")).await.status, 200);
        assert!(!session.is_there().await);
        for method in ["DELETE", "GET"] {
            assert_eq!(bench.send(session.request(method)).await.status, 404, "{method}");
        }
    }
}

/// RFC 9725 §4.3.1: sessions MUST ignore any entity-tag sent when ICE session matching is not required, as with DELETE.
#[tokio::test(flavor = "multi_thread")]
async fn delete_ignores_entity_tags() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let request = session.request("DELETE").header("if-match", "\"another\"");
        assert_eq!(bench.send(request).await.status, 200);
        assert!(!session.is_there().await);
    }
}

/// RFC 9725 §5: session URLs are to be hard to guess.
#[tokio::test(flavor = "multi_thread")]
async fn session_urls_cannot_be_guessed() {
    let bench = Bench::start().await;
    let mut urls = BTreeSet::new();
    for _ in 0..8 {
        urls.insert(bench.join(Endpoint::WhepMonitor).await.url);
    }
    assert_eq!(urls.len(), 8);
    for url in &urls {
        let digits = url.trim_start_matches("/sessions/").split('-').next().unwrap();
        assert!(digits.len() >= 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "128 bits at least: {url}");
    }
    let heads: BTreeSet<&str> = urls.iter().map(|url| &url[..url.len().min(18)]).collect();
    assert_eq!(heads.len(), 8, "their beginnings differ too");
}
