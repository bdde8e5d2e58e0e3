//! The protocol as the driver machine sees it.

use std::collections::BTreeSet;
use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Framer, Order, Said};

/// The report after an order or a question; 15 bytes take 16 ms at 9600.
const REPORT_WITHIN: Duration = Duration::from_secs(1);
/// Reports are asked for again.
const POLL: Duration = Duration::from_secs(10);
/// Half a frame older than this is forgotten (fact sheet §29).
const GAP: Duration = Duration::from_millis(50);
/// Seats kept.
const MAX_SEATS: usize = 4096;

/// What can be asked of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A report.
    Status,
    /// Say where cameras shall look.
    Tracking,
    /// An order; the report that shows it is the proof.
    Order(Order),
    /// Whether an order had effect.
    Check(Order),
}

/// The RS-232 protocol towards one unit.
#[derive(Debug)]
pub struct Taiden {
    framer: Framer,
    pub(crate) seats: BTreeSet<u16>,
    modes: Vec<(u8, String)>,
    tracking: bool,
}

impl Taiden {
    /// A unit with seats 1 to `seats` and names of its operation numbers.
    #[must_use]
    pub fn new(seats: u16, modes: Vec<(u8, String)>, short_reports: bool, tracking: bool) -> Self {
        Self { framer: Framer::new(short_reports), seats: (1..=seats).collect(), modes, tracking }
    }

    pub(crate) fn mode_names(&self) -> impl Iterator<Item = &str> {
        self.modes.iter().map(|(_, mode)| mode.as_str())
    }

    fn facts(&mut self, said: &Said) -> Vec<Fact> {
        let number = |property: &'static str, value: u16| fact(property, Value::Int(value.into()));
        match said {
            Said::Track(seat) => vec![number("tracked", *seat)],
            Said::Vote([present, yes, no, abstain]) => {
                vec![number("vote.present", *present), number("vote.yes", *yes), number("vote.no", *no), number("vote.abstain", *abstain)]
            }
            Said::Report { operation, limit, open } => {
                let room = MAX_SEATS.saturating_sub(self.seats.len());
                self.seats.extend(open.iter().copied().take(room));
                let mode = self.modes.iter().find(|(number, _)| number == operation).map(|(_, mode)| Value::Text(mode.clone()));
                let mics = self.seats.iter().map(|seat| fact(format!("mic.{seat}"), Value::Bool(open.contains(seat))));
                let state = [
                    number("operation", u16::from(*operation)),
                    number("max_open", u16::from(*limit)),
                    Fact { property: "mode".into(), value: mode },
                ];
                mics.chain(state).collect()
            }
        }
    }
}

fn fact(property: impl Into<std::borrow::Cow<'static, str>>, value: Value) -> Fact {
    Fact { property: property.into(), value: Some(value) }
}

/// Whether these open microphones show that an order was done.
fn shows(order: Order, open: &[u16]) -> bool {
    match order {
        Order::MicOn(seat) => open.contains(&seat),
        Order::MicOff(seat) => !open.contains(&seat),
        Order::AllOff => open.is_empty(),
        Order::StartReports | Order::StopReports | Order::StartTracking | Order::StopTracking => false,
    }
}

impl Protocol for Taiden {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        if self.tracking { vec![Ask::Status, Ask::Tracking] } else { vec![Ask::Status] }
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Status => Some(POLL),
            Ask::Tracking | Ask::Order(_) | Ask::Check(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(REPORT_WITHIN);
        match ask {
            Ask::Status | Ask::Check(_) => manner,
            Ask::Tracking => Manner::unanswered(),
            Ask::Order(order) => {
                let manner = Manner { retry: Retry::Once, ..manner };
                match order {
                    Order::MicOn(seat) | Order::MicOff(seat) => manner.keyed(format!("mic.{seat}")),
                    Order::AllOff | Order::StartReports | Order::StopReports | Order::StartTracking | Order::StopTracking => manner,
                }
            }
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let order = match ask {
            Ask::Status | Ask::Check(_) => Order::StartReports,
            Ask::Tracking => Order::StartTracking,
            Ask::Order(order) => *order,
        };
        (order.encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (frames, dropped) = self.framer.feed(bytes);
        let mut heard = Vec::new();
        if dropped > 0 {
            heard.push(Heard::Noise(dropped));
        }
        for said in frames {
            heard.push(Heard::Report(self.facts(&said)));
            heard.push(Heard::Answer { seq: None, payload: said.encode(true) });
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(Said::Report { open, .. }) = Said::read(payload) else { return Read::NotMine };
        match ask {
            Ask::Status => Read::Facts(Vec::new()),
            Ask::Order(order) | Ask::Check(order) if shows(*order, &open) => Read::Facts(Vec::new()),
            Ask::Check(_) => Read::No(No::NotNow),
            Ask::Order(_) | Ask::Tracking => Read::NotMine,
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            Ask::Order(order) => Some(Ask::Check(*order)),
            Ask::Status | Ask::Tracking | Ask::Check(_) => None,
        }
    }

    fn frame_gap(&self) -> Option<Duration> {
        Some(GAP)
    }

    fn forget_half(&mut self) {
        self.framer.clear();
    }
}
