//! Where the rooms are, for the desk and the bookings.

use std::sync::Arc;

use access_token::right;
use axum::Json;
use axum::extract::{Path, State};
use room_api::Text;

use super::words::{Place, SitePlace, SitePlaces, seen_from};
use crate::app::App;
use crate::gateway::conference_id;
use crate::problem::Problem;
use crate::session::User;

/// `GET /api/conferences/{id}/places`
pub(crate) async fn places(State(app): State<Arc<App>>, user: User, Path(id): Path<String>) -> Result<Json<SitePlaces>, Problem> {
    user.require(right::CONFERENCE_VIEW)?;
    let id = conference_id(&id)?;
    let rooms: Vec<String> = app.store.rooms().await?.into_iter().map(|room| room.id).collect();
    Ok(Json(SitePlaces { places: places_of(&app, id.as_str(), rooms.iter().map(String::as_str)) }))
}

/// Where the rooms of those sites are, seen from that conference.
pub(crate) fn places_of<'a>(app: &App, conference: &str, sites: impl Iterator<Item = &'a str>) -> Vec<SitePlace> {
    let sites: Vec<String> = sites.map(str::to_owned).collect();
    let statuses = app.rooms.statuses(&sites);
    let place = |status: crate::rooms::RoomStatus| {
        let site = status.room;
        let place = match other_room(app, &site) {
            Some(room) => shared(room),
            None => seen_from(conference, status.whereabouts),
        };
        SitePlace { site, place }
    };
    statuses.into_iter().map(place).collect()
}

/// The room whose terminal the site shares, when that is not its own.
fn other_room<'a>(app: &'a App, site: &str) -> Option<&'a str> {
    let (_, room) = app.calendar.terminals.iter().find(|(known, _)| known.as_str() == site)?;
    Some(room.as_str()).filter(|room| *room != site)
}

/// A room's key lets it take the seat of its own name only.
fn shared(room: &str) -> Place {
    let reason = Text {
        zh: format!("该会场使用会议室 {room} 的终端,其密钥只能入本会议室的席位,请人工安排"),
        en: format!("its terminal is that of room {room}, whose key takes the seat of that name only; seat it by hand"),
    };
    Place::NoTerminal { reason }
}
