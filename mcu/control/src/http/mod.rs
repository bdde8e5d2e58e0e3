//! The HTTP doors. They know who is asking and what was asked, put it to the hub and write the audit; they hold no rules of a conference.

mod caller;
mod conferences;
mod follow;
mod media;
mod openapi;
mod problem;
mod system;

pub use openapi::openapi_json;

use std::sync::{Arc, Mutex, PoisonError};

use audit_chain::Record;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::routing::{get, patch, post, put};
use mcu_api::{Code, ORIGIN_HEADER, Problem};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::auditor::Auditor;
use crate::clock::now_ms;
use crate::hub::{Ask, Reply};
use crate::trust::TrustStore;
use problem::ApiError;

/// Longest body: an opening of 104 sites is under 50 kB, an SDP offer under 20 kB.
const MAX_BODY_BYTES: usize = 128 * 1024;
/// Sockets that follow a conference or a site at the same time: 104 rooms and as many people again.
const MAX_SOCKETS: usize = 256;
/// Pages of journals read at the same time: each is up to 512 KiB on disk and several times that as values.
const MAX_READS: usize = 8;
/// Refused tokens audited in one minute; more of them say nothing more and would fill the disk.
const MAX_TOKEN_RECORDS: u32 = 30;

/// What every door needs.
#[derive(Clone)]
pub(crate) struct Doors {
    hub: mpsc::Sender<Ask>,
    trust: Arc<TrustStore>,
    auditor: Auditor,
    stop: CancellationToken,
    sockets: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    /// Minute and count of refused tokens audited.
    refused: Arc<Mutex<(u64, u32)>>,
}

impl Doors {
    /// The doors of one MCU.
    #[must_use]
    pub(crate) fn new(hub: mpsc::Sender<Ask>, trust: Arc<TrustStore>, auditor: Auditor, stop: CancellationToken) -> Self {
        let (sockets, reads) = (Arc::new(Semaphore::new(MAX_SOCKETS)), Arc::new(Semaphore::new(MAX_READS)));
        Self { hub, trust, auditor, stop, sockets, reads, refused: Arc::default() }
    }

    /// Puts a question to the hub.
    async fn ask<T>(&self, question: impl FnOnce(Reply<T>) -> Ask) -> Result<T, Problem> {
        let (reply, answer) = oneshot::channel();
        self.hub.send(question(reply)).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())?
    }

    async fn audit(&self, record: Record) {
        self.auditor.note(record).await;
    }

    /// Whether one more refused token may be audited in this minute.
    fn may_audit_token(&self) -> bool {
        let minute = now_ms() / 60_000;
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.0 != minute {
            *refused = (minute, 0);
        }
        refused.1 += 1;
        refused.1 <= MAX_TOKEN_RECORDS
    }
}

/// All doors, callable from pages of the given origins.
pub(crate) fn router(doors: Doors, origins: &[String]) -> Router {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, HeaderName::from_static(ORIGIN_HEADER)])
        .expose_headers([header::LOCATION, header::ETAG, header::LINK]);
    let fixed = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .route("/api/conferences", post(conferences::open).get(conferences::list))
        .route("/api/conferences/{conference}", get(conferences::snapshot))
        .route("/api/conferences/{conference}/commands", post(conferences::command))
        .route("/api/conferences/{conference}/journal", get(conferences::journal))
        .route("/api/conferences/{conference}/events", get(follow::events))
        .route("/api/conferences/{conference}/sites/{site}/tally", get(follow::tally))
        .route("/api/layouts", get(system::layouts))
        .route("/api/trust/{issuer}", put(system::trust))
        .route("/whip/{conference}/sites/{site}", post(media::publish).get(media::is_there))
        .route("/whep/{conference}/sites/{site}", post(media::watch).get(media::is_there))
        .route("/whep/{conference}/monitors/{monitor}", post(media::watch_monitor).get(media::is_there))
        .route("/whep/{conference}/monitors/sites/{site}", post(media::watch_site_monitor).get(media::is_there))
        .route("/whip/{conference}/talkback/{site}", post(media::talk_back).get(media::is_there))
        .route("/sessions/{session}", patch(media::trickle).delete(media::close).get(media::session_is_there))
        .route("/health", get(system::health))
        .route("/metrics", get(system::metrics))
        .route("/openapi.json", get(openapi::serve))
        .fallback(|| async {
            ApiError(with_status(404, "there is no such door; see /openapi.json", "没有该接口,请查看 /openapi.json"))
        })
        .method_not_allowed_fallback(|| async {
            ApiError(with_status(405, "this door does not take that method; see /openapi.json", "该接口不支持此方法,请查看 /openapi.json"))
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(cors)
        .layer(axum::middleware::from_fn(media::tell_types))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .with_state(doors)
}

/// A malformed request of a more precise status.
fn with_status(status: u16, detail: &str, detail_zh: &str) -> Problem {
    Problem { status, ..Problem::new(Code::Malformed, detail, detail_zh) }
}

fn stopping() -> Problem {
    Problem::new(Code::MediaUnavailable, "the MCU is stopping; try again in a few seconds", "MCU 正在停止,请稍后重试")
}
