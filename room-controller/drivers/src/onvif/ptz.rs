//! What the PTZ service is asked and answers, as values.

use super::settings::PresetName;
use super::xml::{Element, escaped};

/// A place in thousandths of the camera's generic space: pan and tilt -1000 to 1000, zoom 0 to 1000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Right positive.
    pub(super) pan: Option<i64>,
    /// Up positive.
    pub(super) tilt: Option<i64>,
    /// Tele.
    pub(super) zoom: Option<i64>,
}

/// A camera that stands where it should is off by gears and rounding; a hundredth of the space is 3° of pan.
const TOLERANCE: i64 = 10;

impl Place {
    /// Of an element with `PanTilt` and `Zoom`.
    fn of(element: &Element) -> Self {
        let number = |child: &str, axis: &str| thousandths(element.child(child)?.attribute(axis)?);
        Self { pan: number("PanTilt", "x"), tilt: number("PanTilt", "y"), zoom: number("Zoom", "x") }
    }

    /// Whether this place is that goal, in everything the goal says.
    pub(super) fn is_at(&self, goal: &Self) -> bool {
        let near = |own: Option<i64>, other: Option<i64>| other.is_none_or(|other| own.is_some_and(|own| (own - other).abs() <= TOLERANCE));
        near(self.pan, goal.pan) && near(self.tilt, goal.tilt) && near(self.zoom, goal.zoom)
    }

    /// Nothing is said of it.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `<tag>…</tag>` of what it says.
    pub(super) fn element(&self, tag: &str) -> String {
        let pan_tilt = match (self.pan, self.tilt) {
            (Some(pan), Some(tilt)) => format!(r#"<tt:PanTilt x="{}" y="{}"/>"#, decimal(pan), decimal(tilt)),
            _ => String::new(),
        };
        let zoom = self.zoom.map(|zoom| format!(r#"<tt:Zoom x="{}"/>"#, decimal(zoom))).unwrap_or_default();
        format!("<{tag}>{pan_tilt}{zoom}</{tag}>")
    }
}

/// `-0.25` of -250.
fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", thousandths.abs() / 1_000, thousandths.abs() % 1_000)
}

/// -250 of `-0.25`, `-2.5e-1`; `None` of what is no number.
#[expect(clippy::cast_possible_truncation, reason = "bounded to ±1,000,000 before")]
fn thousandths(text: &str) -> Option<i64> {
    let value: f64 = text.trim().parse().ok()?;
    (value.abs() <= 1_000.0).then(|| (value * 1_000.0).round() as i64)
}

/// What `GetStatus` says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// Where it looks.
    pub(super) place: Place,
    /// `None`: it does not tell.
    pub(super) moving: Option<bool>,
}

impl Status {
    /// Of `GetStatusResponse`.
    pub(super) fn of(response: &Element) -> Option<Self> {
        let status = response.child("PTZStatus")?;
        let place = status.child("Position").map(Place::of).unwrap_or_default();
        let words: Vec<&str> =
            status.child("MoveStatus").map(|moves| moves.children.iter().map(|axis| axis.text.as_str()).collect()).unwrap_or_default();
        let moving = if words.contains(&"MOVING") { Some(true) } else { words.contains(&"IDLE").then_some(false) };
        Some(Self { place, moving })
    }
}

/// A preset as the camera lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Preset {
    /// The camera's own name for it.
    pub(super) token: String,
    /// The name it was given.
    pub(super) name: String,
    /// Where it looks, when the camera tells.
    pub(super) place: Place,
}

impl Preset {
    /// Of `GetPresetsResponse`.
    pub(super) fn all_of(response: &Element) -> Vec<Self> {
        let one = |preset: &Element| {
            Some(Self {
                token: preset.attribute("token")?.to_owned(),
                name: preset.text_at(&["Name"]).unwrap_or_default().to_owned(),
                place: preset.child("PTZPosition").map(Place::of).unwrap_or_default(),
            })
        };
        response.children.iter().filter(|child| child.name == "Preset").filter_map(one).collect()
    }
}

