//! What the room's microphone hears, as Opus: the clip's voice, the quiet room, or what a fault makes of them.

use bytes::Bytes;
use opus::{Application, Bitrate, Channels, Encoder};

use crate::faults::SoundOut;
use crate::voice::{self, BLOCK, ROOM_NOISE_DBFS};

/// Rate of what is encoded here, as in clips.
const BIT_RATE_BPS: i32 = 32_000;
/// Longest packet asked for.
const MAX_PACKET_BYTES: usize = 600;
/// Blocks of quiet prepared and repeated: one second, so that quiet rooms cost nothing.
const QUIET_BLOCKS: u64 = 50;

/// Gives the packet of each block.
pub(crate) struct Mouth {
    number: u8,
    voice: Vec<Bytes>,
    quiet: Vec<Bytes>,
    dead: Vec<Bytes>,
    encoder: Encoder,
}

impl Mouth {
    /// For the site of that number, whose clip holds that sound.
    ///
    /// # Errors
    /// When the encoder cannot be had.
    pub(crate) fn new(number: u8, voice: Vec<Bytes>) -> Result<Self, opus::Error> {
        let mut encoder = encoder()?;
        let mut loops = |level: Option<f64>| {
            (0..QUIET_BLOCKS)
                .map(|index| {
                    let mut samples = [0; BLOCK];
                    if let Some(level) = level {
                        voice::add_noise(&mut samples, level, place(index));
                    }
                    encoder.encode_vec(&samples, MAX_PACKET_BYTES).map(Bytes::from)
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let (quiet, dead) = (loops(Some(ROOM_NOISE_DBFS))?, loops(None)?);
        Ok(Self { number, voice, quiet, dead, encoder })
    }

    /// The packet of the block of that running number.
    pub(crate) fn packet(&mut self, index: u64, speaks: bool, out: SoundOut) -> Option<Bytes> {
        let of = |packets: &[Bytes]| {
            let count = u64::try_from(packets.len()).unwrap_or(0).max(1);
            packets.get(usize::try_from(index % count).unwrap_or(0)).cloned()
        };
        let mut samples = [0_i16; BLOCK];
        match out {
            SoundOut::Dead => return of(&self.dead),
            SoundOut::Plain => return of(if speaks { &self.voice } else { &self.quiet }),
            SoundOut::Clipped if !speaks => return of(&self.quiet),
            SoundOut::Howling { .. } | SoundOut::Noise { .. } | SoundOut::Clipped => {}
        }
        if speaks {
            samples = voice::block(self.number, place(index));
        } else {
            voice::add_noise(&mut samples, ROOM_NOISE_DBFS, place(index));
        }
        match out {
            SoundOut::Howling { frequency_hz, for_ } => voice::add_howling(&mut samples, frequency_hz, for_.as_secs_f64(), place(index)),
            SoundOut::Noise { level_dbfs } => voice::add_noise(&mut samples, f64::from(level_dbfs), place(index) + 1),
            SoundOut::Clipped => voice::overdrive(&mut samples),
            SoundOut::Dead | SoundOut::Plain => {}
        }
        self.encoder.encode_vec(&samples, MAX_PACKET_BYTES).ok().map(Bytes::from)
    }
}

/// First sample of a block.
fn place(index: u64) -> u64 {
    index * u64::try_from(BLOCK).unwrap_or(0)
}

fn encoder() -> Result<Encoder, opus::Error> {
    let mut encoder = Encoder::new(voice::RATE_HZ, Channels::Mono, Application::Audio)?;
    encoder.set_bitrate(Bitrate::Bits(BIT_RATE_BPS))?;
    Ok(encoder)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Mouth, encoder, place};
    use crate::faults::SoundOut;
    use crate::voice::{self, BLOCK, strength, tone_hz};

    fn mouth() -> Mouth {
        let mut encoder = encoder().unwrap();
        let voice = (0..400).map(|index| encoder.encode_vec(&voice::block(4, place(index)), 600).unwrap().into()).collect();
        Mouth::new(4, voice).unwrap()
    }

    /// What a listener decodes of the second second.
    fn heard(speaks: bool, out: impl Fn(u64) -> SoundOut) -> Vec<i16> {
        let mut mouth = mouth();
        let mut decoder = opus::Decoder::new(voice::RATE_HZ, opus::Channels::Mono).unwrap();
        let mut take = Vec::new();
        for index in 0..100 {
            let mut block = [0_i16; BLOCK];
            let packet = mouth.packet(index, speaks, out(index)).unwrap();
            decoder.decode(&packet, &mut block, false).unwrap();
            if index >= 50 {
                take.extend(block);
            }
        }
        take
    }

    fn level_dbfs(take: &[i16]) -> f64 {
        let power = take.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / take.len() as f64;
        20.0 * (power.sqrt().max(0.01) / f64::from(i16::MAX)).log10()
    }

    #[test]
    fn the_bytes_sound_as_the_fault_says() {
        let tone = f64::from(tone_hz(4));
        let voice = heard(true, |_| SoundOut::Plain);
        assert!(strength(&voice, tone) > 1_500.0 && level_dbfs(&voice) > -40.0);
        let quiet = heard(false, |_| SoundOut::Plain);
        assert!((-68.0..-50.0).contains(&level_dbfs(&quiet)), "{}", level_dbfs(&quiet));
        let dead = heard(true, |_| SoundOut::Dead);
        assert!(level_dbfs(&dead) < -80.0, "{}", level_dbfs(&dead));
        let noise = heard(true, |_| SoundOut::Noise { level_dbfs: -20 });
        assert!((-26.0..-16.0).contains(&level_dbfs(&noise)), "{}", level_dbfs(&noise));
        let howling = heard(true, |index| SoundOut::Howling { frequency_hz: 2_400, for_: Duration::from_millis(20 * index + 3_000) });
        assert!(strength(&howling, 2_400.0) > 1_500.0, "{}", strength(&howling, 2_400.0));
        let clipped = heard(true, |_| SoundOut::Clipped);
        assert!(clipped.iter().filter(|sample| sample.unsigned_abs() >= 32_000).count() > 2_000);
    }
}
