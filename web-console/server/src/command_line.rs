//! What the program does by its arguments.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use clap::{Parser, Subcommand};

use crate::app::{App, router};
use crate::config::Config;
use crate::signer::{ISSUER, PRINTED_TOKEN_S, Signer};
use crate::store::Store;
use crate::{clock, enrol, secret, tls};

/// Time open requests get when the program is asked to stop; sockets are cut after it.
const STOP_TIME: Duration = Duration::from_secs(2);

/// The web console.
#[derive(Parser)]
#[command(version, about = "web console: accounts, gateway to the MCU and the rooms, user interface")]
pub struct Arguments {
    /// Configuration file (TOML).
    #[arg(long)]
    config: Option<PathBuf>,
    /// Check the configuration and stop.
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    task: Option<Task>,
}

/// Tasks beside serving; they work on the data folder directly.
#[derive(Subcommand)]
enum Task {
    /// Print a pairing code for each room, valid for ten minutes, one line `room code` each.
    PairingCode {
        /// Configuration file (TOML).
        #[arg(long)]
        config: PathBuf,
        /// Ids of rooms.
        #[arg(required = true)]
        rooms: Vec<String>,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Print a token of those rights, valid for five minutes.
    Token {
        /// Configuration file (TOML).
        #[arg(long)]
        config: PathBuf,
        /// Right by name, e.g. `conference.affairs`; may be repeated.
        #[arg(long = "right", required = true)]
        rights: Vec<String>,
    },
}

/// Does what the arguments say.
///
/// # Errors
/// With what failed and what to do.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.task {
        Some(Task::PairingCode { config, rooms }) => print_codes(&Config::load(&config)?, &rooms).await,
        Some(Task::Token { config, rights }) => print_token(&Config::load(&config)?, &rights),
        Some(Task::Openapi) => say(&crate::document::openapi_json()),
        None => {
            let path = arguments.config.context("--config FILE is missing")?;
            let config = Config::load(&path)?;
            if arguments.check {
                return say(&format!("{} is in order\n", path.display()));
            }
            serve(config).await
        }
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

async fn print_codes(config: &Config, rooms: &[String]) -> anyhow::Result<()> {
    secret::private_dir(&config.data_dir)?;
    let store = Store::open(config.database.as_deref(), &config.data_dir).await?;
    for room in rooms {
        let code = enrol::make_code(&store, room, clock::now_s()).await.with_context(|| format!("no code for room \"{room}\""))?;
        say(&format!("{room} {code}\n"))?;
    }
    Ok(())
}

fn print_token(config: &Config, rights: &[String]) -> anyhow::Result<()> {
    let signer = Signer::open(&config.data_dir)?;
    let rights: Vec<&str> = rights.iter().map(String::as_str).collect();
    say(&format!("{}\n", signer.token(ISSUER, &rights, PRINTED_TOKEN_S)?))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let app = App::open(config).await?;
    tokio::spawn(crate::booking::run_scheduler(app.clone()));
    tokio::spawn(crate::seating::run(app.clone()));
    tokio::spawn(crate::scenes::run(app.clone()));
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop_asked().await;
        stopping.graceful_shutdown(Some(STOP_TIME));
    });
    let followed = app.clone();
    let following = tokio::spawn(async move {
        if let Err(error) = crate::chronicle::follow(followed).await {
            tracing::error!(%error, "the chronicle follows no conference; correct the configuration and restart");
        }
    });
    let address = app.config.http;
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let failed = || format!("cannot listen on {address}; is another program there?");
    tracing::info!(%address, tls = app.config.uses_tls(), "web console listens");
    let served = if app.config.uses_tls() {
        let tls = tls::server_config(&app.config.data_dir, &app.config.certificate_names())?;
        let server = axum_server::bind_rustls(address, RustlsConfig::from_config(tls));
        server.handle(handle).serve(service).await.with_context(failed)
    } else {
        axum_server::bind(address).handle(handle).serve(service).await.with_context(failed)
    };
    // Whatever it had not written yet it fetches again.
    following.abort();
    served
}

async fn stop_asked() {
    let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else { return };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
