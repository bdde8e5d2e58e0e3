//! How a session is made: time, services, profile; and how each request proves who asks.

use std::time::Duration;

use room_driver::Heard;
use sha1::{Digest as _, Sha1};

use super::codec::{NS_DEVICE, NS_MEDIA, NS_PTZ, Token, Utc, body_of, codes_of, envelope};
use super::settings::Settings;
use super::xml::{Element, read};
use crate::http::{Challenge, Message, Start, authorization, challenge_of, request};

/// A refusal this long after the opening may be a clock that was set: the session is made afresh once.
const CLOCK_MAY_HAVE_JUMPED: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Clock,
    Services,
    Capabilities,
    Profiles,
    Open,
}

/// What a reply was to the session.
pub(super) enum Turn {
    /// Its own business.
    Over(Heard),
    /// The session is open: the reply is somebody's answer.
    Open,
}

#[derive(Debug)]
pub(super) struct Session {
    step: Step,
    now: Duration,
    opened: Duration,
    /// The camera's time at a time of ours.
    time: Option<(Utc, Duration)>,
    challenge: Option<Challenge>,
    /// The last challenge, and requests under it: a camera that repeats its challenge goes on counting.
    counted: Option<(Challenge, u32)>,
    /// The request that waits was said again for a challenge.
    said_again: bool,
    count: u32,
    seed: u64,
    media: String,
    ptz: String,
    profile: String,
    namespace: &'static str,
    operation: &'static str,
    inside: String,
}

/// The path of an address: its host part is often wrong (fact sheet §4).
fn path_of(address: &str) -> String {
    let after = address.split_once("://").map_or(address, |(_, rest)| rest);
    after.find('/').and_then(|at| after.get(at..)).unwrap_or("/").to_owned()
}

