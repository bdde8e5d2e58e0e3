//! Messages (RFC 9112): a head, and a body by its length or in chunks.

/// Longest head; cameras send a few hundred bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Longest body; a list of 256 presets with positions is below 100 kB.
const MAX_BODY: usize = 512 * 1024;
/// Most header lines of one message.
const MAX_HEADERS: usize = 64;
/// How every reply begins.
const REPLY: &[u8] = b"HTTP/1.";

/// First line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The device's verdict.
    Reply(u16),
    /// What is asked of the device.
    Request {
        /// `GET`, `POST`, `PUT`, `DELETE`.
        method: String,
        /// Path and query.
        path: String,
    },
}

/// A whole message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// First line.
    pub start: Start,
    /// Header lines; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body, without chunks.
    pub body: Vec<u8>,
    minor: u8,
}

impl Message {
    /// The first header line of that name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The connection ends after this message (RFC 9112 §9.3).
    #[must_use]
    pub fn ends(&self) -> bool {
        let says =
            |word: &str| self.header("connection").is_some_and(|said| said.split(',').any(|one| one.trim().eq_ignore_ascii_case(word)));
        says("close") || (self.minor == 0 && !says("keep-alive"))
    }
}

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A message.
    Message(Message),
    /// That many bytes of none.
    Noise(usize),
}

/// Splits a byte stream into messages.
#[derive(Debug)]
pub struct Messages {
    held: Vec<u8>,
    replies: bool,
}

/// What stands at the beginning of the held bytes.
enum Found {
    Whole(Message, usize),
    Half,
    Wrong,
}

impl Messages {
    /// What a device says.
    #[must_use]
    pub const fn replies() -> Self {
        Self { held: Vec::new(), replies: true }
    }

    /// What a device hears.
    #[must_use]
    pub const fn requests() -> Self {
        Self { held: Vec::new(), replies: false }
    }

    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.held.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        while !self.held.is_empty() {
            match self.found() {
                Found::Whole(message, length) => {
                    self.held.drain(..length.min(self.held.len()));
                    // An interim reply (100) announces the one that counts.
                    if !matches!(message.start, Start::Reply(100..=199)) {
                        pieces.push(Piece::Message(message));
                    }
                }
                Found::Half => break,
                Found::Wrong => {
                    let dropped = self.next_start();
                    self.held.drain(..dropped);
                    match pieces.last_mut() {
                        Some(Piece::Noise(count)) => *count += dropped,
                        Some(Piece::Message(_)) | None => pieces.push(Piece::Noise(dropped)),
                    }
                }
            }
        }
        pieces
    }

    /// Forgets half a message.
    pub fn clear(&mut self) {
        self.held.clear();
    }

    /// Bytes before the next that may begin a message, at least one.
    fn next_start(&self) -> usize {
        if !self.replies {
            return self.held.len();
        }
        let may_begin = |at: &usize| self.held.get(*at..).is_some_and(|rest| rest.starts_with(REPLY) || REPLY.starts_with(rest));
        (1..self.held.len()).find(may_begin).unwrap_or(self.held.len())
    }

    fn found(&self) -> Found {
        if self.replies && !self.held.starts_with(REPLY) && !REPLY.starts_with(&self.held) {
            return Found::Wrong;
        }
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let (parsed, start, minor, headers) = if self.replies {
            let mut reply = httparse::Response::new(&mut headers);
            let parsed = reply.parse(&self.held);
            (parsed, reply.code.map(Start::Reply), reply.version, reply.headers)
        } else {
            let mut request = httparse::Request::new(&mut headers);
            let parsed = request.parse(&self.held);
            let start = request.method.zip(request.path);
            let start = start.map(|(method, path)| Start::Request { method: method.to_owned(), path: path.to_owned() });
            (parsed, start, request.version, request.headers)
        };
        let head = match parsed {
            Ok(httparse::Status::Complete(head)) if head <= MAX_HEAD => head,
            Ok(httparse::Status::Partial) if self.held.len() <= MAX_HEAD => return Found::Half,
            Ok(_) | Err(_) => return Found::Wrong,
        };
        let Some(start) = start else { return Found::Wrong };
        let word =
            |header: &httparse::Header<'_>| (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).trim().to_owned());
        let headers = headers.iter().map(word).collect();
        let mut message = Message { start, headers, body: Vec::new(), minor: minor.unwrap_or(1) };
        match body_of(&message, self.held.get(head..).unwrap_or_default()) {
            Body::Whole(body, length) => {
                message.body = body;
                Found::Whole(message, head + length)
            }
            Body::Half => Found::Half,
            Body::Wrong => Found::Wrong,
        }
    }
}

/// A body and its length on the wire.
enum Body {
    Whole(Vec<u8>, usize),
    Half,
    Wrong,
}

fn body_of(message: &Message, rest: &[u8]) -> Body {
    if matches!(message.start, Start::Reply(100..=199 | 204 | 304)) {
        return Body::Whole(Vec::new(), 0);
    }
    if message.header("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked")) {
        return chunks_of(rest);
    }
    let length = match (message.header("content-length").map(str::parse::<usize>), &message.start) {
        (Some(Ok(length)), _) if length <= MAX_BODY => length,
        (Some(_), _) => return Body::Wrong,
        (None, Start::Request { .. }) => 0,
        // Only the end of the connection would end it.
        (None, Start::Reply(_)) if message.ends() => return Body::Wrong,
        (None, Start::Reply(_)) => 0,
    };
    rest.get(..length).map_or(Body::Half, |body| Body::Whole(body.to_vec(), length))
}

