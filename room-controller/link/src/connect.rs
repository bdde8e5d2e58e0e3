//! Making connections.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::address::Address;
use crate::udp::UdpHub;
use crate::{Event, Link};

/// Time for a TCP connection (fact sheet §0).
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A device that takes no bytes for this long is dead.
const WRITE_WITHIN: Duration = Duration::from_secs(5);
/// Read at once; device messages are far shorter.
const READ_BYTES: usize = 2048;

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody answered.
    #[error("{0} did not accept a connection within 5 s; check power, cable and address")]
    TimedOut(String),
    /// Refused or unreachable.
    #[error("{0} cannot be reached ({1}); check power, cable and address")]
    Unreachable(String, #[source] std::io::Error),
    /// The serial line cannot be used.
    #[error("the serial line {0} cannot be opened ({1}); check the device file and its permissions")]
    Serial(String, #[source] tokio_serial::Error),
    /// The local UDP port cannot be used.
    #[error("the local UDP address {0} cannot be used ({1}); another program may hold it")]
    Local(SocketAddr, #[source] std::io::Error),
    /// Two devices with one address.
    #[error("{0} is used by another device already; give each device an address of its own")]
    Taken(SocketAddr),
}

/// Makes links; cheap to clone. All UDP links share its one local socket.
#[derive(Debug, Clone)]
pub struct Connector {
    hub: UdpHub,
}

impl Connector {
    /// UDP devices will be spoken to from that local address, bound at the first use.
    #[must_use]
    pub fn new(udp_local: SocketAddr) -> Self {
        Self { hub: UdpHub::new(udp_local) }
    }

    /// Makes a link.
    ///
    /// # Errors
    /// With what to check.
    pub async fn connect(&self, address: &Address) -> Result<Link, LinkError> {
        match address {
            Address::Tcp(place) => {
                let connecting = tokio::time::timeout(CONNECT_WITHIN, TcpStream::connect(place));
                let stream = connecting.await.map_err(|_| LinkError::TimedOut(place.clone()))?;
                let stream = stream.map_err(|error| LinkError::Unreachable(place.clone(), error))?;
                // A request is one small write; waiting for more would only delay a stop.
                let _ = stream.set_nodelay(true);
                Ok(pump(stream))
            }
            Address::Serial { path, baud } => {
                let name = path.display().to_string();
                let failed = |error| LinkError::Serial(name.clone(), error);
                let mut stream = tokio_serial::SerialStream::open(&tokio_serial::new(name.clone(), *baud)).map_err(failed)?;
                if std::fs::canonicalize(path).is_ok_and(|real| real.starts_with("/dev/pts")) {
                    // A pseudo-terminal stays exclusive after it is closed as long as its simulator holds it, and could not be opened again.
                    stream.set_exclusive(false).map_err(failed)?;
                }
                Ok(pump(stream))
            }
            Address::Udp(peer) => self.hub.link(*peer).await,
        }
    }
}

fn pump(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Link {
    let (link, written, arrived) = Link::pair();
    tokio::spawn(run(stream, written, arrived));
    link
}

async fn run(stream: impl AsyncRead + AsyncWrite + Send, mut written: mpsc::Receiver<Vec<u8>>, arrived: mpsc::Sender<Event>) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let reading = async {
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let count = match reader.read(&mut buffer).await {
                Ok(0) => break "the device closed the connection".to_owned(),
                Ok(count) => count,
                Err(error) => break error.to_string(),
            };
            let bytes = buffer.get(..count).unwrap_or_default().to_vec();
            if arrived.send(Event::Bytes(bytes)).await.is_err() {
                break String::new();
            }
        }
    };
    let writing = async {
        while let Some(bytes) = written.recv().await {
            let write = async {
                writer.write_all(&bytes).await?;
                writer.flush().await
            };
            match tokio::time::timeout(WRITE_WITHIN, write).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return error.to_string(),
                Err(_) => return "the device takes no bytes".to_owned(),
            }
        }
        String::new()
    };
    let why = tokio::select! {
        why = reading => why,
        why = writing => why,
    };
    let _ = arrived.send(Event::Closed(why)).await;
}
