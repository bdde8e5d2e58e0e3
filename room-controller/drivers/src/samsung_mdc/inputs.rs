//! Codes of inputs (fact sheet §6, samsung-mdc `commands.py`).

/// Word and code.
const INPUTS: [(&str, u8); 28] = [
    ("s_video", 0x04),
    ("component", 0x08),
    ("av", 0x0C),
    ("av2", 0x0D),
    ("scart1", 0x0E),
    ("pc", 0x14),
    ("dvi", 0x18),
    ("bnc", 0x1E),
    ("dvi_video", 0x1F),
    ("magicinfo_old", 0x20),
    ("hdmi1", 0x21),
    ("hdmi1_pc", 0x22),
    ("hdmi2", 0x23),
    ("hdmi2_pc", 0x24),
    ("dp1", 0x25),
    ("dp2", 0x26),
    ("dp3", 0x27),
    ("rf_tv", 0x30),
    ("hdmi3", 0x31),
    ("hdmi3_pc", 0x32),
    ("hdmi4", 0x33),
    ("hdmi4_pc", 0x34),
    ("dtv", 0x40),
    ("plug_in", 0x50),
    ("hdbaset", 0x55),
    ("magicinfo", 0x60),
    ("mirroring", 0x61),
    ("url", 0x63),
];

/// The input's word; `0x7f` for a code without one.
#[must_use]
pub fn word_of_input(code: u8) -> String {
    INPUTS.iter().find(|(_, known)| *known == code).map_or_else(|| format!("0x{code:02x}"), |(word, _)| (*word).to_owned())
}

/// The input's code; also of `0x7f`.
#[must_use]
pub fn code_of_input(word: &str) -> Option<u8> {
    let plain = || u8::from_str_radix(word.strip_prefix("0x").filter(|hex| hex.len() == 2)?, 16).ok();
    INPUTS.iter().find(|(known, _)| *known == word).map(|(_, code)| *code).or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::{code_of_input, word_of_input};

    #[test]
    fn every_code_has_a_word_that_names_it() {
        for code in 0..=u8::MAX {
            assert_eq!(code_of_input(&word_of_input(code)), Some(code));
        }
        assert_eq!(
            (code_of_input("hdmi1"), code_of_input("0x7f"), code_of_input("0x7"), code_of_input("?")),
            (Some(0x21), Some(0x7F), None, None)
        );
    }
}