impl Session {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        Self {
            step: Step::Clock,
            now: Duration::ZERO,
            opened: Duration::ZERO,
            time: None,
            challenge: None,
            counted: None,
            said_again: false,
            count: 0,
            seed,
            media: settings.path.clone(),
            ptz: settings.path.clone(),
            profile: String::new(),
            namespace: NS_DEVICE,
            operation: "",
            inside: String::new(),
        }
    }

    pub(super) const fn clock(&mut self, now: Duration) {
        self.now = now;
    }

    pub(super) fn is_open(&self) -> bool {
        self.step == Step::Open
    }

    pub(super) fn profile(&self) -> &str {
        &self.profile
    }

    /// The last request's.
    pub(super) const fn operation(&self) -> &'static str {
        self.operation
    }

    pub(super) fn open(&mut self, settings: &Settings) -> Vec<u8> {
        (self.step, self.opened, self.time, self.challenge) = (Step::Clock, self.now, None, None);
        self.say_device(settings, "GetSystemDateAndTime", "")
    }

    pub(super) fn say_device(&mut self, settings: &Settings, operation: &'static str, inside: &str) -> Vec<u8> {
        self.say(settings, NS_DEVICE, operation, inside.to_owned())
    }

    pub(super) fn say(&mut self, settings: &Settings, namespace: &'static str, operation: &'static str, inside: String) -> Vec<u8> {
        (self.namespace, self.operation, self.inside, self.said_again) = (namespace, operation, inside, false);
        self.bytes(settings)
    }

    /// Never the same twice, also not after a restart: the camera's time is in it.
    fn nonce(&mut self) -> [u8; 16] {
        self.count = self.count.wrapping_add(1);
        let ours = u64::try_from(self.now.as_nanos()).unwrap_or(0).to_be_bytes();
        let theirs = self.time.map_or(0, |(utc, _)| utc.0).to_be_bytes();
        let words = [self.seed.to_be_bytes(), u64::from(self.count).to_be_bytes(), ours, theirs];
        let mut nonce = [0; 16];
        nonce.iter_mut().zip(Sha1::digest(words.concat())).for_each(|(byte, hashed)| *byte = hashed);
        nonce
    }

    fn bytes(&mut self, settings: &Settings) -> Vec<u8> {
        let path = match self.namespace {
            NS_MEDIA => self.media.clone(),
            NS_PTZ => self.ptz.clone(),
            _ => settings.path.clone(),
        };
        let nonce = self.nonce();
        // Time is asked without a token: it could not be made yet.
        let token = match (&settings.user, self.time, &self.challenge) {
            (Some(user), Some((utc, at)), None) if self.step != Step::Clock => {
                let since = i64::try_from(self.now.saturating_sub(at).as_secs()).unwrap_or(0);
                Some(Token { user: user.clone(), password: settings.password.clone(), nonce, created: Utc(utc.0 + since) })
            }
            _ => None,
        };
        let body = envelope(token.as_ref(), self.namespace, self.operation, &self.inside);
        let kind = format!(r#"application/soap+xml; charset=utf-8; action="{}/{}""#, self.namespace, self.operation);
        let mut headers = vec![("Content-Type", kind.as_str())];
        let proof = match (&settings.user, &self.challenge, &mut self.counted) {
            (Some(user), Some(challenge), Some((_, count))) => {
                *count = count.wrapping_add(1);
                Some(authorization(challenge, (user, &settings.password), ("POST", &path), *count, &hex::encode(nonce)))
            }
            _ => None,
        };
        headers.extend(proof.as_deref().map(|proof| ("Authorization", proof)));
        request("POST", &settings.host, &path, &headers, &body)
    }

    pub(super) fn took(&mut self, settings: &Settings, reply: &Message) -> Turn {
        let document = read(&reply.body);
        let body = document.as_ref().and_then(body_of);
        let codes = body.filter(|body| body.name == "Fault").map(codes_of).unwrap_or_default();
        if reply.start == Start::Reply(401) || codes.contains(&"NotAuthorized") {
            return self.not_authorized(settings, reply);
        }
        if self.step == Step::Open {
            return Turn::Open;
        }
        let Some(body) = body else { return Turn::Over(Heard::Noise(reply.body.len().max(1))) };
        Turn::Over(self.next(settings, body))
    }

    fn not_authorized(&mut self, settings: &Settings, reply: &Message) -> Turn {
        let challenges = reply.headers.iter().filter(|(name, _)| name == "www-authenticate");
        let challenge = challenges.filter_map(|(_, value)| challenge_of(value)).next_back();
        if settings.user.is_some()
            && !self.said_again
            && let Some(challenge) = challenge
        {
            if self.counted.as_ref().is_none_or(|(known, _)| *known != challenge) {
                self.counted = Some((challenge.clone(), 0));
            }
            (self.challenge, self.said_again) = (Some(challenge), true);
            return Turn::Over(Heard::Say(self.bytes(settings)));
        }
        if self.step != Step::Open {
            return Turn::Over(Heard::LoginRefused);
        }
        if self.now.saturating_sub(self.opened) > CLOCK_MAY_HAVE_JUMPED {
            return Turn::Over(Heard::Reconnect);
        }
        // The user is known and may not do that.
        Turn::Open
    }

    /// The opening goes on.
    fn next(&mut self, settings: &Settings, body: &Element) -> Heard {
        let is_fault = body.name == "Fault";
        if !is_fault && body.name.strip_suffix("Response") != Some(self.operation) {
            return Heard::Noise(1);
        }
        let is_found = match self.step {
            Step::Services => self.services(body),
            Step::Capabilities => self.capabilities(body),
            Step::Clock | Step::Profiles | Step::Open => !is_fault,
        };
        match self.step {
            Step::Clock => {
                self.time = Utc::of(body).map(|utc| (utc, self.now));
                self.step = Step::Services;
                Heard::Say(self.say_device(settings, "GetServices", "<IncludeCapability>false</IncludeCapability>"))
            }
            Step::Services if !is_found => {
                self.step = Step::Capabilities;
                Heard::Say(self.say_device(settings, "GetCapabilities", "<Category>All</Category>"))
            }
            Step::Capabilities if !is_found => Heard::Noise(1),
            Step::Services | Step::Capabilities => {
                self.step = Step::Profiles;
                Heard::Say(self.say(settings, NS_MEDIA, "GetProfiles", String::new()))
            }
            Step::Profiles => {
                let wanted = |token: &str| settings.profile.as_deref().is_none_or(|profile| profile == token);
                let moves =
                    body.children.iter().filter(|profile| profile.name == "Profiles" && profile.child("PTZConfiguration").is_some());
                let Some(profile) = moves.filter_map(|profile| profile.attribute("token")).find(|token| wanted(token)) else {
                    return Heard::Noise(1);
                };
                (self.profile, self.step) = (profile.to_owned(), Step::Open);
                Heard::Ready
            }
            Step::Open => Heard::Noise(1),
        }
    }

    fn services(&mut self, body: &Element) -> bool {
        let address = |namespace: &str| {
            let service = body.children.iter().find(|service| service.text_at(&["Namespace"]) == Some(namespace))?;
            service.text_at(&["XAddr"]).map(path_of)
        };
        let Some((media, ptz)) = address(NS_MEDIA).zip(address(NS_PTZ)) else { return false };
        (self.media, self.ptz) = (media, ptz);
        true
    }

    fn capabilities(&mut self, body: &Element) -> bool {
        let address = |service: &str| body.text_at(&["Capabilities", service, "XAddr"]).map(path_of);
        let Some((media, ptz)) = address("Media").zip(address("PTZ")) else { return false };
        (self.media, self.ptz) = (media, ptz);
        true
    }
}
