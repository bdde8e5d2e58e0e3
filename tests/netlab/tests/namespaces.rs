//! Two real namespaces, plain UDP sockets.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use netlab::{Entry, Impairment, Lab, LabError, Loss, enter};

const MS: Duration = Duration::from_millis(1);
/// Datagrams of the loss count.
const MANY: u32 = 4_000;

/// Whether to go on: inside the network of its own.
fn inside(test: &str) -> bool {
    match enter(test) {
        Entry::Inside => true,
        Entry::Ran { passed, output } => {
            assert!(passed, "the run inside failed:\n{output}");
            false
        }
        Entry::Refused(why) => {
            eprintln!("skipped: this system grants no network namespaces ({why})");
            false
        }
    }
}

fn pair(lab: &Lab) -> (UdpSocket, UdpSocket, SocketAddr) {
    let near = UdpSocket::bind((lab.near(), 0)).unwrap();
    let far = lab.at_far_end(|| UdpSocket::bind(("10.77.0.2", 0))).unwrap().unwrap();
    for socket in [&near, &far] {
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    }
    let to = far.local_addr().unwrap();
    (near, far, to)
}

#[test]
fn datagrams_cross_with_delay_loss_and_outage() {
    if !inside("datagrams_cross_with_delay_loss_and_outage") {
        return;
    }
    let perfect = Impairment { delay: 20 * MS, ..Impairment::default() };
    let lab = Lab::build(&perfect, &perfect).unwrap();
    let (near, far, to) = pair(&lab);
    let mut bytes = [0; 2000];

    // There and back takes two delays, and not much more.
    far.set_nonblocking(false).unwrap();
    let least = (0..20)
        .map(|_| {
            let began = Instant::now();
            near.send_to(b"ping", to).unwrap();
            let (length, from) = far.recv_from(&mut bytes).unwrap();
            assert_eq!(&bytes[..length], b"ping");
            far.send_to(b"pong", from).unwrap();
            near.recv_from(&mut bytes).unwrap();
            began.elapsed()
        })
        .min()
        .unwrap();
    assert!((40 * MS..60 * MS).contains(&least), "{least:?}");

    // A seeded loss in one direction only.
    let lossy = Impairment { delay: 20 * MS, loss: Loss::Random(0.3), seed: 11, ..Impairment::default() };
    assert!(lab.change(&lossy, &perfect));
    let before = lab.counts().unwrap();
    let listener = std::thread::spawn(move || {
        let mut got = 0_u32;
        far.set_read_timeout(Some(500 * MS)).unwrap();
        while far.recv_from(&mut [0; 2000]).is_ok() {
            got += 1;
        }
        (got, far)
    });
    for number in 0..MANY {
        near.send_to(&number.to_be_bytes(), to).unwrap();
        if number % 20 == 19 {
            std::thread::sleep(MS);
        }
    }
    let (got, far) = listener.join().unwrap();
    let (there, _) = lab.counts().unwrap();
    assert!(there.put - before.0.put >= u64::from(MANY), "all went over the wire");
    let share = 1.0 - f64::from(got) / f64::from(MANY);
    assert!((share - 0.3).abs() < 0.04, "{share}");

    // A cut line passes nothing; a mended one passes again.
    assert!(lab.change(&perfect, &perfect));
    lab.cut(true);
    near.send_to(b"lost", to).unwrap();
    far.set_read_timeout(Some(200 * MS)).unwrap();
    assert!(far.recv_from(&mut bytes).is_err());
    lab.cut(false);
    far.set_read_timeout(Some(5000 * MS)).unwrap();
    near.send_to(b"back", to).unwrap();
    let (length, _) = far.recv_from(&mut bytes).unwrap();
    assert_eq!(&bytes[..length], b"back");

    // Programs run there as well.
    let output = lab.far_command("ip").args(["-4", "-o", "addr", "show", "dev", "netlab-far"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("10.77.0.2/24"), "{output:?}");
}

#[test]
fn the_machines_own_network_is_left_alone() {
    if !inside("the_machines_own_network_is_left_alone") {
        return;
    }
    let perfect = Impairment::default();
    let first = Lab::build(&perfect, &perfect).unwrap();
    let second = Lab::build(&perfect, &perfect);
    assert!(matches!(second, Err(LabError::NotOwn(names)) if names.contains("netlab-near")), "a network with devices is refused");
    drop(first);
    Lab::build(&perfect, &perfect).unwrap();
}
