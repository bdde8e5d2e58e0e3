//! The Unix socket on which workers dial in.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use mcu_media_api::{Frames, FromMixer, FromRelay, Hello, ToMixer, ToRelay, VERSION, WorkerKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_util::codec::Framed;
use tokio_util::sync::CancellationToken;

use crate::hub::{Ask, MAX_LINK_QUEUE};

/// A worker says hello at once; whoever does not is none.
const HELLO_WITHIN: Duration = Duration::from_secs(2);
/// A worker that does not take a message for so long hangs.
const SEND_WITHIN: Duration = Duration::from_secs(5);
/// Only this user's processes may dial in.
const SOCKET_MODE: u32 = 0o600;

/// Binds the socket, in place of one left behind by a crash.
///
/// # Errors
/// When the path cannot be used.
pub(crate) fn bind(path: &Path) -> std::io::Result<UnixListener> {
    if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok(listener)
}

/// Accepts workers until `stop`.
pub(crate) async fn serve(listener: UnixListener, hub: mpsc::Sender<Ask>, stop: CancellationToken) {
    static CONNECTIONS: AtomicU64 = AtomicU64::new(1);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (hub, stop) = (hub.clone(), stop.clone());
        let id = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = greet(stream, id, &hub) => {}
            }
        });
    }
}

/// The first message of either worker; both enums spell it alike.
async fn greet(stream: UnixStream, id: u64, hub: &mpsc::Sender<Ask>) {
    let mut framed = Framed::new(stream, Frames::<FromRelay, ToRelay>::new());
    let first = tokio::time::timeout(HELLO_WITHIN, framed.next()).await;
    let Ok(Some(Ok(FromRelay::Hello(hello)))) = first else {
        tracing::warn!("a connection on the control socket said no hello and was dropped");
        return;
    };
    if hello.version != VERSION {
        tracing::error!(worker = ?hello.worker, version = hello.version, ours = VERSION, "worker of another version turned away; install the same release");
        return;
    }
    match hello.worker {
        WorkerKind::Relay => {
            let up = |hello, queue| Ask::RelayUp(id, hello, queue);
            talk(framed, id, hello, hub, up, |id, message| Ask::FromRelay(id, Box::new(message))).await;
        }
        WorkerKind::Mixer => {
            let framed = framed.map_codec(|_| Frames::<FromMixer, ToMixer>::new());
            let up = |hello, queue| Ask::MixerUp(id, hello, queue);
            talk(framed, id, hello, hub, up, |id, message| Ask::FromMixer(id, Box::new(message))).await;
        }
        WorkerKind::Recorder => tracing::warn!("a recorder dialled in; this MCU has no use for it yet"),
    }
}

/// Carries messages both ways until either side ends.
async fn talk<In, Out>(
    mut framed: Framed<UnixStream, Frames<In, Out>>,
    id: u64,
    hello: Hello,
    hub: &mpsc::Sender<Ask>,
    up: impl FnOnce(Hello, mpsc::Sender<Out>) -> Ask,
    says: impl Fn(u64, In) -> Ask,
) where
    In: DeserializeOwned,
    Out: Serialize,
{
    let (queue, mut to_worker) = mpsc::channel(MAX_LINK_QUEUE);
    if hub.send(up(hello, queue)).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            message = framed.next() => match message {
                Some(Ok(message)) => {
                    if hub.send(says(id, message)).await.is_err() {
                        return;
                    }
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "a worker's message");
                    break;
                }
                None => break,
            },
            message = to_worker.recv() => {
                let Some(message) = message else { break };
                match tokio::time::timeout(SEND_WITHIN, framed.send(&message)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        tracing::error!(%error, "a message to a worker");
                        break;
                    }
                    Err(_) => {
                        tracing::error!("a worker takes no messages");
                        break;
                    }
                }
            }
        }
    }
    let _ = hub.send(Ask::WorkerDown(id)).await;
}
