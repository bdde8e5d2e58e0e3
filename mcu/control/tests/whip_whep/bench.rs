//! The doors in this process, the relay as its own program, and a client that speaks plain HTTP.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use access_token::right;
use mcu_api::Problem;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, Response};

use crate::offers;
use crate::support::{Mcu, conference, opening, until};

/// An endpoint with an offer for it and who may make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Whip,
    Whep,
    WhepMonitor,
}

pub const ALL: [Endpoint; 3] = [Endpoint::Whip, Endpoint::Whep, Endpoint::WhepMonitor];

impl Endpoint {
    pub fn path(self) -> &'static str {
        match self {
            Self::Whip => "/whip/weekly/sites/guiyang",
            Self::Whep => "/whep/weekly/sites/guiyang",
            Self::WhepMonitor => "/whep/weekly/monitors/wall",
        }
    }

    /// An offer that is to be taken.
    pub fn offer(self) -> String {
        match self {
            Self::Whip => offers::publisher(),
            Self::Whep | Self::WhepMonitor => offers::viewer(),
        }
    }
}

pub struct Bench {
    pub mcu: Mcu,
    relay: Child,
    http: Client,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}

/// What became of a request.
pub struct Said {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Said {
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
    }

    /// The problem document of a refusal.
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Bench {
    /// With the conference open and the relay at work.
    pub async fn start() -> Self {
        let mcu = Mcu::start().await;
        mcu.operator().open(&opening()).await.unwrap();
        let root = mcu.scratch.0.clone();
        let config = root.join("relay.toml");
        std::fs::write(&config, format!("control_socket = {:?}\nmedia = \"127.0.0.1:0\"\nlog = \"warn\"\n", mcu.socket())).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_mcu")).with_file_name("mcu-relay");
        let started = Command::new(&program).arg("--config").arg(&config).stdout(Stdio::null()).spawn();
        let relay = started.unwrap_or_else(|error| panic!("{}: {error}; build it first (cargo build --workspace)", program.display()));
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let bench = Self { mcu, relay, http };
        let operator = bench.mcu.operator();
        until("the relay to be at work", || async { operator.snapshot(&conference()).await.ok().filter(|now| now.workers[0].up) }).await;
        bench
    }

    pub fn token(&self, endpoint: Endpoint) -> String {
        match endpoint {
            Endpoint::Whip | Endpoint::Whep => self.mcu.site_token("guiyang"),
            Endpoint::WhepMonitor => self.mcu.keys.token("viewer", &[right::CONFERENCE_VIEW], None),
        }
    }

    /// A request without a token.
    pub fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", self.mcu.base))
    }

    /// A request of whoever may use that endpoint.
    pub fn request(&self, endpoint: Endpoint, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(self.token(endpoint))
    }

    pub async fn send(&self, request: RequestBuilder) -> Said {
        Said::of(request.send().await.unwrap()).await
    }

    pub async fn post(&self, endpoint: Endpoint, offer: &str) -> Said {
        let request = self.request(endpoint, "POST", endpoint.path()).header("content-type", "application/sdp");
        self.send(request.body(offer.to_owned())).await
    }

    /// A session of the usual offer.
    pub async fn join(&self, endpoint: Endpoint) -> Session<'_> {
        let said = self.post(endpoint, &endpoint.offer()).await;
        assert_eq!(said.status, 201, "{endpoint:?}: {}", said.body);
        Session { bench: self, endpoint, url: said.header("location").to_owned(), tag: said.header("etag").to_owned(), answer: said.body }
    }
}

/// An opened session.
pub struct Session<'a> {
    pub bench: &'a Bench,
    pub endpoint: Endpoint,
    pub url: String,
    /// Entity tag of the answer.
    pub tag: String,
    pub answer: String,
}

impl Session<'_> {
    pub fn request(&self, method: &str) -> RequestBuilder {
        self.bench.request(self.endpoint, method, &self.url)
    }

    /// A PATCH with that `If-Match`.
    pub async fn patch(&self, tag: Option<&str>, fragment: &str) -> Said {
        let mut request = self.request("PATCH").header("content-type", "application/trickle-ice-sdpfrag").body(fragment.to_owned());
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        self.bench.send(request).await
    }

    pub async fn is_there(&self) -> bool {
        self.bench.send(self.request("GET")).await.status == 204
    }
}
