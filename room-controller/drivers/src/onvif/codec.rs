//! Envelopes, the user name token and the camera's time (ONVIF Core §5.9, WS-UsernameToken Profile 1.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use super::xml::{Element, escaped};

/// Device service.
pub const NS_DEVICE: &str = "http://www.onvif.org/ver10/device/wsdl";
/// Media service.
pub const NS_MEDIA: &str = "http://www.onvif.org/ver10/media/wsdl";
/// PTZ service.
pub const NS_PTZ: &str = "http://www.onvif.org/ver20/ptz/wsdl";

const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
const SCHEMA: &str = "http://www.onvif.org/ver10/schema";
const SECEXT: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const UTILITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const DIGEST: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
const BASE64: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

/// A moment as a camera counts it: seconds since 1970-01-01 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utc(pub i64);

const DAY: i64 = 86_400;

impl Utc {
    /// Of `GetSystemDateAndTimeResponse`; `None` when the camera tells no UTC.
    #[must_use]
    pub fn of(response: &Element) -> Option<Self> {
        let utc = response.at(&["SystemDateAndTime", "UTCDateTime"])?;
        let number = |path: [&str; 2], most: i64| utc.text_at(&path)?.parse::<i64>().ok().filter(|value| (0..=most).contains(value));
        let (year, month, day) = (number(["Date", "Year"], 9_999)?, number(["Date", "Month"], 12)?, number(["Date", "Day"], 31)?);
        let (hour, minute, second) = (number(["Time", "Hour"], 23)?, number(["Time", "Minute"], 59)?, number(["Time", "Second"], 60)?);
        // Days from civil (Howard Hinnant): years begin in March, eras have 400 years.
        let shifted = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        Some(Self(days * DAY + hour * 3_600 + minute * 60 + second))
    }

    /// Year, month, day, hour, minute, second.
    #[must_use]
    pub const fn parts(self) -> [i64; 6] {
        let (days, second) = (self.0.div_euclid(DAY) + 719_468, self.0.rem_euclid(DAY));
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        [year, month, day, second / 3_600, second / 60 % 60, second % 60]
    }

    /// `2026-03-01T12:00:00Z`
    #[must_use]
    pub fn iso(self) -> String {
        let [year, month, day, hour, minute, second] = self.parts();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// base64(SHA-1(nonce ‖ created ‖ password)).
#[must_use]
pub fn password_digest(nonce: &[u8], created: &str, password: &str) -> String {
    STANDARD.encode(Sha1::digest([nonce, created.as_bytes(), password.as_bytes()].concat()))
}

/// A user name token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// User.
    pub user: String,
    /// Password.
    pub password: String,
    /// Never the same twice.
    pub nonce: [u8; 16],
    /// In the camera's time.
    pub created: Utc,
}

impl Token {
    fn header(&self) -> String {
        let created = self.created.iso();
        let digest = password_digest(&self.nonce, &created, &self.password);
        let (user, nonce) = (escaped(&self.user), STANDARD.encode(self.nonce));
        format!(
            r#"<s:Header><Security s:mustUnderstand="1" xmlns="{SECEXT}"><UsernameToken><Username>{user}</Username><Password Type="{DIGEST}">{digest}</Password><Nonce EncodingType="{BASE64}">{nonce}</Nonce><Created xmlns="{UTILITY}">{created}</Created></UsernameToken></Security></s:Header>"#
        )
    }
}

/// The envelope around one operation of a service; `inside` is XML with the prefix `tt` for the schema.
pub(super) fn envelope(token: Option<&Token>, namespace: &str, operation: &str, inside: &str) -> Vec<u8> {
    let header = token.map(Token::header).unwrap_or_default();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}">{header}<s:Body><{operation} xmlns="{namespace}" xmlns:tt="{SCHEMA}">{inside}</{operation}></s:Body></s:Envelope>"#
    )
    .into_bytes()
}

/// What stands in a body: the response or the fault.
pub(super) fn body_of(document: &Element) -> Option<&Element> {
    (document.name == "Envelope").then(|| document.child("Body")?.children.first()).flatten()
}

/// All codes of a fault, outermost first, without prefixes: `Sender`, `InvalidArgVal`, `NoToken`.
pub(super) fn codes_of(fault: &Element) -> Vec<&str> {
    let mut codes = Vec::new();
    let mut code = fault.child("Code");
    while let Some(found) = code {
        codes.extend(found.text_at(&["Value"]).map(|value| value.rsplit(':').next().unwrap_or(value)));
        code = found.child("Subcode");
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::{Token, Utc, body_of, codes_of, envelope, password_digest};
    use crate::onvif::xml::read;
    use proptest::prelude::*;

    #[test]
    fn golden_digest_of_the_onvif_programmers_guide() {
        // The example of the ONVIF Application Programmer's Guide 1.0 for WS-UsernameToken.
        use base64::Engine as _;
        let nonce = base64::engine::general_purpose::STANDARD.decode("LKqI6G/AikKCQrN0zqZFlg==").unwrap();
        assert_eq!(password_digest(&nonce, "2010-09-16T07:50:45Z", "userpassword"), "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
    }

    #[test]
    fn an_envelope_is_read_back() {
        let token = Token { user: "a&b".to_owned(), password: "secret".to_owned(), nonce: [7; 16], created: Utc(1_284_623_445) };
        let bytes = envelope(Some(&token), super::NS_PTZ, "Stop", "<ProfileToken>p</ProfileToken>");
        let document = read(&bytes).unwrap();
        let user = document.at(&["Header", "Security", "UsernameToken"]).unwrap();
        assert_eq!((user.text_at(&["Username"]), user.text_at(&["Created"])), (Some("a&b"), Some("2010-09-16T07:50:45Z")));
        assert_eq!(body_of(&document).unwrap().text_at(&["ProfileToken"]), Some("p"));
    }

    #[test]
    fn codes_of_a_fault_of_fact_sheet_4() {
        let fault = read(
            b"<f:Fault xmlns:f='x'><f:Code><f:Value>f:Sender</f:Value><f:Subcode><f:Value>ter:InvalidArgVal</f:Value><f:Subcode><f:Value>ter:NoToken</f:Value></f:Subcode></f:Subcode></f:Code></f:Fault>",
        );
        assert_eq!(codes_of(&fault.unwrap()), ["Sender", "InvalidArgVal", "NoToken"]);
    }

    proptest! {
        #[test]
        fn a_moment_survives(seconds in 0_i64..253_402_300_799) {
            let [year, month, day, hour, minute, second] = Utc(seconds).parts();
            let text = format!("<r><SystemDateAndTime><UTCDateTime><Time><Hour>{hour}</Hour><Minute>{minute}</Minute><Second>{second}</Second></Time><Date><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></Date></UTCDateTime></SystemDateAndTime></r>");
            prop_assert_eq!(Utc::of(&read(text.as_bytes()).unwrap()), Some(Utc(seconds)));
        }
    }
}
