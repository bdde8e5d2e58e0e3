//! Digest access authentication (RFC 7616 and 2617): MD5 and SHA-256, `qop=auth` or none.

use md5::Md5;
use sha2::{Digest as _, Sha256};

/// What a device wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    has_qop: bool,
    is_sha256: bool,
}

/// Reads a `WWW-Authenticate` header; `None` when it is not a digest we can make.
#[must_use]
pub fn challenge_of(header: &str) -> Option<Challenge> {
    let (scheme, rest) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("digest") {
        return None;
    }
    let mut found = Challenge { realm: String::new(), nonce: String::new(), opaque: None, has_qop: false, is_sha256: false };
    for (name, value) in pairs(rest) {
        match name.to_ascii_lowercase().as_str() {
            "realm" => found.realm = value,
            "nonce" => found.nonce = value,
            "opaque" => found.opaque = Some(value),
            "qop" => found.has_qop = value.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth")),
            "algorithm" if value.eq_ignore_ascii_case("SHA-256") => found.is_sha256 = true,
            "algorithm" if !value.eq_ignore_ascii_case("MD5") => return None,
            _ => {}
        }
    }
    (!found.nonce.is_empty()).then_some(found)
}

/// `name="value", name=value`; commas inside quotes do not part.
fn pairs(mut rest: &str) -> Vec<(&str, String)> {
    let mut pairs = Vec::new();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',']);
        let (value, left) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        pairs.push((name, value.trim().to_owned()));
        rest = left;
    }
    pairs
}

/// The `Authorization` header of one request. `count` rises with every request under one challenge.
#[must_use]
pub fn authorization(
    challenge: &Challenge,
    (user, password): (&str, &str),
    (method, path): (&str, &str),
    count: u32,
    own_nonce: &str,
) -> String {
    let Challenge { realm, nonce, opaque, has_qop, is_sha256 } = challenge;
    let hash =
        |text: String| if *is_sha256 { hex::encode(Sha256::digest(text.as_bytes())) } else { hex::encode(Md5::digest(text.as_bytes())) };
    let (who, what) = (hash(format!("{user}:{realm}:{password}")), hash(format!("{method}:{path}")));
    let response =
        if *has_qop { hash(format!("{who}:{nonce}:{count:08x}:{own_nonce}:auth:{what}")) } else { hash(format!("{who}:{nonce}:{what}")) };
    let mut header = format!(r#"Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{path}", response="{response}""#);
    header.push_str(if *is_sha256 { ", algorithm=SHA-256" } else { ", algorithm=MD5" });
    if *has_qop {
        header.push_str(&format!(r#", qop=auth, nc={count:08x}, cnonce="{own_nonce}""#));
    }
    if let Some(opaque) = opaque {
        header.push_str(&format!(r#", opaque="{opaque}""#));
    }
    header
}

#[cfg(test)]
mod tests {
    use super::{authorization, challenge_of};

    #[test]
    fn golden_of_rfc_2617_and_7616() {
        // RFC 2617 §3.5
        let header = r#"Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41""#;
        let answer = authorization(&challenge_of(header).unwrap(), ("Mufasa", "Circle Of Life"), ("GET", "/dir/index.html"), 1, "0a4f113b");
        assert!(answer.contains(r#"response="6629fae49393a05397450978507c4ef1""#), "{answer}");
        assert!(answer.contains("nc=00000001") && answer.contains(r#"opaque="5ccc069c403ebaf9f0171e9517f40e41""#));
        // RFC 7616 §3.9.1
        let header = r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#;
        let own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let answer = authorization(&challenge_of(header).unwrap(), ("Mufasa", "Circle of Life"), ("GET", "/dir/index.html"), 1, own);
        assert!(answer.contains(r#"response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1""#), "{answer}");
    }

    #[test]
    fn other_schemes_are_not_taken() {
        for header in ["Basic realm=\"x\"", "Digest", "Digest realm=\"x\"", "Digest nonce=\"1\", algorithm=MD5-sess"] {
            assert_eq!(challenge_of(header), None, "{header}");
        }
    }
}
