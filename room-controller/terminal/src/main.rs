//! `room-terminal run --config FILE`, `room-terminal prepare-clip …`

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use room_terminal::clip::{self, ClipOrder};
use room_terminal::config::Config;

/// A room's own picture and sound.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Take the room's seat, for ever.
    Run {
        /// Configuration file (TOML).
        #[arg(long)]
        config: PathBuf,
        /// Check the configuration and end.
        #[arg(long)]
        check: bool,
        /// End when standard input closes: for a parent that keeps the other end.
        #[arg(long)]
        belongs_to_parent: bool,
    },
    /// Make a rehearsal clip unless the directory has it already.
    PrepareClip {
        /// Directory of clips.
        #[arg(long)]
        dir: PathBuf,
        /// Site id; names the file.
        #[arg(long)]
        site: String,
        /// Name drawn into the picture.
        #[arg(long)]
        name: String,
        /// Place in the fixed site order from 0.
        #[arg(long)]
        number: u8,
        /// Font file.
        #[arg(long, default_value = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")]
        font: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,webrtc=error,rtc=error,rtc_ice=error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    gstreamer::init()?;
    match arguments.what {
        What::Run { config, check, belongs_to_parent } => {
            let config = Config::load(&config)?;
            if check {
                return Ok(());
            }
            // A TLS provider already chosen by a library is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()?
                .block_on(room_terminal::run(config, belongs_to_parent))
        }
        What::PrepareClip { dir, site, name, number, font } => {
            clip::prepare(&ClipOrder { dir, site, name, number, font })?;
            Ok(())
        }
    }
}
