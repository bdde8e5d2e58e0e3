//! `conference`: conferences from the command line, by the same doors, rights and guards as the desk.
//!
//! It speaks with the console (a program's key) or with the MCU itself (a token). Exit codes: 0 done, 1 refused, 2 wrong words, 3 not reached.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use futures_util::StreamExt as _;
use mcu_api::{Client, ClientError, CommandAnswer, CommandRequest, ConferenceId, Rev, ServerMessage, Told};

mod catalogue;
mod words;

use catalogue::{Catalogue, Wrong};

/// Others than the owner who may read a key's file.
const OTHERS_MAY_READ: u32 = 0o077;

/// 会议命令行: see what runs, follow it, and ask everything the desk can ask.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Address of the console (or of the MCU), for instance https://console.example:7443
    #[arg(long, env = "CONFERENCE_SERVER", global = true, default_value = "https://localhost:7443")]
    server: String,
    /// File with the key, readable by its owner only; without it the variable CONFERENCE_KEY is taken
    #[arg(long, global = true)]
    key_file: Option<PathBuf>,
    /// Certificate authority (PEM) that alone is trusted; without it those of the system are
    #[arg(long, global = true)]
    ca: Option<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List conferences
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one conference
    Show {
        /// Its id
        conference: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask something of a conference: `conference do city-12 set_mic site=guiyang mic=closed`
    Do {
        /// Its id
        conference: String,
        /// Which command; see `conference commands`
        command: String,
        /// `name=value`; text as it stands, everything else as JSON
        arguments: Vec<String>,
        /// Refuse unless the conference is at this revision
        #[arg(long)]
        expect_rev: Option<u64>,
        /// Same key, same answer, applied once
        #[arg(long)]
        idem_key: Option<String>,
        /// Confirm what is dangerous without being asked
        #[arg(long)]
        yes: bool,
    },
    /// Follow a conference: a line for each event, until it is interrupted
    Follow {
        /// Its id
        conference: String,
        /// As JSON, snapshots too
        #[arg(long)]
        json: bool,
    },
    /// List all commands, or explain one
    Commands {
        /// Which
        command: Option<String>,
    },
}

/// Why it ends with another code than 0.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("{0}")]
    Words(String),
    #[error("not confirmed; nothing was done")]
    NotConfirmed,
    #[error("the connection ended")]
    Ended,
}

