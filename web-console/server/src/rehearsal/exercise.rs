//! Scripted exercises: by a seed, which site suffers what and when. Pure.

use mcu_api::SiteId;
use room_api::{Fault, Text};
use serde::Serialize;
use utoipa::ToSchema;

/// An injection to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Whose room.
    pub site: SiteId,
    /// What.
    pub fault: Fault,
    /// From now, s.
    pub after_s: u32,
    /// For how long, s.
    pub for_s: u32,
    /// Of its chance.
    pub seed: u32,
}

/// An exercise as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExerciseInfo {
    /// Its name in the request.
    pub exercise: String,
    /// As shown.
    pub title: Text,
    /// What is done.
    pub text: Text,
    /// Longest it takes, s.
    pub for_s: u32,
}

/// Whom a step strikes.
#[derive(Clone, Copy)]
enum Whom {
    /// The main site.
    Main,
    /// A branch that nothing has happened to in this exercise.
    Fresh,
}

/// One step: whom, what, begin between the two seconds, how long.
type Step = (Whom, Fault, (u32, u32), u32);

struct Script {
    exercise: &'static str,
    title: (&'static str, &'static str),
    text: (&'static str, &'static str),
    steps: &'static [Step],
}

const SCRIPTS: [Script; 4] = [
    Script {
        exercise: "roll_call",
        title: ("点名找故障", "Faults in a roll call"),
        text: (
            "四个分会场分别话筒无声、画面黑屏、无应答、应答迟,持续 10 分钟;请完成点名",
            "Four branches have a dead microphone, a black picture, nobody who answers and a late answer, for ten minutes; do a roll call",
        ),
        steps: &[
            (Whom::Fresh, Fault::MicDead {}, (0, 0), 600),
            (Whom::Fresh, Fault::PictureBlack {}, (0, 0), 600),
            (Whom::Fresh, Fault::AnswerNone {}, (0, 0), 600),
            (Whom::Fresh, Fault::AnswerLate { delay_ms: 5_000 }, (0, 0), 600),
        ],
    },
    Script {
        exercise: "main_hall",
        title: ("主会场故障", "Faults of the main hall"),
        text: (
            "主会场先后啸叫、黑屏、断线,间隔随机,共约 6 分钟",
            "The main hall howls, turns black and loses its line, at random moments within about six minutes",
        ),
        steps: &[
            (Whom::Main, Fault::SoundHowling { frequency_hz: 2_400 }, (20, 60), 45),
            (Whom::Main, Fault::PictureBlack {}, (120, 180), 45),
            (Whom::Main, Fault::LineCut {}, (240, 300), 30),
        ],
    },
    Script {
        exercise: "bad_lines",
        title: ("线路劣化", "Bad lines"),
        text: (
            "五个分会场先后丢包、成串丢包、带宽受限、时延抖动、停电,共约 8 分钟",
            "Five branches get losses, bursts, a thin line, delay and a power cut, within about eight minutes",
        ),
        steps: &[
            (Whom::Fresh, Fault::LineLoss { percent: 15, burst: false }, (10, 60), 120),
            (Whom::Fresh, Fault::LineLoss { percent: 25, burst: true }, (60, 150), 120),
            (Whom::Fresh, Fault::LineRate { kbps: 300 }, (120, 240), 120),
            (Whom::Fresh, Fault::LineDelay { delay_ms: 600, jitter_ms: 100 }, (180, 300), 90),
            (Whom::Fresh, Fault::PowerCut {}, (300, 420), 40),
        ],
    },
    Script {
        exercise: "sound",
        title: ("声音故障", "Faults of sound"),
        text: (
            "四个分会场先后啸叫、噪声、过载、话筒无声,共约 6 分钟;请让各会场轮流发言",
            "Four branches howl, hiss, clip and fall silent, within about six minutes; let the sites speak in turn",
        ),
        steps: &[
            (Whom::Fresh, Fault::SoundHowling { frequency_hz: 1_250 }, (10, 60), 60),
            (Whom::Fresh, Fault::SoundNoise { level_dbfs: -20 }, (60, 150), 90),
            (Whom::Fresh, Fault::SoundClipping {}, (120, 240), 90),
            (Whom::Fresh, Fault::MicDead {}, (180, 300), 90),
        ],
    },
];

