//! The program put together and taken apart.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::auditor::Auditor;
use crate::config::Config;
use crate::http::{Doors, router};
use crate::hub::{Hub, MAX_ASKS, Store, StoreError};
use crate::trust::{TrustError, TrustStore};
use crate::workers;

/// How long answers under way may take when the program stops.
const GRACE: Duration = Duration::from_secs(2);

/// Why the program does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration contradicts itself.
    #[error("the configuration: {0}")]
    Config(String),
    /// The data directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit.
    #[error(transparent)]
    Audit(#[from] audit_chain::ChainError),
    /// The trusted keys.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The certificate or its key.
    #[error("tls_cert or tls_key cannot be used; make the certificate again")]
    Tls(#[source] std::io::Error),
    /// The control socket.
    #[error("the control socket cannot be made; check control_socket and its directory")]
    Socket(#[source] std::io::Error),
    /// The HTTP address.
    #[error("{0} cannot be listened on; another program may hold it")]
    Listen(SocketAddr),
}

/// A running MCU control.
pub struct Server {
    /// Where the doors are.
    pub http: SocketAddr,
    stop: CancellationToken,
    handle: Handle<SocketAddr>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Restores the journals, opens the socket for the workers and then the doors. Needs a multi-threaded runtime.
    ///
    /// # Errors
    /// With what is missing and what to do.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        config.check().map_err(StartError::Config)?;
        let stop = CancellationToken::new();
        let store = Store::open(&config.data_dir)?;
        let auditor = Auditor::start(&config.data_dir.join("audit.jsonl"))?;
        let trust = Arc::new(TrustStore::load(&config.data_dir.join("trust"), &config.trusted_keys)?);
        let config = Arc::new(config);
        let hub = Hub::new(Arc::clone(&config), store, Arc::clone(&trust), auditor.clone());
        let socket = workers::bind(&config.control_socket).map_err(StartError::Socket)?;

        let (asks, questions) = mpsc::channel(MAX_ASKS);
        let (runtime, hub_stop) = (tokio::runtime::Handle::current(), stop.clone());
        // A thread of its own: the hub waits for the disk.
        std::thread::spawn(move || runtime.block_on(hub.run(questions, hub_stop)));
        let accepting = tokio::spawn(workers::serve(socket, asks.clone(), stop.clone()));

        let doors = Doors::new(asks, trust, auditor, stop.clone());
        let handle = Handle::new();
        let serving = serve(&config, doors, handle.clone()).await?;
        let Some(http) = handle.listening().await else {
            stop.cancel();
            return Err(StartError::Listen(config.http));
        };
        tracing::info!(%http, socket = %config.control_socket.display(), "listening");
        Ok(Self { http, stop, handle, tasks: vec![accepting, serving] })
    }

    /// Lets answers under way finish, then ends.
    pub async fn stop(self) {
        self.handle.graceful_shutdown(Some(GRACE));
        self.stop.cancel();
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

async fn serve(config: &Config, doors: Doors, handle: Handle<SocketAddr>) -> Result<JoinHandle<()>, StartError> {
    let service = router(doors, &config.origins).into_make_service();
    let address = config.http;
    let failed = move |error: std::io::Error| tracing::error!(%error, %address, "the doors are closed");
    let (Some(cert), Some(key)) = (&config.tls_cert, &config.tls_key) else {
        let server = axum_server::bind(address).handle(handle);
        return Ok(tokio::spawn(async move { server.serve(service).await.unwrap_or_else(failed) }));
    };
    // Whoever comes first decides; all programs of the house use this provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = RustlsConfig::from_pem_file(cert, key).await.map_err(StartError::Tls)?;
    let server = axum_server::bind_rustls(address, tls).handle(handle);
    Ok(tokio::spawn(async move { server.serve(service).await.unwrap_or_else(failed) }))
}
