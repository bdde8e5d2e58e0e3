//! Signing in, locking out, and what each role may do.

mod support;

use axum::http::{Method, header};
use console_server::{ACCOUNTS_FILE, COOKIE_NAME};
use serde_json::json;
use support::Console;

#[tokio::test]
async fn the_first_accounts_can_sign_in_and_out() {
    use std::os::unix::fs::PermissionsExt;
    let console = Console::start().await;
    let mode = std::fs::metadata(console.dir.join(ACCOUNTS_FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let answer = console.try_sign_in("operator", &console.password("operator")).await;
    let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let session = console.sign_in("operator").await;
    let (status, me) = console.get("/api/me", Some(&session)).await;
    assert_eq!((status, &me["role"]), (200, &json!("operator")));
    assert_eq!(console.post("/api/sign-out", Some(&session), &json!({})).await.0, 204);
    assert_eq!(console.get("/api/me", Some(&session)).await.0, 401);
}

#[tokio::test]
async fn nobody_gets_anything_without_a_session() {
    let console = Console::start().await;
    for path in
        ["/api/me", "/api/media-token", "/api/conferences", "/api/conferences/city-12", "/api/layouts", "/api/rooms", "/api/rooms/a"]
    {
        let (status, problem) = console.get(path, Some("made-up")).await;
        assert_eq!((status, &problem["code"]), (401, &json!("console.session.missing")), "{path}");
    }
    let (status, _) = console.post("/api/conferences/city-12/commands", None, &json!({})).await;
    assert_eq!(status, 401);
    assert!(console.mcu.asked().is_empty());
}

#[tokio::test]
async fn five_failures_lock_the_account_even_for_the_right_password() {
    let console = Console::start().await;
    for _ in 0..5 {
        let answer = console.try_sign_in("operator", "wrong").await;
        assert_eq!(answer.status(), 401);
    }
    let answer = console.try_sign_in("operator", &console.password("operator")).await;
    assert_eq!(answer.status(), 429);
    assert!(answer.text().await.unwrap().contains("console.sign_in.locked"));
}

#[tokio::test]
async fn five_failures_lock_the_address_for_other_accounts_too() {
    let console = Console::start().await;
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(console.try_sign_in(name, "wrong").await.status(), 401);
    }
    let answer = console.try_sign_in("technician", &console.password("technician")).await;
    assert_eq!(answer.status(), 429);
}

#[tokio::test]
async fn a_success_starts_the_count_afresh() {
    let console = Console::start().await;
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(console.try_sign_in("operator", "wrong").await.status(), 401);
        }
        console.sign_in("operator").await;
    }
}

#[tokio::test]
async fn a_missing_account_and_a_wrong_password_look_the_same() {
    let console = Console::start().await;
    let missing = console.try_sign_in("nobody", "wrong").await.text().await.unwrap();
    let wrong = console.try_sign_in("operator", "wrong").await.text().await.unwrap();
    assert_eq!(missing, wrong);
}

#[tokio::test]
async fn changes_from_foreign_pages_are_turned_away() {
    let console = Console::start().await;
    let session = console.sign_in("operator").await;
    let command = || {
        let request = console.client.post(format!("{}/api/conferences/city-12/commands", console.base));
        request.header(header::COOKIE, format!("{COOKIE_NAME}={session}")).body(r#"{"cmd":"mute_all","args":{}}"#)
    };
    let without_header = command().send().await.unwrap();
    let foreign = command().header("x-console-request", "1").header(header::ORIGIN, "http://evil.example").send().await.unwrap();
    let own = command().header("x-console-request", "1").header(header::ORIGIN, &console.base).send().await.unwrap();
    assert_eq!([without_header.status().as_u16(), foreign.status().as_u16(), own.status().as_u16()], [403, 403, 200]);
    let body = json!({ "account": "operator", "password": "x" }).to_string();
    let sign_in = console.client.post(format!("{}/api/sign-in", console.base)).header(header::CONTENT_TYPE, "application/json").body(body);
    assert_eq!(sign_in.send().await.unwrap().status(), 403);
    assert_eq!(console.mcu.asked().len(), 1);
}

#[tokio::test]
async fn roles_may_exactly_what_is_theirs() {
    let console = Console::start().await;
    let commands = [
        json!({"cmd":"call","args":{"site":"a"}}),
        json!({"cmd":"set_mic","args":{"site":"a","mic":"closed"}}),
        json!({"cmd":"broadcast_site","args":{"site":"a"}}),
        json!({"cmd":"undo","args":{}}),
        json!({"cmd":"end","args":{}}),
    ];
    for (account, command_status, pairing_status) in [("operator", 200, 403), ("technician", 403, 200)] {
        let session = console.sign_in(account).await;
        for command in &commands {
            let (status, _) = console.post("/api/conferences/city-12/commands", Some(&session), command).await;
            assert_eq!(status, command_status, "{account} {command}");
        }
        let (status, _) = console.post("/api/pairing-codes", Some(&session), &json!({"room":"guiyang"})).await;
        assert_eq!(status, pairing_status, "{account}");
        assert_eq!(console.get("/api/rooms", Some(&session)).await.0, 200);
        assert_eq!(console.get("/api/conferences", Some(&session)).await.0, 200);
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_bind_browsers() {
    let console = Console::start().await;
    for path in ["/", "/desk/city-12", "/api/me", "/assets/none.js"] {
        let answer = console.request(Method::GET, path, None).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert!(policy.contains("connect-src 'self' http://127.0.0.1:"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
    }
}
