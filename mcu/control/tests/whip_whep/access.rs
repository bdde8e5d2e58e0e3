//! HTTP as such: methods, tokens, origins, redirections, load.

use crate::bench::{ALL, Bench, Endpoint};
use crate::support::{Mcu, opening};

const ORIGIN: &str = "https://console.example";

/// RFC 9725 §4.1, WHEP-03 §4.1: endpoints and sessions MUST return a 2xx response with no content when a GET request is received.
#[tokio::test(flavor = "multi_thread")]
async fn get_is_answered_2xx_without_content() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for path in [endpoint.path(), &session.url] {
            for method in ["GET", "HEAD"] {
                let said = bench.send(bench.request(endpoint, method, path)).await;
                assert_eq!((said.status, said.body.as_str()), (204, ""), "{method} {path}");
            }
        }
    }
}

/// RFC 9110 §15.5.6: other methods get 405, and Allow says which there are.
#[tokio::test(flavor = "multi_thread")]
async fn methods_without_a_meaning_are_not_allowed() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        for (path, methods, allowed) in
            [(endpoint.path(), ["PUT", "DELETE", "PATCH"], "POST"), (&session.url, ["PUT", "POST", "TRACE"], "PATCH")]
        {
            for method in methods {
                let said = bench.send(bench.request(endpoint, method, path)).await;
                assert_eq!(said.status, 405, "{method} {path}");
                assert!(
                    said.header("allow").split(',').any(|one| one.trim() == allowed),
                    "{method} {path}: Allow: {}",
                    said.header("allow")
                );
            }
        }
        assert!(session.is_there().await);
    }
}

/// RFC 9725 §4.2, WHEP-03 §4.3: endpoints MUST support OPTIONS requests for CORS; no token comes with them (§4.7.1). SHOULD: Accept-Post.
#[tokio::test(flavor = "multi_thread")]
async fn options_are_answered_for_pages_of_other_origins() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let preflight = |path: &str, method: &str| {
            bench
                .bare("OPTIONS", path)
                .header("origin", ORIGIN)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization,content-type,if-match")
        };
        for (path, method) in [(endpoint.path(), "POST"), (&session.url, "PATCH"), (&session.url, "DELETE")] {
            let said = bench.send(preflight(path, method)).await;
            assert_eq!((said.status, said.header("access-control-allow-origin")), (200, ORIGIN), "{path}");
            assert!(said.header("access-control-allow-methods").split(',').any(|one| one.trim() == method), "{path} {method}");
            let allowed = said.header("access-control-allow-headers").to_ascii_lowercase();
            for name in ["authorization", "content-type", "if-match"] {
                assert!(allowed.split(',').any(|one| one.trim() == name), "{name} is not in {allowed}");
            }
        }
        let said = bench.send(bench.bare("OPTIONS", endpoint.path())).await;
        assert_eq!((said.status, said.header("accept-post")), (200, "application/sdp"));
        let said = bench.send(bench.bare("OPTIONS", &session.url)).await;
        assert_eq!((said.status, said.header("accept-patch")), (200, "application/trickle-ice-sdpfrag"));
    }
}

/// RFC 9725 §4.2 with FETCH: what a client has to read from the answer is exposed to pages.
#[tokio::test(flavor = "multi_thread")]
async fn location_etag_and_link_are_exposed_to_pages() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let request = bench.request(endpoint, "POST", endpoint.path()).header("content-type", "application/sdp").header("origin", ORIGIN);
        let said = bench.send(request.body(endpoint.offer())).await;
        assert_eq!((said.status, said.header("access-control-allow-origin")), (201, ORIGIN));
        let exposed = said.header("access-control-expose-headers").to_ascii_lowercase();
        for name in ["location", "etag", "link"] {
            assert!(exposed.split(',').any(|one| one.trim() == name), "{name} is not in {exposed}");
        }
    }
}

/// RFC 9725 §4.7, WHEP-03 §4.8: endpoints and sessions MUST support HTTP authentication (RFC 9110 §11) and bearer tokens.
#[tokio::test(flavor = "multi_thread")]
async fn bearer_tokens_are_asked_for_and_taken() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let session = bench.join(endpoint).await;
        let requests =
            [("POST", endpoint.path()), ("GET", endpoint.path()), ("GET", &session.url), ("PATCH", &session.url), ("DELETE", &session.url)];
        for (method, path) in requests {
            for token in [None, Some("Bearer nonsense"), Some("Basic dXNlcjpwYXNz")] {
                let mut request = bench.bare(method, path).header("content-type", "application/sdp").body("v=0");
                if let Some(token) = token {
                    request = request.header("authorization", token);
                }
                let said = bench.send(request).await;
                assert_eq!(said.status, 401, "{method} {path} with {token:?}");
                assert!(said.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
            }
        }
        let other = bench.bare("DELETE", &session.url).bearer_auth(bench.mcu.site_token("anren"));
        assert_eq!(bench.send(other).await.status, 403);
        assert!(session.is_there().await, "who may not, changes nothing");
    }
}

/// RFC 9725 §4.5, WHEP-03 §4.6: status codes 301 and 302 MUST NOT be used. This server redirects nobody.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_redirected() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let odd = [format!("{}/", endpoint.path()), format!("/{}", endpoint.path()), endpoint.path().to_uppercase()];
        for path in odd.iter().map(String::as_str).chain([endpoint.path()]) {
            let request = bench.request(endpoint, "POST", path).header("content-type", "application/sdp").body(endpoint.offer());
            let said = bench.send(request).await;
            assert!(!(300..400).contains(&said.status), "{path}: {}", said.status);
        }
    }
}

/// RFC 9725 §4.5: 503 MAY be returned, with Retry-After, when requests cannot be handled for a while.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_relay_clients_are_told_to_come_back() {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let said = mcu.post_sdp(Endpoint::Whip.path(), &mcu.site_token("guiyang")).await;
    assert_eq!(said.status(), 503);
    assert!(said.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
}

/// RFC 9725 §4.6, §4.9: Link tells of ICE servers and extensions; there are none, and none is asked of clients.
#[tokio::test(flavor = "multi_thread")]
async fn no_extension_is_advertised_or_required() {
    let bench = Bench::start().await;
    for endpoint in ALL {
        let said = bench.post(endpoint, &endpoint.offer()).await;
        assert_eq!((said.status, said.header("link")), (201, ""));
    }
}
