//! The wall: every site in its place in fixed site order, and the revision code in the last cell.

use mcu_api::{CellList, CellListEntry, WallRect};

use crate::layouts::shipped_cells;
use crate::state::State;

/// Cells of the wall that carry sites; the sixteenth carries the revision code. A conference of more sites shows its first fifteen.
pub const WALL_CELLS: usize = 15;
/// The wall's layout.
const WALL_LAYOUT: &str = "4x4";

/// The wall's cell list. Its revision is a 16-bit hash over the sites, their names as drawn, and the rectangles: the same list has the
/// same revision after any restart, without a counter to be kept; two lists that follow each other are told apart but for one chance in 65,536.
#[must_use]
pub fn wall_list(state: &State) -> CellList {
    let rects: Vec<WallRect> =
        shipped_cells(WALL_LAYOUT).iter().map(|cell| WallRect { x: cell.x, y: cell.y, w: cell.w, h: cell.h }).collect();
    let entry = |(site, rect): (&crate::Site, &WallRect)| CellListEntry { site: site.seat.site.clone(), rect: *rect };
    let cells: Vec<CellListEntry> = state.seats().zip(rects.iter().take(WALL_CELLS)).map(entry).collect();
    let named = cells.iter().zip(state.seats());
    let text: String = named.map(|(cell, site)| format!("{}|{}|{:?}\n", cell.site, site.seat.name, cell.rect)).collect();
    CellList { revision: fold(fnv1a(text.as_bytes())), cells, code: rects.get(WALL_CELLS).copied() }
}

/// FNV-1a, 64 bits: small, stable across releases of the compiler, and not meant against an adversary.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Folds a hash to 16 bits, using all of it.
fn fold(hash: u64) -> u16 {
    let bytes = hash.to_be_bytes();
    let pairs = bytes.chunks_exact(2).map(|pair| pair.iter().fold(0_u16, |value, byte| (value << 8) | u16::from(*byte)));
    pairs.fold(0, |folded, pair| folded ^ pair)
}
