//! The words spoken with browsers about rooms, the library and bookings, as an OpenAPI document checked in beside this crate; the interface's types are made from it.

use room_api::{Fault, FromConsole, FromRoom, RoomRequest, RoomResponse};
use utoipa::OpenApi;

use crate::booking::words::{
    Booking, BookingBody, BookingList, CheckAnswer, CheckBooking, MeetNow, Meeting, NewTemplate, PutBooking, Template, Templates,
};
use crate::chronicle::{MeetingList, Report};
use crate::library::words::{LibraryDocument, LibraryDocuments, LibraryKind, PlanDocument, PutDocument, RunSheetDocument};
use crate::rehearsal::debrief::Debrief;
use crate::rehearsal::{ExerciseOrder, InjectionInfo, InjectionOrder, RehearsalState};
use crate::rooms::{RoomStatus, RoomsMessage};
use crate::scenes::doors::{CurrentRound, ScenePreview, SceneRooms};
use crate::seating::words::SitePlaces;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Web console",
        description = "Words about rooms, the library, bookings, past meetings and rehearsals. Conferences are described by the MCU's document."
    ),
    components(schemas(
        RoomsMessage,
        RoomStatus,
        RoomRequest,
        RoomResponse,
        FromRoom,
        FromConsole,
        LibraryKind,
        LibraryDocument,
        LibraryDocuments,
        PutDocument,
        PlanDocument,
        RunSheetDocument,
        Booking,
        BookingBody,
        BookingList,
        CheckAnswer,
        CheckBooking,
        MeetNow,
        Meeting,
        NewTemplate,
        PutBooking,
        Template,
        Templates,
        MeetingList,
        Report,
        Fault,
        RehearsalState,
        InjectionInfo,
        InjectionOrder,
        ExerciseOrder,
        Debrief,
        SitePlaces,
        SceneRooms,
        ScenePreview,
        CurrentRound,
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
