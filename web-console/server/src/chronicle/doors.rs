//! Doors of past and running meetings: the list, a report, its documents.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use forms::{FONTS, Letters, csv, pdf, xlsx};
use serde::Deserialize;

use super::documents::Documents;
use super::entity::meeting;
use super::phrases::Zone;
use super::report::{Meeting, MeetingList, MeetingState, Report};
use super::store::{Chronicle, State as Kept};
use super::words::Language;
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::problem::{Code, Problem};
use crate::session::User;

/// Meetings on a page: what fits on two screens.
const PAGE_SIZE: u64 = 50;
/// How long somebody may wait for others' reports before being asked to come again.
const WAIT: Duration = Duration::from_secs(15);
/// Longest id of a meeting: that of a conference, a hyphen and a time.
const MAX_ID_BYTES: usize = 96;

/// Which page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageWanted {
    /// From 0.
    #[serde(default)]
    page: u32,
}

/// In which words.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordsWanted {
    /// `zh` or `en`; Chinese unless said otherwise.
    #[serde(default)]
    lang: Option<String>,
    /// The reader's clock in minutes east of Greenwich; that of Beijing unless said otherwise.
    #[serde(default)]
    zone_min: Option<i32>,
}

impl WordsWanted {
    fn language(&self) -> Language {
        if self.lang.as_deref() == Some("en") { Language::English } else { Language::Chinese }
    }

    fn zone(&self) -> Zone {
        self.zone_min.map_or_else(Zone::default, Zone::new)
    }
}

type Wanted<T> = Result<Query<T>, QueryRejection>;

/// `GET /api/meetings`
pub(crate) async fn meetings(State(app): State<Arc<App>>, user: User, wanted: Wanted<PageWanted>) -> Result<Json<MeetingList>, Problem> {
    user.require(right::MEETING_REPORT)?;
    let Query(PageWanted { page }) = wanted.map_err(|_| Code::Malformed)?;
    let page = u64::from(page);
    let (rows, total) = Chronicle::of(&app).meetings(page * PAGE_SIZE, PAGE_SIZE).await?;
    let meetings = rows.iter().map(told).collect();
    Ok(Json(MeetingList { meetings, total, page, page_size: PAGE_SIZE }))
}

fn told(row: &meeting::Model) -> Meeting {
    let time = |at_ms: i64| u64::try_from(at_ms).unwrap_or(0);
    Meeting {
        id: row.id.clone(),
        conference: row.conference.clone(),
        title: row.title.clone(),
        state: match Kept::of(&row.state) {
            Kept::Running => MeetingState::Running,
            Kept::Ended => MeetingState::Ended,
            Kept::Lost => MeetingState::Lost,
        },
        opened_at_ms: time(row.opened_at_ms),
        ended_at_ms: row.ended_at_ms.map(time),
        seen_ms: time(row.seen_ms),
    }
}

/// `GET /api/meetings/{id}/report`
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    user: User,
    Path(id): Path<String>,
    wanted: Wanted<WordsWanted>,
) -> Result<Json<Report>, Problem> {
    user.require(right::MEETING_REPORT)?;
    let Query(wanted) = wanted.map_err(|_| Code::Malformed)?;
    made(&app, &id, wanted.zone(), Ok).await.map(Json)
}

/// Makes a report and something of it, apart from everything that must not wait.
async fn made<T: Send + 'static>(
    app: &App,
    id: &str,
    zone: Zone,
    make: impl FnOnce(Report) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let chronicle = Chronicle::of(app);
    let row = if id.len() > MAX_ID_BYTES { None } else { chronicle.meeting(id).await? };
    let row = row.ok_or(Code::NotFound)?;
    let waited = tokio::time::timeout(WAIT, Arc::clone(&app.reports).acquire_owned()).await;
    let Ok(Ok(permit)) = waited else { return Err(Code::LimitReached.into()) };
    let rows = chronicle.rows(&row.id, 0).await?;
    let making = tokio::task::spawn_blocking(move || {
        let made = rows.entries().map_err(Problem::from).and_then(|entries| make(Report::of(told(&row), entries, zone)));
        drop(permit);
        made
    });
    making.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a report could not be made");
        Err(Code::StoreFailed.into())
    })
}

