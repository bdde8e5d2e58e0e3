//! Connections over real sockets, at times of the test's own.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::{Connections, MAX_CONNECTIONS, MAX_UNPROVEN, Path, Peers};
use crate::{io::socket::wait, tcp::Urgency, time::Time};

fn at(millis: u64) -> Time {
    Time::new(Duration::from_secs(100) + Duration::from_millis(millis))
}

/// A binding request without attributes: STUN by its form.
const CHECK: [u8; 22] = [0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/// Takes everybody who checks for a peer, if told to.
#[derive(Default)]
struct Fake {
    trusting: bool,
    peers: BTreeSet<Path>,
    got: Vec<(Path, Vec<u8>)>,
    lost: Vec<Path>,
}

impl Peers for Fake {
    fn knows(&self, path: Path) -> bool {
        self.peers.contains(&path)
    }

    fn media(&mut self, _now: Time, path: Path, bytes: &[u8]) {
        self.got.push((path, bytes.to_vec()));
        if self.trusting {
            self.peers.insert(path);
        }
    }

    fn lost(&mut self, _now: Time, path: Path) {
        self.peers.remove(&path);
        self.lost.push(path);
    }
}

fn listen() -> Connections {
    Connections::listen("127.0.0.1:0".parse().unwrap()).unwrap()
}

fn connect(connections: &Connections) -> TcpStream {
    let stream = TcpStream::connect(connections.listener.local_addr().unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

/// Serves at that time until the condition holds; the test hangs for no longer than some seconds.
fn serve(connections: &mut Connections, fake: &mut Fake, millis: u64, until: impl Fn(&Connections, &Fake) -> bool) {
    for _ in 0..100 {
        wait(&[connections.fd()], Duration::from_millis(50)).unwrap();
        connections.receive(at(millis), fake).unwrap();
        if until(connections, fake) {
            return;
        }
    }
    panic!("waited in vain: {} connections, got {:?}, lost {:?}", connections.open.len(), fake.got, fake.lost);
}

fn at_end(mut stream: &TcpStream) -> bool {
    // A connection closed with unread bytes ends with a reset instead of an end of file.
    stream.read(&mut [0; 16]).map_or_else(|error| error.kind() == std::io::ErrorKind::ConnectionReset, |count| count == 0)
}

#[test]
fn who_never_checks_is_closed_after_five_seconds_and_a_peer_is_not() {
    let (mut connections, mut fake) = (listen(), Fake { trusting: true, ..Fake::default() });
    let (idle, mut peer) = (connect(&connections), connect(&connections));
    peer.write_all(&CHECK[..9]).unwrap();
    serve(&mut connections, &mut fake, 0, |connections, _| connections.open.len() == 2);
    peer.write_all(&CHECK[9..]).unwrap();
    serve(&mut connections, &mut fake, 10, |_, fake| fake.got.len() == 1);
    assert_eq!(fake.got[0].1, CHECK[2..]);
    assert_eq!(fake.got[0].0.address(), peer.local_addr().unwrap());
    connections.receive(at(4_900), &mut fake).unwrap();
    assert_eq!(connections.open.len(), 2);
    connections.receive(at(5_250), &mut fake).unwrap();
    assert_eq!((connections.open.len(), fake.lost.len()), (1, 1));
    assert!(at_end(&idle));
    connections.receive(at(60_000), &mut fake).unwrap();
    assert_eq!(connections.open.len(), 1, "a peer stays");
    // Its session ends; so does the connection.
    fake.peers.clear();
    connections.receive(at(66_000), &mut fake).unwrap();
    assert!(connections.open.is_empty() && at_end(&peer));
}

#[test]
fn strangers_are_closed_at_once() {
    let (mut connections, mut fake) = (listen(), Fake::default());
    let long = [&b"\xFF\xFF"[..], &[0; 100]].concat();
    for (number, bytes) in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0], &[0, 3, 0x47, 1, 2], &long].into_iter().enumerate() {
        let mut stream = connect(&connections);
        stream.write_all(bytes).unwrap();
        serve(&mut connections, &mut fake, 0, |_, fake| fake.lost.len() == number + 1);
        assert!(at_end(&stream), "{bytes:?}");
    }
    assert_eq!(fake.got, []);
    drop(connect(&connections));
    serve(&mut connections, &mut fake, 0, |_, fake| fake.lost.len() == 5);
}

#[test]
fn a_crowd_displaces_itself_and_no_peer() {
    let (mut connections, mut fake) = (listen(), Fake { trusting: true, ..Fake::default() });
    let mut peer = connect(&connections);
    peer.write_all(&CHECK).unwrap();
    serve(&mut connections, &mut fake, 0, |_, fake| fake.got.len() == 1);
    fake.trusting = false;
    let mut crowd = Vec::new();
    for number in 0..MAX_UNPROVEN * 2 {
        crowd.push(connect(&connections));
        serve(&mut connections, &mut fake, 0, |connections, _| connections.last == 2 + number as u64);
    }
    assert_eq!(connections.open.len(), 1 + MAX_UNPROVEN);
    assert!(fake.peers.iter().all(|path| !fake.lost.contains(path)) && fake.peers.len() == 1);
    assert!(at_end(&crowd[0]), "the oldest went");
    const { assert!(MAX_CONNECTIONS > MAX_UNPROVEN) };
}

#[test]
fn who_takes_nothing_loses_pictures_then_the_connection_and_delays_nobody() {
    let (mut connections, mut fake) = (listen(), Fake { trusting: true, ..Fake::default() });
    let (mut slow, mut quick) = (connect(&connections), connect(&connections));
    for stream in [&mut slow, &mut quick] {
        stream.write_all(&CHECK).unwrap();
    }
    serve(&mut connections, &mut fake, 0, |_, fake| fake.got.len() == 2);
    let numbers: Vec<u64> = [&slow, &quick]
        .iter()
        .map(|stream| {
            connections.open.iter().find(|(_, open)| open.path.address() == stream.local_addr().unwrap()).map(|(number, _)| *number)
        })
        .collect::<Option<_>>()
        .unwrap();
    // More than the kernel and the queue hold together: sending never waits.
    let picture = [7; 1200];
    for _ in 0..20_000 {
        connections.send(at(0), numbers[0], std::iter::once((&picture[..], Urgency::Picture)));
    }
    let waiting = |connections: &Connections| connections.open.get(&numbers[0]).map(|open| open.outbox.waiting().len());
    assert!(waiting(&connections).is_some_and(|bytes| bytes > 200_000), "{:?}", waiting(&connections));
    connections.send(at(9_000), numbers[1], std::iter::once((&b"sound"[..], Urgency::Needed)));
    let mut got = [0; 7];
    quick.read_exact(&mut got).unwrap();
    assert_eq!(&got, b"\x00\x05sound");
    connections.receive(at(9_500), &mut fake).unwrap();
    assert_eq!(connections.open.len(), 2);
    connections.receive(at(10_000), &mut fake).unwrap();
    assert_eq!(connections.open.keys().copied().collect::<Vec<_>>(), [numbers[1]], "only the slow one is gone");
}

#[test]
fn what_waited_goes_on_when_the_peer_reads_again() {
    let (mut connections, mut fake) = (listen(), Fake { trusting: true, ..Fake::default() });
    let mut peer = connect(&connections);
    peer.write_all(&CHECK).unwrap();
    serve(&mut connections, &mut fake, 0, |_, fake| fake.got.len() == 1);
    let picture = [7; 1200];
    for _ in 0..20_000 {
        connections.send(at(0), 1, std::iter::once((&picture[..], Urgency::Picture)));
    }
    connections.send(at(0), 1, std::iter::once((&b"last"[..], Urgency::Needed)));
    let (mut deframer, mut last, mut buffer) = (crate::tcp::Deframer::default(), Vec::new(), vec![0; 65_536]);
    while last != b"last" {
        let count = peer.read(&mut buffer).unwrap();
        deframer.feed(&buffer[..count], |packet| last = packet.to_vec()).unwrap();
        connections.receive(at(1), &mut fake).unwrap();
    }
    assert!(connections.open.values().all(|open| open.outbox.waiting().is_empty() && !open.awaits_room));
}
