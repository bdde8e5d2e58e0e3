//! A network of the test's own with one address that is not loopback: browsers and libnice offer no loopback addresses.

use std::process::Command;

use netlab::{Entry, enter};

/// The address of the media.
pub const HERE: &str = "10.78.0.1";
pub const NETWORK: &str = "10.78.0.0/24";

pub fn ip(words: &str) {
    let output = Command::new("ip").args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the test of that name again inside a network of its own, where this gives true with the address in place; outside it tells how that went and
/// gives false. Where the system grants no network namespaces, it says so and the test is passed over.
pub fn inside(test: &str) -> bool {
    match enter(test) {
        Entry::Inside => {}
        Entry::Ran { passed, output } => {
            assert!(passed, "the run inside failed:\n{output}");
            eprintln!("{output}");
            return false;
        }
        Entry::Refused(why) => {
            eprintln!("skipped: this system grants no network namespaces ({why})");
            return false;
        }
    }
    ip("link set lo up");
    ip("link add lab-near type veth peer name lab-far");
    ip(&format!("addr add {HERE}/24 dev lab-near"));
    ip("link set lab-near up");
    ip("link set lab-far up");
    // Firefox takes a machine without a default route for one without a network, and clients that look for names by multicast give up.
    ip("route add default dev lab-near");
    true
}
