//! `bench-devices`: from a button at the console to the device's own confirmation, beside 13 rooms of 20 devices each in one process (P11); the same
//! while one device hangs and another floods.
//!
//! Environment: `QUICK`, `BENCH_DIR`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::StreamExt as _;
use load::conference::latency::percentile;
use load::report::{Row, Target, say};
use rig::console::{Console, Desk, Place};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::rooms::RoomController;
use rig::wait::until;
use serde_json::{Value, json};

/// Devices of each room.
const DEVICES: usize = 20;
/// Both kinds tell a change 20 ms after it was ordered, and that telling is the proof.
const ANSWER_MS: f64 = 20.0;
/// A command that is not confirmed by then has failed.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(3);
/// Between two commands; odd, so that polls are met in every phase.
const PAUSE: Duration = Duration::from_millis(37);
/// The hanging device and the flooding one, in the first room.
const HANGING: usize = 0;
const FLOODING: usize = 1;

/// When each command was confirmed, by room and number.
type Confirmed = Arc<Mutex<BTreeMap<(String, u64), Instant>>>;

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn word<'a>(value: &'a Value, place: &str) -> Option<&'a str> {
    value.pointer(place)?.as_str()
}

fn device(number: usize) -> toml::Table {
    let driver = if number.is_multiple_of(2) { "videohub" } else { "dis_ccu" };
    let pairs = [("device", format!("d{number}")), ("name", format!("设备{number}")), ("name_en", format!("Device {number}"))];
    let mut table: toml::Table = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    table.insert("driver".to_owned(), driver.into());
    table
}

fn configuration(rooms: &[String]) -> toml::Table {
    let room = |(number, id): (i64, &String)| {
        let devices: Vec<toml::Value> = (0..DEVICES).map(|number| device(number).into()).collect();
        let mut table = toml::Table::new();
        for key in ["room", "name", "name_en"] {
            table.insert(key.to_owned(), id.clone().into());
        }
        table.insert("number".to_owned(), number.into());
        table.insert("source".to_owned(), "clip".into());
        table.insert("devices".to_owned(), devices.into());
        toml::Value::Table(table)
    };
    let rooms: Vec<toml::Value> = (0..).zip(rooms).map(room).collect();
    toml::Table::from_iter([("rehearsal".to_owned(), true.into()), ("rooms".to_owned(), rooms.into())])
}

struct Bench {
    desk: Desk,
    rooms: Vec<String>,
    confirmed: Confirmed,
    /// How often each device was told something: every order must change something, for what is so already is told by nobody.
    turns: BTreeMap<(String, usize), usize>,
}

impl Bench {
    /// One command to one device; from the button to its confirmation at the console, in ms.
    async fn press(&mut self, room: &str, number: usize) -> anyhow::Result<Option<f64>> {
        let turn = self.turns.entry((room.to_owned(), number)).or_default();
        *turn += 1;
        let is_odd = !turn.is_multiple_of(2);
        let device = format!("d{number}");
        let body = if number.is_multiple_of(2) {
            let args = json!({ "output": 1, "input": if is_odd { 3 } else { 2 } });
            json!({ "ask": "command", "device": device, "command": "route", "args": args })
        } else {
            json!({ "ask": "command", "device": device, "command": "set_mic", "args": { "seat": 1, "on": is_odd } })
        };
        let began = Instant::now();
        let (status, answer) = self.desk.post(&format!("/api/rooms/{room}/requests"), &body).await?;
        anyhow::ensure!(status == 200 && word(&answer, "/answer") == Some("accepted"), "{room} {device}: {answer}");
        let key = (room.to_owned(), answer.pointer("/id").and_then(Value::as_u64).context("a command has a number")?);
        while began.elapsed() < GIVEN_UP_AFTER {
            if let Some(at) = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner).remove(&key) {
                return Ok(Some(ms(at.saturating_duration_since(began))));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(None)
    }

    /// Every device but the first two of the first room in turn; sorted times, and how many were not confirmed.
    async fn round(&mut self, presses: usize) -> anyhow::Result<(Vec<f64>, usize)> {
        let (mut times, mut missed) = (Vec::new(), 0);
        let rooms = self.rooms.clone();
        // Coprime to the number of devices: every one is met, in a mixed order.
        let places = (0..).map(|step: usize| (step * 57) % (rooms.len() * DEVICES)).filter(|place| *place > FLOODING);
        for place in places.take(presses) {
            let room = rooms.get(place / DEVICES).context("a room of the list")?;
            match self.press(room, place % DEVICES).await? {
                Some(time) => times.push(time),
                None => missed += 1,
            }
            tokio::time::sleep(PAUSE).await;
        }
        times.sort_by(f64::total_cmp);
        Ok((times, missed))
    }
}

/// Notes the confirmations that the console tells.
async fn listen(desk: &Desk, confirmed: Confirmed) -> anyhow::Result<()> {
    let mut events = desk.room_events().await?;
    tokio::spawn(async move {
        while let Some(Ok(message)) = events.next().await {
            let at = Instant::now();
            let Ok(told) = serde_json::from_slice::<Value>(&message.into_data()) else { continue };
            if word(&told, "/type") == Some("command") && word(&told, "/state/state") == Some("confirmed") {
                let key = (word(&told, "/room").unwrap_or_default().to_owned(), told.pointer("/id").and_then(Value::as_u64).unwrap_or(0));
                confirmed.lock().unwrap_or_else(PoisonError::into_inner).insert(key, at);
            }
        }
    });
    Ok(())
}

async fn all_online(desk: &Desk, rooms: usize) -> anyhow::Result<()> {
    until("every device online", Duration::from_secs(60), || async {
        let told = desk.get("/api/rooms").await?;
        let devices: Vec<&Value> = told
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|room| room.pointer("/snapshot/devices").and_then(Value::as_array))
            .flatten()
            .collect();
        let online = devices.iter().filter(|device| word(device, "/health/state") == Some("online")).count();
        anyhow::ensure!(online == rooms * DEVICES, "{online} of {} devices", rooms * DEVICES);
        Ok(())
    })
    .await
}

