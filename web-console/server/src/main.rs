//! Entry point of the web console.

use std::io::IsTerminal;

use clap::Parser;
use console_server::command_line::{Arguments, run};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn,sea_orm_migration=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    // A second installation would mean the program started twice in one process: harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    run(Arguments::parse()).await
}
