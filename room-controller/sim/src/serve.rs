//! Shells that put a simulated device on a socket or a serial line.

use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, watch};
use tokio_serial::SerialStream;

use crate::device::{Answers, Misbehave, SimDevice};

/// Answers on their way at once; two commands have four.
const MAX_ANSWERS: usize = 64;
/// Do not become this process's controlling terminal (Linux).
const O_NOCTTY: i32 = 0o400;
/// Read at once.
const READ_BYTES: usize = 2048;

struct Inner {
    device: Mutex<Box<dyn SimDevice>>,
    began: Instant,
    /// Counts up when connections shall end.
    cut: watch::Sender<u64>,
}

/// A running device: its faults, its hidden state. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inner: Arc<Inner>,
}

impl Handle {
    /// A device at rest, on no line yet.
    #[must_use]
    pub fn new(device: impl SimDevice) -> Self {
        let inner = Inner { device: Mutex::new(Box::new(device)), began: Instant::now(), cut: watch::channel(0).0 };
        Self { inner: Arc::new(inner) }
    }

    fn device(&self) -> MutexGuard<'_, Box<dyn SimDevice>> {
        self.inner.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.inner.began.elapsed()
    }

    /// What nobody on the wire is told.
    #[must_use]
    pub fn hidden(&self) -> serde_json::Value {
        self.device().hidden(self.now())
    }

    /// Begins to misbehave.
    pub fn misbehave(&self, how: Misbehave) {
        self.device().misbehave(how);
        if how == Misbehave::DropConnection {
            self.cut();
        }
    }

    /// Cuts the power for a moment: connections end, what does not survive that is lost.
    pub fn reboot(&self) {
        self.device().reboot(self.now());
        self.cut();
    }

    fn cut(&self) {
        self.inner.cut.send_modify(|count| *count += 1);
    }

    fn takes_nobody(&self) -> bool {
        self.device().misbehaviour() == Misbehave::DropConnection
    }

    /// Answers to bytes, with the fault applied, each with the wait before it goes out.
    fn take(&self, bytes: &[u8]) -> Answers {
        let now = self.now();
        let mut device = self.device();
        let answers = device.take(now, bytes);
        let wait = |at: Duration, more: u64| at.saturating_sub(now) + Duration::from_millis(more);
        match device.misbehaviour() {
            Misbehave::Silent | Misbehave::DropConnection => Vec::new(),
            Misbehave::Slow { ms } => answers.into_iter().map(|(at, answer)| (wait(at, ms), answer)).collect(),
            Misbehave::Garbage => answers.into_iter().map(|(at, answer)| (wait(at, 0), garbled(&answer))).collect(),
            Misbehave::None | Misbehave::WrongSequence | Misbehave::Refuse => {
                answers.into_iter().map(|(at, answer)| (wait(at, 0), answer)).collect()
            }
        }
    }

    /// Puts the device on TCP; returns where.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn tcp(&self, at: SocketAddr) -> std::io::Result<SocketAddr> {
        let listener = TcpListener::bind(at).await?;
        let place = listener.local_addr()?;
        let handle = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if !handle.takes_nobody() {
                    // As many projectors do: one session at a time, a later one ends the earlier.
                    handle.cut();
                    tokio::spawn(handle.clone().stream(stream));
                }
            }
        });
        Ok(place)
    }

    /// Puts the device on UDP; returns where.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn udp(&self, at: SocketAddr) -> std::io::Result<SocketAddr> {
        let socket = Arc::new(UdpSocket::bind(at).await?);
        let place = socket.local_addr()?;
        let handle = self.clone();
        tokio::spawn(async move {
            let mut buffer = vec![0; READ_BYTES];
            loop {
                let Ok((count, from)) = socket.recv_from(&mut buffer).await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                for (wait, answer) in handle.take(buffer.get(..count).unwrap_or_default()) {
                    let socket = Arc::clone(&socket);
                    tokio::spawn(async move {
                        tokio::time::sleep(wait).await;
                        let _ = socket.send_to(&answer, from).await;
                    });
                }
            }
        });
        Ok(place)
    }

    /// Puts the device on one end of a fresh pseudo-terminal; returns the other end's path.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn pty(&self) -> Result<PathBuf, tokio_serial::Error> {
        let (master, mut slave) = SerialStream::pair()?;
        slave.set_exclusive(false)?;
        let name = tokio_serial::SerialPort::name(&slave).unwrap_or_default();
        // A pseudo-terminal without its other end open reads as hung up, so that end stays open; but as a plain file, because the serial
        // library locks what it opens and the driver could not open it then.
        let slave = std::fs::OpenOptions::new().read(true).write(true).custom_flags(O_NOCTTY).open(&name)?;
        let handle = self.clone();
        tokio::spawn(async move {
            let _slave = slave;
            let mut master = master;
            while handle.line(&mut master).await {}
        });
        Ok(PathBuf::from(name))
    }

    /// Puts the device on an existing serial line.
    ///
    /// # Errors
    /// When the line cannot be opened.
    pub fn serial(&self, path: &std::path::Path, baud: u32) -> Result<(), tokio_serial::Error> {
        let mut line = SerialStream::open(&tokio_serial::new(path.display().to_string(), baud))?;
        let handle = self.clone();
        tokio::spawn(async move { while handle.line(&mut line).await {} });
        Ok(())
    }

    async fn stream(self, mut stream: tokio::net::TcpStream) {
        let _ = stream.set_nodelay(true);
        let _ = self.line(&mut stream).await;
    }

    /// Speaks on one line until it ends (`false`) or the device cuts it (`true`).
    async fn line(&self, line: &mut (impl AsyncRead + AsyncWrite + Unpin + Send)) -> bool {
        let mut cut = self.inner.cut.subscribe();
        let (answers, mut due) = mpsc::channel::<Vec<u8>>(MAX_ANSWERS);
        let greeting = self.device().greet(self.now());
        if !greeting.is_empty() && line.write_all(&greeting).await.is_err() {
            return false;
        }
        let mut buffer = vec![0; READ_BYTES];
        loop {
            tokio::select! {
                _ = cut.changed() => return true,
                Some(answer) = due.recv() => {
                    if line.write_all(&answer).await.is_err() {
                        return false;
                    }
                }
                read = line.read(&mut buffer) => {
                    let Ok(count @ 1..) = read else { return false };
                    for (wait, answer) in self.take(buffer.get(..count).unwrap_or_default()) {
                        let answers = answers.clone();
                        tokio::spawn(async move {
                            tokio::time::sleep(wait).await;
                            let _ = answers.send(answer).await;
                        });
                    }
                }
            }
        }
    }
}

/// Something of the same length that means nothing.
fn garbled(answer: &[u8]) -> Vec<u8> {
    answer.iter().map(|byte| (byte ^ 0x5A) & 0x7F).collect()
}
