//! The client's sockets: a conference's events, a site's feed.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::de::DeserializeOwned;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream};

use crate::ServerMessage;
use crate::client::{ClientError, refusal};

/// Longest message accepted: a snapshot of 104 sites is under 100 kB.
const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
/// First byte of a meters message.
const METERS_VERSION: u8 = 1;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// What a conference's events socket tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// Snapshot, event or heartbeat.
    Message(ServerMessage),
    /// One row per site in the snapshot's order, 25 times a second.
    Meters(Vec<Meter>),
}

/// Sound level of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// RMS in dB below full scale, 0 to −127.
    pub rms_dbfs: i8,
    /// Peak in dB below full scale.
    pub peak_dbfs: i8,
}

/// Reads a binary meters message; `None` when it is none of this version.
#[must_use]
pub fn read_meters(bytes: &[u8]) -> Option<Vec<Meter>> {
    let [METERS_VERSION, count, rows @ ..] = bytes else {
        return None;
    };
    if rows.len() != 2 * usize::from(*count) {
        return None;
    }
    let (pairs, _) = rows.as_chunks::<2>();
    Some(pairs.iter().map(|[rms, peak]| Meter { rms_dbfs: rms.cast_signed(), peak_dbfs: peak.cast_signed() }).collect())
}

/// Writes a binary meters message; rows beyond 255 are left out.
#[must_use]
pub fn write_meters(meters: &[Meter]) -> Vec<u8> {
    let count = u8::try_from(meters.len()).unwrap_or(u8::MAX);
    let rows = meters.iter().take(usize::from(count)).flat_map(|meter| [meter.rms_dbfs.cast_unsigned(), meter.peak_dbfs.cast_unsigned()]);
    [METERS_VERSION, count].into_iter().chain(rows).collect()
}

/// A conference's events; a [`Stream`] of [`Told`].
pub struct EventStream {
    socket: Socket,
}

impl Stream for EventStream {
    type Item = Result<Told, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let message = match self.socket.poll_next_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(ended(error)),
                Poll::Ready(Some(Ok(message))) => message,
            };
            match message {
                Message::Text(text) => return Poll::Ready(Some(serde_json::from_str(&text).map(Told::Message).map_err(Into::into))),
                Message::Binary(bytes) => {
                    if let Some(meters) = read_meters(&bytes) {
                        return Poll::Ready(Some(Ok(Told::Meters(meters))));
                    }
                }
                Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {}
            }
        }
    }
}

/// A connection that simply broke ends the stream; anything else is told.
fn ended<T>(error: Error) -> Option<Result<T, ClientError>> {
    if matches!(error, Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) {
        None
    } else {
        Some(Err(Box::new(error).into()))
    }
}

/// Dials WebSockets with the client's trust.
#[derive(Clone)]
pub(crate) struct Sockets {
    tls: Option<Arc<rustls::ClientConfig>>,
}

impl Sockets {
    pub(crate) fn new(root_pem: Option<&str>) -> Result<Self, ClientError> {
        let Some(pem) = root_pem else {
            return Ok(Self { tls: None });
        };
        let bad = || ClientError::BadSetting("the CA certificate");
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(certificate.map_err(|_| bad())?).map_err(|_| bad())?;
        }
        let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: Some(Arc::new(config)) })
    }

    pub(crate) async fn events(&self, base: &str, path: &str, token: &str) -> Result<EventStream, ClientError> {
        Ok(EventStream { socket: self.dial(base, path, token).await? })
    }

    pub(crate) async fn texts<T: DeserializeOwned>(
        &self,
        base: &str,
        path: &str,
        token: &str,
    ) -> Result<impl Stream<Item = Result<T, ClientError>> + use<T>, ClientError> {
        let socket = self.dial(base, path, token).await?;
        Ok(socket.filter_map(|message| {
            let read = match message {
                Ok(Message::Text(text)) => Some(serde_json::from_str(&text).map_err(ClientError::from)),
                Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => None,
                Err(error) => ended(error),
            };
            std::future::ready(read)
        }))
    }

    async fn dial(&self, base: &str, path: &str, token: &str) -> Result<Socket, ClientError> {
        let Some(rest) = base.strip_prefix("http") else {
            return Err(ClientError::BadSetting("the MCU's address"));
        };
        let mut request = format!("ws{rest}{path}").into_client_request().map_err(|_| ClientError::BadSetting("the MCU's address"))?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| ClientError::BadSetting("the token"))?;
        request.headers_mut().insert("authorization", bearer);
        let limits = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE_BYTES)).max_frame_size(Some(MAX_MESSAGE_BYTES));
        let connector = self.tls.clone().map(Connector::Rustls);
        match tokio_tungstenite::connect_async_tls_with_config(request, Some(limits), true, connector).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(response)) => {
                let body = response.into_body().unwrap_or_default();
                Err(refusal(&body))
            }
            Err(error) => Err(Box::new(error).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Meter, read_meters, write_meters};
    use proptest::prelude::*;

    #[test]
    fn meters_on_the_wire() {
        let bytes = write_meters(&[Meter { rms_dbfs: -20, peak_dbfs: -9 }, Meter { rms_dbfs: -127, peak_dbfs: -127 }]);
        // version, count, −20, −9, −127, −127 as two's complement
        assert_eq!(bytes, [0x01, 0x02, 0xEC, 0xF7, 0x81, 0x81]);
    }

    proptest! {
        #[test]
        fn meters_come_back(rows in proptest::collection::vec((any::<i8>(), any::<i8>()), 0..105)) {
            let meters: Vec<Meter> = rows.into_iter().map(|(rms_dbfs, peak_dbfs)| Meter { rms_dbfs, peak_dbfs }).collect();
            prop_assert_eq!(read_meters(&write_meters(&meters)), Some(meters));
        }

        #[test]
        fn any_bytes_are_meters_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(meters) = read_meters(&bytes) {
                prop_assert_eq!(write_meters(&meters), bytes);
            }
        }
    }
}
