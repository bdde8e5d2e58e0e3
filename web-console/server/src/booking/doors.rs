//! `/api/bookings`: book, change, cancel, check, and meet at once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use access_token::right;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::StatusCode;
use mcu_api::SiteId;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::busy::{Capacity, Held, Ledger, MAX_CLASHES, Span};
use super::check;
use super::entity::booking::Model;
use super::opening::Phase;
use super::store;
use super::templates;
use super::views::{self, Runs, Timed, conference_id, held, told};
use super::words::{Booking, BookingBody, BookingList, CheckAnswer, CheckBooking, Clash, ClashOver, MeetNow, PutBooking};
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::library::check::Wrong;
use crate::problem::Code;
use crate::refused::Refused;
use crate::secret;
use crate::session::User;

/// Longest span of one list: a quarter, as much as one plans at a time.
const MAX_LIST_MS: i64 = 100 * 24 * 3600 * 1000;
/// What a list begins and ends with unless it is asked otherwise: the last half day and the next week.
const LIST_BACK_MS: i64 = 12 * 3600 * 1000;
/// See [`LIST_BACK_MS`].
const LIST_AHEAD_MS: i64 = 7 * 24 * 3600 * 1000;
/// How far after a wanted series a free time is looked for.
const SEARCH_MS: i64 = 14 * 24 * 3600 * 1000;
/// A held span reaches at most so far before what is asked about; see `busy`.
const REACH_MS: i64 = 3 * 24 * 3600 * 1000;

/// Query of the list, ms since 1970.
#[derive(Debug, Deserialize)]
pub(crate) struct ListSpan {
    from_ms: Option<i64>,
    until_ms: Option<i64>,
}

/// Query of a cancellation.
#[derive(Debug, Deserialize)]
pub(crate) struct AtRev {
    /// Only at this revision.
    pub(crate) expect_rev: Option<i64>,
}

fn body_of(model: &Model) -> Result<BookingBody, Refused> {
    serde_json::from_str(&model.body).map_err(|error| {
        tracing::error!(%error, booking = model.id, "a booking cannot be read");
        Code::StoreFailed.into()
    })
}

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| {
        invalid(&crate::library::check::wrong(format!("the request is not understood: {error}"), format!("请求无法识别:{error}")))
    })
}

fn invalid(wrong: &Wrong) -> Refused {
    Refused::new("console.booking.invalid", StatusCode::UNPROCESSABLE_ENTITY, &*wrong.detail, &*wrong.detail_zh)
}

/// `GET /api/bookings`
pub(crate) async fn list(State(app): State<Arc<App>>, user: User, Query(asked): Query<ListSpan>) -> Result<Json<BookingList>, Refused> {
    user.require(right::MEETING_VIEW)?;
    let now_ms = clock::now_ms();
    let from_ms = asked.from_ms.unwrap_or(now_ms - LIST_BACK_MS);
    let until_ms = asked.until_ms.unwrap_or(now_ms + LIST_AHEAD_MS).min(from_ms.saturating_add(MAX_LIST_MS));
    let span = Span { from_ms, until_ms };
    // What runs over its planned end is shown too.
    let models = store::meeting(app.store.db(), Span { from_ms: from_ms.saturating_sub(REACH_MS), until_ms }).await?;
    let runs = views::runs(store::runs_of(app.store.db(), &models).await?);
    let mut bookings = Vec::new();
    for model in models {
        let body = body_of(&model)?;
        bookings.push(with_places(&app, told(model, body, &app.calendar, &runs, span, now_ms)));
    }
    bookings.retain(|booking| !booking.occurrences.is_empty());
    bookings.sort_by_key(|booking| booking.occurrences.first().map(|one| one.starts_at_ms));
    let (time_zone, call_before_min) = (app.calendar.zone_name().to_owned(), app.calendar.call_before_min);
    Ok(Json(BookingList { bookings, time_zone, call_before_min, sites: app.calendar.sites(), now_ms }))
}

