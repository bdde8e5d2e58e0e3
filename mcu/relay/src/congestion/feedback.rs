//! Transport-wide feedback on the wire (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).

use std::time::Duration;

use crate::rtp::{be_u16, be_u32};

/// Unit of arrival times.
const TICK: Duration = Duration::from_micros(250);
/// Unit of the reference time, in ticks: 64 ms.
const REFERENCE_TICKS: i64 = 256;
/// Bytes before the chunks, counted from the sender's SSRC.
const HEAD: usize = 16;
/// Statuses taken from one packet: half the numbers there are, and a bound on work per datagram.
const MAX_STATUSES: usize = 4096;
/// Longest run of one chunk: 13 bits.
const MAX_RUN: usize = 0x1FFF;
/// Symbols of a vector chunk of two bits each.
const VECTOR: usize = 7;
/// A shorter run is cheaper inside a vector.
const LEAST_RUN: usize = 8;

const LOST: u8 = 0;
const SMALL: u8 = 1;
const LARGE: u8 = 2;

/// Reads the part of a feedback packet that follows its common header: calls `see` with each number and, if that packet arrived, the
/// receiver's time of it since the reference time's own zero (24 bits of 64 ms, wrapping every twelve days). Stops at the first broken place.
pub fn read(body: &[u8], mut see: impl FnMut(u16, Option<Duration>)) -> Option<()> {
    let base = be_u16(body, 8)?;
    let count = usize::from(be_u16(body, 10)?).min(MAX_STATUSES);
    let reference = be_u32(body, 12)? >> 8;
    let chunks = body.get(HEAD..)?;
    let deltas_at = chunks_end(chunks, usize::from(be_u16(body, 10)?))?;
    let mut deltas = chunks.get(deltas_at..)?;
    let mut at = i64::from(reference) * REFERENCE_TICKS;
    let mut number = base;
    let mut seen = 0;
    for chunk in chunks.get(..deltas_at)?.chunks_exact(2) {
        for symbol in symbols(be_u16(chunk, 0)?) {
            if seen == count {
                return Some(());
            }
            let arrival = match symbol {
                LOST => None,
                SMALL => {
                    let (delta, rest) = deltas.split_first()?;
                    deltas = rest;
                    at += i64::from(*delta);
                    Some(at)
                }
                _ => {
                    let delta = deltas.first_chunk().map(|delta| i16::from_be_bytes(*delta))?;
                    deltas = deltas.get(2..)?;
                    at += i64::from(delta);
                    Some(at)
                }
            };
            see(number, arrival.map(|ticks| TICK * u32::try_from(ticks.max(0)).unwrap_or(u32::MAX)));
            number = number.wrapping_add(1);
            seen += 1;
        }
    }
    Some(())
}

/// Where the chunks of that many statuses end.
fn chunks_end(chunks: &[u8], count: usize) -> Option<usize> {
    let (mut at, mut seen) = (0, 0);
    while seen < count {
        let chunk = be_u16(chunks, at)?;
        seen += if chunk & 0x8000 == 0 {
            usize::from(chunk) & MAX_RUN
        } else if chunk & 0x4000 == 0 {
            2 * VECTOR
        } else {
            VECTOR
        };
        at += 2;
    }
    Some(at)
}

fn symbols(chunk: u16) -> impl Iterator<Item = u8> {
    let (count, width) = match (chunk & 0x8000 == 0, chunk & 0x4000 == 0) {
        (true, _) => (usize::from(chunk) & MAX_RUN, 0),
        (false, true) => (2 * VECTOR, 1),
        (false, false) => (VECTOR, 2),
    };
    (0..count).map(move |place| match width {
        0 => (chunk >> 13 & 3) as u8,
        1 => (chunk >> (13 - place) & 1) as u8,
        _ => (chunk >> (12 - 2 * place) & 3) as u8,
    })
}

/// What goes into one feedback packet: `arrivals` by rising number, none below `base` nor more than 4,096 above it.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// SSRC of the reporter.
    pub sender: u32,
    /// SSRC of any stream of the reported session.
    pub media: u32,
    /// Counts feedback packets.
    pub count: u8,
    /// First number told of.
    pub base: u64,
    /// Number and time of arrival since any fixed moment.
    pub arrivals: &'a [(u64, Duration)],
}

