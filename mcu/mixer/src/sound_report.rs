//! The sound thread's words to control.

use std::time::Duration;

use mcu_media_api::{InputReport, Level, SoundFault, SoundReport, SoundSetting};

use crate::sound::{Fault, Ranking, Treatment};
use crate::sound_thread::Numbered;

/// Samples per millisecond.
const SAMPLES_PER_MS: i64 = 48;
/// Length of a block in milliseconds.
const BLOCK_MS: u64 = 20;

pub(crate) const fn treatment(setting: &SoundSetting) -> Treatment {
    Treatment { gain_db: setting.gain_db, muted: setting.muted, automatic_gain: setting.automatic_gain }
}

pub(crate) fn level(one: &Numbered, ranking: &Ranking) -> Level {
    let (rms_dbfs, peak_dbfs) = one.input.reading();
    Level { source: one.wanted.source.clone(), rms_dbfs, peak_dbfs, rank: ranking.place(one.wanted.ssrc) }
}

pub(crate) fn input(one: &Numbered, now: Duration) -> InputReport {
    let age = |heard: Duration| u32::try_from(now.saturating_sub(heard).as_millis()).unwrap_or(u32::MAX);
    InputReport {
        ssrc: one.wanted.ssrc,
        age_ms: one.input.heard_at().map(age),
        size_px: None,
        decoded: one.input.decoded(),
        faults: Vec::new(),
    }
}

pub(crate) fn sound(one: &Numbered) -> SoundReport {
    let (counts, delay, wanted) = one.input.transport();
    let ms = |samples: i64| u16::try_from(samples / SAMPLES_PER_MS).unwrap_or(0);
    SoundReport {
        ssrc: one.wanted.ssrc,
        received: counts.received,
        lost: counts.lost,
        late: counts.late,
        repeated: counts.repeated,
        recovered: counts.recovered,
        concealed_ms: u64::try_from(counts.concealed / SAMPLES_PER_MS).unwrap_or(0),
        played_ms: one.input.played() * BLOCK_MS,
        delay_ms: ms(delay),
        wanted_delay_ms: ms(wanted),
        gain_db: one.input.gain_db() as i8,
        speaking: one.input.speaks(),
        faults: one.input.faults().map(fault).collect(),
    }
}

fn fault(fault: Fault) -> SoundFault {
    match fault {
        Fault::Silent(for_s) => SoundFault::Silent { for_s },
        Fault::Clipping(permille) => SoundFault::Clipping { permille },
        Fault::Howling(frequency_hz, level_dbfs) => SoundFault::Howling { frequency_hz, level_dbfs },
    }
}
