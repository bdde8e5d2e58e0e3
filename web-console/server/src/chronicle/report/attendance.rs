//! 参会情况: who was there, when, and how well.

use mcu_api::{SiteId, SiteKind};

use super::course::Course;
use super::{Attendance, Span};
use crate::chronicle::entry::What;

/// All sites in their fixed order.
pub(super) fn attendance(course: &Course) -> Vec<Attendance> {
    let seated = course.seats.iter().map(|seat| (&seat.site, Some(seat.kind)));
    let others = course.nameless.iter().map(|site| (site, None));
    seated.chain(others).map(|(site, kind)| one(course, site, kind)).collect()
}

/// What a site is doing while its entries are read.
#[derive(Clone, Copy)]
enum Now {
    /// Not there, and never was or went by itself.
    Away,
    /// There since.
    Here(u64),
    /// Lost since.
    Lost(u64),
    /// Not seen since.
    Unseen(u64),
}

#[derive(Default)]
struct Spans {
    present: Vec<Span>,
    outages: Vec<Span>,
    unknown: Vec<Span>,
}

impl Spans {
    /// Ends what was until then.
    fn close(&mut self, now: Now, to_ms: u64) {
        let (spans, from_ms) = match now {
            Now::Away => return,
            Now::Here(from_ms) => (&mut self.present, from_ms),
            Now::Lost(from_ms) => (&mut self.outages, from_ms),
            Now::Unseen(from_ms) => (&mut self.unknown, from_ms),
        };
        if to_ms > from_ms {
            spans.push(Span { from_ms, to_ms });
        }
    }
}

fn one(course: &Course, site: &SiteId, kind: Option<SiteKind>) -> Attendance {
    let mut spans = Spans::default();
    let mut now = Now::Away;
    let (mut joined_at_ms, mut left_at_ms) = (None, None);
    let (mut worst_loss_permille, mut worst_rtt_ms) = (0, None);
    for entry in course.entries.iter().filter(|entry| entry.site.as_ref() == Some(site)) {
        let at_ms = course.clip(entry.at_ms);
        let next = match &entry.what {
            What::Joined {} => Now::Here(at_ms),
            What::Left { exact: false, .. } => Now::Unseen(at_ms),
            What::Left { lost: true, .. } => Now::Lost(at_ms),
            What::Left { .. } => Now::Away,
            What::Line { loss_permille, rtt_ms } => {
                worst_loss_permille = worst_loss_permille.max(*loss_permille);
                worst_rtt_ms = worst_rtt_ms.max(*rtt_ms);
                continue;
            }
            What::Fact { .. }
            | What::FaultBegan { .. }
            | What::FaultEnded { .. }
            | What::Recording { .. }
            | What::Live { .. }
            | What::Worker { .. }
            | What::Unwatched { .. }
            | What::FactsMissing { .. }
            | What::Full {} => continue,
        };
        match (now, next) {
            // Coming twice or going twice says nothing.
            (Now::Here(_), Now::Here(_)) | (Now::Away | Now::Lost(_) | Now::Unseen(_), Now::Away | Now::Lost(_) | Now::Unseen(_)) => {
                continue;
            }
            (Now::Away | Now::Lost(_) | Now::Unseen(_), Now::Here(_)) => {
                joined_at_ms = joined_at_ms.or(Some(at_ms));
                left_at_ms = None;
            }
            (Now::Here(_), Now::Away | Now::Lost(_) | Now::Unseen(_)) => left_at_ms = Some(at_ms),
        }
        spans.close(now, at_ms);
        now = next;
    }
    spans.close(now, course.span.to_ms);
    let total = |spans: &[Span]| spans.iter().map(|span| span.length_ms()).sum::<u64>();
    let known_ms = course.span.length_ms().saturating_sub(total(&spans.unknown));
    Attendance {
        site: site.clone(),
        name: course.name(site),
        kind,
        joined_at_ms,
        left_at_ms,
        present_s: total(&spans.present) / 1000,
        availability_permille: permille(total(&spans.present), known_ms),
        present: spans.present,
        outages: spans.outages,
        unknown: spans.unknown,
        worst_loss_permille,
        worst_rtt_ms,
    }
}

/// A part in ‰ of a whole; `None` of nothing.
pub(super) fn permille(part: u64, whole: u64) -> Option<u16> {
    let share = part.min(whole).saturating_mul(1000).checked_div(whole)?;
    u16::try_from(share).ok()
}