impl Failure {
    const fn code(&self) -> u8 {
        match self {
            Self::Client(ClientError::Refused(_) | ClientError::RefusedBefore { .. }) | Self::NotConfirmed => 1,
            Self::Wrong(_) | Self::Words(_) | Self::Client(ClientError::BadSetting(_)) => 2,
            Self::Client(ClientError::Unreachable(_) | ClientError::Socket(_) | ClientError::NotUnderstood(_)) | Self::Ended => 3,
        }
    }
}

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "people read why nothing was done")]
fn complain(line: &str) {
    eprintln!("{line}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&format!("conference: {failure}"));
            ExitCode::from(failure.code())
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    if let What::Commands { command } = &arguments.what {
        return explain(command.as_deref());
    }
    let client = client(&arguments)?;
    match arguments.what {
        What::Commands { .. } => Ok(()),
        What::List { json } => {
            let list = client.conferences().await?;
            if json {
                say(&words::json(&list));
            } else {
                list.conferences.iter().for_each(|summary| say(&words::summary(summary)));
            }
            Ok(())
        }
        What::Show { conference, json } => {
            let snapshot = client.snapshot(&id(&conference)?).await?;
            say(&if json { words::json(&snapshot) } else { words::snapshot(&snapshot) });
            Ok(())
        }
        What::Do { conference, command, arguments, expect_rev, idem_key, yes } => {
            let body = Catalogue::read()?.entry(&command)?.body(&arguments)?;
            let command = serde_json::from_value(body).map_err(|error| Failure::Words(format!("{command}: {error}")))?;
            let request = CommandRequest { command, expect_rev: expect_rev.map(Rev), idem_key, confirm: None };
            ask(&client, &id(&conference)?, request, yes).await
        }
        What::Follow { conference, json } => follow(&client, &id(&conference)?, json).await,
    }
}

fn explain(command: Option<&str>) -> Result<(), Failure> {
    let catalogue = Catalogue::read()?;
    match command {
        None => catalogue.entries().for_each(|entry| say(&format!("{}\n    {}", entry.usage(), entry.text))),
        Some(name) => {
            let entry = catalogue.entry(name)?;
            say(&format!("{}\n{}\n{}", entry.usage(), entry.text, entry.details()));
        }
    }
    Ok(())
}

fn id(text: &str) -> Result<ConferenceId, Failure> {
    ConferenceId::new(text).map_err(|_| Failure::Words(format!("{text} is no conference's id")))
}

fn client(arguments: &Arguments) -> Result<Client, Failure> {
    let key = match &arguments.key_file {
        Some(path) => key_from(path)?,
        None => std::env::var("CONFERENCE_KEY").map_err(|_| {
            Failure::Words("no key: give --key-file or set CONFERENCE_KEY; the console makes keys under 程序密钥".to_owned())
        })?,
    };
    let read = |path: &PathBuf| std::fs::read_to_string(path).map_err(|error| Failure::Words(format!("{}: {error}", path.display())));
    let ca = arguments.ca.as_ref().map(read).transpose()?;
    Ok(Client::new(&arguments.server, key.trim(), ca.as_deref())?)
}

/// A key that others may read is none.
fn key_from(path: &Path) -> Result<String, Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |error: std::io::Error| Failure::Words(format!("{}: {error}", path.display()));
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & OTHERS_MAY_READ != 0 {
        return Err(Failure::Words(format!("{} can be read by others; run: chmod 600 {}", path.display(), path.display())));
    }
    std::fs::read_to_string(path).map_err(failed)
}

async fn ask(client: &Client, conference: &ConferenceId, mut request: CommandRequest, yes: bool) -> Result<(), Failure> {
    loop {
        match client.command(conference, &request).await? {
            CommandAnswer::Accepted { rev } => {
                say(&format!("accepted, rev {}", rev.0));
                return Ok(());
            }
            CommandAnswer::Unchanged { rev } => {
                say(&format!("already so, rev {}", rev.0));
                return Ok(());
            }
            CommandAnswer::NeedsConfirmation { token } => {
                if !(yes || confirmed(conference, &request)?) {
                    return Err(Failure::NotConfirmed);
                }
                request.confirm = Some(token);
            }
        }
    }
}

/// Asks the person at the terminal.
fn confirmed(conference: &ConferenceId, request: &CommandRequest) -> Result<bool, Failure> {
    complain(&format!("{} in {conference} cannot be taken back. Type yes to go on:", words::json(&request.command)));
    let failed = |error: std::io::Error| Failure::Words(error.to_string());
    std::io::stderr().flush().map_err(failed)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(failed)?;
    Ok(line.trim() == "yes")
}

async fn follow(client: &Client, conference: &ConferenceId, json: bool) -> Result<(), Failure> {
    let mut events = client.events(conference).await?;
    while let Some(told) = events.next().await {
        let told = match told {
            // The console says between the MCU's words that the MCU is away; it goes on trying.
            Err(ClientError::NotUnderstood(_)) => {
                complain("conference: the MCU does not answer at the moment");
                continue;
            }
            told => told?,
        };
        match told {
            Told::Message(message) if json => say(&words::json(&message)),
            Told::Message(ServerMessage::Event(envelope)) => say(&words::event(&envelope)),
            Told::Message(ServerMessage::Snapshot(_) | ServerMessage::Heartbeat { .. }) | Told::Meters(_) => {}
        }
    }
    Err(Failure::Ended)
}
