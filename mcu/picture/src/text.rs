//! Text as bitmaps, rendered once and kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ab_glyph::{Font as _, FontVec, PxScale, ScaleFont as _, point};

/// Bitmaps kept; a conference of 104 sites needs about 300. The oldest set is dropped as a whole beyond this.
const MAX_KEPT: usize = 2_000;
/// Longest text drawn, in characters; longer ones are cut.
const MAX_CHARACTERS: usize = 60;

/// Why there is no lettering.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The font file cannot be used.
    #[error("the font {0} cannot be read; install the package fonts-wqy-microhei or name another font in `font`")]
    NoFont(PathBuf),
}

/// Coverage of a text: one byte per pixel, 0 clear to 255 full.
#[derive(Debug, PartialEq, Eq)]
pub struct TextBitmap {
    /// Pixels across.
    pub width_px: usize,
    /// Pixels down.
    pub height_px: usize,
    /// Row by row.
    pub coverage: Vec<u8>,
}

/// A font and the bitmaps made from it.
pub struct Lettering {
    font: FontVec,
    kept: BTreeMap<(String, usize), Arc<TextBitmap>>,
}

impl Lettering {
    /// Loads a TrueType or OpenType font, or the first of a collection.
    ///
    /// # Errors
    /// When there is no such font.
    pub fn load(path: &Path) -> Result<Self, TextError> {
        let bytes = std::fs::read(path).map_err(|_| TextError::NoFont(path.to_owned()))?;
        let font = FontVec::try_from_vec_and_index(bytes, 0).map_err(|_| TextError::NoFont(path.to_owned()))?;
        Ok(Self { font, kept: BTreeMap::new() })
    }

    /// The text at that height in pixels, from the kept ones or drawn.
    pub fn bitmap(&mut self, text: &str, height_px: usize) -> Arc<TextBitmap> {
        let key = (text.to_owned(), height_px);
        if let Some(bitmap) = self.kept.get(&key) {
            return Arc::clone(bitmap);
        }
        if self.kept.len() >= MAX_KEPT {
            self.kept.clear();
        }
        let bitmap = Arc::new(self.render(text, height_px, MAX_CHARACTERS));
        self.kept.insert(key, Arc::clone(&bitmap));
        bitmap
    }

    /// The text at that height, cut behind so many characters; drawn anew and not kept, for texts that their user keeps.
    #[must_use]
    pub fn line(&self, text: &str, height_px: usize, characters: usize) -> TextBitmap {
        self.render(&cut(text, characters), height_px, characters)
    }

    /// The text in letters of `height_px`, or as much smaller ones as let it into `width_px`, but not below `least_px`: what does not go in then is
    /// cut off behind an ellipsis. Not kept.
    #[must_use]
    pub fn fitted(&self, text: &str, height_px: usize, least_px: usize, width_px: usize) -> TextBitmap {
        let mut characters = text.chars().filter(|c| !c.is_control()).take(MAX_CHARACTERS).count();
        let whole = self.width_of(&cut(text, characters), height_px).max(1);
        let height_px = if whole <= width_px { height_px } else { (height_px * width_px / whole).max(least_px) };
        while characters > 0 && self.width_of(&cut(text, characters), height_px) > width_px {
            characters -= 1;
        }
        self.line(text, height_px, characters)
    }

    /// Width of a text in pixels at that height.
    #[must_use]
    pub fn width_of(&self, text: &str, height_px: usize) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "letters are at most some hundred pixels high")]
        let font = self.font.as_scaled(PxScale::from(height_px as f32));
        let width: f32 = text.chars().filter(|c| !c.is_control()).map(|c| font.h_advance(font.glyph_id(c))).sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive width; a float too large becomes the largest"
        )]
        let width_px = width.ceil() as usize;
        width_px
    }

    fn render(&self, text: &str, height_px: usize, characters: usize) -> TextBitmap {
        #[expect(clippy::cast_precision_loss, reason = "letters are at most some hundred pixels high")]
        let scale = PxScale::from(height_px as f32);
        let font = self.font.as_scaled(scale);
        let mut x = 0.0_f32;
        let mut glyphs = Vec::new();
        for character in text.chars().filter(|c| !c.is_control()).take(characters) {
            let id = font.glyph_id(character);
            glyphs.push(id.with_scale_and_position(scale, point(x, font.ascent())));
            x += font.h_advance(id);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive width of so many letters")]
        let width_px = x.ceil() as usize;
        let mut bitmap = TextBitmap { width_px, height_px, coverage: vec![0; width_px * height_px] };
        for glyph in glyphs {
            self.draw(&mut bitmap, glyph);
        }
        bitmap
    }

    fn draw(&self, bitmap: &mut TextBitmap, glyph: ab_glyph::Glyph) {
        let Some(outline) = self.font.outline_glyph(glyph) else {
            return;
        };
        let bounds = outline.px_bounds();
        outline.draw(|dx, dy, coverage| {
            #[expect(clippy::cast_possible_truncation, reason = "pixel positions of small letters")]
            let (x, y) = (bounds.min.x as i64 + i64::from(dx), bounds.min.y as i64 + i64::from(dy));
            let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
                return;
            };
            if x >= bitmap.width_px {
                return;
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "coverage is 0 to 1")]
            let value = (coverage * 255.0) as u8;
            if let Some(pixel) = bitmap.coverage.get_mut(y * bitmap.width_px + x) {
                *pixel = (*pixel).max(value);
            }
        });
    }
}

/// The first so many characters; the last of them an ellipsis where more follow. Control characters are left out.
fn cut(text: &str, characters: usize) -> String {
    let shown = || text.chars().filter(|c| !c.is_control());
    if shown().count() <= characters {
        return shown().collect();
    }
    shown().take(characters.saturating_sub(1)).chain((characters > 0).then_some('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::{Lettering, cut};
    use std::path::Path;

    fn lettering() -> Lettering {
        Lettering::load(Path::new("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")).unwrap()
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(cut("郴州市", 3), "郴州市");
        assert_eq!(cut("郴州市政府", 3), "郴州…");
        assert_eq!(cut("a\nb", 2), "ab");
        assert_eq!(cut("ab", 0), "");
    }

    #[test]
    fn a_text_shrinks_before_it_is_cut() {
        let lettering = lettering();
        let text = "全市安全生产工作视频会议";
        let free = lettering.fitted(text, 36, 20, 2_000);
        assert_eq!((free.height_px, free.width_px), (36, lettering.width_of(text, 36)));
        let tight = lettering.fitted(text, 36, 20, 300);
        assert!(tight.height_px < 36 && tight.height_px >= 20 && tight.width_px <= 300, "{}×{}", tight.width_px, tight.height_px);
        let cut = lettering.fitted(text, 36, 20, 100);
        assert!(cut.height_px == 20 && cut.width_px <= 100 && cut.width_px > 60, "{}×{}", cut.width_px, cut.height_px);
        assert!(lettering.fitted(text, 36, 20, 3).width_px <= 3, "no room at all");
    }

    #[test]
    fn a_line_has_as_many_letters_as_asked() {
        let lettering = lettering();
        let text = "字".repeat(700);
        assert_eq!(
            lettering.line(&text, 20, 500).width_px,
            lettering.width_of(&"字".repeat(499), 20).max(lettering.width_of(&cut(&text, 500), 20))
        );
        assert_eq!(lettering.line("", 20, 500).width_px, 0);
    }
}
