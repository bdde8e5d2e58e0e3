//! Who may pass which door, and what is said to those who may not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use access_token::{SigningKey, right};
use mcu_api::{Client, ClientError, Code, Command, CommandAnswer, Mic, Problem, Rev};
use support::{Mcu, OPERATOR, conference, opening, plain, site};

/// Every door with the rights of which one is needed.
const DOORS: [(&str, &str, &[&str]); 16] = [
    ("POST", "/api/conferences", &[right::CONFERENCE_AFFAIRS]),
    ("GET", "/api/conferences", &[right::CONFERENCE_VIEW]),
    ("GET", "/api/conferences/weekly", &[right::CONFERENCE_VIEW]),
    ("POST", "/api/conferences/weekly/commands", &[right::CONFERENCE_SOUND]),
    ("GET", "/api/conferences/weekly/journal", &[right::CONFERENCE_VIEW]),
    ("GET", "/api/conferences/weekly/events", &[right::CONFERENCE_VIEW]),
    ("GET", "/api/conferences/weekly/sites/guiyang/tally", &[right::CONFERENCE_VIEW, right::SITE_SELF]),
    ("GET", "/api/layouts", &[right::CONFERENCE_VIEW]),
    ("POST", "/whip/weekly/sites/guiyang", &[right::SITE_SELF]),
    ("POST", "/whep/weekly/sites/guiyang", &[right::SITE_SELF]),
    ("POST", "/whep/weekly/monitors/wall", &[right::CONFERENCE_VIEW]),
    ("POST", "/whep/weekly/monitors/program", &[right::CONFERENCE_VIEW]),
    ("POST", "/whep/weekly/monitors/preview", &[right::CONFERENCE_VIEW]),
    ("POST", "/whep/weekly/monitors/sites/guiyang", &[right::CONFERENCE_VIEW]),
    ("PUT", "/api/trust/room:guiyang", &[right::SYSTEM_TRUST]),
    ("DELETE", "/sessions/00-11", &[]),
];

const RIGHTS: [&str; 11] = [
    right::CONFERENCE_VIEW,
    right::CONFERENCE_PICTURE,
    right::CONFERENCE_SOUND,
    right::CONFERENCE_AFFAIRS,
    right::SITE_SELF,
    right::ROOM_VIEW,
    right::ROOM_CONTROL,
    right::ROOM_UPLINK,
    right::ROOM_ENROL,
    right::SYSTEM_TRUST,
    right::AUDIT_READ,
];

async fn knock(mcu: &Mcu, method: &str, path: &str, token: Option<&str>) -> (u16, Option<Problem>) {
    let body = match (path, method) {
        ("/api/conferences", "POST") => serde_json::to_string(&opening()).unwrap(),
        (path, _) if path.ends_with("/commands") => serde_json::to_string(&plain(Command::MuteAll {})).unwrap(),
        (_, _) => "v=0\r\n".to_owned(),
    };
    let kind = if path.starts_with("/whe") || path.starts_with("/whi") { "application/sdp" } else { "application/json" };
    let mut request = reqwest::Client::new().request(method.parse().unwrap(), format!("{}{path}", mcu.base));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.header("content-type", kind).body(body).send().await.unwrap();
    let status = response.status().as_u16();
    let problem = response.headers().get("content-type").is_some_and(|kind| kind == "application/problem+json");
    let body = response.bytes().await.unwrap();
    (status, problem.then(|| serde_json::from_slice(&body).unwrap()))
}