/// All exercises.
pub(crate) fn list() -> Vec<ExerciseInfo> {
    let text = |(zh, en): (&str, &str)| Text { zh: zh.to_owned(), en: en.to_owned() };
    let info = |script: &Script| ExerciseInfo {
        exercise: script.exercise.to_owned(),
        title: text(script.title),
        text: text(script.text),
        for_s: script.steps.iter().map(|(_, _, (_, last), for_s)| last + for_s).max().unwrap_or(0),
    };
    SCRIPTS.iter().map(info).collect()
}

/// What an exercise does, by its seed: the same seed and sites give the same. `None` when there is none of that name. Steps for which no branch is left
/// are left out.
pub(crate) fn expand(exercise: &str, seed: u32, main: &SiteId, branches: &[SiteId]) -> Option<Vec<Planned>> {
    let script = SCRIPTS.iter().find(|script| script.exercise == exercise)?;
    let mut chance = Chance(u64::from(seed));
    let mut fresh: Vec<&SiteId> = branches.iter().filter(|site| *site != main).collect();
    let mut planned = Vec::new();
    for (whom, fault, (first, last), for_s) in script.steps {
        let site = match whom {
            Whom::Main => main,
            Whom::Fresh if fresh.is_empty() => continue,
            Whom::Fresh => fresh.swap_remove(chance.below(fresh.len())),
        };
        let after_s = first + u32::try_from(chance.below(usize::try_from(last - first).unwrap_or(0) + 1)).unwrap_or(0);
        let seed = u32::try_from(chance.next() >> 32).unwrap_or(0);
        planned.push(Planned { site: site.clone(), fault: *fault, after_s, for_s: *for_s, seed });
    }
    Some(planned)
}

/// A moment within so many seconds, by a seed.
pub(crate) fn moment_within(seed: u32, within_s: u32) -> u32 {
    let span = usize::try_from(within_s).unwrap_or(0).saturating_add(1);
    u32::try_from(Chance(u64::from(seed)).below(span)).unwrap_or(0)
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(1).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{expand, list, moment_within};
    use mcu_api::SiteId;
    use proptest::prelude::*;

    fn sites(count: usize) -> Vec<SiteId> {
        (0..count).map(|number| SiteId::new(&format!("s{number}")).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn a_seed_is_an_exercise(seed: u32, count in 1_usize..14) {
            let all = sites(count);
            for info in list() {
                let plan = expand(&info.exercise, seed, &all[0], &all[1..]).unwrap();
                prop_assert_eq!(&plan, &expand(&info.exercise, seed, &all[0], &all[1..]).unwrap());
                for planned in &plan {
                    prop_assert_eq!(planned.fault.check(), Ok(()));
                    prop_assert!(planned.after_s + planned.for_s <= info.for_s && planned.for_s <= room_api::MAX_FAULT_S);
                }
                // A branch suffers once in an exercise.
                let branches: Vec<_> = plan.iter().map(|planned| planned.site.clone()).filter(|site| *site != all[0]).collect();
                prop_assert_eq!(branches.iter().collect::<BTreeSet<_>>().len(), branches.len());
            }
            prop_assert!(moment_within(seed, 300) <= 300);
        }
    }

    #[test]
    fn seeds_differ() {
        let all = sites(13);
        let plans: BTreeSet<String> = (0..20).map(|seed| format!("{:?}", expand("roll_call", seed, &all[0], &all[1..]))).collect();
        assert!(plans.len() > 15, "{}", plans.len());
        assert_eq!(expand("unknown", 1, &all[0], &all), None);
    }
}
