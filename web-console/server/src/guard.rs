//! Guards that every request passes: foreign pages are turned away, answers carry the headers that bind browsers.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::{Code, Problem};
use crate::session;

/// Header that a foreign page cannot send without being asked first, and is never allowed.
pub const REQUEST_HEADER: HeaderName = HeaderName::from_static("x-console-request");

/// Turns away changes that carry a session but do not come from this console's pages.
pub(crate) async fn refuse_foreign(mut request: Request, next: Next) -> Response {
    // HTTP/2 names the host in the request line only.
    let authority = request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = authority {
        request.headers_mut().entry(header::HOST).or_insert(host);
    }
    let headers = request.headers();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let rides_on_cookie = session::token_of(headers).is_some() || request.uri().path() == "/api/sign-in";
    if changes && rides_on_cookie && !is_own(headers) {
        return Problem::from(Code::ForeignRequest).into_response();
    }
    next.run(request).await
}

fn is_own(headers: &HeaderMap) -> bool {
    headers.contains_key(&REQUEST_HEADER) && (!headers.contains_key(header::ORIGIN) || has_own_origin(headers))
}

/// Whether the request names this very server as its origin. Browsers always name it on WebSockets, which carry no header of our own.
#[must_use]
pub(crate) fn has_own_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(header::ORIGIN), text(header::HOST)) else { return false };
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let parsed = |text: &str| text.parse::<Authority>().ok();
    match (authority.and_then(parsed), parsed(host)) {
        (Some(from), Some(here)) => from == here,
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{REQUEST_HEADER, has_own_origin, is_own};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn headers(origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("console.city:7443"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    #[test]
    fn only_this_servers_pages_are_its_own() {
        assert!(has_own_origin(&headers(Some("https://console.city:7443"))));
        for foreign in [None, Some("https://console.city"), Some("https://evil.city:7443"), Some("null")] {
            assert!(!has_own_origin(&headers(foreign)), "{foreign:?}");
        }
    }

    #[test]
    fn a_change_needs_the_header_and_no_foreign_origin() {
        assert!(!is_own(&headers(Some("https://console.city:7443"))));
        let mut with = headers(Some("https://console.city:7443"));
        with.insert(REQUEST_HEADER, HeaderValue::from_static("1"));
        assert!(is_own(&with));
        let mut foreign = headers(Some("https://evil.city"));
        foreign.insert(REQUEST_HEADER, HeaderValue::from_static("1"));
        assert!(!is_own(&foreign));
    }
}
