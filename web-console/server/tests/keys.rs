//! Keys for programs: what they may do, that they end, and what is written down.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use access_token::right;
use axum::http::{Method, header};
use console_server::AUDIT_FILE;
use serde_json::{Value, json};
use support::Console;

const COMMANDS: &str = "/api/conferences/city-12/commands";

async fn with_key(console: &Console, method: Method, path: &str, key: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = console.client.request(method, format!("{}{path}", console.base)).bearer_auth(key);
    if let Some(body) = body {
        request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

async fn make(console: &Console, session: &str, rights: &[&str]) -> (String, String) {
    let asked = json!({ "name": "stream-deck", "rights": rights, "days": 30 });
    let (status, made) = console.post("/api/keys", Some(session), &asked).await;
    assert_eq!(status, 201, "{made}");
    (made["key"].as_str().unwrap().to_owned(), made["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_program_acts_with_its_keys_rights_in_the_persons_name() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let (key, _) = make(&console, &session, &[right::CONFERENCE_VIEW, right::CONFERENCE_SOUND]).await;
    let mute = json!({ "cmd": "mute_all", "args": {} });
    assert_eq!(with_key(&console, Method::POST, COMMANDS, &key, Some(mute)).await.0, 200);
    let asked = console.mcu.asked().pop().unwrap();
    assert_eq!((asked.claims.sub.as_str(), asked.origin.as_deref()), ("operator", Some("api")));
    assert!(asked.claims.may(right::CONFERENCE_SOUND) && !asked.claims.may(right::CONFERENCE_PICTURE));
    let take = json!({ "cmd": "take", "args": { "transition": "cut" } });
    let (status, problem) = with_key(&console, Method::POST, COMMANDS, &key, Some(take)).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("console.right.missing")));
    let socket = console.socket("/api/conferences/city-12/events", &[("authorization", format!("Bearer {key}"))]).await;
    assert!(socket.is_ok(), "a program follows without a page's origin");
    let text = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    assert!(text.contains("operator (key stream-deck)") && !text.contains(&key));
}

#[tokio::test]
async fn a_deleted_key_is_refused_and_its_sockets_end() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let (key, id) = make(&console, &session, &[right::CONFERENCE_VIEW]).await;
    let mut socket = console.socket("/api/conferences/city-12/events", &[("authorization", format!("Bearer {key}"))]).await.unwrap();
    assert!(support::next(&mut socket).await.is_some());
    let other = console.sign_in("technician").await;
    let path = format!("/api/keys/{id}");
    assert_eq!(console.request(Method::DELETE, &path, Some(&other)).send().await.unwrap().status(), 404);
    assert_eq!(console.request(Method::DELETE, &path, Some(&session)).send().await.unwrap().status(), 204);
    loop {
        match support::next(&mut socket).await {
            None | Some(tokio_tungstenite::tungstenite::Message::Close(_)) => break,
            Some(_) => {}
        }
    }
    let (status, problem) = with_key(&console, Method::GET, "/api/conferences", &key, None).await;
    assert_eq!((status, problem["code"].as_str()), (401, Some("console.key.refused")));
}

#[tokio::test]
async fn a_key_makes_no_keys_and_gives_nobody_more_than_they_have() {
    let console = Console::start().await;
    let session = console.sign_in("technician").await;
    let (key, _) = make(&console, &session, &[right::ROOM_VIEW]).await;
    let more = json!({ "name": "x", "rights": [right::ROOM_VIEW], "days": 1 });
    assert_eq!(with_key(&console, Method::POST, "/api/keys", &key, Some(more)).await.0, 403);
    assert_eq!(with_key(&console, Method::GET, "/api/keys", &key, None).await.0, 403);
    let refused = [
        (json!({ "name": "x", "rights": [right::CONFERENCE_SOUND], "days": 1 }), 403),
        (json!({ "name": "x", "rights": [], "days": 1 }), 400),
        (json!({ "name": " ", "rights": [right::ROOM_VIEW], "days": 1 }), 400),
        (json!({ "name": "x", "rights": [right::ROOM_VIEW], "days": 0 }), 400),
        (json!({ "name": "x", "rights": [right::ROOM_VIEW], "days": 367 }), 400),
    ];
    for (body, status) in refused {
        assert_eq!(console.post("/api/keys", Some(&session), &body).await.0, status, "{body}");
    }
    for _ in 0..15 {
        make(&console, &session, &[right::ROOM_VIEW]).await;
    }
    let (status, _) = console.post("/api/keys", Some(&session), &json!({ "name": "x", "rights": [right::ROOM_VIEW], "days": 1 })).await;
    assert_eq!(status, 429, "the seventeenth");
    let (_, listed) = console.get("/api/keys", Some(&session)).await;
    assert_eq!(listed["keys"].as_array().unwrap().len(), 16);
    assert!(!listed.to_string().contains(&key), "a key is told once");
    for wrong in ["vck_", "vck_AAAA", "x"] {
        assert_eq!(with_key(&console, Method::GET, "/api/conferences", wrong, None).await.0, 401, "{wrong}");
    }
}
