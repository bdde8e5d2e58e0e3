//! 彩排 faults in one terminal: which are at work, and so what becomes of each picture, block of sound and packet. Pure: time is an argument.

use std::time::Duration;

use impaired_wire::{Impairment, Loss, Rate};
use room_api::Fault;
use serde::Deserialize;

/// Mean length of a burst of lost packets: 30 ms of a room's media.
const BURST_PACKETS: f64 = 8.0;
/// What waits before a thin line: 300 ms of it, as in a small router.
const QUEUE_MS: u64 = 300;
/// The queue of the thinnest line still takes two packets.
const LEAST_QUEUE_BYTES: u64 = 3_000;

/// A fault as ordered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Wanted {
    /// Number in the room.
    pub id: u64,
    /// What.
    pub fault: Fault,
    /// Of its chance.
    #[serde(default)]
    pub seed: u32,
    /// How long it still lasts.
    pub for_ms: u64,
}

#[derive(Debug, Clone)]
struct Running {
    id: u64,
    fault: Fault,
    seed: u32,
    since: Duration,
    until: Duration,
}

/// All faults of a terminal.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    running: Vec<Running>,
}

/// What is done to the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureOut {
    /// As it is.
    Living,
    /// Black pictures.
    Black,
    /// One picture for ever, that of the fault's number.
    Frozen(u64),
    /// No pictures.
    Nothing,
}

/// What is done to the sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum SoundOut {
    /// As it is.
    Plain,
    /// Digital silence.
    Dead,
    /// A tone beside it that has grown for so long.
    Howling { frequency_hz: u16, for_: Duration },
    /// Noise beside it.
    Noise { level_dbfs: i8 },
    /// Cut off at full scale.
    Clipped,
}

/// How people answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// So much later than usual.
    After(Duration),
    /// Not at all.
    Never,
}

/// What is done to the line, each way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LineOut {
    /// Nothing passes.
    pub cut: bool,
    /// What passes suffers this.
    pub up: Impairment,
    /// The same with other chance.
    pub down: Impairment,
}

impl Faults {
    /// Takes the whole list of what shall be at work; what was there already goes on.
    pub(crate) fn want(&mut self, now: Duration, wanted: &[Wanted]) {
        let before = std::mem::take(&mut self.running);
        self.running = wanted
            .iter()
            .map(|wanted| Running {
                id: wanted.id,
                fault: wanted.fault,
                seed: wanted.seed,
                since: before.iter().find(|known| known.id == wanted.id).map_or(now, |known| known.since),
                until: now + Duration::from_millis(wanted.for_ms),
            })
            .collect();
    }

    fn at(&self, now: Duration) -> impl Iterator<Item = &Running> {
        self.running.iter().filter(move |running| now < running.until)
    }

    /// Numbers of those at work.
    pub(crate) fn ids(&self, now: Duration) -> Vec<u64> {
        self.at(now).map(|running| running.id).collect()
    }

    /// Of several faults of the picture the one that leaves least of it.
    pub(crate) fn picture(&self, now: Duration) -> PictureOut {
        let mut out = PictureOut::Living;
        for running in self.at(now) {
            let found = if running.fault == (Fault::PictureNone {}) {
                return PictureOut::Nothing;
            } else if running.fault == (Fault::PictureBlack {}) {
                PictureOut::Black
            } else if running.fault == (Fault::PictureFrozen {}) && out == PictureOut::Living {
                PictureOut::Frozen(running.id)
            } else {
                continue;
            };
            out = found;
        }
        out
    }

