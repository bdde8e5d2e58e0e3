//! PATCH: candidates and restarts.

use std::collections::BTreeSet;

use crate::bench::{ALL, Bench, Session};
use crate::offers::{CANDIDATES, UFRAG, fragment};

/// A value of the first such line.
fn value<'a>(text: &'a str, name: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// Restarts and gives the new entity tag.
async fn restart(session: &Session<'_>, ufrag: &str) -> String {
    let said = session.patch(Some("*"), &fragment(ufrag, &CANDIDATES)).await;
    assert_eq!(said.status, 200, "{}", said.body);
    said.header("etag").to_owned()
}

/// RFC 9725 §4.3.1: a session that supports ICE restarts MUST generate a unique strong entity-tag, and it MUST be in the 201's ETag.
#[tokio::test(flavor = "multi_thread")]
async fn each_ice_session_has_a_strong_entity_tag_from_the_201_on() {
    let bench = Bench::start().await;
    let mut tags = BTreeSet::new();
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for tag in [session.tag.clone(), restart(&session, "ysXw").await, restart(&session, "ysXx").await] {
            assert!(tag.len() > 6 && tag.starts_with('"') && tag.ends_with('"'), "strong (RFC 9110 §8.8.3): {tag}");
            assert!(tags.insert(tag), "unique");
        }
    }
}

/// RFC 9725 §4.3.1: a PATCH of another content type than application/trickle-ice-sdpfrag MUST be rejected with a 4xx response.
#[tokio::test(flavor = "multi_thread")]
async fn a_patch_of_another_type_is_refused() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for kind in ["application/sdp", "text/plain", "application/json"] {
            let request = session.request("PATCH").header("content-type", kind).header("if-match", &session.tag);
            let said = bench.send(request.body(fragment(UFRAG, &CANDIDATES))).await;
            assert_eq!((said.status, said.problem().status), (415, 415));
        }
    }
}

/// RFC 9725 §4.3.1: a malformed fragment MUST be rejected with a 4xx response.
#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_fragment_is_refused() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for body in [
            "",
            "hello",
            "{}",
            "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n",
            "a=ice-ufrag:EsAw\r\n",
            &format!("{}nonsense\r\n", fragment(UFRAG, &[])),
        ] {
            for tag in ["*", &session.tag] {
                let said = session.patch(Some(tag), body).await;
                assert_eq!(said.status, 400, "{body:?}");
                assert!(said.problem().detail.len() > 10);
            }
        }
    }
}

/// RFC 9725 §4.3.2: candidates without a restart MUST be answered 204, without a body and without an ETag.
#[tokio::test(flavor = "multi_thread")]
async fn candidates_are_answered_204_without_body_and_etag() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for candidates in [&CANDIDATES[..], &[]] {
            let said = session.patch(Some(&session.tag), &fragment(UFRAG, candidates)).await;
            assert_eq!((said.status, said.body.as_str(), said.headers.contains_key("etag")), (204, "", false));
        }
    }
}

/// RFC 9725 §4.3.2: candidates of unknown transports or with addresses that cannot be resolved MUST be discarded silently.
#[tokio::test(flavor = "multi_thread")]
async fn candidates_of_no_use_are_passed_over() {
    let bench = Bench::start().await;
    let odd = ["1 1 sctp 1 192.0.2.1 9 typ host", "2 1 udp 1 f9c1b2d4.local 9 typ host", "3 1 udp 1 nowhere.invalid 9 typ host", "4"];
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        assert_eq!(session.patch(Some(&session.tag), &fragment(UFRAG, &odd)).await.status, 204);
    }
}

/// RFC 9725 §4.3.1: a missing entity tag is answered 428 (RFC 6585 §3).
#[tokio::test(flavor = "multi_thread")]
async fn a_patch_without_if_match_is_answered_428() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for ufrag in [UFRAG, "ysXw"] {
            let said = session.patch(None, &fragment(ufrag, &CANDIDATES)).await;
            assert_eq!((said.status, said.problem().status), (428, 428));
        }
        assert_eq!(session.patch(Some(&session.tag), &fragment(UFRAG, &[])).await.status, 204, "nothing was restarted");
    }
}

/// RFC 9725 §4.3.1: an entity tag that does not match is answered 412 (RFC 9110 §13.1.1); weak ones match nothing.
#[tokio::test(flavor = "multi_thread")]
async fn another_entity_tag_is_answered_412() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let other = bench.join(endpoint).await;
        let session = bench.join(endpoint).await;
        for tag in ["\"another\"", &other.tag, &format!("W/{}", session.tag), "\"\"", "unquoted", session.tag.trim_matches('"')] {
            for ufrag in [UFRAG, "ysXw"] {
                let said = session.patch(Some(tag), &fragment(ufrag, &CANDIDATES)).await;
                assert_eq!((said.status, said.problem().status), (412, 412), "If-Match: {tag}");
            }
        }
        let listed = format!("\"another\", {}", session.tag);
        assert_eq!(session.patch(Some(&listed), &fragment(UFRAG, &[])).await.status, 204, "one of several matches");
    }
}