/// `GET /api/bookings/{id}`
pub(crate) async fn get_one(State(app): State<Arc<App>>, user: User, Path(id): Path<String>) -> Result<Json<Booking>, Refused> {
    user.require(right::MEETING_VIEW)?;
    whole(&app, &id).await.map(Json)
}

/// A booking with all of its occurrences.
async fn whole(app: &App, id: &str) -> Result<Booking, Refused> {
    let model = store::one(app.store.db(), id).await?.ok_or(Code::NotFound)?;
    let runs = views::runs(store::runs_of(app.store.db(), std::slice::from_ref(&model)).await?);
    let body = body_of(&model)?;
    let span = Span { from_ms: i64::MIN, until_ms: i64::MAX };
    Ok(with_places(app, told(model, body, &app.calendar, &runs, span, clock::now_ms())))
}

/// Adds where the rooms are of what is held at the moment.
fn with_places(app: &App, mut booking: Booking) -> Booking {
    for one in booking.occurrences.iter_mut().filter(|one| one.state.is_live()) {
        one.places = crate::seating::doors::places_of(app, &one.conference, booking.booking.meeting.sites.iter().map(SiteId::as_str));
    }
    booking
}

/// `POST /api/bookings/check`
pub(crate) async fn check(State(app): State<Arc<App>>, user: User, body: Bytes) -> Result<Json<CheckAnswer>, Refused> {
    user.require(right::MEETING_VIEW)?;
    let CheckBooking { booking, instead_of } = parse(&body)?;
    let now_ms = clock::now_ms();
    let (body, occurrences) = check::booking(booking, &app.calendar, now_ms).map_err(|wrong| invalid(&wrong))?;
    busy(&app, instead_of.as_deref().unwrap_or_default(), &user.account, &body, &occurrences, now_ms).await.map(Json)
}

/// What is in the way of a booking.
async fn busy(app: &App, id: &str, author: &str, body: &BookingBody, occurrences: &[Timed], now_ms: i64) -> Result<CheckAnswer, Refused> {
    let candidate = model_of(id, 0, author, body, occurrences, now_ms);
    let mine = runs_of_one(app, &candidate).await?;
    // Passed ones are in nobody's way.
    let wanted = held(&candidate, body, occurrences, &mine, now_ms).into_iter().filter(|one| one.span.until_ms > now_ms);
    let wanted: Vec<Held> = wanted.collect();
    let span = Span { from_ms: candidate.first_ms.saturating_sub(REACH_MS), until_ms: candidate.last_ms.saturating_add(SEARCH_MS) };
    let ledger = ledger(app, id, span, now_ms).await?;
    let (capacity, terminals) = (app.calendar.capacity, &app.calendar.terminals);
    let mut clashes = Vec::new();
    let mut free_at_ms = None;
    for one in &wanted {
        let found = ledger.clashes(one, capacity, terminals);
        if !found.is_empty() && clashes.is_empty() {
            free_at_ms = ledger.nearest_free(one, capacity, terminals).map(|free| free.starts_ms);
        }
        clashes.extend(found);
        if clashes.len() >= MAX_CLASHES {
            clashes.truncate(MAX_CLASHES);
            break;
        }
    }
    let marks = marks(app, &ledger, &wanted);
    let starts = || occurrences.iter().filter(|one| !one.is_cancelled).map(|one| one.starts_ms);
    Ok(CheckAnswer {
        occurrences: u32::try_from(starts().count()).unwrap_or(u32::MAX),
        first_at_ms: starts().min().unwrap_or_default(),
        last_at_ms: starts().max().unwrap_or_default(),
        clashes,
        marks,
        free_at_ms,
    })
}

