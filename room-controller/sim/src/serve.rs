//! Shells that put a simulated device on a socket or a serial line.

use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{broadcast, watch};
use tokio_serial::SerialStream;

use crate::device::{Answers, Misbehave, PanelAct, SimDevice, under};
use crate::due::Due;

/// Words told by the device itself that a slow line may be behind.
const MAX_TOLD: usize = 64;
/// Do not become this process's controlling terminal (Linux).
const O_NOCTTY: i32 = 0o400;
/// Read at once.
const READ_BYTES: usize = 2048;

struct Inner {
    device: Mutex<Box<dyn SimDevice>>,
    began: Instant,
    /// Counts up when connections shall end.
    cut: watch::Sender<u64>,
    /// What the device says because somebody did something at it.
    told: broadcast::Sender<Vec<u8>>,
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
        let told = broadcast::channel(MAX_TOLD).0;
        let inner = Inner { device: Mutex::new(Box::new(device)), began: Instant::now(), cut: watch::channel(0).0, told };
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
    #[must_use]
    pub fn answers_to(&self, bytes: &[u8]) -> Answers {
        let now = self.now();
        let mut device = self.device();
        let answers = device.take(now, bytes);
        under(device.misbehaviour(), answers).into_iter().map(|(at, answer)| (at.saturating_sub(now), answer)).collect()
    }

    /// Somebody does something at the device itself; whoever is connected hears of it as the device tells it. `false`: there is no such thing.
    pub fn panel(&self, act: &PanelAct) -> bool {
        let now = self.now();
        let mut device = self.device();
        let Some(answers) = device.panel(now, act) else { return false };
        for (_, answer) in under(device.misbehaviour(), answers) {
            // Nobody connected: nobody hears.
            let _ = self.inner.told.send(answer);
        }
        true
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
        let socket = UdpSocket::bind(at).await?;
        let place = socket.local_addr()?;
        let handle = self.clone();
        tokio::spawn(async move {
            let mut buffer = vec![0; READ_BYTES];
            let mut told = handle.inner.told.subscribe();
            let mut last = None;
            let mut due: Due<(Vec<u8>, SocketAddr)> = Due::new();
            loop {
                let received = tokio::select! {
                    received = socket.recv_from(&mut buffer) => received,
                    (answer, to) = due.next() => {
                        let _ = socket.send_to(&answer, to).await;
                        continue;
                    }
                    Ok(answer) = told.recv() => {
                        if let Some(last) = last {
                            let _ = socket.send_to(&answer, last).await;
                        }
                        continue;
                    }
                };
                let Ok((count, from)) = received else {
                    tokio::task::yield_now().await;
                    continue;
                };
                last = Some(from);
                for (wait, answer) in handle.answers_to(buffer.get(..count).unwrap_or_default()) {
                    due.put(wait, (answer, from));
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
        let mut told = self.inner.told.subscribe();
        let mut due: Due<Vec<u8>> = Due::new();
        let greeting = self.device().greet(self.now());
        if !greeting.is_empty() && line.write_all(&greeting).await.is_err() {
            return false;
        }
        let mut buffer = vec![0; READ_BYTES];
        loop {
            tokio::select! {
                _ = cut.changed() => return true,
                Ok(answer) = told.recv() => {
                    if line.write_all(&answer).await.is_err() {
                        return false;
                    }
                }
                answer = due.next() => {
                    if line.write_all(&answer).await.is_err() {
                        return false;
                    }
                }
                read = line.read(&mut buffer) => {
                    let Ok(count @ 1..) = read else { return false };
                    for (wait, answer) in self.answers_to(buffer.get(..count).unwrap_or_default()) {
                        due.put(wait, answer);
                    }
                }
            }
        }
    }
}
