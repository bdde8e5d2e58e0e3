//! A PTZ camera that speaks ONVIF: SOAP over HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use room_drivers::http::{Challenge, Message, Messages, Piece, Start, authorization, challenge_of, reply};
use room_drivers::onvif::{Element, NS_DEVICE, NS_MEDIA, NS_PTZ, Utc, escaped, password_digest, read};
use serde_json::json;

use crate::camera::Axis;
use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Spaces a second at full speed: five seconds from one end to the other, as quick PTZ cameras are.
const FULL_SPEED: f64 = 0.4;
/// Spaces a second of preset and absolute moves.
const QUICK: f64 = 0.8;
/// A token older than this is refused (WS-UsernameToken Profile recommends five minutes).
const TOKEN_AGE: i64 = 300;
/// Time of an answer.
const THINKS: Duration = Duration::from_millis(20);
/// A moment nobody's clock shows: 2026-03-01T08:00:00Z.
const BEGAN: i64 = 1_772_352_000;

/// How the camera proves who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// WS-UsernameToken with digest.
    Token,
    /// HTTP digest only.
    Http,
}

/// How a camera is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// User and password; `None` lets everybody in.
    pub user: Option<(String, String)>,
    /// What it takes as proof.
    pub auth: Auth,
    /// Ends the connection after each reply.
    pub closes: bool,
    /// Lists where presets look.
    pub tells_places: bool,
    /// Knows `GetServices`; older ones know `GetCapabilities` only.
    pub has_services: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { user: None, auth: Auth::Token, closes: false, tells_places: true, has_services: true }
    }
}

#[derive(Debug, Clone)]
struct Preset {
    name: String,
    place: [f64; 3],
}

/// See the module.
#[derive(Debug)]
pub struct OnvifCamera {
    settings: Settings,
    messages: Messages,
    /// The connection was ended.
    over: bool,
    axes: [Axis; 3],
    presets: BTreeMap<String, Preset>,
    home: [f64; 3],
    nonces: BTreeSet<String>,
    challenge: String,
    misbehave: Misbehave,
    moves: u64,
    stops: u64,
    refused_logins: u64,
}

/// A fault's codes, outermost first, and the status it is sent with.
type Fault = (u16, &'static [&'static str]);

const NOT_AUTHORIZED: Fault = (400, &["s:Sender", "ter:NotAuthorized"]);
const UNKNOWN: Fault = (500, &["s:Receiver", "ter:ActionNotSupported"]);
const BAD: Fault = (400, &["s:Sender", "ter:InvalidArgVal"]);
const NO_TOKEN: Fault = (400, &["s:Sender", "ter:InvalidArgVal", "ter:NoToken"]);
const NO_PROFILE: Fault = (400, &["s:Sender", "ter:InvalidArgVal", "ter:NoProfile"]);
const NOT_NOW: Fault = (500, &["s:Receiver", "ter:Action", "ter:MovingPTZ"]);

fn number(element: Option<&Element>, axis: &str, least: f64) -> Result<Option<f64>, Fault> {
    let Some(text) = element.and_then(|element| element.attribute(axis)) else { return Ok(None) };
    let value: f64 = text.parse().map_err(|_| BAD)?;
    if (least..=1.0).contains(&value) { Ok(Some(value)) } else { Err(BAD) }
}

fn three(element: &Element, least_zoom: f64) -> Result<[Option<f64>; 3], Fault> {
    let (pan_tilt, zoom) = (element.child("PanTilt"), element.child("Zoom"));
    Ok([number(pan_tilt, "x", -1.0)?, number(pan_tilt, "y", -1.0)?, number(zoom, "x", least_zoom)?])
}

/// Least and most of pan, tilt and zoom.
const RANGES: [(f64, f64); 3] = [(-1.0, 1.0), (-1.0, 1.0), (0.0, 1.0)];

