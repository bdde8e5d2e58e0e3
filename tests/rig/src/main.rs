//! `rehearsal run`: the whole system on loopback, thirteen rooms in one conference, for `make run`.

mod launch;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The rehearsal of a deployment on one machine.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Start everything, wait until every site is joined, keep it running until Ctrl-C.
    Run {
        /// Directory of the deployment's configuration.
        #[arg(long, default_value = "configs/chenzhou")]
        configs: PathBuf,
        /// Directory of data, logs and clips; the configuration files name it too.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// Seconds that building took, for the line that says how long it was.
        #[arg(long, default_value_t = 0)]
        build_seconds: u64,
        /// End as soon as every site is joined (for measuring the start).
        #[arg(long)]
        once: bool,
    },
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let Arguments { what: What::Run { configs, data, build_seconds, once } } = Arguments::parse();
    match launch::run(&configs, &data, build_seconds, once).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            launch::say(&format!("\nrehearsal: {error:#}"));
            std::process::ExitCode::FAILURE
        }
    }
}
