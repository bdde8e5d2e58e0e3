//! An I420 picture in memory.

/// Luma of black in video range (BT.709).
pub const BLACK_LUMA: u8 = 16;
/// Chroma without colour.
pub const NEUTRAL_CHROMA: u8 = 128;

/// One I420 picture, planes tightly packed: luma, then Cb, then Cr at half size. Width and height are even.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Pixels across.
    pub width_px: usize,
    /// Pixels down.
    pub height_px: usize,
    data: Vec<u8>,
}

impl Frame {
    /// A black picture; odd sizes are rounded down to even ones.
    #[must_use]
    pub fn black(width_px: usize, height_px: usize) -> Self {
        let (width_px, height_px) = (width_px & !1, height_px & !1);
        let luma = width_px * height_px;
        let mut data = vec![NEUTRAL_CHROMA; luma + luma / 2];
        if let Some(plane) = data.get_mut(..luma) {
            plane.fill(BLACK_LUMA);
        }
        Self { width_px, height_px, data }
    }

    /// Copies a decoder's planes, each with its own stride in bytes. `None` when they are smaller than the size says.
    #[must_use]
    pub fn from_planes(width_px: usize, height_px: usize, planes: [(&[u8], usize); 3]) -> Option<Self> {
        let (width_px, height_px) = (width_px & !1, height_px & !1);
        let mut data = Vec::with_capacity(width_px * height_px * 3 / 2);
        for (index, (plane, stride)) in planes.into_iter().enumerate() {
            let (width, height) = if index == 0 { (width_px, height_px) } else { (width_px / 2, height_px / 2) };
            for row in 0..height {
                data.extend_from_slice(plane.get(row * stride..row * stride + width)?);
            }
        }
        Some(Self { width_px, height_px, data })
    }

    /// Becomes a copy of another picture, in the memory it has.
    pub fn copy_from(&mut self, other: &Self) {
        (self.width_px, self.height_px) = (other.width_px, other.height_px);
        self.data.clear();
        self.data.extend_from_slice(&other.data);
    }

    /// All planes one after another.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }

    /// The three planes with their widths in pixels.
    #[must_use]
    pub fn planes(&self) -> [(&[u8], usize); 3] {
        let luma = self.width_px * self.height_px;
        let (y, chroma) = self.data.split_at(luma);
        let (u, v) = chroma.split_at(luma / 4);
        [(y, self.width_px), (u, self.width_px / 2), (v, self.width_px / 2)]
    }

    /// The three planes, to be drawn on.
    pub fn planes_mut(&mut self) -> [(&mut [u8], usize); 3] {
        let luma = self.width_px * self.height_px;
        let (y, chroma) = self.data.split_at_mut(luma);
        let (u, v) = chroma.split_at_mut(luma / 4);
        [(y, self.width_px), (u, self.width_px / 2), (v, self.width_px / 2)]
    }
}

/// An I420 picture wherever its planes are.
pub trait Planes {
    /// Pixels across and down, both even.
    fn size_px(&self) -> (usize, usize);
    /// Luma, Cb and Cr, each with its bytes from row to row.
    fn planes(&self) -> [(&[u8], usize); 3];
}

impl Planes for Frame {
    fn size_px(&self) -> (usize, usize) {
        (self.width_px, self.height_px)
    }

    fn planes(&self) -> [(&[u8], usize); 3] {
        self.planes()
    }
}
