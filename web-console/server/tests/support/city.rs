//! A console with sites to book, and beside it an MCU's HTTP doors that remember the conferences they opened.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use console_server::{ACCOUNTS_FILE, App, COOKIE_NAME, Config, REQUEST_HEADER, router, run_scheduler};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// Sites of the city of the tests, in fixed order; the last two share a terminal.
pub const SITES: &str = r#"
[[sites]]
site = "main-hall"
name = "主会场"
name_en = "Main hall"
kind = "main_hall"
source = "clip"
[[sites]]
site = "beihu"
name = "北湖区"
name_en = "Beihu"
kind = "branch"
[[sites]]
site = "guiyang"
name = "桂阳县"
name_en = "Guiyang"
kind = "branch"
[[sites]]
site = "guiyang-small"
name = "桂阳县小会议室"
name_en = "Guiyang small room"
kind = "branch"
terminal = "guiyang"
"#;

/// What the MCU remembers.
#[derive(Default)]
pub struct Memory {
    /// Conferences by id.
    pub conferences: BTreeMap<String, Value>,
    /// Openings done, in order.
    pub opened: Vec<Value>,
    /// Commands done: conference and body.
    pub commands: Vec<(String, Value)>,
    /// Openings are done but their answers never come.
    pub swallows_answers: bool,
    /// Refusal of every opening: status and problem.
    pub refuses: Option<(u16, Value)>,
    /// Names of commands that are refused.
    pub refuses_commands: Vec<String>,
}

#[derive(Clone, Default)]
pub struct City {
    pub memory: Arc<Mutex<Memory>>,
}

fn answer(status: u16, body: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::from_u16(status).unwrap(), kind, body.to_string()).into_response()
}

pub fn problem(code: &str, status: u16) -> Value {
    json!({"code": code, "status": status, "detail": format!("{code} refused"), "detail_zh": "已拒绝"})
}

fn snapshot(open: &Value, phase: &str) -> Value {
    let site = json!({"kind": "site", "site": open["main_site"]});
    json!({
        "conference": open["conference"], "title": open["title"], "rev": 1, "phase": phase, "opened_at_ms": now_ms(),
        "main_site": open["main_site"], "sites": [], "forced": null, "program": site, "preview": null, "previous": null,
        "wall": {"revision": 0, "cells": [], "code": null}, "settings": {"locked": false, "ends_at_ms": null, "auto_end": false, "mute_on_join": "closed", "free_view": true, "redial": null,
                     "multi_picture": null, "slate": null, "fade_ms": 0, "overlays": []},
        "rotation": mcu_api::Rotation::default(), "speech": mcu_api::Speech::default(), "floor_queue": [],
        "content": mcu_api::Content::default(), "desk": mcu_api::Desk::default(), "output": mcu_api::Output::default(),
        "undo": null, "redo": null, "workers": [], "at_ms": now_ms()
    })
}

async fn open(State(city): State<City>, body: String) -> Response {
    let open: Value = serde_json::from_str(&body).unwrap();
    let swallows = {
        let mut memory = city.memory.lock().unwrap();
        if let Some((status, problem)) = &memory.refuses {
            return answer(*status, problem);
        }
        let id = open["conference"].as_str().unwrap().to_owned();
        if memory.conferences.get(&id).is_some_and(|there| there["phase"] == "running") {
            return answer(409, &problem("mcu.conference.exists", 409));
        }
        memory.conferences.insert(id, snapshot(&open, "running"));
        memory.opened.push(open.clone());
        memory.swallows_answers
    };
    if swallows {
        std::future::pending::<()>().await;
    }
    answer(201, &snapshot(&open, "running"))
}

async fn look(State(city): State<City>, Path(id): Path<String>) -> Response {
    let memory = city.memory.lock().unwrap();
    memory.conferences.get(&id).map_or_else(|| answer(404, &problem("mcu.conference.unknown", 404)), |there| answer(200, there))
}

async fn command(State(city): State<City>, Path(id): Path<String>, body: String) -> Response {
    let command: Value = serde_json::from_str(&body).unwrap();
    let mut memory = city.memory.lock().unwrap();
    if memory.refuses_commands.iter().any(|name| command["cmd"] == name.as_str()) {
        return answer(404, &problem("mcu.site.unknown", 404));
    }
    memory.commands.push((id, command));
    answer(200, &json!({"outcome": "accepted", "rev": 2}))
}

pub fn now_ms() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn serve(listener: tokio::net::TcpListener, app: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    })
}

/// A town hall: console, scheduler, MCU; each can be stopped and started.
pub struct Hall {
    pub city: City,
    pub dir: PathBuf,
    mcu_at: SocketAddr,
    mcu: Option<JoinHandle<()>>,
    console: Option<(String, JoinHandle<()>, JoinHandle<()>)>,
    client: reqwest::Client,
}

