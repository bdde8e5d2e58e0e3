//! The server's parts put together: what handlers share, and which path leads where.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::middleware;
use axum::routing::{any, delete, get, post};
use tokio::sync::Semaphore;
use tokio_tungstenite::Connector;

use crate::audit::Audit;
use crate::booking::{self, Bookings, Calendar, CalendarError};
use crate::config::Config;
use crate::ended::Ended;
use crate::first_start::{self, FirstStartError};
use crate::guard;
use crate::lockout::Addresses;
use crate::password::{HashError, Passwords};
use crate::rehearsal::{self, Rehearsals};
use crate::room_doors::{self, Holds};
use crate::rooms::Rooms;
use crate::session::Touched;
use crate::signer::{Signer, SignerError};
use crate::store::{MAX_ROOMS, Store};
use crate::tls::{self, TlsError};
use crate::{bridge, chronicle, enrol, gateway, library, program_keys, scenes, seating, sign_in, ui, uplink};

/// Largest body taken from anybody: a layout of 25 cells is below 4 kB.
const MAX_BODY_BYTES: usize = 64 << 10;
/// Browsers' sockets at once: a hundred people at two screens each.
const MAX_SOCKETS: usize = 256;

/// Reports made at the same time: each reads a whole meeting and takes a core for up to a second; half of a small machine stays for the desks.
const MAX_REPORTS: usize = 2;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error("the data folder cannot be made; check the path and its permissions")]
    DataDir(#[source] io::Error),
    /// The signing key.
    #[error("no signing key")]
    Signer(#[from] SignerError),
    /// The audit.
    #[error("no audit")]
    Audit(#[from] audit_chain::ChainError),
    /// The database.
    #[error("the database cannot be opened; check its URL and that the disk is writable")]
    Store(#[from] sea_orm::DbErr),
    /// The first accounts.
    #[error("the first accounts could not be made")]
    FirstStart(#[from] FirstStartError),
    /// The password library.
    #[error("passwords cannot be compared")]
    Passwords(#[from] HashError),
    /// The CA for the MCU's certificate.
    #[error("the MCU's CA (mcu_ca) cannot be used")]
    McuCa(#[source] TlsError),
    /// Sites or time zone of the bookings.
    #[error("bookings cannot be offered")]
    Calendar(#[from] CalendarError),
    /// The HTTP client.
    #[error("the HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
}

/// What handlers share.
pub struct App {
    /// As configured.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The signing key.
    pub signer: Signer,
    /// The audit.
    pub audit: Audit,
    /// Compares passwords.
    pub passwords: Passwords,
    /// Talks HTTP to the MCU.
    pub http: reqwest::Client,
    /// TLS towards the MCU's WebSocket.
    pub mcu_connector: Option<Connector>,
    /// Announces ended sessions.
    pub ended: Ended,
    /// When sessions were last noted as acting.
    pub touched: Touched,
    /// Limits browsers' sockets.
    pub sockets: Arc<Semaphore>,
    /// Limits rooms' uplinks.
    pub uplinks: Arc<Semaphore>,
    /// The rooms.
    pub rooms: Rooms,
    /// The scene round.
    pub scenes: scenes::Scenes,
    /// Held moves under way.
    pub holds: Holds,
    /// What can be booked.
    pub calendar: Calendar,
    /// What the booking doors and the scheduler share.
    pub bookings: Bookings,
    /// Limits reports made at the same time.
    pub reports: Arc<Semaphore>,
    /// Rehearsals under way.
    pub rehearsals: Rehearsals,
    /// Sent with every answer.
    pub content_security_policy: HeaderValue,
    addresses: Mutex<Addresses>,
}

impl App {
    /// Opens everything in the data folder; makes keys, tables and first accounts where missing.
    ///
    /// # Errors
    /// With the part that failed.
    pub async fn open(config: Config) -> Result<Arc<Self>, StartError> {
        crate::secret::private_dir(&config.data_dir).map_err(StartError::DataDir)?;
        let signer = Signer::open(&config.data_dir)?;
        let audit = Audit::open(&config.data_dir)?;
        let store = Store::open(config.database.as_deref(), &config.data_dir).await?;
        first_start::make_accounts(&store, &config.data_dir).await?;
        let client_tls = config.mcu_ca.as_deref().map(tls::client_config).transpose().map_err(StartError::McuCa)?;
        let mut http = reqwest::Client::builder().no_proxy();
        if let Some(tls) = client_tls.clone() {
            http = http.tls_backend_preconfigured(tls);
        }
        let calendar = Calendar::open(&config.booking, &config.folder)?;
        Ok(Arc::new(Self {
            content_security_policy: ui::content_security_policy(config.mcu_for_browsers()),
            passwords: Passwords::new()?,
            http: http.build()?,
            mcu_connector: client_tls.map(|tls| Connector::Rustls(Arc::new(tls))),
            ended: Ended::default(),
            touched: Touched::default(),
            sockets: Arc::new(Semaphore::new(MAX_SOCKETS)),
            // Twice the rooms, because a room may dial again before its old line is found dead.
            uplinks: Arc::new(Semaphore::new(usize::try_from(2 * MAX_ROOMS).unwrap_or(usize::MAX))),
            rooms: Rooms::in_order(calendar.room_order()),
            calendar,
            scenes: scenes::Scenes::default(),
            holds: Holds::default(),
            bookings: Bookings::default(),
            reports: Arc::new(Semaphore::new(MAX_REPORTS)),
            rehearsals: Rehearsals::default(),
            addresses: Mutex::default(),
            config,
            store,
            signer,
            audit,
        }))
    }

    /// Failures by address. Held for a look or a change, never across an await.
    pub fn addresses(&self) -> MutexGuard<'_, Addresses> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All paths.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/sign-in", post(sign_in::sign_in))
        .route("/api/sign-out", post(sign_in::sign_out))
        .route("/api/unlock", post(sign_in::unlock))
        .route("/api/me", get(sign_in::me))
        .route("/api/keys", get(program_keys::list).post(program_keys::create))
        .route("/api/keys/{id}", delete(program_keys::delete))
        .route("/api/media-token", get(sign_in::media_token))
        .route("/api/conferences", get(gateway::conferences))
        .route("/api/conferences/{id}", get(gateway::conference))
        .route("/api/conferences/{id}/commands", post(gateway::command))
        .route("/api/conferences/{id}/talkback/{site}", post(gateway::talk_back))
        .route("/api/conferences/{id}/events", any(bridge::events))
        .route("/api/conferences/{id}/places", get(seating::doors::places))
        .route("/api/layouts", get(gateway::layouts))
        .route("/api/pairing-codes", post(enrol::pairing_code))
        .route("/api/enrol", post(enrol::enrol))
        .route("/api/rooms", get(room_doors::list))
        .route("/api/rooms/events", any(room_doors::events))
        .route("/api/rooms/{id}", get(room_doors::one))
        .route("/api/rooms/{id}/requests", post(room_doors::request))
        .route("/api/meetings", get(chronicle::meetings))
        .route("/api/meetings/{id}/report", get(chronicle::report_json))
        .route("/api/meetings/{id}/report.pdf", get(chronicle::report_pdf))
        .route("/api/meetings/{id}/roll-call.pdf", get(chronicle::roll_call_pdf))
        .route("/api/meetings/{id}/attendance.xlsx", get(chronicle::attendance))
        .route("/api/meetings/{id}/timeline.csv", get(chronicle::timeline))
        .merge(rehearsal::routes())
        .merge(scenes::doors::routes())
        .route("/uplink", any(uplink::uplink))
        .merge(meetings())
        .fallback(ui::serve)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(guard::refuse_foreign))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), ui::harden))
        .with_state(app)
}

/// Paths of the library and of booking.
fn meetings() -> Router<Arc<App>> {
    use booking::{doors, templates};
    use library::doors as documents;
    Router::new()
        .route("/api/library/{kind}", get(documents::list))
        .route("/api/library/{kind}/{name}", get(documents::get_one).put(documents::put).delete(documents::remove))
        .route("/api/bookings", get(doors::list).post(doors::create))
        .route("/api/bookings/check", post(doors::check))
        .route("/api/bookings/now", post(doors::now))
        .route("/api/bookings/{id}", get(doors::get_one).put(doors::change).delete(doors::cancel))
        .route("/api/templates", get(templates::list).post(templates::create))
        .route("/api/templates/{name}", get(templates::get_one).put(templates::put).delete(templates::remove))
}
