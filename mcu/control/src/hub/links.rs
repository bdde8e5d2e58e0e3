//! The link to a worker as the hub keeps it.

use std::net::SocketAddr;

use mcu_api::WorkerHealth;
use mcu_media_api::Hello;
use tokio::sync::mpsc;

/// Messages waiting for a worker. Wanted states and session requests are rare; a full queue means it hangs, and its link is dropped.
pub(crate) const MAX_LINK_QUEUE: usize = 64;

/// One kind of worker.
pub(crate) struct Worker<Out, Report> {
    name: &'static str,
    link: Option<Link<Out>>,
    /// Its last program start and RTP address; kept while it is away, so that a short absence changes nothing.
    last: Option<(String, SocketAddr)>,
    /// Its last report.
    pub(super) reported: Option<Report>,
    /// Revision last sent on the present link; 0 before.
    sent: u64,
    up_since_ms: u64,
}

struct Link<Out> {
    id: u64,
    queue: mpsc::Sender<Out>,
}

impl<Out, Report> Worker<Out, Report> {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, link: None, last: None, reported: None, sent: 0, up_since_ms: 0 }
    }

    /// A connection said hello; it replaces the one before. A program that was restarted has to report afresh.
    pub(super) fn up(&mut self, id: u64, hello: Hello, queue: mpsc::Sender<Out>, now_ms: u64) {
        let restarted = self.last.as_ref().is_none_or(|(instance, _)| *instance != hello.instance);
        tracing::info!(worker = self.name, restarted, rtp = %hello.rtp, "worker connected");
        if restarted {
            self.reported = None;
        }
        self.last = Some((hello.instance, hello.rtp));
        self.link = Some(Link { id, queue });
        self.sent = 0;
        self.up_since_ms = now_ms;
    }

    pub(super) fn down(&mut self, id: u64) {
        if self.speaks_on(id) {
            tracing::warn!(worker = self.name, "worker disconnected; it goes on with the last wanted state");
            self.link = None;
        }
    }

    pub(super) const fn is_up(&self) -> bool {
        self.link.is_some()
    }

    pub(super) fn speaks_on(&self, id: u64) -> bool {
        self.link.as_ref().is_some_and(|link| link.id == id)
    }

    /// Its RTP address, also while it is away.
    pub(super) fn rtp(&self) -> Option<SocketAddr> {
        self.last.as_ref().map(|(_, rtp)| *rtp)
    }

    /// Whether it has been up for `ms` without a report.
    pub(super) fn is_silent_for(&self, ms: u64, now_ms: u64) -> bool {
        self.is_up() && self.reported.is_none() && now_ms.saturating_sub(self.up_since_ms) >= ms
    }

    /// Whether the present link lacks this revision.
    pub(super) const fn lacks(&self, revision: u64) -> bool {
        self.link.is_some() && self.sent != revision
    }

    pub(super) const fn mark_sent(&mut self, revision: u64) {
        self.sent = revision;
    }

    /// Sends; `false` when there is no link or it hangs (and is dropped).
    pub(super) fn send(&mut self, message: Out) -> bool {
        let Some(link) = &self.link else { return false };
        if link.queue.try_send(message).is_err() {
            tracing::error!(worker = self.name, "worker takes no messages; its connection is dropped");
            self.link = None;
            return false;
        }
        true
    }

    pub(super) fn health(&self, applied: Option<u64>, wanted: u64) -> WorkerHealth {
        WorkerHealth {
            worker: self.name.to_owned(),
            up: self.is_up(),
            current: self.is_up() && applied == Some(wanted),
            encoders: Vec::new(),
        }
    }
}
