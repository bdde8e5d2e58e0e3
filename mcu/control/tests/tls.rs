//! Beyond loopback everything is encrypted, under the local authority's certificate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use futures_util::StreamExt;
use mcu_api::{Client, ClientError};
use mcu_control::{Server, StartError};
use support::{Keys, OPERATOR, Scratch, conference, config, opening};

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_events_go_over_tls() {
    let scratch = Scratch::new();
    let keys = Keys::new(&scratch);
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (cert, key) = (scratch.0.join("cert.pem"), scratch.0.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut config = config(&scratch, &keys);
    config.http = "0.0.0.0:0".parse().unwrap();
    let plain = Server::start(config.clone()).await;
    assert!(matches!(plain, Err(StartError::Config(reason)) if reason.contains("tls_cert")));
    (config.tls_cert, config.tls_key) = (Some(cert), Some(key));
    let server = Server::start(config).await.unwrap();
    let base = format!("https://localhost:{}", server.http.port());
    let token = keys.token("operator", &OPERATOR, None);
    let client = Client::new(&base, &token, Some(&made.cert.pem())).unwrap();
    client.open(&opening()).await.unwrap();
    let mut events = client.events(&conference()).await.unwrap();
    assert!(events.next().await.unwrap().is_ok());
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().cert.pem();
    let other = Client::new(&base, &token, Some(&stranger)).unwrap();
    assert!(matches!(other.conferences().await, Err(ClientError::Unreachable(_))));
    server.stop().await;
}
