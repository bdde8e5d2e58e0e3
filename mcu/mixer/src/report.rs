//! Putting the mixer's own account together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use mcu_media_api::{Level, MixerReported, SourceId};

use crate::composer::Composer;
use crate::sound_thread::SoundState;
use crate::video_input::VideoInput;

pub(crate) fn reported(
    revision: u64,
    inputs: &BTreeMap<u32, Arc<VideoInput>>,
    composers: &BTreeMap<SourceId, Composer>,
    sound: &Mutex<SoundState>,
) -> MixerReported {
    let sound = sound.lock().unwrap_or_else(PoisonError::into_inner);
    let video = inputs.values().map(|input| input.report());
    MixerReported {
        revision,
        inputs: video.chain(sound.inputs.iter().cloned()).collect(),
        composites: composers.values().map(Composer::report).collect(),
        mixes: sound.mixes.clone(),
        sounds: sound.sounds.clone(),
        sound_encoders: sound.encoders,
    }
}

pub(crate) fn levels(sound: &Mutex<SoundState>) -> Vec<Level> {
    sound.lock().unwrap_or_else(PoisonError::into_inner).levels.clone()
}