/// The first that holds each site of the city while any of these is held.
fn marks(app: &App, ledger: &Ledger, wanted: &[Held]) -> Vec<Clash> {
    let sites: Arc<BTreeSet<SiteId>> = Arc::new(app.calendar.seats.iter().map(|seat| seat.site.clone()).collect());
    let mut first = BTreeMap::new();
    for one in wanted {
        let everywhere = Held { sites: Arc::clone(&sites), ..one.clone() };
        for clash in ledger.clashes(&everywhere, Capacity { seats: u32::MAX, conferences: u32::MAX }, &app.calendar.terminals) {
            if let ClashOver::Site { site } | ClashOver::Terminal { site, .. } = &clash.over {
                first.entry(site.clone()).or_insert(clash);
            }
        }
    }
    first.into_values().collect()
}

async fn runs_of_one(app: &App, model: &Model) -> Result<Runs, Refused> {
    Ok(views::runs(store::runs_of(app.store.db(), std::slice::from_ref(model)).await?))
}

/// What others hold in that span.
async fn ledger(app: &App, except: &str, span: Span, now_ms: i64) -> Result<Ledger, Refused> {
    // A conference past its end is still there: those of the last days are looked at whatever the span.
    let look = Span { from_ms: span.from_ms.min(now_ms - REACH_MS), until_ms: span.until_ms };
    let models = store::meeting(app.store.db(), look).await?;
    let runs = views::runs(store::runs_of(app.store.db(), &models).await?);
    let mut all = Vec::new();
    for model in models.iter().filter(|model| model.id != except) {
        let body = body_of(model)?;
        let occurrences: Vec<Timed> = views::timed(&body, &app.calendar)
            .into_iter()
            .filter(|one| (Span { from_ms: one.calls_ms, until_ms: one.ends_ms }).meets(look))
            .collect();
        all.extend(held(model, &body, &occurrences, &runs, now_ms));
    }
    Ok(Ledger::new(all))
}

fn model_of(id: &str, rev: i64, author: &str, body: &BookingBody, occurrences: &[Timed], now_ms: i64) -> Model {
    Model {
        id: id.to_owned(),
        rev,
        author: author.to_owned(),
        changed_ms: now_ms,
        cancelled: false,
        first_ms: occurrences.iter().map(|one| one.calls_ms).min().unwrap_or(now_ms),
        last_ms: occurrences.iter().map(|one| one.ends_ms).max().unwrap_or(now_ms),
        body: serde_json::to_string(body).unwrap_or_default(),
    }
}

/// A booking that is refused because something is held, in words that name who, what and until when.
fn is_busy(app: &App, answer: CheckAnswer) -> Refused {
    let clock_text = |at_ms: i64| app.calendar.clock(at_ms).map(|at| at.strftime("%m-%d %H:%M").to_string()).unwrap_or_default();
    let (mut detail, mut detail_zh) = ("it is not free".to_owned(), "该时段不可用".to_owned());
    if let Some(Clash { over, held_by, .. }) = answer.clashes.first() {
        let (what, what_zh) = over_text(app, over);
        let until = clock_text(held_by.until_ms);
        detail = format!("{what} is held by \"{}\" ({}) until {until}", held_by.title, held_by.author);
        detail_zh = format!("{what_zh}被“{}”({})占用至 {until}", held_by.title, held_by.author);
    }
    if let Some(free) = answer.free_at_ms.map(clock_text) {
        detail.push_str(&format!("; free from {free}"));
        detail_zh.push_str(&format!(";最近可用时间 {free}"));
    }
    Refused::new("console.booking.busy", StatusCode::CONFLICT, detail, detail_zh)
        .with("clashes", answer.clashes)
        .with("free_at_ms", answer.free_at_ms)
}

fn over_text(app: &App, over: &ClashOver) -> (String, String) {
    let named = |id: &str| {
        let seat = app.calendar.seats.iter().find(|seat| seat.site.as_str() == id);
        seat.map_or_else(|| (id.to_owned(), id.to_owned()), |seat| (seat.name_en.clone(), seat.name.clone()))
    };
    match over {
        ClashOver::Site { site } => named(site),
        ClashOver::Terminal { site, terminal } => {
            let (name, name_zh) = named(site);
            (format!("{name}'s terminal {terminal}"), format!("{name_zh}的终端 {terminal}"))
        }
        ClashOver::Seats { wanted, left } => {
            (format!("the MCU ({left} seats left of {wanted} wanted)"), format!("MCU 席位(需 {wanted} 个,剩 {left} 个)"))
        }
        ClashOver::Conferences { limit } => (format!("the MCU ({limit} conferences at once)"), format!("MCU(最多同时 {limit} 场会议)")),
    }
}

