//! The gateway to the MCU, and the audit of what passes it.

mod support;

use access_token::right;
use axum::http::Method;
use console_server::{AUDIT_FILE, COOKIE_NAME};
use serde_json::json;
use support::{Console, next, next_where};
use tokio_tungstenite::tungstenite::Message;

const COMMANDS: &str = "/api/conferences/city-12/commands";

#[tokio::test]
async fn a_command_reaches_the_mcu_in_the_persons_name_with_their_rights() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let command = json!({"cmd":"set_mic","args":{"site":"guiyang","mic":"closed"},"idem_key":"k1"});
    let (status, answer) = console.post(COMMANDS, Some(&session), &command).await;
    assert_eq!((status, answer), (200, json!({"outcome":"accepted","rev":7})));
    let asked = console.mcu.asked().pop().unwrap();
    assert_eq!((asked.method, asked.path.as_str()), (Method::POST, COMMANDS));
    assert_eq!(asked.claims.sub, "operator");
    assert!(asked.claims.may(right::CONFERENCE_SOUND) && !asked.claims.may(right::SYSTEM_TRUST));
    assert!(asked.claims.exp <= support::now_s() + 61);
    assert_eq!(asked.origin.as_deref(), Some("desk"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&asked.body).unwrap(), command);
}

#[tokio::test]
async fn the_mcus_refusal_passes_as_it_is() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let problem = json!({"code":"mcu.command.stale","status":409,"detail":"d","detail_zh":"z","rev":9});
    *console.mcu.answer.lock().unwrap() = Some((409, problem.to_string()));
    let answer = console.post(COMMANDS, Some(&session), &json!({"cmd":"mute_all","args":{}})).await;
    assert_eq!(answer, (409, problem));
}

#[tokio::test]
async fn what_is_no_command_never_reaches_the_mcu() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    for body in [json!({}), json!({"cmd":"reboot","args":{}}), json!({"cmd":"call","args":{"site":"../x"}})] {
        assert_eq!(console.post(COMMANDS, Some(&session), &body).await.0, 400, "{body}");
    }
    assert_eq!(
        console.post("/api/conferences/..%2F..%2Fhealth/commands", Some(&session), &json!({"cmd":"mute_all","args":{}})).await.0,
        404
    );
    let large = json!({"cmd":"call","args":{"site":"a"},"idem_key":"x".repeat(70_000)});
    assert_eq!(console.post(COMMANDS, Some(&session), &large).await.0, 413);
    assert!(console.mcu.asked().is_empty());
}

#[tokio::test]
async fn every_command_is_in_the_chain_before_and_after() {
    let console = Console::start().await;
    let operator = console.sign_in("operator").await;
    let technician = console.sign_in("technician").await;
    console.post(COMMANDS, Some(&operator), &json!({"cmd":"mute_all","args":{}})).await;
    console.post(COMMANDS, Some(&technician), &json!({"cmd":"mute_all","args":{}})).await;
    let path = console.dir.join(AUDIT_FILE);
    let length = audit_chain::verify(std::io::BufReader::new(std::fs::File::open(&path).unwrap())).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let entries: Vec<audit_chain::Entry> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = entries.iter().map(|entry| (entry.actor.as_str(), entry.action.as_str(), entry.outcome.as_str())).collect();
    assert_eq!(
        told,
        [
            ("operator", "sign_in", "accepted"),
            ("technician", "sign_in", "accepted"),
            ("operator", "mute_all", "asked"),
            ("operator", "mute_all", "accepted rev 7"),
            ("technician", "mute_all", "console.right.missing"),
        ]
    );
    assert_eq!(length, 5);
    assert!(!text.contains(&console.password("operator")));
}

#[tokio::test]
async fn an_absent_mcu_is_named() {
    let mut console = Console::start().await;
    let session = console.sign_in("operator").await;
    console.stop_mcu().await;
    let (status, problem) = console.post(COMMANDS, Some(&session), &json!({"cmd":"mute_all","args":{}})).await;
    assert_eq!((status, &problem["code"]), (502, &json!("console.mcu.unreachable")));
    let mut socket = console.page_socket("/api/conferences/city-12/events", &session).await;
    let told = next_where(&mut socket, |value| value["type"] == "problem").await;
    assert_eq!(told["problem"]["code"], "console.mcu.unreachable");
}

#[tokio::test]
async fn events_are_bridged_as_text_and_binary() {
    let console = Console::start().await;
    let session = console.sign_in("technician").await;
    let mut socket = console.page_socket("/api/conferences/city-12/events", &session).await;
    assert_eq!(next(&mut socket).await, Some(Message::Text(r#"{"type":"heartbeat","at_ms":42}"#.into())));
    assert_eq!(next(&mut socket).await, Some(Message::Binary(vec![1, 0].into())));
}

#[tokio::test]
async fn sockets_open_only_to_our_own_pages() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    for path in ["/api/conferences/city-12/events", "/api/rooms/events"] {
        let cookie = ("cookie", format!("{COOKIE_NAME}={session}"));
        let foreign = [cookie.clone(), ("origin", "http://evil.example".to_owned())];
        assert_eq!(console.socket(path, &foreign).await.unwrap_err(), 403, "{path}");
        assert_eq!(console.socket(path, &[cookie]).await.unwrap_err(), 403, "{path}");
        assert_eq!(console.socket(path, &[("origin", console.base.clone())]).await.unwrap_err(), 401, "{path}");
    }
}

#[tokio::test]
async fn signing_out_closes_the_sockets() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let mut desk = console.page_socket("/api/conferences/city-12/events", &session).await;
    let mut rooms = console.page_socket("/api/rooms/events", &session).await;
    next(&mut desk).await;
    next(&mut rooms).await;
    console.post("/api/sign-out", Some(&session), &json!({})).await;
    for socket in [&mut desk, &mut rooms] {
        loop {
            match next(socket).await {
                Some(Message::Close(Some(frame))) => {
                    assert_eq!(u16::from(frame.code), 1008);
                    break;
                }
                Some(_) => {}
                None => panic!("closed without a word"),
            }
        }
    }
}

#[tokio::test]
async fn a_media_token_only_views() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let (status, answer) = console.get("/api/media-token", Some(&session)).await;
    assert_eq!((status, &answer["expires_in_s"]), (200, &json!(300)));
    let mut trust = access_token::Trust::new();
    trust.add("console", &std::fs::read_to_string(console.dir.join(console_server::PUBLIC_FILE)).unwrap()).unwrap();
    let claims = trust.check(answer["token"].as_str().unwrap(), support::now_s()).unwrap();
    assert_eq!((claims.rights, claims.site), (vec![right::CONFERENCE_VIEW.to_owned()], None));
}
