//! Names that control and its workers share: seats and sources of a conference, read and written in one place.

use mcu_api::{Audience, ConferenceId, MonitorName, SiteId};
use mcu_media_api::{Codec, SeatId, SourceId};

/// What a source is, read from its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// A site's main picture.
    SiteMain(SiteId),
    /// A site's sound.
    SiteSound(SiteId),
    /// A composite.
    Composite(String),
}

/// The seat of a site.
#[must_use]
pub fn site_seat(conference: &ConferenceId, site: &SiteId) -> SeatId {
    SeatId(format!("{conference}/site/{site}"))
}

/// The seat of a monitor, shared by all who watch it.
#[must_use]
pub fn monitor_seat(conference: &ConferenceId, monitor: MonitorName) -> SeatId {
    let name = match monitor {
        MonitorName::Wall => "wall",
        MonitorName::Program => "program",
        MonitorName::Preview => "preview",
    };
    SeatId(format!("{conference}/monitor/{name}"))
}

/// The seat of those who watch and hear one site alone, whatever is on air; shared by all of them.
#[must_use]
pub(crate) fn site_monitor_seat(conference: &ConferenceId, site: &SiteId) -> SeatId {
    SeatId(format!("{conference}/monitor/site/{site}"))
}

/// The seat of whoever speaks from the desk into one room.
#[must_use]
pub fn talkback_seat(conference: &ConferenceId, site: &SiteId) -> SeatId {
    SeatId(format!("{conference}/talkback/{site}"))
}

/// The seat of an audience: what recorder and live stream watch.
#[must_use]
pub(crate) fn output_seat(conference: &ConferenceId, audience: Audience) -> SeatId {
    let name = match audience {
        Audience::HallScreen => "hall-screen",
        Audience::Record => "record",
        Audience::Live => "live",
    };
    SeatId(format!("{conference}/output/{name}"))
}

/// A composite as a source.
#[must_use]
pub fn composite_source(conference: &ConferenceId, name: &str) -> SourceId {
    SourceId(format!("{conference}/composite/{name}"))
}

/// Begins the name of a composite that is another picture in another codec; ids have no such letters.
const IN_CODEC: &str = "in~";
/// Ends the codec's name in it.
const CODEC_ENDS: char = '~';
/// Begins a site's id in it.
const OF_SITE: &str = "site~";

/// The composite that shows a site's main picture, or another composite, in a codec; `None` for what is neither.
#[must_use]
pub(crate) fn source_in_codec(source: &SourceId, codec: Codec) -> Option<SourceId> {
    let codec = match codec {
        Codec::H264 => "h264",
        Codec::Vp8 => "vp8",
        Codec::Opus => return None,
    };
    if let Some((conference, name)) = source.0.split_once("/composite/") {
        return Some(SourceId(format!("{conference}/composite/{IN_CODEC}{codec}{CODEC_ENDS}{name}")));
    }
    let (conference, site) = source.0.strip_suffix("/main")?.split_once("/site/")?;
    Some(SourceId(format!("{conference}/composite/{IN_CODEC}{codec}{CODEC_ENDS}{OF_SITE}{site}")))
}

/// Begins the name of a mix for one room that is spoken to; ids have no such letters.
const TALKBACK: &str = "talkback~";

/// What a room hears that is spoken to from the desk.
#[must_use]
pub(crate) fn talkback_mix(conference: &ConferenceId, site: &SiteId) -> SourceId {
    mix_source(conference, &format!("{TALKBACK}{site}"))
}

/// A mix as a source.
#[must_use]
pub fn mix_source(conference: &ConferenceId, name: &str) -> SourceId {
    SourceId(format!("{conference}/mix/{name}"))
}

/// Reads a source's name; `None` for another conference's, or one that is neither picture nor sound of a site nor a composite.
#[must_use]
pub(crate) fn read_source(conference: &ConferenceId, source: &SourceId) -> Option<Named> {
    let rest = source.0.strip_prefix(conference.as_str())?.strip_prefix('/')?;
    if let Some(name) = rest.strip_prefix("composite/") {
        // A picture in another codec is the same picture to people.
        let name = name.strip_prefix(IN_CODEC).and_then(|name| name.split_once(CODEC_ENDS)).map_or(name, |(_, name)| name);
        let site = name.strip_prefix(OF_SITE).and_then(|site| SiteId::new(site).ok());
        return Some(site.map_or_else(|| Named::Composite(name.to_owned()), Named::SiteMain));
    }
    let (site, stream) = rest.strip_prefix("site/")?.split_once('/')?;
    let site = SiteId::new(site).ok()?;
    match stream {
        "main" => Some(Named::SiteMain(site)),
        "sound" => Some(Named::SiteSound(site)),
        _ => None,
    }
}

/// The site of a seat, for instance of a session that a restarted control finds at the relay.
#[must_use]
pub(crate) fn site_of_seat(seat: &SeatId) -> Option<(ConferenceId, SiteId)> {
    let (conference, site) = seat.0.split_once("/site/")?;
    // A conference's id has no slash, so that a site's monitor is no seat.
    Some((ConferenceId::new(conference).ok()?, SiteId::new(site).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Named, composite_source, read_source, site_of_seat, site_seat, source_in_codec};
    use mcu_api::{ConferenceId, SiteId};
    use mcu_media_api::Codec;

    #[test]
    fn a_sites_monitor_is_not_its_seat() {
        let (conference, site) = (ConferenceId::new("c-1").unwrap(), SiteId::new("guiyang").unwrap());
        assert_eq!(site_of_seat(&super::site_monitor_seat(&conference, &site)), None);
    }

    #[test]
    fn names_come_back() {
        let (conference, site) = (ConferenceId::new("c-1").unwrap(), SiteId::new("guiyang").unwrap());
        let seat = site_seat(&conference, &site);
        assert_eq!(site_of_seat(&seat), Some((conference.clone(), site.clone())));
        assert_eq!(read_source(&conference, &seat.main()), Some(Named::SiteMain(site.clone())));
        assert_eq!(read_source(&conference, &seat.sound()), Some(Named::SiteSound(site)));
        let wall = composite_source(&conference, "wall");
        assert_eq!(read_source(&conference, &wall), Some(Named::Composite("wall".to_owned())));
        assert_eq!(read_source(&ConferenceId::new("c").unwrap(), &wall), None);
        let of_site = source_in_codec(&seat.main(), Codec::Vp8).unwrap();
        assert_eq!(of_site.0, "c-1/composite/in~vp8~site~guiyang");
        assert_eq!(read_source(&conference, &of_site), Some(Named::SiteMain(SiteId::new("guiyang").unwrap())));
        let of_wall = source_in_codec(&wall, Codec::Vp8).unwrap();
        assert_eq!(read_source(&conference, &of_wall), Some(Named::Composite("wall".to_owned())));
        assert_eq!(source_in_codec(&seat.sound(), Codec::Vp8), None);
    }
}