/// The name a preset is given when it has to be made.
pub(super) fn name_of(number: u8) -> String {
    format!("Preset {number}")
}

/// The listed preset of that number: by its configured token, by the name it was given, or by a token that is the number.
pub(super) fn preset_of<'a>(number: u8, configured: &[PresetName], listed: &'a [Preset]) -> Option<&'a Preset> {
    let token = configured.iter().find(|preset| preset.preset == number).and_then(|preset| preset.token.as_deref());
    if let Some(token) = token {
        return listed.iter().find(|preset| preset.token == token);
    }
    let (name, digits) = (name_of(number), number.to_string());
    let is_ours = |preset: &&Preset| preset.name.strip_prefix("Preset ").is_some_and(|number| number.parse::<u8>().is_ok());
    let named = listed.iter().find(|preset| preset.name == name);
    named.or_else(|| listed.iter().find(|preset| preset.token == digits && !is_ours(preset)))
}

/// `<ProfileToken>…</ProfileToken>`
pub(super) fn profile_element(profile: &str) -> String {
    format!("<ProfileToken>{}</ProfileToken>", escaped(profile))
}

/// Velocities in hundredths: pan, tilt and zoom.
pub(super) fn velocity(pan: i8, tilt: i8, zoom: i8) -> String {
    let place = Place { pan: Some(i64::from(pan) * 10), tilt: Some(i64::from(tilt) * 10), zoom: Some(i64::from(zoom) * 10) };
    place.element("Velocity")
}

#[cfg(test)]
mod tests {
    use super::{Place, Preset, Status, name_of, preset_of, velocity};
    use crate::onvif::xml::read;

    #[test]
    fn places_and_velocities() {
        assert_eq!(velocity(-50, 7, 0), r#"<Velocity><tt:PanTilt x="-0.500" y="0.070"/><tt:Zoom x="0.000"/></Velocity>"#);
        let goal = Place { pan: Some(100), tilt: Some(0), zoom: None };
        assert!(Place { pan: Some(109), tilt: Some(-9), zoom: Some(500) }.is_at(&goal));
        assert!(!Place { pan: Some(111), tilt: Some(0), zoom: None }.is_at(&goal));
        assert!(!Place::default().is_at(&goal) && Place::default().is_empty());
    }

    #[test]
    fn a_status_as_onvif_simple_server_says_it() {
        let text = br#"<tptz:GetStatusResponse xmlns:tptz="a" xmlns:tt="b"><tptz:PTZStatus><tt:Position><tt:PanTilt x="-0.25" y="1" space="c"/><tt:Zoom x="5e-1"/></tt:Position><tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt><tt:Zoom>MOVING</tt:Zoom></tt:MoveStatus></tptz:PTZStatus></tptz:GetStatusResponse>"#;
        let status = Status::of(&read(text).unwrap()).unwrap();
        assert_eq!(status, Status { place: Place { pan: Some(-250), tilt: Some(1_000), zoom: Some(500) }, moving: Some(true) });
        let silent = Status::of(&read(b"<r><PTZStatus/></r>").unwrap()).unwrap();
        assert_eq!((silent.place.is_empty(), silent.moving), (true, None));
    }

    #[test]
    fn a_preset_is_found_by_name_or_token() {
        let preset = |token: &str, name: &str| Preset { token: token.to_owned(), name: name.to_owned(), place: Place::default() };
        let listed = [preset("3", "Preset 1"), preset("2", "podium"), preset("home", "")];
        let token_of = |number| preset_of(number, &[], &listed).map(|preset| preset.token.as_str());
        assert_eq!((token_of(1), token_of(2), token_of(3)), (Some("3"), Some("2"), None));
        assert_eq!(name_of(4), "Preset 4");
    }
}