    /// Of several faults of the sound the dead microphone wins, then howling, clipping, noise.
    pub(crate) fn sound(&self, now: Duration) -> SoundOut {
        let mut out = (0, SoundOut::Plain);
        for running in self.at(now) {
            let found = match running.fault {
                Fault::MicDead {} => (4, SoundOut::Dead),
                Fault::SoundHowling { frequency_hz } => (3, SoundOut::Howling { frequency_hz, for_: now.saturating_sub(running.since) }),
                Fault::SoundClipping {} => (2, SoundOut::Clipped),
                Fault::SoundNoise { level_dbfs } => (1, SoundOut::Noise { level_dbfs }),
                Fault::PictureBlack {}
                | Fault::PictureFrozen {}
                | Fault::PictureNone {}
                | Fault::AnswerLate { .. }
                | Fault::AnswerNone {}
                | Fault::LineLoss { .. }
                | Fault::LineDelay { .. }
                | Fault::LineRate { .. }
                | Fault::LineCut {}
                | Fault::PowerCut {} => continue,
            };
            if found.0 > out.0 {
                out = found;
            }
        }
        out.1
    }

    /// How people answer.
    pub(crate) fn manner(&self, now: Duration) -> Manner {
        let mut later = Duration::ZERO;
        for running in self.at(now) {
            if running.fault == (Fault::AnswerNone {}) {
                return Manner::Never;
            }
            if let Fault::AnswerLate { delay_ms } = running.fault {
                later = later.max(Duration::from_millis(delay_ms.into()));
            }
        }
        Manner::After(later)
    }

    /// What is done to the line; `None` is nothing.
    pub(crate) fn line(&self, now: Duration) -> Option<LineOut> {
        let mut out: Option<LineOut> = None;
        for running in self.at(now) {
            let line = out.get_or_insert_with(|| LineOut { cut: false, up: Impairment::default(), down: Impairment::default() });
            let both = [&mut line.up, &mut line.down];
            match running.fault {
                Fault::LineCut {} => line.cut = true,
                Fault::LineLoss { percent, burst } => {
                    let share = f64::from(percent) / 100.0;
                    let loss = if burst { Loss::Burst { share, mean_packets: BURST_PACKETS } } else { Loss::Random(share) };
                    for (way, offset) in both.into_iter().zip(0..) {
                        (way.loss, way.seed) = (loss, u64::from(running.seed) * 2 + offset);
                    }
                }
                Fault::LineDelay { delay_ms, jitter_ms } => {
                    for way in both {
                        way.delay = Duration::from_millis(delay_ms.into());
                        way.jitter = Duration::from_millis(jitter_ms.into());
                    }
                }
                Fault::LineRate { kbps } => {
                    let queue = (u64::from(kbps) * QUEUE_MS / 8).max(LEAST_QUEUE_BYTES);
                    for way in both {
                        way.rate = Some(Rate { bps: u64::from(kbps) * 1000, queue_bytes: u32::try_from(queue).unwrap_or(u32::MAX) });
                    }
                }
                Fault::PictureBlack {}
                | Fault::PictureFrozen {}
                | Fault::PictureNone {}
                | Fault::MicDead {}
                | Fault::SoundHowling { .. }
                | Fault::SoundNoise { .. }
                | Fault::SoundClipping {}
                | Fault::AnswerLate { .. }
                | Fault::AnswerNone {}
                | Fault::PowerCut {} => {}
            }
        }
        out.filter(|line| *line != LineOut { cut: false, up: Impairment::default(), down: Impairment::default() })
    }
}

/// The people before the microphone: they keep silent until it is opened and then answer after a moment.
#[derive(Debug)]
pub(crate) struct People {
    /// `None`: they speak all the time.
    answer_after: Option<Duration>,
    opened: Option<Duration>,
}

impl People {
    pub(crate) const fn new(answer_after: Option<Duration>) -> Self {
        Self { answer_after, opened: None }
    }

    /// They see whether their microphone is open.
    pub(crate) fn see(&mut self, now: Duration, open: bool) {
        self.opened = open.then(|| self.opened.unwrap_or(now));
    }

