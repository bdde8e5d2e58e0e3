//! The console's own problem documents (RFC 9457), same shape as the MCU's.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Stable codes of what the console itself refuses or fails at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Nobody is signed in, or the session is over.
    NotSignedIn,
    /// Idle too long: viewing goes on, acting needs the password again.
    SessionLocked,
    /// A program's key is unknown, withdrawn or over.
    KeyRefused,
    /// Name or password is wrong.
    SignInRefused,
    /// Too many failures; wait.
    SignInLocked,
    /// The account's role lacks the right.
    RightMissing,
    /// The request did not come from this console's own pages.
    ForeignRequest,
    /// Body or parameters are not understood.
    Malformed,
    /// No such path or thing.
    NotFound,
    /// The MCU does not answer.
    McuUnreachable,
    /// The pairing code is wrong, used or too old.
    PairingRefused,
    /// The room is not connected.
    RoomOffline,
    /// The room did not answer in time.
    RoomSilent,
    /// The conference is no rehearsal.
    NoRehearsal,
    /// Faults go through the rehearsal's own door.
    RehearsalDoor,
    /// The room's token was refused.
    RoomRefused,
    /// Too much at once.
    LimitReached,
    /// The audit could not be written, so nothing was done.
    AuditFailed,
    /// The database failed.
    StoreFailed,
    /// A document could not be made.
    DocumentFailed,
}

impl Code {
    /// Code, status, English and Chinese text.
    const fn parts(self) -> (&'static str, u16, &'static str, &'static str) {
        match self {
            Self::NotSignedIn => ("console.session.missing", 401, "you are not signed in; sign in", "尚未登录,请登录"),
            Self::SessionLocked => (
                "console.session.locked",
                401,
                "the session is locked after a long pause; enter your password to go on acting",
                "长时间未操作,已锁定为只读;请输入口令后继续操作",
            ),
            Self::KeyRefused => {
                ("console.key.refused", 401, "the key is unknown, withdrawn or over; make another", "密钥无效或已撤销,请重新生成")
            }
            Self::SignInRefused => ("console.sign_in.refused", 401, "account or password is wrong", "账号或口令不正确"),
            Self::SignInLocked => {
                ("console.sign_in.locked", 429, "too many failed attempts; wait fifteen minutes", "失败次数过多,请十五分钟后再试")
            }
            Self::RightMissing => {
                ("console.right.missing", 403, "your role may not do this; ask the duty operator", "您的角色无此权限,请联系值机员")
            }
            Self::ForeignRequest => (
                "console.request.foreign",
                403,
                "the request did not come from this console's pages; open the console itself",
                "请求并非来自本控制台页面,请直接打开控制台",
            ),
            Self::Malformed => {
                ("console.request.malformed", 400, "the request is not understood; reload the page", "请求无法识别,请刷新页面")
            }
            Self::NotFound => ("console.path.unknown", 404, "there is no such thing here; check the address", "没有此内容,请检查地址"),
            Self::McuUnreachable => {
                ("console.mcu.unreachable", 502, "the MCU does not answer; check that it runs", "MCU 无应答,请检查其是否运行")
            }
            Self::PairingRefused => {
                ("console.pairing.refused", 403, "the pairing code is wrong or too old; ask for another", "配对码错误或已失效,请重新获取")
            }
            Self::RoomOffline => ("console.room.offline", 503, "the room is not connected; check its line", "会议室未连接,请检查线路"),
            Self::RoomSilent => (
                "console.room.silent",
                504,
                "the room did not answer in time; its state is shown as reported",
                "会议室未在限时内应答,以实报状态为准",
            ),
            Self::NoRehearsal => (
                "console.rehearsal.none",
                409,
                "this conference is not marked as a rehearsal, so no fault may be injected; open one that is",
                "本会议不是彩排,不得注入故障;请召开彩排会议",
            ),
            Self::RehearsalDoor => {
                ("console.rehearsal.door", 403, "faults are injected in the rehearsal panel of the desk", "注入故障请使用导播台的彩排面板")
            }
            Self::RoomRefused => {
                ("console.room.refused", 401, "the room's token is not accepted; enrol the room", "会议室令牌无效,请重新配对")
            }
            Self::LimitReached => ("console.limit.reached", 429, "too much at once; wait a moment", "请求过多,请稍候"),
            Self::AuditFailed => (
                "console.audit.failed",
                503,
                "the audit could not be written, so nothing was done; check the disk",
                "审计无法写入,操作未执行;请检查磁盘",
            ),
            Self::StoreFailed => ("console.store.failed", 503, "the database failed; check the disk", "数据库故障,请检查磁盘"),
            Self::DocumentFailed => (
                "console.document.failed",
                500,
                "the document could not be made; the log says why (often the package fonts-wqy-microhei is missing)",
                "文档生成失败,原因见日志(常见原因:未安装中文字体 fonts-wqy-microhei)",
            ),
        }
    }
}

/// The document as sent.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Body {
    /// Stable code.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// English text.
    pub detail: &'static str,
    /// 中文
    pub detail_zh: &'static str,
}

/// A refusal or failure on its way to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code:?}")]
pub(crate) struct Problem {
    /// Which.
    pub code: Code,
}

impl Problem {
    /// The document's content.
    #[must_use]
    pub(crate) const fn body(self) -> Body {
        let (code, status, detail, detail_zh) = self.code.parts();
        Body { code, status, detail, detail_zh }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code }
    }
}

impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Self {
        tracing::error!(%error, "the database failed");
        Self { code: Code::StoreFailed }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.body();
        let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