impl OnvifCamera {
    /// At rest in the middle, with presets 1 to 3.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let preset = |token: &str, name: &str, place| (token.to_owned(), Preset { name: name.to_owned(), place });
        let presets =
            [preset("1", "podium", [0.0, -0.05, 0.0]), preset("2", "hall", [0.2, 0.1, 0.4]), preset("3", "door", [-0.3, 0.05, 0.6])];
        Self {
            settings,
            messages: Messages::requests(),
            over: false,
            axes: [Axis::resting(0.0); 3],
            presets: BTreeMap::from(presets),
            home: [0.0; 3],
            nonces: BTreeSet::new(),
            challenge: "5f3a9c01".to_owned(),
            misbehave: Misbehave::None,
            moves: 0,
            stops: 0,
            refused_logins: 0,
        }
    }

    fn utc(now: Duration) -> Utc {
        Utc(BEGAN + i64::try_from(now.as_secs()).unwrap_or(0))
    }

    fn places(&self, now: Duration) -> [f64; 3] {
        self.axes.map(|axis| axis.place(now))
    }

    fn is_moving(&self, now: Duration, axis: usize) -> bool {
        self.axes.get(axis).is_some_and(|axis| axis.is_further_than(now, 0.000_5))
    }

    fn go(&mut self, now: Duration, to: [Option<f64>; 3]) {
        self.moves += 1;
        for (axis, to) in self.axes.iter_mut().zip(to) {
            if let Some(to) = to {
                axis.go(now, to, QUICK);
            }
        }
    }

    /// Moves until the time is over: that is the dead man's switch.
    fn drive(&mut self, now: Duration, speeds: [Option<f64>; 3], time: Duration) {
        self.moves += 1;
        for ((axis, speed), (least, most)) in self.axes.iter_mut().zip(speeds).zip(RANGES) {
            let Some(speed) = speed else { continue };
            let to = (axis.place(now) + speed * FULL_SPEED * time.as_secs_f64()).clamp(least, most);
            axis.go(now, to, speed * FULL_SPEED);
        }
    }

    fn admits(&mut self, now: Duration, request: &Message, document: &Element, path: &str) -> bool {
        let Some((user, password)) = self.settings.user.clone() else { return true };
        match self.settings.auth {
            Auth::Token => {
                let Some(token) = document.at(&["Header", "Security", "UsernameToken"]) else { return false };
                let (Some(nonce), Some(created), Some(digest)) =
                    (token.text_at(&["Nonce"]), token.text_at(&["Created"]), token.text_at(&["Password"]))
                else {
                    return false;
                };
                // A nonce is good once, and near the time it was made.
                let own = Self::utc(now);
                let is_fresh = (own.0 - TOKEN_AGE..=own.0 + TOKEN_AGE).any(|at| Utc(at).iso() == created);
                let right = base64_of(nonce).map(|nonce| password_digest(&nonce, created, &password));
                is_fresh
                    && token.text_at(&["Username"]) == Some(&user)
                    && right.as_deref() == Some(digest)
                    && self.nonces.insert(nonce.to_owned())
            }
            Auth::Http => {
                let Some(given) = request.header("authorization") else { return false };
                let part = |name: &str| {
                    let from = given.split_once(&format!("{name}="))?.1.trim_start_matches('"');
                    from.split(['"', ',']).next()
                };
                let (Some(count), Some(own_nonce)) = (part("nc").and_then(|count| u32::from_str_radix(count, 16).ok()), part("cnonce"))
                else {
                    return false;
                };
                let is_new = self.nonces.insert(format!("{}/{count}", self.challenge));
                let right =
                    self.challenge().map(|challenge| authorization(&challenge, (&user, &password), ("POST", path), count, own_nonce));
                is_new && right.as_deref() == Some(given)
            }
        }
    }

    fn challenge_header(&self) -> String {
        format!(r#"Digest realm="camera", qop="auth", nonce="{}", algorithm=MD5"#, self.challenge)
    }

    fn challenge(&self) -> Option<Challenge> {
        challenge_of(&self.challenge_header())
    }

    /// Another nonce: those who know the old one are asked again.
    pub fn forget_challenge(&mut self) {
        self.challenge.push('0');
    }

    fn preset_at(&self, place: [f64; 3]) -> Option<i64> {
        let is_here = |preset: &&Preset| preset.place.iter().zip(place).all(|(own, other)| (own - other).abs() < 0.01);
        let (token, preset) = self.presets.iter().find(|(_, preset)| is_here(preset))?;
        preset.name.strip_prefix("Preset ").unwrap_or(token).parse().ok()
    }

    fn device(&self, now: Duration, operation: &str) -> Result<String, Fault> {
        let services = [("device/wsdl", NS_DEVICE, "device_service"), ("media", NS_MEDIA, "Media"), ("ptz", NS_PTZ, "PTZ")];
        // Its own address as it believes it to be.
        let address = |path: &str| format!("http://192.168.255.1/onvif/{path}");
        match operation {
            "GetSystemDateAndTime" => {
                let [year, month, day, hour, minute, second] = Self::utc(now).parts();
                Ok(format!(
                    "<d:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:UTCDateTime><tt:Time><tt:Hour>{hour}</tt:Hour><tt:Minute>{minute}</tt:Minute><tt:Second>{second}</tt:Second></tt:Time><tt:Date><tt:Year>{year}</tt:Year><tt:Month>{month}</tt:Month><tt:Day>{day}</tt:Day></tt:Date></tt:UTCDateTime></d:SystemDateAndTime>"
                ))
            }
            "GetServices" if self.settings.has_services => {
                let one = |(_, namespace, path): &(&str, &str, &str)| {
                    format!("<d:Service><d:Namespace>{namespace}</d:Namespace><d:XAddr>{}</d:XAddr></d:Service>", address(path))
                };
                Ok(services.iter().map(one).collect())
            }
            "GetCapabilities" => Ok(format!(
                "<d:Capabilities><tt:Media><tt:XAddr>{}</tt:XAddr></tt:Media><tt:PTZ><tt:XAddr>{}</tt:XAddr></tt:PTZ></d:Capabilities>",
                address("Media"),
                address("PTZ")
            )),
            "GetDeviceInformation" => {
                Ok("<d:Manufacturer>Simulated</d:Manufacturer><d:Model>PTZ-1</d:Model><d:FirmwareVersion>1.2.3</d:FirmwareVersion>"
                    .to_owned())
            }
            _ => Err(UNKNOWN),
        }
    }

    fn status(&self, now: Duration) -> String {
        let [pan, tilt, zoom] = self.places(now);
        let word = |is_moving: bool| if is_moving { "MOVING" } else { "IDLE" };
        let (head, lens) = (word(self.is_moving(now, 0) || self.is_moving(now, 1)), word(self.is_moving(now, 2)));
        format!(
            r#"<d:PTZStatus><tt:Position><tt:PanTilt x="{pan}" y="{tilt}"/><tt:Zoom x="{zoom}"/></tt:Position><tt:MoveStatus><tt:PanTilt>{head}</tt:PanTilt><tt:Zoom>{lens}</tt:Zoom></tt:MoveStatus><tt:UtcTime>{}</tt:UtcTime></d:PTZStatus>"#,
            Self::utc(now).iso()
        )
    }

    fn listed(&self) -> String {
        let one = |(token, preset): (&String, &Preset)| {
            let [pan, tilt, zoom] = preset.place;
            let place = format!(r#"<tt:PTZPosition><tt:PanTilt x="{pan}" y="{tilt}"/><tt:Zoom x="{zoom}"/></tt:PTZPosition>"#);
            let place = if self.settings.tells_places { place } else { String::new() };
            format!(r#"<d:Preset token="{}"><tt:Name>{}</tt:Name>{place}</d:Preset>"#, escaped(token), escaped(&preset.name))
        };
        self.presets.iter().map(one).collect()
    }

    fn ptz(&mut self, now: Duration, operation: &str, body: &Element) -> Result<String, Fault> {
        if body.text_at(&["ProfileToken"]) != Some("main") {
            return Err(NO_PROFILE);
        }
        let token = body.text_at(&["PresetToken"]);
        let known = token.and_then(|token| self.presets.get(token));
        match operation {
            "GetStatus" => return Ok(self.status(now)),
            "GetPresets" => return Ok(self.listed()),
            "ContinuousMove" => {
                let speeds = three(body.child("Velocity").ok_or(BAD)?, -1.0)?;
                let time = body.text_at(&["Timeout"]).map_or(Some(10), |time| time.strip_prefix("PT")?.strip_suffix('S')?.parse().ok());
                self.drive(now, speeds, Duration::from_secs(time.ok_or(BAD)?));
            }
            "Stop" => {
                let stops = |name: &str| body.text_at(&[name]).is_none_or(|text| text == "true");
                let (head, lens) = (stops("PanTilt"), stops("Zoom"));
                self.stops += 1;
                for (axis, is_stopped) in self.axes.iter_mut().zip([head, head, lens]) {
                    if is_stopped {
                        axis.go(now, 0.0, 0.0);
                    }
                }
            }
            "AbsoluteMove" => {
                let to = three(body.child("Position").ok_or(BAD)?, 0.0)?;
                self.go(now, to);
            }
            "GotoHomePosition" => self.go(now, self.home.map(Some)),
            "GotoPreset" => {
                let place = known.ok_or(NO_TOKEN)?.place;
                self.go(now, place.map(Some));
            }
            "SetPreset" => {
                let token = match token {
                    Some(token) if known.is_some() => token.to_owned(),
                    Some(_) => return Err(NO_TOKEN),
                    None => format!("P{}", self.presets.len() + 1),
                };
                let place = self.places(now);
                let name = body.text_at(&["PresetName"]).unwrap_or(&token).to_owned();
                let said = format!("<d:PresetToken>{}</d:PresetToken>", escaped(&token));
                self.presets.insert(token, Preset { name, place });
                return Ok(said);
            }
            "RemovePreset" => {
                let token = token.filter(|_| known.is_some()).ok_or(NO_TOKEN)?;
                self.presets.remove(token);
            }
            _ => return Err(UNKNOWN),
        }
        Ok(String::new())
    }

    fn act(&mut self, now: Duration, path: &str, operation: &str, body: &Element) -> Result<(&'static str, String), Fault> {
        if self.misbehave == Misbehave::Refuse {
            return Err(NOT_NOW);
        }
        match path {
            "/onvif/device_service" => Ok((NS_DEVICE, self.device(now, operation)?)),
            "/onvif/Media" if operation == "GetProfiles" => Ok((
                NS_MEDIA,
                r#"<d:Profiles token="still"/><d:Profiles token="main"><tt:PTZConfiguration token="p"/></d:Profiles>"#.to_owned(),
            )),
            "/onvif/PTZ" => Ok((NS_PTZ, self.ptz(now, operation, body)?)),
            _ => Err(UNKNOWN),
        }
    }

    fn answer(&mut self, now: Duration, request: &Message) -> Vec<u8> {
        let Start::Request { method, path } = &request.start else { return Vec::new() };
        let document = read(&request.body).filter(|document| method == "POST" && document.name == "Envelope");
        let Some(document) = document else { return reply(400, &[], b"") };
        let Some(body) = document.child("Body").and_then(|body| body.children.first()) else { return reply(400, &[], b"") };
        let closes = if self.settings.closes { "close" } else { "keep-alive" };
        let is_free = body.name == "GetSystemDateAndTime";
        let mut headers = vec![("Content-Type", "application/soap+xml; charset=utf-8"), ("Connection", closes)];
        if !is_free && !self.admits(now, request, &document, path) {
            self.refused_logins += 1;
            let header = self.challenge_header();
            if self.settings.auth == Auth::Http {
                headers.push(("WWW-Authenticate", &header));
                return reply(401, &headers, b"");
            }
            return reply(NOT_AUTHORIZED.0, &headers, &fault(NOT_AUTHORIZED.1));
        }
        match self.act(now, path, &body.name, body) {
            Ok((namespace, inside)) => {
                let name = if self.misbehave == Misbehave::WrongSequence { "GetNodes" } else { &body.name };
                let text = enveloped(&format!(r#"<d:{name}Response xmlns:d="{namespace}">{inside}</d:{name}Response>"#));
                reply(200, &headers, &text)
            }
            Err((status, codes)) => reply(status, &headers, &fault(codes)),
        }
    }
}

fn enveloped(body: &str) -> Vec<u8> {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>{body}</s:Body></s:Envelope>"#
    )
    .into_bytes()
}

fn fault(codes: &[&str]) -> Vec<u8> {
    let inner = codes.iter().rev().fold(String::new(), |inner, code| {
        let tag = if codes.first() == Some(code) { "s:Code" } else { "s:Subcode" };
        format!("<{tag}><s:Value>{code}</s:Value>{inner}</{tag}>")
    });
    enveloped(&format!(r#"<s:Fault>{inner}<s:Reason><s:Text xml:lang="en">refused</s:Text></s:Reason></s:Fault>"#))
}

fn base64_of(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

impl SimDevice for OnvifCamera {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.messages.clear();
        self.over = false;
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Answers::new();
        for piece in self.messages.feed(bytes) {
            // After its last reply it hears nothing more.
            if self.over {
                break;
            }
            let answer = match piece {
                Piece::Message(request) => self.answer(now, &request),
                Piece::Noise(_) => reply(400, &[("Connection", "close")], b""),
            };
            self.over = self.settings.closes;
            answers.push((now + THINKS, answer));
        }
        answers
    }

    #[expect(clippy::cast_possible_truncation, reason = "axes are bounded to ±1")]
    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        let place = self.places(now);
        let [pan, tilt, zoom] = place.map(|place| (place * 1_000.0).round() as i64);
        let is_moving = (0..3).any(|axis| self.is_moving(now, axis));
        let mut properties = json!({ "pan": pan, "tilt": tilt, "zoom": zoom, "moving": is_moving, "model": "PTZ-1", "firmware": "1.2.3" });
        if let (Some(preset), Some(properties), false, true) =
            (self.preset_at(place), properties.as_object_mut(), is_moving, self.settings.tells_places)
        {
            properties.insert("preset".to_owned(), json!(preset));
        }
        json!({
            "properties": properties, "presets": self.presets.keys().collect::<Vec<_>>(), "moves": self.moves, "stops": self.stops,
            "refused_logins": self.refused_logins, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        // A remote control or another controller brings it to a preset.
        let preset = self.presets.get(&act.number.to_string()).filter(|_| act.act == "preset")?.place;
        self.go(now, preset.map(Some));
        Some(Answers::new())
    }

    fn reboot(&mut self, now: Duration) {
        let place = self.places(now);
        self.axes = place.map(Axis::resting);
        self.nonces.clear();
        self.forget_challenge();
        self.messages.clear();
    }
}