/// RFC 9725 §4.3.3: a restart SHALL be answered 200 with an sdpfrag of the new ICE credentials, and MUST carry the new entity tag.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_is_answered_200_with_credentials_and_a_new_tag() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        // The RFC prints the star in quotation marks (figure 5); both ways of writing are taken.
        for star in ["*", "\"*\""] {
            let session = bench.join(endpoint).await;
            let said = session.patch(Some(star), &fragment("ysXw", &CANDIDATES)).await;
            assert_eq!((said.status, said.header("content-type")), (200, "application/trickle-ice-sdpfrag"), "{}", said.body);
            assert_ne!(said.header("etag"), session.tag);
            for name in ["a=ice-ufrag:", "a=ice-pwd:"] {
                assert_ne!(value(&said.body, name), value(&session.answer, name));
            }
            assert!(value(&said.body, "a=ice-ufrag:").len() >= 4 && value(&said.body, "a=ice-pwd:").len() >= 22, "RFC 8839 §5.4");
            assert_eq!(value(&said.body, "a=candidate:1 "), value(&session.answer, "a=candidate:1 "));
            assert_eq!(value(&said.body, "a=mid:"), value(&session.answer, "a=mid:"));
        }
    }
}

/// RFC 9725 §4.3.1, §4.3.3: after a restart the tag of before is outdated (412), the new one matches (204).
#[tokio::test(flavor = "multi_thread")]
async fn the_tag_of_before_a_restart_is_outdated() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let tag = restart(&session, "ysXw").await;
        assert_eq!(session.patch(Some(&session.tag), &fragment(UFRAG, &CANDIDATES)).await.status, 412);
        assert_eq!(session.patch(Some(&tag), &fragment("ysXw", &CANDIDATES)).await.status, 204);
        let newer = restart(&session, "third").await;
        assert_eq!(session.patch(Some(&tag), &fragment("ysXw", &CANDIDATES)).await.status, 412);
        assert_eq!(session.patch(Some(&newer), &fragment("third", &CANDIDATES)).await.status, 204);
    }
}

/// RFC 9725 §4.3.3: updated ice-ufrag and ice-pwd MUST be considered a restart, whatever If-Match says as long as it matches.
#[tokio::test(flavor = "multi_thread")]
async fn other_credentials_are_a_restart() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let said = session.patch(Some(&session.tag), &fragment("ysXw", &CANDIDATES)).await;
        assert_eq!(said.status, 200);
        assert_ne!(said.header("etag"), session.tag);
        let same = bench.join(endpoint).await;
        assert_eq!(same.patch(Some("*"), &fragment(UFRAG, &CANDIDATES)).await.status, 204, "and those known are none");
    }
}

/// RFC 9725 §4.3.3: fragments MUST have the same ice-options, ice-pacing and ice-lite as the answer.
#[tokio::test(flavor = "multi_thread")]
async fn ice_attributes_are_the_same_in_answers_and_fragments() {
    fn attributes(text: &str) -> BTreeSet<&str> {
        let names = ["a=ice-options:", "a=ice-pacing:", "a=ice-lite"];
        text.lines().filter(|line| names.iter().any(|name| line.starts_with(name))).collect()
    }
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let said = session.patch(Some("*"), &fragment("ysXw", &CANDIDATES)).await;
        assert_eq!(attributes(&said.body), attributes(&session.answer));
        assert_eq!(attributes(&said.body), BTreeSet::from(["a=ice-lite", "a=ice-options:trickle ice2"]));
    }
}

/// RFC 9725 §4.3.3: a restart that cannot be satisfied MUST be answered with an error and MUST NOT end the session; the ICE session is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_fails_leaves_the_session_as_it_is() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for body in ["", "a=ice-ufrag:ysXw\r\n", &format!("a=ice-ufrag:{}\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n", "x".repeat(300))] {
            assert!(session.patch(Some("*"), body).await.is_refusal());
        }
        assert!(session.is_there().await);
        assert_eq!(session.patch(Some(&session.tag), &fragment(UFRAG, &CANDIDATES)).await.status, 204, "its tag is still the latest");
    }
}

/// RFC 9725 §4.3.1: the client MAY send overlapping PATCH requests. Each is answered, and of restarts one is the last.
#[tokio::test(flavor = "multi_thread")]
async fn overlapping_patches_are_all_answered() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let bodies: Vec<String> = (0..8).map(|number| fragment(&format!("frag{number}"), &CANDIDATES)).collect();
        let all = futures_util::future::join_all(bodies.iter().map(|body| session.patch(Some("*"), body))).await;
        let mut latest = 0;
        for (number, said) in all.iter().enumerate() {
            assert_eq!(said.status, 200, "{}", said.body);
            let own = fragment(&format!("frag{number}"), &[]);
            let status = session.patch(Some(said.header("etag")), &own).await.status;
            assert!(status == 204 || status == 412, "{status}");
            latest += usize::from(status == 204);
        }
        assert_eq!(latest, 1);
    }
}

/// RFC 9725 §4.3.3: a client whose answer was lost retries; it gets the same credentials, not yet in use, again.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_asked_for_again_is_answered_the_same() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let first = session.patch(Some("*"), &fragment("ysXw", &CANDIDATES)).await;
        let again = session.patch(Some("*"), &fragment("ysXw", &CANDIDATES)).await;
        assert_eq!((again.status, again.header("etag"), &again.body), (200, first.header("etag"), &first.body));
    }
}

/// RFC 9110 §15.5.5: what is no session is not found, whatever the PATCH says.
#[tokio::test(flavor = "multi_thread")]
async fn a_patch_of_no_session_is_not_found() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let mut session = bench.join(endpoint).await;
        assert_eq!(bench.send(session.request("DELETE")).await.status, 200);
        for tag in [None, Some("*"), Some("\"x\"")] {
            assert_eq!(session.patch(tag, &fragment(UFRAG, &[])).await.status, 404);
        }
        session.url = "/sessions/0".to_owned();
        assert_eq!(session.patch(Some("*"), &fragment("ysXw", &[])).await.status, 404);
    }
}
