//! The room's terminal process: started, watched, started again, ended.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use room_api::{ActiveFault, Fault, Text};
use room_core::{TerminalSaid, Verdict};
use serde::{Deserialize, Serialize};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{RoomConfig, TerminalConfig, text};
use crate::enrol::{ANSWER_FILE, Enrolled, KEY_FILE};
use crate::seat::SeatEnd;

/// How often an unenrolled room looks for its key.
const LOOK_FOR_KEY: Duration = Duration::from_secs(1);
/// First and longest wait before the program is started again.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A program that lived this long starts the waits afresh.
const LIVED_WELL: Duration = Duration::from_secs(60);
/// How often it is asked how it is; an ended conference is left within this.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// Time for its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Time to end by itself.
const END_WITHIN: Duration = Duration::from_secs(5);

pub(crate) struct Terminal {
    pub config: TerminalConfig,
    pub room: RoomConfig,
    pub dir: PathBuf,
    pub told: watch::Sender<Option<Text>>,
    /// Where it shall sit, and what it says of that.
    pub seat: SeatEnd,
    /// 彩排: what the terminal shall suffer.
    pub faults: watch::Receiver<Vec<ActiveFault>>,
    pub end: CancellationToken,
}

/// The terminal's own configuration.
#[derive(Serialize)]
struct TerminalFile<'a> {
    site: &'a str,
    name: &'a str,
    number: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference: Option<String>,
    mcus: [&'a str; 1],
    key: &'a Path,
    source: &'a str,
    clips: &'a Path,
    answer_after_ms: u64,
    local: SocketAddr,
}

/// The part of the terminal's answer that is shown.
#[derive(Deserialize)]
struct Standing {
    publishing: bool,
    watching: bool,
    trouble: Option<String>,
    conference: Option<String>,
    refused: Option<Refused>,
    #[serde(default)]
    ended: bool,
}

/// The MCU's refusal as the terminal passes it on.
#[derive(Deserialize)]
struct Refused {
    code: String,
    detail: String,
    detail_zh: String,
}

#[derive(Deserialize)]
struct State {
    standing: Standing,
    /// Numbers of the faults at work.
    #[serde(default)]
    faults: Vec<u64>,
}

/// One life of the program ended.
enum Ended {
    /// By itself, or it could not be started: why.
    Broke(String),
    /// 停电: it was ended for a power cut, which is no reason to wait long afterwards.
    PowerCut,
}

/// The terminal program: as configured, else beside this program.
fn program(config: &TerminalConfig) -> PathBuf {
    let beside = || std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("room-terminal")));
    config.program.clone().or_else(beside).unwrap_or_else(|| PathBuf::from("room-terminal"))
}

/// A port nobody holds at this moment.
fn free_port() -> std::io::Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr()
}

