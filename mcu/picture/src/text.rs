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
        let bitmap = Arc::new(self.render(text, height_px));
        self.kept.insert(key, Arc::clone(&bitmap));
        bitmap
    }

    fn render(&self, text: &str, height_px: usize) -> TextBitmap {
        #[expect(clippy::cast_precision_loss, reason = "letters are at most some hundred pixels high")]
        let scale = PxScale::from(height_px as f32);
        let font = self.font.as_scaled(scale);
        let mut x = 0.0_f32;
        let mut glyphs = Vec::new();
        for character in text.chars().filter(|c| !c.is_control()).take(MAX_CHARACTERS) {
            let id = font.glyph_id(character);
            glyphs.push(id.with_scale_and_position(scale, point(x, font.ascent())));
            x += font.h_advance(id);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive width of at most MAX_CHARACTERS letters")]
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
