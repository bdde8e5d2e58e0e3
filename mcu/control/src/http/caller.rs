//! Who is asking: the bearer's token, from the header or, for a browser's WebSocket, from the subprotocols `bearer, <token>`.

use audit_chain::Record;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use mcu_api::{Code, ORIGIN_HEADER, Origin, Problem};

use super::Doors;
use super::problem::ApiError;
use crate::hub::Caller;

/// The subprotocol that announces a token; the MCU selects it in its answer.
pub(super) const BEARER_PROTOCOL: &str = "bearer";

/// A caller whose token is good. What it may do is asked by [`Signed::need`].
pub(super) struct Signed(pub(super) Caller);

impl FromRequestParts<Doors> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, ApiError> {
        let token = token(&parts.headers);
        let refused = match token.map(|token| doors.trust.check(token)) {
            Some(Ok(claims)) => return Ok(Self(Caller { claims, origin: origin(&parts.headers)? })),
            Some(Err(error)) => Problem::new(Code::TokenRefused, error.to_string(), "登录凭证无效或已过期,请重新登录"),
            None => Problem::new(
                Code::TokenRefused,
                "a token is needed; send it as Authorization: Bearer, or on a WebSocket as the subprotocols bearer and the token",
                "需要登录凭证,请先登录",
            ),
        };
        if token.is_some() && doors.may_audit_token() {
            let record = Record {
                actor: "unknown".to_owned(),
                action: "token".to_owned(),
                object: parts.uri.path().to_owned(),
                outcome: "mcu.token.refused".to_owned(),
                detail: refused.detail.clone(),
                ..Record::default()
            };
            doors.audit(record).await;
        }
        Err(ApiError(refused))
    }
}

impl Signed {
    /// Refuses a caller that does not hold the right, and audits that.
    pub(super) async fn need(&self, doors: &Doors, right: &str, action: &str, object: &str) -> Result<(), Problem> {
        let held = self.0.claims.may(right);
        self.need_that(doors, held, right, action, object).await
    }

    /// The same for a condition that is more than one right.
    pub(super) async fn need_that(&self, doors: &Doors, held: bool, right: &str, action: &str, object: &str) -> Result<(), Problem> {
        if held {
            return Ok(());
        }
        let problem = Problem::new(
            Code::RightMissing,
            format!("this needs the right {right}; ask the system administrator for it"),
            format!("需要权限 {right},请联系系统管理员授权"),
        );
        doors.audit(self.record(right, action, object, &Err::<(), _>(problem.clone()), String::new())).await;
        Err(problem)
    }

    /// An audit record of what became of a request.
    pub(super) fn record<T>(&self, right: &str, action: &str, object: &str, outcome: &Result<T, Problem>, detail: String) -> Record {
        let code = |problem: &Problem| {
            serde_json::to_value(problem.code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
        };
        Record {
            actor: self.0.claims.sub.clone(),
            right: right.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            outcome: outcome.as_ref().map_or_else(code, |_| "accepted".to_owned()),
            detail,
        }
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim());
    }
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let mut protocols = offered.flat_map(|value| value.split(',')).map(str::trim);
    protocols.next().filter(|first| *first == BEARER_PROTOCOL)?;
    protocols.next()
}

fn origin(headers: &HeaderMap) -> Result<Origin, Problem> {
    let Some(value) = headers.get(ORIGIN_HEADER) else {
        return Ok(Origin::Api);
    };
    match value.to_str() {
        Ok("desk") => Ok(Origin::Desk),
        Ok("tablet") => Ok(Origin::Tablet),
        Ok("api") => Ok(Origin::Api),
        Ok(_) | Err(_) => Err(Problem::new(
            Code::Malformed,
            format!("{ORIGIN_HEADER} is desk, tablet or api"),
            format!("{ORIGIN_HEADER} 应为 desk、tablet 或 api"),
        )),
    }
}
