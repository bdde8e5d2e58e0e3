//! The launcher's steps: checks, clips, programs, conference, rooms, then one status line until Ctrl-C.

mod addresses;
mod rooms;
mod status;

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rig::deployment::Deployment;
use rig::mcu::client;
use rig::program::{Program, built};
use rig::terminal::prepare_clips;
use rig::wait::until;

use addresses::Addresses;

/// Programs answer within this, even while the machine is busy.
const START_WITHIN: Duration = Duration::from_secs(30);
/// Rooms are joined within this.
const JOIN_WITHIN: Duration = Duration::from_secs(90);
/// A program that ended is started again after this.
const RESTART_AFTER: Duration = Duration::from_millis(200);

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // Nobody reads a closed terminal; that is no reason to end a conference.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Everything started, in order of starting.
struct Running {
    programs: Vec<Program>,
}

/// See `rehearsal run`.
pub(crate) async fn run(configs: &Path, data: &Path, build_seconds: u64, once: bool) -> anyhow::Result<()> {
    let began = Instant::now();
    let deployment = Deployment::load(configs)?;
    let addresses = Addresses::load(configs)?;
    addresses.check_free()?;
    let logs = data.join("logs");
    std::fs::create_dir_all(&logs).with_context(|| format!("cannot make {}; check free space and permissions", logs.display()))?;
    let count = deployment.sites.len();
    prepare_clips(&deployment, &data.join("clips"), |number, site| {
        let _ = write!(std::io::stdout(), "\rpreparing rehearsal clips {}/{count} {}\u{1b}[K", number + 1, site.name);
        let _ = std::io::stdout().flush();
    })
    .await?;
    say(&format!("\rrehearsal clips ready ({count})\u{1b}[K"));
    let mut running = Running { programs: Vec::new() };
    let result = tokio::select! {
        outcome = start_and_stay(&mut running, configs, data, &deployment, &addresses, (began, build_seconds), once) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
        () = terminated() => Ok(()),
    };
    say("\nending …");
    for program in running.programs.iter_mut().rev() {
        program.end().await;
    }
    say("ended");
    result
}

async fn terminated() {
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        signal.recv().await;
    }
}

async fn start_and_stay(
    running: &mut Running,
    configs: &Path,
    data: &Path,
    deployment: &Deployment,
    addresses: &Addresses,
    (began, build_seconds): (Instant, u64),
    once: bool,
) -> anyhow::Result<()> {
    let logs = data.join("logs");
    for (program, config) in
        [("web-console", "console.toml"), ("mcu", "mcu.toml"), ("mcu-relay", "relay.toml"), ("mcu-mixer", "mixer.toml")]
    {
        let config = configs.join(config).display().to_string();
        running.programs.push(Program::start(program, program, &["--config", &config], &logs)?);
    }
    running.until_answers(&format!("{}/health", addresses.mcu)).await?;
    running.until_answers(&addresses.console).await?;
    rooms::open_conference(configs, addresses, deployment).await?;
    let rooms_config = configs.join("rooms.toml");
    rooms::enrol_missing(configs, &rooms_config, deployment, data).await?;
    running.programs.push(Program::start(
        "room-controller",
        "room-controller",
        &["run", "--config", &rooms_config.display().to_string()],
        &logs,
    )?);
    status::until_all_joined(running, configs, addresses, deployment, JOIN_WITHIN).await?;
    let took = began.elapsed().as_secs();
    say(&format!(
        "\r{count} of {count} sites joined after {total} s (of which {build_seconds} s setting up and building)\u{1b}[K",
        count = deployment.sites.len(),
        total = took + build_seconds,
    ));
    say_address(data, addresses);
    if once {
        return Ok(());
    }
    status::stay(running, configs, addresses, deployment).await
}

fn say_address(data: &Path, addresses: &Addresses) {
    say(&format!("\n  open    {}", addresses.console));
    let accounts = std::fs::read_to_string(data.join("console/accounts.txt")).unwrap_or_default();
    for line in accounts.lines().filter(|line| !line.starts_with('#')) {
        say(&format!("  account {line}"));
    }
    say(&format!("  (accounts are kept in {}; Ctrl-C ends the rehearsal)\n", data.join("console/accounts.txt").display()));
}

impl Running {
    /// Waits until something answers at that address; a program that ended meanwhile is the error.
    async fn until_answers(&mut self, address: &str) -> anyhow::Result<()> {
        let http = client()?;
        let programs = &mut self.programs;
        for program in programs.iter_mut() {
            program.check()?;
        }
        let answered = until(address, START_WITHIN, || async { Ok(http.get(address).send().await.map(drop)?) }).await;
        for program in programs.iter_mut() {
            program.check()?;
        }
        answered
    }

    /// Starts programs that ended again and names them.
    async fn revive(&mut self) -> anyhow::Result<()> {
        for program in &mut self.programs {
            if let Err(error) = program.check() {
                say(&format!("\r{error:#}\nstarting it again\u{1b}[K"));
                tokio::time::sleep(RESTART_AFTER).await;
                program.restart()?;
            }
        }
        Ok(())
    }
}

/// Runs one of our own programs to its end and gives its output.
///
/// # Errors
/// With its last words.
pub(crate) async fn ask(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        tokio::process::Command::new(built(program)).args(arguments).output().await.with_context(|| format!("cannot start {program}"))?;
    anyhow::ensure!(output.status.success(), "{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