/// Records what a person does to a booking, before and after.
struct Record<'a> {
    app: &'a App,
    user: &'a User,
    from: SocketAddr,
    what: &'a str,
    object: String,
    request: Option<serde_json::Value>,
}

impl Record<'_> {
    fn note(&self, result: &str) -> Result<(), Refused> {
        let act = Act {
            who: &self.user.actor(),
            right: right::MEETING_BOOK,
            what: self.what,
            object: &self.object,
            result,
            address: Some(self.from.ip()),
            request: self.request.clone(),
        };
        Ok(self.app.audit.record(&act)?)
    }

    /// Refuses who may not book, on the record.
    fn begin(&self) -> Result<(), Refused> {
        if let Err(problem) = self.user.require(right::MEETING_BOOK) {
            self.note(problem.body().code)?;
            return Err(problem.into());
        }
        self.note("asked")
    }

    fn end<T>(&self, outcome: Result<T, Refused>) -> Result<T, Refused> {
        let result = outcome.as_ref().map_or_else(|refusal| refusal.code, |_| "done");
        if self.note(result).is_err() {
            tracing::error!(result, "the result of a booking could not be audited");
        }
        self.app.bookings.changed.notify_one();
        outcome
    }
}

/// `POST /api/bookings`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    body: Bytes,
) -> Result<(StatusCode, Json<Booking>), Refused> {
    let booking: BookingBody = parse(&body)?;
    let id = format!("b{}", hex::encode(secret::random::<5>().map_err(|_| Code::StoreFailed)?));
    let request = serde_json::to_value(&booking).ok();
    let record = Record { app: &app, user: &user, from, what: "booking_create", object: id.clone(), request };
    record.begin()?;
    record.end(add(&app, &user, &id, booking).await).map(|booking| (StatusCode::CREATED, Json(booking)))
}

async fn add(app: &App, user: &User, id: &str, booking: BookingBody) -> Result<Booking, Refused> {
    let now_ms = clock::now_ms();
    let (body, occurrences) = check::booking(booking, &app.calendar, now_ms).map_err(|wrong| invalid(&wrong))?;
    let _gate = app.bookings.gate.lock().await;
    if !store::has_room(app.store.db(), now_ms).await? {
        return Err(Refused::new(
            "console.booking.full",
            StatusCode::TOO_MANY_REQUESTS,
            format!("{} bookings stand already; cancel some first", store::MAX_BOOKINGS),
            format!("已有 {} 个预约,请先取消不用的", store::MAX_BOOKINGS),
        ));
    }
    let answer = busy(app, id, &user.account, &body, &occurrences, now_ms).await?;
    if !answer.clashes.is_empty() {
        return Err(is_busy(app, answer));
    }
    store::add(app.store.db(), model_of(id, 1, &user.account, &body, &occurrences, now_ms)).await?;
    whole(app, id).await
}

/// `PUT /api/bookings/{id}`
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Booking>, Refused> {
    let given: PutBooking = parse(&body)?;
    let request = serde_json::to_value(&given).ok();
    let record = Record { app: &app, user: &user, from, what: "booking_change", object: id.clone(), request };
    record.begin()?;
    record.end(put(&app, &user, &id, given).await).map(Json)
}

