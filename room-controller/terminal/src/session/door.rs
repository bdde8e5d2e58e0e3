//! The HTTP side of WHIP (RFC 9725 §4.2) and WHEP: post an offer, get an answer; give the session back when the room leaves.

use std::time::Duration;

use super::{Refusal, SessionError};

/// An MCU that does not answer within this is not there.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest refusal kept in its own words: a proxy's page is no explanation.
const MAX_WORDS: usize = 300;

/// What an offer brought.
pub(super) struct Accepted {
    /// The answer's SDP.
    pub sdp: String,
    /// Where the session is, by which it is ended.
    pub session: Option<reqwest::Url>,
}

fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().timeout(PATIENCE).no_proxy().build()
}

/// Posts the offer.
pub(super) async fn post(url: &str, token: &str, offer: String) -> Result<Accepted, SessionError> {
    let unreachable = |source| SessionError::Unreachable { url: url.to_owned(), source };
    let request = client().map_err(unreachable)?.post(url).bearer_auth(token).header("content-type", "application/sdp").body(offer);
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status().as_u16();
    let location = response.headers().get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
    let session = location.and_then(|location| response.url().join(location).ok());
    let body = response.text().await.map_err(unreachable)?;
    if status != 201 {
        return Err(SessionError::Refused { url: url.to_owned(), status, refusal: refusal(&body) });
    }
    Ok(Accepted { sdp: body, session })
}

/// The MCU's own words; whatever else answers is quoted.
fn refusal(body: &str) -> Refusal {
    serde_json::from_str(body).unwrap_or_else(|_| {
        let words: String = body.chars().take(MAX_WORDS).collect();
        Refusal { code: String::new(), detail: words.clone(), detail_zh: words }
    })
}

/// Ends a session, so that the seat is free at once. An MCU that does not answer finds out by the silence.
pub(crate) async fn give_back(session: reqwest::Url, token: &str) {
    let Ok(client) = client() else { return };
    if let Err(error) = client.delete(session).bearer_auth(token).send().await {
        tracing::debug!(%error, "the session was not given back; the MCU notices by itself");
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_WORDS, refusal};

    #[test]
    fn a_refusal_keeps_its_code_and_anything_else_its_words() {
        let told = refusal(r#"{"code":"mcu.conference.ended","status":409,"detail":"it has ended","detail_zh":"会议已结束"}"#);
        assert_eq!(
            (told.code.as_str(), told.detail.as_str(), told.detail_zh.as_str()),
            ("mcu.conference.ended", "it has ended", "会议已结束")
        );
        let page = format!("<html>{}", "好".repeat(1000));
        let told = refusal(&page);
        assert_eq!((told.code.as_str(), told.detail.chars().count()), ("", MAX_WORDS));
        assert_eq!(refusal("[1]").code, "");
    }
}
