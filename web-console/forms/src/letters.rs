//! The font: found on this machine, measured here, embedded by the PDF writer as far as it is used.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ab_glyph::{Font as _, FontVec};

/// Fonts with Chinese letters as Debian installs them, the better one first (fonts-noto-cjk, fonts-wqy-microhei).
pub const FONTS: [&str; 2] = ["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"];

/// Place of the simplified Chinese face in a collection of Noto CJK; other collections have theirs first.
const NOTO_SC: u32 = 2;

/// Why there are no letters.
#[derive(Debug, thiserror::Error)]
pub enum LettersError {
    /// None of the files is there.
    #[error("no font with Chinese letters is installed; install the package fonts-wqy-microhei")]
    Missing,
    /// A file is there and is no font.
    #[error("the font {0} cannot be used; install the package fonts-wqy-microhei afresh")]
    Unusable(PathBuf),
}

/// A font that is ready. Cloning is cheap.
#[derive(Clone)]
pub struct Letters {
    pub(crate) font: krilla::text::Font,
    measures: Arc<FontVec>,
    units_per_em: f32,
}

impl Letters {
    /// The first of those fonts that is installed.
    ///
    /// # Errors
    /// When none is, or the first cannot be used.
    pub fn find(paths: &[impl AsRef<Path>]) -> Result<Self, LettersError> {
        let found = paths.iter().map(AsRef::as_ref).find_map(|path| Some((path, std::fs::read(path).ok()?)));
        let (path, bytes) = found.ok_or(LettersError::Missing)?;
        let noto = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Noto"));
        Self::read(bytes, if noto { NOTO_SC } else { 0 }).ok_or_else(|| LettersError::Unusable(path.to_owned()))
    }

    fn read(bytes: Vec<u8>, face: u32) -> Option<Self> {
        let measures = FontVec::try_from_vec_and_index(bytes.clone(), face).ok()?;
        let units_per_em = measures.units_per_em()?;
        Some(Self { font: krilla::text::Font::new(bytes.into(), face)?, measures: Arc::new(measures), units_per_em })
    }

    /// Width of a text in points at that size.
    #[must_use]
    pub fn width(&self, text: &str, size_pt: f32) -> f32 {
        let units: f32 = text.chars().map(|letter| self.measures.h_advance_unscaled(self.measures.glyph_id(letter))).sum();
        units / self.units_per_em * size_pt
    }

    /// The text in lines no wider than that. Chinese breaks between any two letters, but no line begins with a closing mark; other words stay whole where they can.
    #[must_use]
    pub fn wrap(&self, text: &str, width_pt: f32, size_pt: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in words(paragraph) {
                let with = format!("{line}{word}");
                if line.is_empty() || self.width(with.trim_end(), size_pt) <= width_pt {
                    line = with;
                } else {
                    lines.push(std::mem::take(&mut line).trim_end().to_owned());
                    word.trim_start().clone_into(&mut line);
                }
                while self.width(&line, size_pt) > width_pt {
                    let Some(rest) = self.split_off(&mut line, width_pt, size_pt) else { break };
                    lines.push(std::mem::replace(&mut line, rest));
                }
            }
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    /// What of a single word does not fit; at least one letter stays.
    fn split_off(&self, line: &mut String, width_pt: f32, size_pt: f32) -> Option<String> {
        let fits = |at: &usize| line.get(..*at).is_some_and(|part| self.width(part, size_pt) <= width_pt);
        let mut cuts = line.char_indices().map(|(at, _)| at).skip(1);
        let first = cuts.next()?;
        let at = cuts.take_while(fits).last().unwrap_or(first);
        Some(line.split_off(at))
    }
}

/// Marks that do not begin a line.
const CLOSING: &str = "\u{ff0c}\u{3002}\u{3001}\u{ff1b}\u{ff1a}\u{ff01}\u{ff1f}\u{ff09}\u{300b}\u{300d}\u{300f}\u{3011}\u{3009}\u{201d}\u{2019}\u{2026}%,.;:!?)]}";

/// Pieces between which a line may break; spaces stay with the word before. Whatever is no letter becomes a space.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut joins = false;
    for letter in text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }) {
        let wide = is_wide(letter);
        let sticks = letter == ' ' || CLOSING.contains(letter) || (joins && !wide);
        match words.last_mut() {
            Some(word) if sticks => word.push(letter),
            Some(_) | None => words.push(letter.to_string()),
        }
        joins = letter != ' ' && !wide;
    }
    words
}

/// Chinese, Japanese and Korean letters and full-width forms.
const fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{FONTS, Letters, LettersError};
    use proptest::prelude::*;

    #[test]
    fn a_machine_without_fonts_is_told_what_to_install() {
        let missing = Letters::find(&["/nowhere/font.ttc"]).err().unwrap();
        assert!(matches!(missing, LettersError::Missing) && missing.to_string().contains("fonts-wqy-microhei"));
    }

    #[test]
    fn lines_break_where_they_may() {
        let letters = Letters::find(&FONTS).unwrap();
        let ten = letters.width("市市市市市", 10.0);
        assert!((ten - 50.0).abs() < 0.5, "{ten}");
        assert_eq!(letters.wrap("全市视频会议,第十二号", 50.5, 10.0), ["全市视频会", "议,第十二", "号"]);
        // The comma does not begin the second line.
        let lines = letters.wrap("全市视频会,议", 50.5, 10.0);
        assert!(!lines.iter().any(|line| line.starts_with(',')), "{lines:?}");
        assert_eq!(letters.wrap("a\nb", 50.0, 10.0), ["a", "b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_letter_is_lost_and_no_line_too_wide(text in "[a-z甲乙丙,。 #$]{0,60}", width in 30.0_f32..200.0) {
            let letters = Letters::find(&FONTS).unwrap();
            let lines = letters.wrap(&text, width, 10.0);
            let bare = |text: &str| text.chars().filter(|letter| *letter != ' ').collect::<String>();
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
            for line in &lines {
                prop_assert!(letters.width(line, 10.0) <= width + 0.01, "{:?}", line);
            }
        }
    }
}
