//! The words spoken with browsers about rooms, as an OpenAPI document checked in beside this crate; the interface's types are made from it.

use room_api::{Fault, FromConsole, FromRoom, RoomRequest, RoomResponse};
use utoipa::OpenApi;

use crate::rehearsal::debrief::Debrief;
use crate::rehearsal::{ExerciseOrder, InjectionInfo, InjectionOrder, RehearsalState};
use crate::rooms::{RoomStatus, RoomsMessage};

#[derive(OpenApi)]
#[openapi(
    info(title = "Web console", description = "Words about rooms. Conferences are described by the MCU's document."),
    components(schemas(
        RoomsMessage,
        RoomStatus,
        RoomRequest,
        RoomResponse,
        FromRoom,
        FromConsole,
        Fault,
        RehearsalState,
        InjectionInfo,
        InjectionOrder,
        ExerciseOrder,
        Debrief
    ))
)]
struct Document;

/// The document as checked in.
#[must_use]
pub fn openapi_json() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_checked_in_is_current() {
        let checked_in = include_str!("../openapi.json");
        assert_eq!(checked_in, super::openapi_json(), "run: web-console openapi > web-console/server/openapi.json");
    }
}
