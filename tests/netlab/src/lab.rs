//! Two network namespaces joined by an impaired wire.

use std::io::{BufRead as _, BufReader};
use std::net::Ipv4Addr;
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

use crate::bridge::{Bridge, Order};
use crate::{Counts, Impairment};

/// The near and the far end of the wire, from the addresses for private networks (RFC 1918).
const NEAR: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
const FAR: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// Devices' names.
const NEAR_DEVICE: &str = "netlab-near";
const FAR_DEVICE: &str = "netlab-far";
/// Frames the kernel queues towards the wire: at the usual 1000 a burst of key frames to many sites is lost before the wire sees it.
const QUEUE_FRAMES: u32 = 10_000;
/// The wire answers a question within this.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// Why there is no laboratory.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The caller's network has devices.
    #[error(
        "this network has devices besides lo ({0}); start the program with `unshare --map-root-user --net`, so that the machine's network is not touched"
    )]
    NotOwn(String),
    /// A program of the system did not do its work.
    #[error("`{command}` failed: {detail}; install util-linux and iproute2, or run as a user who may make namespaces")]
    Command {
        /// Which.
        command: String,
        /// Its words.
        detail: String,
    },
    /// The system refused a device, a thread or a namespace.
    #[error("{what} was refused")]
    System {
        /// What.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

/// The laboratory: the caller's network is the near end. All of it goes away when it is dropped.
pub struct Lab {
    bridge: Bridge,
    // Dropped after the bridge: the far namespace lives as long as this child.
    far: Holder,
}

impl Lab {
    /// Builds it: `there` impairs what goes from near to far, `back` the other way.
    ///
    /// # Errors
    /// When the caller is not in a network namespace of its own, or the system refuses.
    pub fn build(there: &Impairment, back: &Impairment) -> Result<Self, LabError> {
        refuse_foreign_network()?;
        let far = Holder::start()?;
        let (near_device, far_device) = (device(NEAR_DEVICE)?, device(FAR_DEVICE)?);
        run("ip", &["link", "set", FAR_DEVICE, "netns", &far.id()])?;
        let address = |address: Ipv4Addr| format!("{address}/24");
        let queue = QUEUE_FRAMES.to_string();
        for (inside, device, address) in [(false, NEAR_DEVICE, address(NEAR)), (true, FAR_DEVICE, address(FAR))] {
            for words in [
                &["link", "set", "lo", "up"][..],
                &["addr", "add", &address, "dev", device],
                &["link", "set", "dev", device, "txqueuelen", &queue, "up"],
            ] {
                if inside { run("nsenter", &[&["--net", "--target", &far.id(), "ip"], words].concat())? } else { run("ip", words)? }
            }
        }
        let bridge = Bridge::start(near_device, far_device, there, back).map_err(system("the thread of the wire"))?;
        Ok(Self { bridge, far })
    }

    /// Address of the near end: the caller's own network.
    #[must_use]
    pub const fn near(&self) -> Ipv4Addr {
        NEAR
    }

    /// Address of the far end.
    #[must_use]
    pub const fn far(&self) -> Ipv4Addr {
        FAR
    }

    /// Does something at the far end, on a thread of its own. Sockets made there stay there, whoever uses them later.
    ///
    /// # Errors
    /// When the thread may not enter the far network, or panicked.
    pub fn at_far_end<T: Send>(&self, act: impl FnOnce() -> T + Send) -> Result<T, LabError> {
        let path = format!("/proc/{}/ns/net", self.far.id());
        let enter = move || {
            let file = std::fs::File::open(path)?;
            move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network))?;
            Ok(act())
        };
        std::thread::scope(|scope| scope.spawn(enter).join())
            .unwrap_or_else(|_| Err(std::io::Error::other("what was to be done there panicked")))
            .map_err(system("the way into the far network"))
    }

    /// A program to be started at the far end.
    #[must_use]
    pub fn far_command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--net", "--target", &self.far.id(), program]);
        command
    }

    /// Cuts the line in both directions, or mends it.
    pub fn cut(&self, gone: bool) {
        self.bridge.cut(gone);
    }

    /// Impairs otherwise from here on; heard within five milliseconds. `false` when the wire stands still.
    pub fn change(&self, there: &Impairment, back: &Impairment) -> bool {
        self.bridge.order(Order::Change(Box::new((there.clone(), back.clone()))))
    }

    /// What became of the packets: near to far, far to near; `None` when the wire stands still.
    #[must_use]
    pub fn counts(&self) -> Option<(Counts, Counts)> {
        let (answer, heard) = sync_channel(1);
        self.bridge.order(Order::Count(answer)).then(|| heard.recv_timeout(ANSWER_WITHIN).ok()).flatten()
    }
}

/// A process that holds the far namespace open. It waits for its input to end, so it goes even when this program is killed.
struct Holder(Child);

impl Holder {
    fn start() -> Result<Self, LabError> {
        let mut child = Command::new("unshare")
            .args(["--net", "sh", "-c", "echo there && exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(system("unshare"))?;
        let mut line = String::new();
        let read = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        if line.trim() == "there" && matches!(read, Some(Ok(_))) {
            return Ok(Self(child));
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(LabError::Command { command: "unshare --net".to_owned(), detail: "it made no namespace".to_owned() })
    }

    fn id(&self) -> String {
        self.0.id().to_string()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn system(what: &'static str) -> impl Fn(std::io::Error) -> LabError {
    move |source| LabError::System { what, source }
}

fn device(name: &str) -> Result<SyncDevice, LabError> {
    DeviceBuilder::new().name(name).layer(Layer::L2).build_sync().map_err(system("a TAP device"))
}

fn run(program: &str, words: &[&str]) -> Result<(), LabError> {
    let failed = |detail: String| LabError::Command { command: format!("{program} {}", words.join(" ")), detail };
    let output = Command::new(program).args(words).stdin(Stdio::null()).output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() { Ok(()) } else { Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())) }
}

/// The devices are listed after two lines of heading, each before a colon.
fn refuse_foreign_network() -> Result<(), LabError> {
    let text = std::fs::read_to_string("/proc/net/dev").map_err(system("the list of network devices"))?;
    let names = text.lines().skip(2).filter_map(|line| line.split(':').next()).map(str::trim);
    let others: Vec<&str> = names.filter(|name| *name != "lo").collect();
    if others.is_empty() { Ok(()) } else { Err(LabError::NotOwn(others.join(", "))) }
}
