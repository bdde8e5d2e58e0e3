//! Crosspoint latency (P7): from the last packet of a source's frame at the mixer's tap to the last packet of the first composite that shows it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::Context as _;
use block_code::{Area, Marker};
use bytes::Bytes;
use codec::clock::monotonic;
use codec::{Codec, RtpView, VideoDecoder};
use picture::Frame;

use crate::mixer::{OurMixer, Sent, Site, Trace, Tracing};

/// The cells have filled and the rate has settled by then.
const SETTLE: Duration = Duration::from_secs(4);
/// Coded pictures given to the decoder beyond those that came back: it may hold some, and none may be dropped on its way.
const AHEAD: usize = 4;
/// A decoder that gives nothing for this long holds the picture back until the next one.
const DECODE_WITHIN: Duration = Duration::from_secs(2);

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Latency {
    /// Of the large cell, in ms, sorted.
    pub speaker_ms: Vec<f64>,
    /// Of the twelve small cells, in ms, sorted.
    pub small_ms: Vec<f64>,
    /// Frames of the composite in the time measured.
    pub pictures: usize,
    /// Cells whose frame number could not be read or was never sent.
    pub unreadable: usize,
    /// Longest time between two frames sent of one site: how much the load itself was late, one frame time included.
    pub worst_pause: Duration,
}

/// The frame numbers of one picture of the composite, by cell, and when it was whole.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    at: Duration,
    cells: Vec<Option<Marker>>,
}

/// Runs the mixer for that long and measures every frame that was shown.
///
/// # Errors
/// When the mixer does not come up or its composite cannot be decoded.
pub async fn measure(dir: &Path, sites: &[Site], window: Duration) -> anyhow::Result<Latency> {
    let tracing = Tracing { trace: Arc::new(Trace::default()), lap: window };
    let mut mixer = OurMixer::traced(dir, sites, &dir.join("latency.h264"), &tracing).await?;
    mixer.idle(SETTLE).await;
    let from = monotonic();
    mixer.idle(window).await;
    let to = monotonic();
    mixer.end().await;
    // Decoded only afterwards, so that reading does not disturb what is read.
    let shown = decode(&tracing.trace.came(), sites)?;
    let shown: Vec<Shown> = shown.into_iter().filter(|shown| (from..to).contains(&shown.at)).collect();
    anyhow::ensure!(!shown.is_empty(), "the mixer sent no picture that could be decoded");
    Ok(latency(&tracing.trace.sent(), &shown))
}

fn decode(packets: &[(Duration, Bytes)], sites: &[Site]) -> anyhow::Result<Vec<Shown>> {
    let (tell, told) = channel();
    let cells: Vec<_> = sites.iter().map(|site| site.cell).collect();
    let deliver = move |frame: Frame, at: Duration| {
        let [(luma, stride), ..] = frame.planes();
        let read = |(x, y, w, _): &(usize, usize, usize, usize)| {
            block_code::read(luma, Area { x_px: *x, y_px: *y, width_px: *w, stride }).map(Marker::from_payload)
        };
        let _ = tell.send(Shown { at, cells: cells.iter().map(read).collect() });
    };
    let mut decoder = VideoDecoder::stamped(Codec::H264, deliver).context("the composite cannot be decoded")?;
    let (mut shown, mut given) = (Vec::new(), 0);
    for (at, bytes) in packets {
        let Some(packet) = RtpView::read(bytes) else {
            continue;
        };
        decoder.push_patiently(&packet, *at);
        given += usize::from(packet.marker);
        while given > shown.len() + AHEAD {
            match told.recv_timeout(DECODE_WITHIN) {
                Ok(one) => shown.push(one),
                // What could not be decoded will not come.
                Err(_) => given = shown.len(),
            }
        }
    }
    shown.extend(rest(&told));
    Ok(shown)
}

/// What the decoder still gives.
fn rest(told: &Receiver<Shown>) -> Vec<Shown> {
    let mut shown = Vec::new();
    while shown.len() < AHEAD
        && let Ok(one) = told.recv_timeout(DECODE_WITHIN)
    {
        shown.push(one);
    }
    shown
}

fn latency(sent: &[Sent], shown: &[Shown]) -> Latency {
    let mut latency = Latency { pictures: shown.len(), ..Latency::default() };
    let mut times: BTreeMap<(u8, u16), Vec<Duration>> = BTreeMap::new();
    let mut last_sent: BTreeMap<u8, Duration> = BTreeMap::new();
    for sent in sent {
        times.entry((sent.site, sent.frame)).or_default().push(sent.at);
        if let Some(before) = last_sent.insert(sent.site, sent.at) {
            latency.worst_pause = latency.worst_pause.max(sent.at.saturating_sub(before));
        }
    }
    let mut last_shown: BTreeMap<u8, u16> = BTreeMap::new();
    for picture in shown {
        for (site, cell) in (0_u8..).zip(&picture.cells) {
            let Some(marker) = cell.filter(|marker| marker.site == site) else {
                latency.unreadable += 1;
                continue;
            };
            // Only the first picture that shows a frame counts; the very first one may have been shown before.
            let before = last_shown.insert(site, marker.frame);
            if before.is_none_or(|before| before == marker.frame) {
                continue;
            }
            let gone = times.get(&(site, marker.frame)).and_then(|times| times.iter().rev().find(|at| **at <= picture.at));
            let Some(gone) = gone else {
                latency.unreadable += 1;
                continue;
            };
            let ms = picture.at.saturating_sub(*gone).as_secs_f64() * 1000.0;
            if site == 0 { latency.speaker_ms.push(ms) } else { latency.small_ms.push(ms) }
        }
    }
    latency.speaker_ms.sort_by(f64::total_cmp);
    latency.small_ms.sort_by(f64::total_cmp);
    latency
}

/// The value below which that share of the sorted values lies (nearest rank); 0 of none.
#[must_use]
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Marker, Sent, Shown, latency, percentile};
    use std::time::Duration;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn sent(site: u8, frame: u16, at: u64) -> Sent {
        Sent { site, frame, at: ms(at) }
    }

    fn shown(at: u64, frames: [Option<u16>; 2]) -> Shown {
        let cells = (0..).zip(frames).map(|(site, frame)| frame.map(|frame| Marker { site, frame })).collect();
        Shown { at: ms(at), cells }
    }

    #[test]
    fn a_frame_counts_once_from_its_latest_sending() {
        // Frame 1 of site 0 was sent in an earlier period too; frame 6 of site 1 is shown twice, the second picture has no readable number.
        let sent = [sent(0, 1, 10), sent(1, 5, 1_000), sent(0, 0, 1_001), sent(0, 1, 1_030), sent(1, 6, 1_033), sent(0, 2, 1_060)];
        let shown = [
            shown(1_020, [Some(0), Some(5)]),
            shown(1_053, [Some(1), Some(6)]),
            shown(1_086, [Some(2), Some(6)]),
            shown(1_119, [None, None]),
        ];
        let found = latency(&sent, &shown);
        assert_eq!(found.speaker_ms, [23.0, 26.0]);
        assert_eq!(found.small_ms, [20.0]);
        assert_eq!((found.pictures, found.unreadable, found.worst_pause), (4, 2, ms(991)));
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert!((percentile(&values, 95) - 19.0).abs() < f64::EPSILON && (percentile(&values, 50) - 10.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 95).abs() < f64::EPSILON);
    }
}