async fn put(app: &App, user: &User, id: &str, given: PutBooking) -> Result<Booking, Refused> {
    let now_ms = clock::now_ms();
    let (body, occurrences) = check::booking(given.booking, &app.calendar, now_ms).map_err(|wrong| invalid(&wrong))?;
    let _gate = app.bookings.gate.lock().await;
    let there = store::one(app.store.db(), id).await?.ok_or(Code::NotFound)?;
    if there.rev != given.expect_rev {
        return Err(stale(&there));
    }
    let answer = busy(app, id, &user.account, &body, &occurrences, now_ms).await?;
    if !answer.clashes.is_empty() {
        return Err(is_busy(app, answer));
    }
    let model = model_of(id, there.rev + 1, &user.account, &body, &occurrences, now_ms);
    if !store::change(app.store.db(), &model).await? {
        return Err(stale(&there));
    }
    // What failed or was cancelled before may be tried again under the new terms.
    let runs = runs_of_one(app, &model).await?;
    for one in &occurrences {
        let conference = conference_id(id, one.slot);
        let ended_unopened = matches!(runs.get(&conference).map(|run| &run.phase), Some(Phase::Failed { .. } | Phase::Cancelled {}));
        if ended_unopened && one.ends_ms > now_ms {
            store::forget(app.store.db(), &conference).await?;
        }
    }
    whole(app, id).await
}

fn stale(there: &Model) -> Refused {
    Refused::new(
        "console.booking.stale",
        StatusCode::CONFLICT,
        format!("{} has changed this booking meanwhile; look at it and save again", there.author),
        format!("{} 已修改过此预约,请查看后重新保存", there.author),
    )
    .with("rev", there.rev)
    .with("author", &there.author)
    .with("changed_at_ms", there.changed_ms)
}

/// `DELETE /api/bookings/{id}`: cancels it; `PUT` brings it back.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
    Query(at): Query<AtRev>,
) -> Result<Json<Booking>, Refused> {
    let record = Record { app: &app, user: &user, from, what: "booking_cancel", object: id.clone(), request: None };
    record.begin()?;
    record.end(cancel_one(&app, &user, &id, at.expect_rev).await).map(Json)
}

async fn cancel_one(app: &App, user: &User, id: &str, expect_rev: Option<i64>) -> Result<Booking, Refused> {
    let _gate = app.bookings.gate.lock().await;
    let there = store::one(app.store.db(), id).await?.ok_or(Code::NotFound)?;
    if expect_rev.is_some_and(|rev| rev != there.rev) {
        return Err(stale(&there));
    }
    let (rev, author, changed_ms) = (there.rev + 1, user.account.clone(), clock::now_ms());
    let model = Model { rev, author, changed_ms, cancelled: true, ..there.clone() };
    if !store::change(app.store.db(), &model).await? {
        return Err(stale(&there));
    }
    whole(app, id).await
}

/// `POST /api/bookings/now`: an instant meeting from a template.
pub(crate) async fn now(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    body: Bytes,
) -> Result<(StatusCode, Json<Booking>), Refused> {
    let asked: MeetNow = parse(&body)?;
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if !(8..=32).contains(&asked.request_id.len()) || !asked.request_id.bytes().all(good) {
        return Err(Code::Malformed.into());
    }
    let id = format!("n{}", asked.request_id);
    let request = serde_json::to_value(&asked).ok();
    let record = Record { app: &app, user: &user, from, what: "booking_now", object: id.clone(), request };
    record.begin()?;
    record.end(at_once(&app, &user, &id, asked).await).map(|booking| (StatusCode::CREATED, Json(booking)))
}

async fn at_once(app: &App, user: &User, id: &str, asked: MeetNow) -> Result<Booking, Refused> {
    if store::one(app.store.db(), id).await?.is_some() {
        return whole(app, id).await;
    }
    let mut meeting = templates::meeting_of(app, &asked.template).await?;
    meeting.title = asked.title.unwrap_or(meeting.title);
    meeting.call_before_min = Some(0);
    let start = app.calendar.clock(clock::now_ms()).ok_or(Code::StoreFailed)?;
    add(app, user, id, BookingBody { meeting, start, recurrence: None, exceptions: Vec::new() }).await
}
