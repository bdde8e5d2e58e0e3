//! Sessions over TCP (RFC 6544, RFC 4571): strangers' clients whose every datagram goes framed through one connection.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::{net::SocketAddr, sync::Arc};

use common::{
    client::{Client, publish},
    control::Rig,
    route, until,
};
use mcu_media_api::{Role, SessionState, SourceId};
use mcu_relay::tcp::{Deframer, frame_header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    task::JoinHandle,
};

/// The address of the TCP candidate of an answer.
fn tcp_candidate(answer: &str) -> SocketAddr {
    let line = answer.lines().find(|line| line.starts_with("a=candidate:") && line.contains(" tcp ")).unwrap();
    assert!(line.ends_with(" typ host tcptype passive"), "{line}");
    let words: Vec<&str> = line.split(' ').collect();
    SocketAddr::new(words[4].parse().unwrap(), words[5].parse().unwrap())
}

/// The same answer with one UDP candidate there.
fn with_candidate(answer: &str, address: SocketAddr) -> String {
    let others = answer.lines().filter(|line| !line.starts_with("a=candidate:") && *line != "a=end-of-candidates");
    others
        .flat_map(|line| {
            let candidate =
                format!("a=candidate:1 1 udp 2130706431 {} {} typ host\r\na=end-of-candidates\r\n", address.ip(), address.port());
            let here = line.starts_with("a=setup:");
            [format!("{line}\r\n"), if here { candidate } else { String::new() }]
        })
        .collect()
}

/// Carries a client's datagrams through a TCP connection to the relay; the way ends when it is dropped.
struct Way {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Way {
    async fn to(relay: SocketAddr) -> Self {
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = udp.local_addr().unwrap();
        let tcp = TcpStream::connect(relay).await.unwrap();
        Self { address, task: tokio::spawn(carry(Arc::new(udp), tcp)) }
    }
}

async fn carry(udp: Arc<UdpSocket>, tcp: TcpStream) {
    let (mut from_relay, mut to_relay) = tcp.into_split();
    let (mut deframer, mut client) = (Deframer::default(), None);
    let (mut datagram, mut stream) = ([0; 2048], [0; 4096]);
    loop {
        tokio::select! {
            received = udp.recv_from(&mut datagram) => {
                let (length, from) = received.unwrap();
                client = Some(from);
                // In two pieces, so that the relay has to put packets together.
                if to_relay.write_all(&frame_header(&datagram[..length]).unwrap()).await.is_err() { return }
                if to_relay.write_all(&datagram[..length]).await.is_err() { return }
            }
            read = from_relay.read(&mut stream) => {
                let Ok(length @ 1..) = read else { return };
                let mut packets = Vec::new();
                deframer.feed(&stream[..length], |packet| packets.push(packet.to_vec())).unwrap();
                for packet in packets {
                    udp.send_to(&packet, client.unwrap()).await.unwrap();
                }
            }
        }
    }
}

/// Opens a session that knows no other way than one through TCP.
async fn open(rig: &Rig, client: &Client, session: &str, seat: &str, role: Role) -> Way {
    let answer = rig.control.open(session, seat, role, client.offer().await).await.unwrap();
    let way = Way::to(tcp_candidate(&answer.sdp)).await;
    client.accept(&with_candidate(&answer.sdp, way.address)).await;
    client.until_connected().await;
    way
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_go_from_tcp_to_tcp_and_udp_and_strangers_do_not_disturb() {
    let mut rig = Rig::start().await;
    let publisher = Client::new().await;
    let tracks = publisher.add_tracks(0xA1).await;
    let _up = open(&rig, &publisher, "pub", "c/site/a", Role::Publish).await;
    let sends = publish(tracks);
    rig.control
        .want(|wanted| {
            wanted.routes =
                vec![route("c/site/t", "c/site/a/main", "c/site/a/sound"), route("c/site/u", "c/site/a/main", "c/site/a/sound")];
            wanted.open_sounds = vec![SourceId::from("c/site/a/sound")];
        })
        .await;
    let by_tcp = Client::new().await;
    by_tcp.watch().await;
    let down = open(&rig, &by_tcp, "tcp", "c/site/t", Role::Watch).await;
    let by_udp = rig.watcher("udp", "c/site/u").await;
    for watching in [&by_tcp, &by_udp] {
        until("pictures and sound", || watching.video().len() > 50 && watching.audio().len() > 50).await;
    }
    assert!(sends.key_requests.load(std::sync::atomic::Ordering::Relaxed) > 0, "requests for key frames reach the publisher");

    // Strangers at the same port are turned away while media go on.
    let relay = tcp_candidate(&rig.control.heard.lock().unwrap().answers[0].1.as_ref().unwrap().sdp);
    for words in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0x00, 0x00], &[0x00, 0x02, 0x47, 0x60]] {
        let mut stranger = TcpStream::connect(relay).await.unwrap();
        stranger.write_all(words).await.unwrap();
        let end = tokio::time::timeout(common::PATIENCE, stranger.read(&mut [0; 16])).await.unwrap();
        assert!(end.map_or(true, |count| count == 0), "closed");
    }
    let before = by_tcp.video().len();
    until("more pictures", || by_tcp.video().len() > before + 30).await;
    for watching in [&by_tcp, &by_udp] {
        assert!(watching.video().windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)), "not one packet is missing");
    }
    assert_eq!(rig.control.session("tcp").unwrap().state, SessionState::Connected);

    // The connection breaks; the session waits for another way, as with a NAT that forgets.
    drop(down);
    let before = by_udp.video().len();
    until("the others to go on", || by_udp.video().len() > before + 30).await;
    assert_eq!(rig.control.session("tcp").unwrap().state, SessionState::Connected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_on_over_another_connection() {
    let mut rig = Rig::start().await;
    let (_publisher, _sends) = rig.publisher("pub", "c/site/a", 1).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/t", "c/site/a/main", "c/site/a/sound")]).await;
    let watching = Client::new().await;
    watching.watch().await;
    let answer = rig.control.open("tcp", "c/site/t", Role::Watch, watching.offer().await).await.unwrap();
    let relay = tcp_candidate(&answer.sdp);
    let udp = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let address = udp.local_addr().unwrap();
    let carried = |tcp| tokio::spawn(carry(udp.clone(), tcp));
    let first = carried(TcpStream::connect(relay).await.unwrap());
    watching.accept(&with_candidate(&answer.sdp, address)).await;
    watching.until_connected().await;
    until("pictures", || watching.video().len() > 10).await;
    first.abort();
    assert!(first.await.is_err_and(|error| error.is_cancelled()), "the first connection is closed");
    let second = carried(TcpStream::connect(relay).await.unwrap());
    let before = watching.video().len();
    until("pictures by the second connection", || watching.video().len() > before + 30).await;
    assert_eq!(rig.control.heard.lock().unwrap().reported.handshakes, 2, "without another handshake");
    second.abort();
}