/// A document on its way out.
struct Export {
    /// Kind of act in the audit.
    what: &'static str,
    content_type: &'static str,
    file: &'static str,
    make: fn(&Documents<'_>) -> Result<Vec<u8>, Problem>,
}

const REPORT_PDF: Export = Export {
    what: "export_report",
    content_type: "application/pdf",
    file: "report.pdf",
    make: |documents| written(&documents.report_paper()),
};
const ROLL_CALL_PDF: Export = Export {
    what: "export_roll_call",
    content_type: "application/pdf",
    file: "roll-call.pdf",
    make: |documents| written(&documents.roll_call_paper()),
};
const ATTENDANCE_XLSX: Export = Export {
    what: "export_attendance",
    content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    file: "attendance.xlsx",
    make: |documents| xlsx(&documents.sheets()).map_err(|error| failed(&error)),
};
const TIMELINE_CSV: Export = Export {
    what: "export_timeline",
    content_type: "text/csv; charset=utf-8",
    file: "timeline.csv",
    make: |documents| Ok(csv(&documents.timeline_table())),
};

fn written(paper: &forms::Paper) -> Result<Vec<u8>, Problem> {
    let letters = Letters::find(&FONTS).map_err(|error| failed(&error))?;
    pdf(paper, &letters).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "a document could not be made");
    Code::DocumentFailed.into()
}

/// Who asks, for what.
pub(crate) struct Asker {
    app: Arc<App>,
    from: SocketAddr,
    user: User,
    id: String,
}

async fn export(asker: Asker, wanted: Wanted<WordsWanted>, export: &'static Export) -> Result<Response, Problem> {
    let Asker { app, from, user, id } = asker;
    let actor = user.actor();
    let act = |result| Act {
        who: &actor,
        right: right::MEETING_REPORT,
        what: export.what,
        object: id.get(..MAX_ID_BYTES).unwrap_or(&id),
        result,
        address: Some(from.ip()),
        request: None,
    };
    // Looking on is one thing; what leaves the console is an act, and a locked session does not act.
    let may = user.require(right::MEETING_REPORT).and(if user.is_locked { Err(Code::SessionLocked.into()) } else { Ok(()) });
    if let Err(problem) = may {
        app.audit.record(&act(problem.body().code))?;
        return Err(problem);
    }
    let Query(wanted) = wanted.map_err(|_| Code::Malformed)?;
    app.audit.record(&act("asked"))?;
    let who = format!("{} ({})", user.display, user.account);
    let at_ms = u64::try_from(clock::now_ms()).unwrap_or_default();
    let bytes = made(&app, &id, wanted.zone(), move |report| {
        (export.make)(&Documents { report: &report, language: wanted.language(), zone: wanted.zone(), who: &who, at_ms })
    })
    .await;
    app.audit.record(&act(bytes.as_ref().map_or_else(|problem| problem.body().code, |_| "exported")))?;
    let mut response = bytes?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(export.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let file = format!("attachment; filename=\"{}\"", export.file);
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&file).unwrap_or(HeaderValue::from_static("attachment")));
    Ok(response)
}

type Asked = (State<Arc<App>>, ConnectInfo<SocketAddr>, User, Path<String>);

fn asker((State(app), ConnectInfo(from), user, Path(id)): Asked) -> Asker {
    Asker { app, from, user, id }
}

/// `GET /api/meetings/{id}/report.pdf`
pub(crate) async fn report_pdf(
    app: State<Arc<App>>,
    from: ConnectInfo<SocketAddr>,
    user: User,
    id: Path<String>,
    wanted: Wanted<WordsWanted>,
) -> Result<Response, Problem> {
    export(asker((app, from, user, id)), wanted, &REPORT_PDF).await
}

/// `GET /api/meetings/{id}/roll-call.pdf`
pub(crate) async fn roll_call_pdf(
    app: State<Arc<App>>,
    from: ConnectInfo<SocketAddr>,
    user: User,
    id: Path<String>,
    wanted: Wanted<WordsWanted>,
) -> Result<Response, Problem> {
    export(asker((app, from, user, id)), wanted, &ROLL_CALL_PDF).await
}

/// `GET /api/meetings/{id}/attendance.xlsx`
pub(crate) async fn attendance(
    app: State<Arc<App>>,
    from: ConnectInfo<SocketAddr>,
    user: User,
    id: Path<String>,
    wanted: Wanted<WordsWanted>,
) -> Result<Response, Problem> {
    export(asker((app, from, user, id)), wanted, &ATTENDANCE_XLSX).await
}

/// `GET /api/meetings/{id}/timeline.csv`
pub(crate) async fn timeline(
    app: State<Arc<App>>,
    from: ConnectInfo<SocketAddr>,
    user: User,
    id: Path<String>,
    wanted: Wanted<WordsWanted>,
) -> Result<Response, Problem> {
    export(asker((app, from, user, id)), wanted, &TIMELINE_CSV).await
}
