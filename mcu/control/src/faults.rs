//! What the mixer finds wrong with what sites send. Pure.

use std::collections::BTreeMap;

use mcu_api::{ConferenceId, SiteFault, SiteId};
use mcu_media_api::{MixerReported, MixerWanted, PictureFault, SoundFault, SourceId};

use crate::names::{Named, read_source};

/// The faults of each site of a conference, pictures' before sounds'. Inputs of one picture in several sizes count once, with the worst of each fault.
#[must_use]
pub(crate) fn faults(conference: &ConferenceId, mixer: Option<&MixerReported>, wanted: &MixerWanted) -> BTreeMap<SiteId, Vec<SiteFault>> {
    let Some(mixer) = mixer else {
        return BTreeMap::new();
    };
    let sources: BTreeMap<u32, &SourceId> = wanted.inputs.iter().map(|input| (input.ssrc, &input.source)).collect();
    let named = |ssrc: u32| sources.get(&ssrc).and_then(|source| read_source(conference, source));
    let mut found: BTreeMap<SiteId, Vec<SiteFault>> = BTreeMap::new();
    for input in &mixer.inputs {
        if let Some(Named::SiteMain(site)) = named(input.ssrc) {
            let row = found.entry(site).or_default();
            input.faults.iter().for_each(|fault| add(row, picture_fault(*fault)));
        }
    }
    for sound in &mixer.sounds {
        if let Some(Named::SiteSound(site)) = named(sound.ssrc) {
            let row = found.entry(site).or_default();
            sound.faults.iter().for_each(|fault| add(row, sound_fault(*fault)));
        }
    }
    found
}

pub(crate) const fn picture_fault(fault: PictureFault) -> SiteFault {
    match fault {
        PictureFault::Black { for_s } => SiteFault::PictureBlack { for_s },
        PictureFault::Frozen { for_s } => SiteFault::PictureFrozen { for_s },
    }
}

pub(crate) const fn sound_fault(fault: SoundFault) -> SiteFault {
    match fault {
        SoundFault::Silent { for_s } => SiteFault::SoundSilent { for_s },
        SoundFault::Clipping { permille } => SiteFault::SoundClipping { permille },
        SoundFault::Howling { frequency_hz, level_dbfs } => SiteFault::SoundHowling { frequency_hz, level_dbfs },
    }
}

/// Adds a fault, or makes the same one worse.
fn add(row: &mut Vec<SiteFault>, fault: SiteFault) {
    match row.iter_mut().find(|known| known.name() == fault.name()) {
        Some(known) if weight(*known) < weight(fault) => *known = fault,
        Some(_) => {}
        None => row.push(fault),
    }
}

/// How bad a fault is beside others of its name.
fn weight(fault: SiteFault) -> i64 {
    match fault {
        SiteFault::PictureBlack { for_s } | SiteFault::PictureFrozen { for_s } | SiteFault::SoundSilent { for_s } => i64::from(for_s),
        SiteFault::SoundClipping { permille } => i64::from(permille),
        SiteFault::SoundHowling { level_dbfs, .. } => i64::from(level_dbfs),
    }
}

#[cfg(test)]
mod tests {
    use super::faults;
    use mcu_api::{ConferenceId, SiteFault, SiteId};
    use mcu_media_api::{Codec, InputReport, MediaInput, MixerReported, MixerWanted, PictureFault, SoundFault, SoundReport, SourceId};

    fn wanted(sources: &[(u32, &str)]) -> MixerWanted {
        let input = |(ssrc, source): &(u32, &str)| MediaInput { ssrc: *ssrc, source: SourceId::from(*source), codec: Codec::H264 };
        MixerWanted {
            revision: 1,
            relay: "127.0.0.1:9".parse().unwrap(),
            inputs: sources.iter().map(input).collect(),
            composites: Vec::new(),
            mixes: Vec::new(),
            sounds: Vec::new(),
        }
    }

    fn picture(ssrc: u32, faults: Vec<PictureFault>) -> InputReport {
        InputReport { ssrc, age_ms: Some(10), size_px: Some((320, 180)), decoded: 9, faults }
    }

    #[test]
    fn sites_get_the_worst_of_their_inputs_and_nobody_elses() {
        let wanted =
            wanted(&[(1, "c/site/a/main"), (2, "c/site/a/main"), (3, "c/site/b/sound"), (4, "d/site/a/main"), (5, "c/site/b/content")]);
        let frozen = |for_s: u32| PictureFault::Frozen { for_s };
        let sounds = vec![SoundReport { ssrc: 3, faults: vec![SoundFault::Silent { for_s: 7 }], ..SoundReport::default() }];
        let inputs = vec![
            picture(1, vec![frozen(4)]),
            picture(2, vec![frozen(9)]),
            picture(4, vec![PictureFault::Black { for_s: 3 }]),
            picture(5, vec![frozen(60)]),
            picture(77, vec![frozen(1)]),
        ];
        let mixer = MixerReported { inputs, sounds, ..MixerReported::default() };
        let conference = ConferenceId::new("c").unwrap();
        let found = faults(&conference, Some(&mixer), &wanted);
        let of = |site: &str| found.get(&SiteId::new(site).unwrap()).cloned().unwrap_or_default();
        assert_eq!(of("a"), [SiteFault::PictureFrozen { for_s: 9 }]);
        assert_eq!(of("b"), [SiteFault::SoundSilent { for_s: 7 }], "a slide that stands still is no fault");
        assert!(faults(&conference, None, &wanted).is_empty());
    }
}