/// Appends a feedback packet; nothing when there is nothing to tell.
pub fn write(out: &mut Vec<u8>, report: &Report<'_>) {
    let (Some((_, first)), Some((last, _))) = (report.arrivals.first(), report.arrivals.last()) else {
        return;
    };
    let reference = ticks(*first) / REFERENCE_TICKS;
    let (mut statuses, mut deltas) = (Vec::with_capacity(64), Vec::with_capacity(64));
    let mut at = reference * REFERENCE_TICKS;
    let mut next = report.base;
    for (number, arrival) in report.arrivals {
        statuses.extend(std::iter::repeat_n(LOST, usize::try_from(number.saturating_sub(next)).unwrap_or(0).min(MAX_STATUSES)));
        let delta = ticks(*arrival) - at;
        if let Ok(small) = u8::try_from(delta) {
            statuses.push(SMALL);
            deltas.push(small);
            at += delta;
        } else {
            // Beyond eight seconds the receiver of this only sees a clipped time.
            let large = i16::try_from(delta.clamp(i64::from(i16::MIN), i64::from(i16::MAX))).unwrap_or(0);
            statuses.push(LARGE);
            deltas.extend_from_slice(&large.to_be_bytes());
            at += i64::from(large);
        }
        next = number + 1;
    }
    debug_assert_eq!(statuses.len() as u64, last + 1 - report.base);
    let start = out.len();
    out.extend_from_slice(&[0x80 | 15, 205, 0, 0]);
    out.extend_from_slice(&report.sender.to_be_bytes());
    out.extend_from_slice(&report.media.to_be_bytes());
    out.extend_from_slice(&(report.base as u16).to_be_bytes());
    out.extend_from_slice(&u16::try_from(statuses.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(&((reference as u32) << 8 | u32::from(report.count)).to_be_bytes());
    write_chunks(out, &statuses);
    out.extend_from_slice(&deltas);
    finish(out, start);
}

fn ticks(at: Duration) -> i64 {
    i64::try_from(at.as_micros() / TICK.as_micros()).unwrap_or(i64::MAX)
}

fn write_chunks(out: &mut Vec<u8>, mut statuses: &[u8]) {
    while let Some(&symbol) = statuses.first() {
        let run = statuses.iter().take(MAX_RUN).take_while(|status| **status == symbol).count();
        let (chunk, taken) = if run >= LEAST_RUN {
            (u16::from(symbol) << 13 | run as u16, run)
        } else {
            let places = statuses.iter().take(VECTOR).enumerate();
            let packed = places.fold(0, |packed, (place, status)| packed | u16::from(*status) << (12 - 2 * place));
            (0xC000 | packed, statuses.len().min(VECTOR))
        };
        out.extend_from_slice(&chunk.to_be_bytes());
        statuses = statuses.get(taken..).unwrap_or_default();
    }
}

/// Fills up to whole words with RTCP padding (RFC 3550 §6.4.1) and writes the length.
fn finish(out: &mut Vec<u8>, start: usize) {
    let padding = (out.len() - start).next_multiple_of(4) - (out.len() - start);
    if padding > 0 {
        out.extend(std::iter::repeat_n(0, padding - 1));
        out.push(padding as u8);
        if let Some(first) = out.get_mut(start) {
            *first |= 0x20;
        }
    }
    let words = u16::try_from((out.len() - start) / 4 - 1).unwrap_or(u16::MAX).to_be_bytes();
    if let Some(place) = out.get_mut(start + 2..start + 4) {
        place.copy_from_slice(&words);
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, read, write};
    use proptest::prelude::*;
    use std::{collections::BTreeMap, time::Duration};

    fn told(packet: &[u8]) -> Vec<(u16, Option<u128>)> {
        let mut seen = Vec::new();
        read(&packet[4..], |number, arrival| seen.push((number, arrival.map(|at| at.as_micros())))).unwrap();
        seen
    }

    #[test]
    fn golden_packet_of_a_run_a_gap_and_a_large_step() {
        // Base 10, 5 statuses, reference 2 (128 ms), packet 7; a vector: small, lost, small, large, small; deltas 4, 8, -4, 0.
        let body = [
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            2,
            0,
            10,
            0,
            5,
            0,
            0,
            2,
            7, // head
            0b1101_0001,
            0b1001_0000, // 11, then 01 00 01 10 01 and two unused
            4,
            8,
            0xFF,
            0xFC,
            0,
            0,
            0,
            1,
        ];
        let mut seen = Vec::new();
        read(&body, |number, arrival| seen.push((number, arrival.map(|at| at.as_micros())))).unwrap();
        assert_eq!(seen, [(10, Some(129_000)), (11, None), (12, Some(131_000)), (13, Some(130_000)), (14, Some(130_000))]);
    }

    #[test]
    fn the_crate_of_the_protocol_reads_what_is_written() {
        use rtc_shared::marshal::Unmarshal;
        let at = |millis| Duration::from_millis(millis);
        let arrivals: Vec<(u64, Duration)> =
            (0..40).filter(|n| n % 9 != 4).map(|n| (70_000 + n, at(1_000 + n * 3 + u64::from(n == 20) * 200))).collect();
        let mut out = Vec::new();
        write(&mut out, &Report { sender: 1, media: 2, count: 3, base: 70_000, arrivals: &arrivals });
        let read = rtc_rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc::unmarshal(&mut &out[..]).unwrap();
        assert_eq!((read.base_sequence_number, read.packet_status_count, read.fb_pkt_count), (70_000_u64 as u16, 40, 3));
        assert_eq!(read.recv_deltas.len(), arrivals.len());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(gaps in proptest::collection::vec((0_u64..12, 0_u64..90_000), 1..200), base in 0_u64..100_000) {
            let (mut number, mut micros) = (base, 5_000_000);
            let mut arrivals = BTreeMap::new();
            for (skip, step) in gaps {
                number += skip;
                micros += step;
                arrivals.insert(number, Duration::from_micros(micros));
                number += 1;
            }
            let arrivals: Vec<_> = arrivals.into_iter().collect();
            let mut out = Vec::new();
            write(&mut out, &Report { sender: 1, media: 2, count: 0, base, arrivals: &arrivals });
            prop_assert_eq!(out.len() % 4, 0);
            let told = told(&out);
            prop_assert_eq!(told.len() as u64, arrivals.last().unwrap().0 + 1 - base);
            for (number, arrival) in &arrivals {
                let (_, seen) = told[usize::try_from(number - base).unwrap()];
                prop_assert_eq!(seen, Some(arrival.as_micros() / 250 * 250));
            }
            prop_assert_eq!(told.iter().filter(|(_, arrival)| arrival.is_some()).count(), arrivals.len());
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let mut count = 0;
            let _ = read(&bytes, |_, _| count += 1);
            prop_assert!(count <= super::MAX_STATUSES);
        }
    }
}