    /// Whether they speak.
    pub(crate) fn speak(&self, now: Duration, manner: Manner) -> bool {
        match (manner, self.answer_after) {
            (Manner::Never, _) => false,
            (Manner::After(Duration::ZERO), None) => true,
            (Manner::After(later), natural) => self.opened.is_some_and(|since| now >= since + natural.unwrap_or_default() + later),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use room_api::Fault;

    use super::{Faults, Manner, People, PictureOut, SoundOut, Wanted};

    fn ms(value: u64) -> Duration {
        Duration::from_millis(value)
    }

    fn wanted(id: u64, fault: Fault, for_ms: u64) -> Wanted {
        Wanted { id, fault, seed: 7, for_ms }
    }

    #[test]
    fn each_fault_touches_its_own_part_and_nothing_else() {
        for fault in Fault::EXAMPLES {
            let mut faults = Faults::default();
            faults.want(ms(0), &[wanted(1, fault, 1_000)]);
            let now = ms(500);
            let touched = [
                faults.picture(now) != PictureOut::Living,
                faults.sound(now) != SoundOut::Plain,
                faults.manner(now) != Manner::After(Duration::ZERO),
                faults.line(now).is_some(),
            ];
            // The power is cut by the room controller, which ends the whole program.
            let expected = usize::from(fault != Fault::PowerCut {});
            assert_eq!(touched.iter().filter(|touched| **touched).count(), expected, "{fault:?}");
        }
    }

    #[test]
    fn the_worst_of_several_is_what_is_sent() {
        let mut faults = Faults::default();
        let all = [
            wanted(1, Fault::PictureFrozen {}, 9_000),
            wanted(2, Fault::PictureBlack {}, 2_000),
            wanted(3, Fault::SoundNoise { level_dbfs: -20 }, 9_000),
            wanted(4, Fault::SoundHowling { frequency_hz: 1_000 }, 3_000),
        ];
        faults.want(ms(1_000), &all);
        assert_eq!((faults.picture(ms(1_500)), faults.picture(ms(3_500))), (PictureOut::Black, PictureOut::Frozen(1)));
        assert_eq!(faults.sound(ms(2_000)), SoundOut::Howling { frequency_hz: 1_000, for_: ms(1_000) });
        // The same fault told again goes on from where it was.
        faults.want(ms(2_000), &[wanted(4, Fault::SoundHowling { frequency_hz: 1_000 }, 2_000)]);
        assert_eq!(faults.sound(ms(3_000)), SoundOut::Howling { frequency_hz: 1_000, for_: ms(2_000) });
        assert_eq!(faults.sound(ms(4_000)), SoundOut::Plain);
    }

    #[test]
    fn people_answer_when_the_microphone_opens() {
        let mut people = People::new(Some(ms(900)));
        let usual = Manner::After(Duration::ZERO);
        assert!(!people.speak(ms(5_000), usual));
        people.see(ms(6_000), true);
        people.see(ms(6_500), true);
        assert_eq!([6_899, 6_900].map(|at| people.speak(ms(at), usual)), [false, true]);
        assert_eq!([11_899, 11_900].map(|at| people.speak(ms(at), Manner::After(ms(5_000)))), [false, true]);
        assert!(!people.speak(ms(60_000), Manner::Never));
        people.see(ms(7_000), false);
        assert!(!people.speak(ms(8_000), usual));
        // Without a manner of answering they speak all the time, unless they shall be late.
        let mut always = People::new(None);
        assert!(always.speak(ms(0), usual));
        assert!(!always.speak(ms(0), Manner::After(ms(100))));
        always.see(ms(10), true);
        assert!(always.speak(ms(110), Manner::After(ms(100))));
    }

    proptest! {
        #[test]
        fn nothing_is_left_when_the_time_is_over(which in proptest::collection::vec((0_usize..14, 1_u64..5_000), 0..8), later in 5_000_u64..9_000) {
            let mut faults = Faults::default();
            let all: Vec<Wanted> = which.iter().zip(1..).map(|((fault, for_ms), id)| wanted(id, Fault::EXAMPLES[*fault], *for_ms)).collect();
            faults.want(ms(0), &all);
            let now = ms(later);
            prop_assert_eq!(faults.ids(now), Vec::<u64>::new());
            prop_assert_eq!((faults.picture(now), faults.sound(now)), (PictureOut::Living, SoundOut::Plain));
            prop_assert_eq!((faults.manner(now), faults.line(now)), (Manner::After(Duration::ZERO), None));
        }
    }
}
