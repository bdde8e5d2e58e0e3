//! The tally, straight from the MCU: whether the room is on air and seen.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, http::HeaderValue};

/// Follows the tally until the connection ends; the last word is kept in `last`, `None` while unknown, and handed to `told`.
pub(crate) async fn follow(
    base: &str,
    conference: &str,
    site: &str,
    token: &str,
    last: &Arc<Mutex<Option<serde_json::Value>>>,
    told: impl Fn(&serde_json::Value),
) -> anyhow::Result<()> {
    let address = format!("{}/api/conferences/{conference}/sites/{site}/tally", base.replacen("http", "ws", 1));
    let mut request = address.into_client_request()?;
    request.headers_mut().insert("authorization", HeaderValue::from_str(&format!("Bearer {token}"))?);
    let (mut socket, _) = connect_async(request).await?;
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            let feed: Option<serde_json::Value> = serde_json::from_str(&text).ok();
            feed.iter().for_each(&told);
            *last.lock().unwrap_or_else(PoisonError::into_inner) = feed;
        }
    }
    Ok(())
}
