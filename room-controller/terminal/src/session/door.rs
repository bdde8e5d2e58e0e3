//! The HTTP side of WHIP (RFC 9725 §4.2) and WHEP: post an offer, get an answer.

use std::time::Duration;

use super::SessionError;

/// An MCU that does not answer within this is not there.
const PATIENCE: Duration = Duration::from_secs(3);

/// Posts the offer and returns the answer's SDP.
pub(super) async fn post(url: &str, token: &str, offer: String) -> Result<String, SessionError> {
    let unreachable = |source| SessionError::Unreachable { url: url.to_owned(), source };
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().map_err(unreachable)?;
    let request = client.post(url).bearer_auth(token).header("content-type", "application/sdp").body(offer);
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status().as_u16();
    let body = response.text().await.map_err(unreachable)?;
    if status != 201 {
        return Err(SessionError::Refused { url: url.to_owned(), status, reason: body });
    }
    Ok(body)
}
