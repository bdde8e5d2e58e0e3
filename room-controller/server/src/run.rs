//! All rooms, each as a tree that is started again when a part of it breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use room_api::SeatReport;
use room_core::{Room, Seat, TerminalSaid};
use room_link::{Address, Connector};
use room_sim::Handle;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::{Config, RoomConfig};
use crate::door::{RoomHandle, Rooms};
use crate::enrol::KEY_FILE;
use crate::rehearsal;
use crate::room::{ASKS, EVENTS, RoomTask, spec_of, start_devices};
use crate::seat::{self, SeatEnd, SeatTask, ToSeat, WORDS};
use crate::terminal::Terminal;
use crate::uplink::Uplink;

/// Wait before a broken room is started again.
const RESTART_AFTER: Duration = Duration::from_secs(1);
/// Time for all terminals to end.
const END_WITHIN: Duration = Duration::from_secs(8);

#[derive(Clone)]
struct Shared {
    config: Arc<Config>,
    clock: Clock,
    audit: Audit,
    connector: Connector,
    rooms: Rooms,
    end: CancellationToken,
}

/// Where a room's devices are.
struct Places {
    addresses: BTreeMap<String, Address>,
    simulators: BTreeMap<String, Handle>,
}

/// Runs all rooms until `end` is cancelled.
///
/// # Errors
/// When the data folder, the local door or a simulator cannot be had.
pub async fn run(config: Config, end: CancellationToken) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("cannot make {}", config.data_dir.display()))?;
    let clock = Clock::start();
    let audit = Audit::open(&config.data_dir.join("audit.jsonl"), clock.ms())?;
    let listener = TcpListener::bind(config.local).await;
    let listener = listener.with_context(|| format!("the local door {} cannot be opened; another program may hold it", config.local))?;
    tracing::info!(at = %listener.local_addr()?, rooms = config.rooms.len(), rehearsal = config.rehearsal, "room controller");
    // In a rehearsal any port will do: every simulator answers to where it was asked from.
    let visca_udp = if config.rehearsal { ([127, 0, 0, 1], 0).into() } else { config.visca_udp };
    let connector = Connector::new(visca_udp);
    let shared = Shared { config: Arc::new(config), clock, audit, connector, rooms: Rooms::default(), end: end.clone() };
    let mut trees = JoinSet::new();
    for room in &shared.config.rooms {
        let places = places_of(&shared.config, room).await.with_context(|| format!("room {} cannot start", room.room))?;
        trees.spawn(tree(shared.clone(), room.clone(), places));
    }
    let serving = axum::serve(listener, shared.rooms.clone().routes());
    tokio::select! {
        served = serving => served.context("the local door broke")?,
        () = end.cancelled() => {}
    }
    end.cancel();
    let ended = tokio::time::timeout(END_WITHIN, async { while trees.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("some rooms did not end in time");
    }
    Ok(())
}

async fn places_of(config: &Config, room: &RoomConfig) -> anyhow::Result<Places> {
    let mut places = Places { addresses: BTreeMap::new(), simulators: BTreeMap::new() };
    for device in &room.devices {
        let name = device.device.clone();
        if config.rehearsal {
            let (address, handle) = rehearsal::start(config, device).await?;
            places.simulators.insert(name.clone(), handle);
            places.addresses.insert(name, address);
        } else if let Some(address) = &device.address {
            places.addresses.insert(name, address.parse()?);
        }
    }
    Ok(places)
}

/// One room for ever: when any of its tasks ends, all are ended and started again.
async fn tree(shared: Shared, room: RoomConfig, places: Places) {
    while !shared.end.is_cancelled() {
        let mut tasks = JoinSet::new();
        let terminal_end = shared.end.child_token();
        let terminal = match grow(&shared, &room, &places, &mut tasks, terminal_end.clone()) {
            Ok(terminal) => terminal,
            Err(error) => {
                tracing::error!(room = %room.room, error = format!("{error:#}"), "the room cannot start");
                return;
            }
        };
        tokio::select! {
            // At the end the parts leave one after the other; that is no fault.
            biased;
            () = shared.end.cancelled() => {}
            broken = tasks.join_next() => {
                tracing::error!(room = %room.room, ?broken, "a part of the room broke; starting the room again");
            }
        }
        tasks.shutdown().await;
        // The terminal ends politely, so that its seat is given back.
        terminal_end.cancel();
        let _ = terminal.await;
        if !shared.end.is_cancelled() {
            tokio::time::sleep(RESTART_AFTER).await;
        }
    }
}

fn grow(
    shared: &Shared,
    room: &RoomConfig,
    places: &Places,
    tasks: &mut JoinSet<()>,
    terminal_end: CancellationToken,
) -> anyhow::Result<tokio::task::JoinHandle<()>> {
    let core = Room::new(spec_of(&shared.config, room)?)?;
    let (orders, reports) = start_devices(tasks, room, &places.addresses, &shared.connector, shared.clock, shared.config.rehearsal)?;
    let (asks, asked) = mpsc::channel(ASKS);
    let (told, terminal) = watch::channel(None);
    let (reported, seat) = watch::channel(None);
    let (faults, suffered) = watch::channel(Vec::new());
    let (shown, watched) = watch::channel(Arc::new(core.snapshot(shared.clock.ms(), None)));
    let events = broadcast::channel(EVENTS).0;
    let task = RoomTask {
        room: core,
        id: room.room.clone(),
        clock: shared.clock,
        audit: shared.audit.clone(),
        asks: asked,
        terminal,
        seat,
        faults,
        shown,
        events: events.clone(),
        lost: BTreeSet::new(),
    };
    tasks.spawn(task.run(orders, reports));
    shared.rooms.put(&room.room, RoomHandle { asks: asks.clone(), shown: watched.clone(), simulators: places.simulators.clone() });
    let dir = shared.config.room_dir(&room.room);
    let (console, key) = (shared.config.console.clone(), dir.join(KEY_FILE));
    let uplink = |words| Uplink { room: room.room.clone(), console, key, asks, words, shown: watched, events };
    let Some(config) = shared.config.terminal.clone() else {
        tasks.spawn(uplink(None).run());
        // Without a terminal the room's task still wants the other ends of the channels.
        return Ok(tokio::spawn(async move {
            terminal_end.cancelled().await;
            drop((told, reported));
        }));
    };
    let (words, seat) = seat_of(shared, room, config.conference.clone(), reported, tasks);
    tasks.spawn(uplink(Some(words)).run());
    let terminal = Terminal { config, room: room.clone(), dir, told, seat, faults: suffered, end: terminal_end };
    Ok(tokio::spawn(terminal.run()))
}

/// Starts what decides where the terminal sits, from the word kept on disk.
fn seat_of(
    shared: &Shared,
    room: &RoomConfig,
    standing: Option<String>,
    report: watch::Sender<Option<SeatReport>>,
    tasks: &mut JoinSet<()>,
) -> (mpsc::Sender<ToSeat>, SeatEnd) {
    let dir = shared.config.room_dir(&room.room);
    let seat = Seat::new(standing, seat::kept(&dir));
    let (words, told) = mpsc::channel(WORDS);
    let (say, said) = watch::channel(TerminalSaid::default());
    let (place, placed) = watch::channel(seat.place().map(str::to_owned));
    let (clock, audit) = (shared.clock, shared.audit.clone());
    tasks.spawn(SeatTask { room: room.room.clone(), dir, clock, audit, seat, words: told, said, place, report }.run());
    (words, SeatEnd { place: placed, said: say })
}