fn refused(result: Result<CommandAnswer, ClientError>) -> Problem {
    match result {
        Err(ClientError::Refused(problem)) => problem,
        Err(error) => panic!("{error:?}"),
        Ok(answer) => panic!("{answer:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_opens_to_its_right_only() {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let forged = SigningKey::generate("console").unwrap();
    let claims = access_token::Claims { sub: "x".to_owned(), rights: RIGHTS.map(str::to_owned).to_vec(), site: None, exp: 4_000_000_000 };
    let forged = forged.sign(&claims).unwrap();
    for (method, path, needed) in DOORS {
        for token in [None, Some("nonsense"), Some(forged.as_str())] {
            let (status, problem) = knock(&mcu, method, path, token).await;
            assert_eq!((status, problem.map(|problem| problem.code)), (401, Some(Code::TokenRefused)), "{method} {path}");
        }
        for held in RIGHTS {
            let token = mcu.keys.token("somebody", &[held], Some("guiyang"));
            let (status, problem) = knock(&mcu, method, path, Some(&token)).await;
            let opens = needed.contains(&held) || needed.is_empty();
            assert_ne!(status, 401, "{method} {path} with {held}");
            assert_eq!(status != 403, opens, "{method} {path} with {held}: {status}");
            assert!(
                status < 400 || problem.is_some_and(|problem| !problem.detail_zh.is_empty()),
                "{method} {path}: {status} without a problem"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_takes_its_own_seat_only() {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let token = mcu.site_token("guiyang");
    for path in ["/whip/weekly/sites/anren", "/whep/weekly/sites/anren"] {
        assert_eq!(knock(&mcu, "POST", path, Some(&token)).await.0, 403);
    }
    assert_eq!(knock(&mcu, "GET", "/api/conferences/weekly/sites/anren/tally", Some(&token)).await.0, 403);
    // Its own seat is open to it; only the relay is not there.
    let (status, problem) = knock(&mcu, "POST", "/whip/weekly/sites/guiyang", Some(&token)).await;
    assert_eq!((status, problem.unwrap().code), (503, Code::MediaUnavailable));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_answered_as_the_rules_say() {
    let mcu = Mcu::start().await;
    let operator = mcu.operator();
    let opened = operator.open(&opening()).await.unwrap();
    assert_eq!((opened.rev, opened.sites.len(), opened.wall.cells.len()), (Rev(1), 4, 4));
    let id = conference();
    let mut open_mic = plain(Command::SetMic { site: site("guiyang"), mic: Mic::Open });
    open_mic.idem_key = Some("once".to_owned());
    assert_eq!(operator.command(&id, &open_mic).await.unwrap(), CommandAnswer::Accepted { rev: Rev(2) });
    assert_eq!(operator.command(&id, &open_mic).await.unwrap(), CommandAnswer::Accepted { rev: Rev(2) });
    assert_eq!(operator.snapshot(&id).await.unwrap().rev, Rev(2));

    let mut stale = plain(Command::MuteAll {});
    stale.expect_rev = Some(Rev(1));
    let problem = refused(operator.command(&id, &stale).await);
    assert_eq!((problem.code, problem.status, problem.rev), (Code::Stale, 409, Some(Rev(2))));
    let problem = refused(operator.command(&id, &plain(Command::Call { site: site("nowhere") })).await);
    assert_eq!((problem.code, problem.status), (Code::UnknownSite, 404));
    let viewer = mcu.client(&[right::CONFERENCE_VIEW]);
    assert_eq!(refused(viewer.command(&id, &plain(Command::MuteAll {})).await).code, Code::RightMissing);
    let elsewhere = mcu_api::ConferenceId::new("elsewhere").unwrap();
    assert_eq!(refused(operator.command(&elsewhere, &plain(Command::MuteAll {})).await).code, Code::UnknownConference);

    let again = operator.open(&opening()).await;
    assert!(matches!(again, Err(ClientError::Refused(problem)) if problem.code == Code::ConferenceExists));
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_needs_confirmation_and_the_name_is_free_then() {
    let mcu = Mcu::start().await;
    let operator = mcu.operator();
    operator.open(&opening()).await.unwrap();
    let id = conference();
    let CommandAnswer::NeedsConfirmation { token } = operator.command(&id, &plain(Command::End {})).await.unwrap() else {
        panic!("ending asks first");
    };
    assert_eq!(operator.snapshot(&id).await.unwrap().phase, mcu_api::ConferencePhase::Running);
    let mut wrong = plain(Command::End {});
    wrong.confirm = Some("guess".to_owned());
    assert_eq!(refused(operator.command(&id, &wrong).await).code, Code::InvalidConfirmation);
    wrong.confirm = Some(token);
    assert!(matches!(operator.command(&id, &wrong).await.unwrap(), CommandAnswer::Accepted { .. }));
    assert_eq!(refused(operator.command(&id, &plain(Command::MuteAll {})).await).code, Code::ConferenceEnded);
    assert_eq!(operator.conferences().await.unwrap().conferences[0].phase, mcu_api::ConferencePhase::Ended);
    let token = mcu.site_token("guiyang");
    assert_eq!(mcu.post_sdp("/whip/weekly/sites/guiyang", &token).await.status(), 409);
    assert_eq!(operator.open(&opening()).await.unwrap().rev, Rev(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_is_said_so() {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let token = mcu.keys.token("operator", &OPERATOR, Some("guiyang"));
    let http = reqwest::Client::new();
    let post = |path: &str, body: String| http.post(format!("{}{path}", mcu.base)).bearer_auth(&token).body(body);
    let cases = [
        (post("/api/conferences/weekly/commands", "{".to_owned()), 400),
        (post("/api/conferences/weekly/commands", r#"{"cmd":"dance","args":{}}"#.to_owned()), 400),
        (post("/api/conferences/weekly/commands", r#"{"cmd":"call","args":{"site":"Not An Id"}}"#.to_owned()), 400),
        (post("/api/conferences/Not%20An%20Id/commands", r#"{"cmd":"mute_all","args":{}}"#.to_owned()), 400),
        (post("/api/conferences/weekly/commands", " ".repeat(200 * 1024)), 413),
        (post("/api/conferences", "{}".to_owned()), 400),
        (post("/api/nothing", String::new()), 404),
        (http.delete(format!("{}/api/layouts", mcu.base)).bearer_auth(&token), 405),
        (http.get(format!("{}/api/conferences/weekly/events", mcu.base)).bearer_auth(&token), 426),
        (http.get(format!("{}/api/conferences", mcu.base)).bearer_auth(&token).header("mcu-origin", "moon"), 400),
        (http.patch(format!("{}/sessions/x", mcu.base)).bearer_auth(&token), 415),
    ];
    for (request, expected) in cases {
        let response = request.send().await.unwrap();
        let (status, url) = (response.status().as_u16(), response.url().clone());
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{url}");
        let problem: Problem = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!((status, problem.status), (expected, expected), "{url}: {problem}");
    }
    let own = mcu.keys.token("room:guiyang", &[right::SITE_SELF], Some("guiyang"));
    let sdp =
        http.post(format!("{}/whip/weekly/sites/guiyang", mcu.base)).bearer_auth(own).header("content-type", "text/plain").body("v=0");
    assert_eq!(sdp.send().await.unwrap().status(), 415);
    let trickle =
        http.patch(format!("{}/sessions/x", mcu.base)).bearer_auth(&token).header("content-type", "application/trickle-ice-sdpfrag");
    assert_eq!(trickle.send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_console_may_call_and_others_not() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mcu = Mcu::start().await;
    let preflight = |origin: &str| {
        reqwest::Client::new()
            .request("OPTIONS".parse().unwrap(), format!("{}/whip/weekly/sites/guiyang", mcu.base))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
    };
    let good = preflight("https://console.example").send().await.unwrap();
    assert_eq!(good.headers()["access-control-allow-origin"], "https://console.example");
    let bad = preflight("https://evil.example").send().await.unwrap();
    assert!(bad.headers().get("access-control-allow-origin").is_none());
    let get = reqwest::Client::new().get(format!("{}/health", mcu.base)).header("origin", "https://console.example").send().await.unwrap();
    let exposed = get.headers()["access-control-expose-headers"].to_str().unwrap().to_ascii_lowercase();
    assert!(exposed.contains("location"), "{exposed}");
    assert_eq!(get.headers()["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_enrolled_is_trusted_after_a_restart_too() {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let room = SigningKey::generate("room:guiyang").unwrap();
    let claims = access_token::Claims {
        sub: "room:guiyang".to_owned(),
        rights: vec![right::SITE_SELF.to_owned()],
        site: Some("guiyang".to_owned()),
        exp: 4_000_000_000,
    };
    let token = room.sign(&claims).unwrap();
    assert_eq!(mcu.post_sdp("/whip/weekly/sites/guiyang", &token).await.status(), 401);
    let console = mcu.client(&[right::SYSTEM_TRUST]);
    console.trust("room:guiyang", &room.public_pem().unwrap()).await.unwrap();
    assert_eq!(mcu.post_sdp("/whip/weekly/sites/guiyang", &token).await.status(), 503);
    for (issuer, pem) in
        [("console", room.public_pem().unwrap()), ("room:anren", "no key".to_owned()), ("..%2Fx", room.public_pem().unwrap())]
    {
        assert!(matches!(console.trust(issuer, &pem).await, Err(ClientError::Refused(_))), "{issuer}");
    }
    let mcu = mcu.restart().await;
    assert_eq!(mcu.post_sdp("/whip/weekly/sites/guiyang", &token).await.status(), 503);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_done_and_refused_is_in_the_audit() {
    let mcu = Mcu::start().await;
    let operator = mcu.operator();
    operator.open(&opening()).await.unwrap();
    operator.command(&conference(), &plain(Command::MuteAll {})).await.unwrap();
    let viewer = mcu.client(&[right::CONFERENCE_VIEW]);
    refused(viewer.command(&conference(), &plain(Command::CancelBroadcast {})).await);
    let stranger = Client::new(&mcu.base, "nonsense", None).unwrap();
    assert!(stranger.conferences().await.is_err());
    let bytes = std::fs::read(mcu.scratch.0.join("data/audit.jsonl")).unwrap();
    assert_eq!(audit_chain::verify(&bytes[..]), Ok(4));
    let entries: Vec<audit_chain::Entry> =
        bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect();
    let rows: Vec<(&str, &str, &str)> = entries.iter().map(|row| (row.actor.as_str(), row.action.as_str(), row.outcome.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("operator", "open", "accepted"),
            ("operator", "mute_all", "accepted"),
            ("operator", "cancel_broadcast", "mcu.right.missing"),
            ("unknown", "token", "mcu.token.refused"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_in_words_what_is_wrong() {
    let mcu = Mcu::start().await;
    let health = mcu.operator().health().await.unwrap();
    assert!(!health.ok && health.problems.iter().any(|problem| problem.detail.contains("mcu-relay")));
    assert_eq!(mcu.operator().layouts().await.unwrap().layouts.len(), 4);
    let served = reqwest::get(format!("{}/openapi.json", mcu.base)).await.unwrap().text().await.unwrap();
    assert_eq!(served, mcu_control::openapi_json());
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_told_to_whoever_may_view_and_to_nobody_else() {
    let mcu = Mcu::start().await;
    // Its client sets the TLS library up for the plain one as well.
    mcu.operator().health().await.unwrap();
    let url = format!("{}/metrics", mcu.base);
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 401);
    let answer = reqwest::Client::new()
        .get(&url)
        .bearer_auth(mcu.keys.token("viewer", &[access_token::right::CONFERENCE_VIEW], None))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    assert!(answer.text().await.unwrap().contains(r#"mcu_worker_reporting{worker="relay"} 0"#));
}