async fn misbehave(local: &str, room: &str, number: usize, fault: &str) -> anyhow::Result<()> {
    let url = format!("{local}/rooms/{room}/devices/d{number}/misbehave");
    reqwest::Client::builder().no_proxy().build()?.post(url).json(&json!({ "fault": fault })).send().await?.error_for_status()?;
    Ok(())
}

async fn devices(dir: &Path, presses: usize) -> anyhow::Result<()> {
    let deployment = Deployment::chenzhou()?;
    let rooms: Vec<String> = deployment.sites.iter().map(|site| site.site.as_str().to_owned()).collect();
    let ids: Vec<&str> = rooms.iter().map(String::as_str).collect();
    let place = Place::free()?;
    let mut mcu = Mcu::start_for(&dir.join(format!("devices-{}", std::process::id())), Some(&place.base)).await?;
    let mut console = Console::start(&mcu.dir, &place, &mcu.base).await?;
    let equipped = RoomController::prepare(&mcu.dir, "many", &console.base, configuration(&rooms), &ids).await?;
    let mut controller = equipped.start()?;
    let desk = console.sign_in("technician").await?;
    let confirmed = Confirmed::default();
    listen(&desk, Arc::clone(&confirmed)).await?;
    all_online(&desk, rooms.len()).await?;
    let mut bench = Bench { desk, rooms: rooms.clone(), confirmed, turns: BTreeMap::new() };
    bench.round(20).await?;

    let (began, used) = (Instant::now(), controller.program.cpu().unwrap_or_default());
    let (healthy, missed) = bench.round(presses).await?;
    let cores = controller.program.cpu().unwrap_or_default().saturating_sub(used).as_secs_f64() / began.elapsed().as_secs_f64();
    let memory = controller.program.memory().unwrap_or(0) / (1 << 20);
    let first = rooms.first().context("there are rooms")?;
    misbehave(&equipped.local, first, HANGING, "silent").await?;
    misbehave(&equipped.local, first, FLOODING, "garbage").await?;
    let (hurt, more_missed) = bench.round(presses).await?;

    let over = |times: &[f64]| percentile(times, 95) - ANSWER_MS;
    let notes = format!(
        "p95 over the device's answer of {ANSWER_MS} ms, {} rooms of {DEVICES} devices in one process: {} commands, p50 {:.1}, longest {:.1}; {missed} not \
         confirmed; {cores:.2} cores, {memory} MB",
        rooms.len(),
        healthy.len(),
        percentile(&healthy, 50),
        healthy.last().copied().unwrap_or(0.0),
    );
    say(&Row {
        id: "P11",
        value: if missed == 0 { over(&healthy) } else { ms(GIVEN_UP_AFTER) },
        unit: "ms",
        target: Target::AtMost(100.0),
        notes,
    }
    .line());
    let notes = format!(
        "the others' p95 while one device hangs and one talks garbage in {first}: {:.1} ms after {:.1}, longest {:.1}; {more_missed} not confirmed",
        percentile(&hurt, 95),
        percentile(&healthy, 95),
        hurt.last().copied().unwrap_or(0.0),
    );
    let ratio = if more_missed == 0 { percentile(&hurt, 95) / percentile(&healthy, 95).max(1.0) } else { f64::INFINITY };
    say(&Row { id: "P11h", value: ratio, unit: "ratio", target: Target::AtMost(1.25), notes }.line());
    controller.program.end().await;
    console.program.end().await;
    mcu.end().await;
    std::fs::remove_dir_all(&mcu.dir)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    load::report::no_arguments()?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let presses = if variable("QUICK").is_some() { 150 } else { 1_000 };
    let dir = variable("BENCH_DIR").map_or_else(|| PathBuf::from("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&dir)?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    // Programs end when they are dropped, also when the bench is interrupted.
    tokio::select! {
        done = devices(&dir, presses) => done,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
        _ = terminate.recv() => anyhow::bail!("told to end"),
    }
}