impl Terminal {
    /// Until told to end.
    pub(crate) async fn run(mut self) {
        let is_enrolled = || self.dir.join(KEY_FILE).is_file() && self.dir.join(ANSWER_FILE).is_file();
        self.tell(text("会场尚未登记", "the room is not enrolled"));
        while !is_enrolled() {
            tokio::select! {
                () = tokio::time::sleep(LOOK_FOR_KEY) => {}
                () = self.end.cancelled() => return,
            }
        }
        let mut wait = FIRST_WAIT;
        loop {
            self.until_power().await;
            if self.end.is_cancelled() {
                return;
            }
            let began = tokio::time::Instant::now();
            let ended = self.live().await;
            if self.end.is_cancelled() {
                return;
            }
            let why = match ended {
                Ok(Ended::PowerCut) => {
                    wait = FIRST_WAIT;
                    continue;
                }
                Ok(Ended::Broke(status)) => status,
                Err(error) => format!("{error:#}"),
            };
            self.seat.said.send_replace(TerminalSaid::default());
            if began.elapsed() > LIVED_WELL {
                wait = FIRST_WAIT;
            }
            tracing::warn!(room = %self.room.room, why, "the terminal ended; starting it again");
            self.tell(text("终端已退出，正在重新启动", &format!("the terminal ended ({why}); starting it again")));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.end.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    fn tell(&self, words: Text) {
        self.told.send_if_modified(|told| {
            let is_news = told.as_ref() != Some(&words);
            *told = Some(words);
            is_news
        });
    }

    fn start(&self) -> anyhow::Result<(Child, SocketAddr)> {
        let enrolled = Enrolled::load(&self.dir)?;
        let local = free_port().context("no free port for the terminal")?;
        let key = self.dir.join(KEY_FILE);
        let file = TerminalFile {
            site: &self.room.room,
            name: &self.room.name,
            number: self.room.number,
            conference: self.seat.place.borrow().clone(),
            mcus: [self.config.mcu.as_deref().unwrap_or(&enrolled.mcu_base)],
            key: &key,
            source: self.room.source.word(),
            clips: &self.config.clips,
            answer_after_ms: self.config.answer_after_ms,
            local,
        };
        let path = self.dir.join("terminal.toml");
        std::fs::write(&path, toml::to_string(&file)?).with_context(|| format!("cannot write {}", path.display()))?;
        let log = std::fs::File::create(self.dir.join("terminal.log"))?;
        let program = program(&self.config);
        let child = Command::new(&program)
            .args(["run", "--belongs-to-parent", "--config"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}; build it or name it in [terminal] program", program.display()))?;
        Ok((child, local))
    }

    /// Waits while the rehearsal's power is cut.
    async fn until_power(&mut self) {
        if !has_power_cut(&self.faults.borrow()) {
            return;
        }
        self.tell(text("停电(彩排)", "no power (rehearsal)"));
        tokio::select! {
            // A room that has ended lifts nothing any more; then the end is near.
            _ = self.faults.wait_for(|faults| !has_power_cut(faults)) => {}
            () = self.end.cancelled() => {}
        }
    }

    /// One life of the program; how it ended.
    async fn live(&mut self) -> anyhow::Result<Ended> {
        let (mut child, local) = self.start()?;
        // Held open while this program lives; waiting for the child would close it.
        let _leash = child.stdin.take();
        tracing::info!(room = %self.room.room, %local, "terminal started");
        self.tell(text("终端启动中", "the terminal starts"));
        let http = reqwest::Client::builder().timeout(ANSWER_WITHIN).no_proxy().build()?;
        let mut asking = tokio::time::interval(ASK_EVERY);
        let mut faults = self.faults.clone();
        faults.mark_changed();
        let mut place = self.seat.place.clone();
        loop {
            tokio::select! {
                status = child.wait() => return Ok(Ended::Broke(status?.to_string())),
                () = self.end.cancelled() => {
                    end(&mut child).await;
                    return Ok(Ended::Broke("ended".to_owned()));
                }
                Ok(()) = faults.changed() => {
                    let wanted = faults.borrow_and_update().clone();
                    if has_power_cut(&wanted) {
                        // No polite signal: nobody says goodbye when the lights go out.
                        child.kill().await?;
                        return Ok(Ended::PowerCut);
                    }
                    hurt(&http, local, &wanted).await;
                }
                Ok(()) = place.changed() => {
                    let wanted = place.borrow_and_update().clone();
                    send_to(&http, local, wanted.as_deref()).await;
                }
                _ = asking.tick() => if let Some(state) = ask(&http, local).await {
                    let wanted = faults.borrow().clone();
                    let ids: Vec<u64> = wanted.iter().map(|fault| fault.id).collect();
                    if state.faults != ids {
                        hurt(&http, local, &wanted).await;
                    }
                    let wanted = place.borrow().clone();
                    if state.standing.conference != wanted {
                        send_to(&http, local, wanted.as_deref()).await;
                    }
                    self.heard(state.standing);
                }
            }
        }
    }
}

impl Terminal {
    /// The terminal said how it stands.
    fn heard(&self, standing: Standing) {
        let said = said_of(&standing);
        self.seat.said.send_if_modified(|told| {
            // The same again counts too: how long a conference is not known is a matter of time.
            let is_news = *told != said || said.verdict == Verdict::Unknown;
            *told = said;
            is_news
        });
        self.tell(words_of(standing));
    }
}

/// In the words of the rules.
fn said_of(standing: &Standing) -> TerminalSaid {
    let code = standing.refused.as_ref().map(|refused| refused.code.as_str());
    let verdict = match code {
        _ if standing.ended => Verdict::Ended,
        Some("mcu.conference.ended") => Verdict::Ended,
        Some("mcu.conference.unknown") => Verdict::Unknown,
        Some(_) | None => Verdict::None,
    };
    let refused = standing.refused.as_ref().map(|refused| text(&refused.detail_zh, &refused.detail));
    let trouble = standing.trouble.as_ref().map(|trouble| text("未能连接 MCU,正在重试", trouble));
    TerminalSaid {
        conference: standing.conference.clone(),
        publishing: standing.publishing,
        watching: standing.watching,
        verdict,
        trouble: refused.or(trouble),
    }
}

/// Tells the terminal where to sit; one that does not listen yet is told again when it answers.
async fn send_to(http: &reqwest::Client, local: SocketAddr, conference: Option<&str>) {
    let order = serde_json::json!({ "conference": conference });
    if let Ok(answer) = http.post(format!("http://{local}/seat")).json(&order).send().await
        && !answer.status().is_success()
    {
        tracing::warn!(status = %answer.status(), "the terminal refuses its seat");
    }
}

fn has_power_cut(faults: &[ActiveFault]) -> bool {
    faults.iter().any(|active| active.fault == Fault::PowerCut {})
}

/// Tells the terminal all it shall suffer; one that does not listen yet is told again when it answers.
async fn hurt(http: &reqwest::Client, local: SocketAddr, faults: &[ActiveFault]) {
    let now_ms = crate::clock::unix_ms();
    let left = |active: &ActiveFault| {
        serde_json::json!({
            "id": active.id,
            "fault": active.fault,
            "seed": active.seed,
            "for_ms": active.until_ms.saturating_sub(now_ms),
        })
    };
    let order = serde_json::json!({ "faults": faults.iter().map(left).collect::<Vec<_>>() });
    if let Ok(answer) = http.post(format!("http://{local}/faults")).json(&order).send().await
        && !answer.status().is_success()
    {
        tracing::warn!(status = %answer.status(), "the terminal refuses the rehearsal's faults");
    }
}

async fn ask(http: &reqwest::Client, local: SocketAddr) -> Option<State> {
    http.get(format!("http://{local}/state")).send().await.ok()?.json().await.ok()
}

fn words_of(standing: Standing) -> Text {
    match (standing.publishing, standing.watching) {
        (true, true) => text("在会：正在发送与接收", "in the conference: sending and receiving"),
        (true, false) => text("在会：正在发送", "in the conference: sending"),
        (false, true) => text("在会：仅接收", "in the conference: receiving only"),
        (false, false) => match standing.trouble {
            Some(trouble) => text("未入会，正在重试", &format!("not in the conference ({trouble}); trying on")),
            None => text("未入会", "not in the conference"),
        },
    }
}

/// Asks it to end, then makes it.
async fn end(child: &mut Child) {
    if let Some(pid) = child.id() {
        // The polite signal by the standard tool: sending it from here would need unsafe code.
        let asked = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await;
        if asked.is_ok() && tokio::time::timeout(END_WITHIN, child.wait()).await.is_ok() {
            return;
        }
    }
    let _ = child.kill().await;
}