fn chunks_of(rest: &[u8]) -> Body {
    let (mut body, mut at) = (Vec::new(), 0_usize);
    loop {
        let left = rest.get(at..).unwrap_or_default();
        let (line, size) = match httparse::parse_chunk_size(left) {
            Ok(httparse::Status::Complete((line, size))) => (line, usize::try_from(size).unwrap_or(usize::MAX)),
            Ok(httparse::Status::Partial) if left.len() < MAX_HEAD => return Body::Half,
            Ok(httparse::Status::Partial) | Err(_) => return Body::Wrong,
        };
        if size > MAX_BODY || body.len() + size > MAX_BODY {
            return Body::Wrong;
        }
        at += line;
        if size == 0 {
            return trailer_of(body, rest, at);
        }
        let Some(chunk) = rest.get(at..at + size) else { return Body::Half };
        body.extend_from_slice(chunk);
        at += size;
        match rest.get(at..at + 2) {
            Some(b"\r\n") => at += 2,
            Some(_) => return Body::Wrong,
            None => return Body::Half,
        }
    }
}

/// Lines after the last chunk, until an empty one.
fn trailer_of(body: Vec<u8>, rest: &[u8], mut at: usize) -> Body {
    let from = at;
    loop {
        let left = rest.get(at..).unwrap_or_default();
        let Some(end) = left.windows(2).position(|two| two == b"\r\n") else {
            return if left.len() < MAX_HEAD { Body::Half } else { Body::Wrong };
        };
        at += end + 2;
        if end == 0 {
            return Body::Whole(body, at);
        }
        if at - from > MAX_HEAD {
            return Body::Wrong;
        }
    }
}

/// A request's bytes. `headers` are beside host and length.
#[must_use]
pub fn request(method: &str, host: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut lines = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
    ended(&mut lines, headers, body, method != "GET" && method != "DELETE")
}

/// A reply's bytes.
#[must_use]
pub fn reply(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        _ => "Error",
    };
    let mut lines = format!("HTTP/1.1 {status} {reason}\r\n");
    ended(&mut lines, headers, body, status != 204)
}

fn ended(lines: &mut String, headers: &[(&str, &str)], body: &[u8], has_length: bool) -> Vec<u8> {
    for (name, value) in headers {
        lines.push_str(&format!("{name}: {value}\r\n"));
    }
    if has_length || !body.is_empty() {
        lines.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    lines.push_str("\r\n");
    [lines.as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::{Message, Messages, Piece, Start, reply, request};
    use proptest::prelude::*;

    fn apart(pieces: Vec<Piece>) -> (Vec<Message>, usize) {
        let (mut messages, mut noise) = (Vec::new(), 0);
        for piece in pieces {
            match piece {
                Piece::Message(message) => messages.push(message),
                Piece::Noise(count) => noise += count,
            }
        }
        (messages, noise)
    }

    fn bodies(bytes: &[u8]) -> Vec<(Start, Vec<u8>, bool)> {
        let (messages, noise) = apart(Messages::replies().feed(bytes));
        assert_eq!(noise, 0);
        messages.into_iter().map(|message| (message.start.clone(), message.body.clone(), message.ends())).collect()
    }

    #[test]
    fn bodies_have_a_length_or_come_in_chunks() {
        let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(bodies(plain), [(Start::Reply(200), b"abc".to_vec(), false), (Start::Reply(204), vec![], false)]);
        // RFC 9112 §7.1, with an extension and a trailer.
        let chunks =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4;x=1\r\nWiki\r\n5\r\npedia\r\n0\r\nA: b\r\n\r\n";
        assert_eq!(bodies(chunks), [(Start::Reply(200), b"Wikipedia".to_vec(), true)]);
        let old = b"HTTP/1.0 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(bodies(old), [(Start::Reply(401), vec![], true)]);
        let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1";
        assert_eq!(bodies(interim), [(Start::Reply(200), b"1".to_vec(), false)]);
    }

    #[test]
    fn what_is_asked_is_heard() {
        let bytes = request("POST", "10.0.0.5", "/api/login", &[("Content-Type", "application/json")], b"{}");
        assert_eq!(bytes, b"POST /api/login HTTP/1.1\r\nHost: 10.0.0.5\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        let (heard, noise) = apart(Messages::requests().feed(&bytes));
        assert_eq!((heard.len(), noise, heard[0].header("host")), (1, 0, Some("10.0.0.5")));
        assert_eq!(heard[0].start, Start::Request { method: "POST".to_owned(), path: "/api/login".to_owned() });
    }

    #[test]
    fn a_body_without_end_and_one_too_long_are_noise() {
        for head in ["Connection: close", "Content-Length: 99999999", "Content-Length: x"] {
            let (messages, noise) = apart(Messages::replies().feed(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes()));
            assert!(messages.is_empty() && noise > 0, "{head}");
        }
    }

    fn parts() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let one = prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..20),
            Just(reply(200, &[], b"abc")),
            Just(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_vec()),
            Just(b"HTTP/1.1 ".to_vec()),
            Just(b"HTT".to_vec()),
        ];
        proptest::collection::vec(one, 0..10)
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_messages(parts in parts(), cut in 0_usize..400) {
            let bytes = parts.concat();
            let whole = apart(Messages::replies().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut messages = Messages::replies();
            let mut pieces = messages.feed(head);
            pieces.extend(messages.feed(tail));
            prop_assert_eq!(apart(pieces), whole);
        }

        #[test]
        fn after_noise_a_reply_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut messages = Messages::replies();
            messages.feed(&noise);
            // A byte that no head has: whatever was begun is over.
            messages.feed(b"\x00");
            let (heard, _) = apart(messages.feed(&reply(200, &[], b"abc")));
            prop_assert_eq!(heard.len(), 1);
        }
    }
}