impl Drop for Hall {
    fn drop(&mut self) {
        let console = self.console.take();
        for task in console.into_iter().flat_map(|(_, server, scheduler)| [server, scheduler]).chain(self.mcu.take()) {
            task.abort();
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Hall {
    /// Everything started, with these lines in table `[booking]`.
    pub async fn with(booking: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let unique = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("web-console-booking-{}-{unique}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mcu_at = listener.local_addr().unwrap();
        drop(listener);
        std::fs::write(dir.join("sites.toml"), SITES).unwrap();
        let data = dir.join("data");
        let text = format!(
            "http = '127.0.0.1:0'\ndata_dir = '{}'\nmcu = 'http://{mcu_at}'\n[booking]\nsites = 'sites.toml'\n{booking}\n",
            data.display()
        );
        std::fs::write(dir.join("console.toml"), text).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut hall = Self { city: City::default(), dir, mcu_at, mcu: None, console: None, client };
        hall.start_mcu().await;
        hall.start_console().await;
        hall
    }

    pub async fn start() -> Self {
        Self::with("").await
    }

    pub async fn start_mcu(&mut self) {
        let doors = Router::new()
            .route("/api/conferences", post(open))
            .route("/api/conferences/{id}", get(look))
            .route("/api/conferences/{id}/commands", post(command))
            .with_state(self.city.clone());
        let deadline = Instant::now() + Duration::from_secs(10);
        let listener = loop {
            match tokio::net::TcpListener::bind(self.mcu_at).await {
                Ok(listener) => break listener,
                Err(error) if Instant::now() > deadline => panic!("{error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        self.mcu = Some(serve(listener, doors));
    }

    pub async fn stop_mcu(&mut self) {
        let task = self.mcu.take().unwrap();
        task.abort();
        let _ = task.await;
    }

    pub async fn start_console(&mut self) {
        let app = App::open(Config::load(&self.dir.join("console.toml")).unwrap()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = serve(listener, router(app.clone()));
        self.console = Some((base, server, tokio::spawn(run_scheduler(app))));
    }

    /// Pulls the console's plug.
    pub async fn stop_console(&mut self) {
        let (_, server, scheduler) = self.console.take().unwrap();
        for task in [server, scheduler] {
            task.abort();
            let _ = task.await;
        }
    }

    pub async fn ask(&self, method: Method, path: &str, session: &str, body: Option<&Value>) -> (u16, Value) {
        let base = &self.console.as_ref().unwrap().0;
        let request = self.client.request(method, format!("{base}{path}")).header(REQUEST_HEADER, "1");
        let request = request.header(header::COOKIE, format!("{COOKIE_NAME}={session}")).header(header::CONTENT_TYPE, "application/json");
        let request = match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub async fn get(&self, path: &str, session: &str) -> (u16, Value) {
        self.ask(Method::GET, path, session, None).await
    }

    pub async fn post(&self, path: &str, session: &str, body: &Value) -> (u16, Value) {
        self.ask(Method::POST, path, session, Some(body)).await
    }

    pub async fn put(&self, path: &str, session: &str, body: &Value) -> (u16, Value) {
        self.ask(Method::PUT, path, session, Some(body)).await
    }

    pub async fn delete(&self, path: &str, session: &str) -> (u16, Value) {
        self.ask(Method::DELETE, path, session, None).await
    }

    pub async fn sign_in(&self, account: &str) -> String {
        let text = std::fs::read_to_string(self.dir.join("data").join(ACCOUNTS_FILE)).unwrap();
        let password = text.lines().find_map(|line| line.strip_prefix(&format!("{account} "))).unwrap().to_owned();
        let base = &self.console.as_ref().unwrap().0;
        let body = json!({ "account": account, "password": password }).to_string();
        let request = self.client.post(format!("{base}/api/sign-in")).header(REQUEST_HEADER, "1");
        let answer = request.header(header::CONTENT_TYPE, "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
        cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
    }

    /// Waits until the only occurrence of a booking satisfies the condition.
    pub async fn until(&self, session: &str, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let (status, booking) = self.get(&format!("/api/bookings/{id}"), session).await;
            assert_eq!(status, 200, "{booking}");
            let state = booking["occurrences"][0]["state"].clone();
            if wanted(&state) {
                return booking;
            }
            assert!(Instant::now() < deadline, "still {state}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// A wall-clock time in Shanghai so many minutes from now.
    pub fn in_minutes(&self, minutes: i64) -> String {
        let at = jiff::Timestamp::from_millisecond(now_ms() + minutes * 60_000).unwrap();
        at.to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap()).strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// A booking of those sites, the first of them the main one.
pub fn booking(title: &str, sites: &[&str], start: &str, minutes: u32) -> Value {
    json!({"meeting": {"title": title, "sites": sites, "main_site": sites[0], "planned_min": minutes}, "start": start})
}

/// Whether a state is of that name.
pub fn is(name: &str) -> impl Fn(&Value) -> bool + '_ {
    move |state| state["state"] == name
}
