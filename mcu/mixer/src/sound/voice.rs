//! Whether somebody speaks: level over the room's own noise, with hold; and the gate that keeps quiet rooms out of the mixes.

/// Nobody speaks below this, in dBFS.
const LEAST_SPEECH: f32 = -50.0;
/// Speech stands above the room's noise by this many dB.
const OVER_NOISE: f32 = 9.0;
/// Blocks above the threshold in a row until it counts: 40 ms, longer than a knock.
const ATTACK: u32 = 2;
/// Blocks for which somebody still speaks after the last loud one: 400 ms, the gaps between words.
const HOLD: u32 = 20;
/// Half of the time in which the quietest moment is taken for the room's noise: 1.5 s; speech has pauses more often.
const WINDOW: u32 = 75;
/// The room's noise is not taken for lower than this, so that digital silence does not make a whisper loud.
const LEAST_NOISE: f32 = -70.0;
/// Level from which the gate opens at once.
const OPEN: f32 = -50.0;
/// It stays open down to here (6 dB of hysteresis)
const STAY_OPEN: f32 = -56.0;
/// or while the level is above the room's noise by this.
const OPEN_OVER_NOISE: f32 = 6.0;
/// Blocks for which the gate stays open after that: one second, so that endings and rooms' echoes are whole.
const GATE_HOLD: u32 = 50;

/// What is known of one input's voice.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    quietest: [f32; 2],
    counted: u32,
    level: f32,
    loud: u32,
    hold: u32,
    gate_hold: u32,
}

impl Default for Voice {
    fn default() -> Self {
        Self { quietest: [LEAST_NOISE, f32::MAX], counted: 0, level: LEAST_NOISE, loud: 0, hold: 0, gate_hold: 0 }
    }
}

impl Voice {
    /// Takes the level of the next 20 ms in dBFS.
    pub fn feed(&mut self, level_dbfs: f32) {
        self.learn(level_dbfs);
        let noise = self.noise_dbfs();
        let loud = level_dbfs > LEAST_SPEECH && level_dbfs > noise + OVER_NOISE;
        self.loud = if loud { self.loud + 1 } else { 0 };
        self.hold = if self.loud >= ATTACK { HOLD } else { self.hold.saturating_sub(1) };
        let threshold = if self.gate_hold > 0 { STAY_OPEN } else { OPEN };
        let open = level_dbfs > threshold || (level_dbfs > LEAST_NOISE && level_dbfs > noise + OPEN_OVER_NOISE);
        self.gate_hold = if open { GATE_HOLD } else { self.gate_hold.saturating_sub(1) };
    }

    /// Whether somebody speaks.
    #[must_use]
    pub const fn speaks(&self) -> bool {
        self.hold > 0
    }

    /// Whether the input belongs into the mixes.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.gate_hold > 0
    }

    /// The room's noise in dBFS.
    #[must_use]
    pub fn noise_dbfs(&self) -> f32 {
        let [current, before] = self.quietest;
        current.min(before).max(LEAST_NOISE)
    }

    fn learn(&mut self, level_dbfs: f32) {
        self.level += (level_dbfs.max(LEAST_NOISE) - self.level) / 3.0;
        let [current, _] = self.quietest;
        self.quietest = [current.min(self.level), self.quietest[1]];
        self.counted += 1;
        if self.counted >= WINDOW {
            self.counted = 0;
            self.quietest = [self.level, self.quietest[0]];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Voice;

    fn feed(voice: &mut Voice, level: f32, blocks: u32) {
        (0..blocks).for_each(|_| voice.feed(level));
    }

    #[test]
    fn a_word_is_noticed_in_two_blocks_and_held_over_a_gap() {
        let mut voice = Voice::default();
        feed(&mut voice, -65.0, 100);
        assert!(!voice.speaks() && !voice.is_open());
        voice.feed(-25.0);
        assert!(!voice.speaks() && voice.is_open(), "the gate waits for nothing");
        voice.feed(-25.0);
        assert!(voice.speaks());
        feed(&mut voice, -65.0, 18);
        assert!(voice.speaks());
        feed(&mut voice, -65.0, 5);
        assert!(!voice.speaks() && voice.is_open());
        feed(&mut voice, -65.0, 50);
        assert!(!voice.is_open());
    }

    #[test]
    fn a_steady_noise_is_no_speech_after_a_while_and_speech_over_it_is() {
        let mut voice = Voice::default();
        feed(&mut voice, -40.0, 400);
        assert!(!voice.speaks() && voice.is_open(), "a noisy room is heard, and does not take the floor");
        feed(&mut voice, -25.0, 2);
        assert!(voice.speaks());
    }

    #[test]
    fn speech_with_pauses_stays_speech_for_minutes() {
        let mut voice = Voice::default();
        for block in 0..9_000_u32 {
            voice.feed(if block % 40 < 32 { -24.0 } else { -58.0 });
            assert!(block < 5 || voice.speaks(), "lost at block {block}");
        }
    }

    #[test]
    fn a_soft_voice_in_a_silent_room_opens_the_gate() {
        let mut voice = Voice::default();
        feed(&mut voice, -127.0, 300);
        voice.feed(-60.0);
        assert!(voice.is_open());
    }
}
