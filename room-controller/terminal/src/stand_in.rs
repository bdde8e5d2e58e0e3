//! Encoded pictures that take the place of a clip's while it is black or frozen: really encoded, as the room's own encoder would send them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use picture::{Frame, Lettering};
use rtc::rtp::codec::h264::H264Payloader;
use rtc::rtp::packetizer::Payloader as _;

use crate::clip::{ClipError, ClipOrder, still};
use crate::faults::PictureOut;
use crate::show::{LAYERS, Show};
use crate::source::MAX_PAYLOAD_BYTES;

/// Payloads of each picture of each layer, highest layer first.
pub(crate) type Units = Arc<Vec<Vec<Arc<Vec<Bytes>>>>>;

#[derive(Default)]
struct Made {
    black: Option<Units>,
    /// With the number of the fault.
    frozen: Option<(u64, Units)>,
    /// Being made.
    under_way: Option<PictureOut>,
}

/// Makes and keeps them.
pub(crate) struct StandIns {
    order: ClipOrder,
    made: Mutex<Made>,
}

impl StandIns {
    pub(crate) fn new(order: ClipOrder) -> Arc<Self> {
        Arc::new(Self { order, made: Mutex::default() })
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pictures for that; `None` while they are being made, which begins here, or when none are wanted. `frame` is the one to freeze at.
    pub(crate) fn of(self: &Arc<Self>, out: PictureOut, frame: u32) -> Option<Units> {
        let mut made = self.made();
        let found = match out {
            PictureOut::Living | PictureOut::Nothing => return None,
            PictureOut::Black => made.black.clone(),
            PictureOut::Frozen(id) => made.frozen.as_ref().filter(|(frozen, _)| *frozen == id).map(|(_, units)| Arc::clone(units)),
        };
        if found.is_none() && made.under_way != Some(out) {
            made.under_way = Some(out);
            let making = Arc::clone(self);
            let begun = std::thread::Builder::new().name("stand-in".to_owned()).spawn(move || making.make(out, frame));
            if let Err(error) = begun {
                tracing::warn!(%error, "no thread to encode the rehearsal's picture");
            }
        }
        found
    }

    fn make(&self, out: PictureOut, frame: u32) {
        let units = match self.encode(out, frame) {
            Ok(units) => Arc::new(units),
            Err(error) => {
                tracing::warn!(%error, "the rehearsal's picture cannot be made; the picture stays as it is");
                return;
            }
        };
        let mut made = self.made();
        match out {
            PictureOut::Black => made.black = Some(units),
            PictureOut::Frozen(id) => made.frozen = Some((id, units)),
            PictureOut::Living | PictureOut::Nothing => {}
        }
        if made.under_way == Some(out) {
            made.under_way = None;
        }
    }

    fn encode(&self, out: PictureOut, frame: u32) -> Result<Vec<Vec<Arc<Vec<Bytes>>>>, ClipError> {
        let mut letters = Lettering::load(&self.order.font).map_err(|error| ClipError::NotMade(error.to_string()))?;
        let mut payloader = H264Payloader::default();
        let mut layers = Vec::new();
        for shape in LAYERS {
            let picture = match out {
                PictureOut::Frozen(_) => Show::new(shape, self.order.number, &self.order.name, &mut letters).draw(frame),
                PictureOut::Black | PictureOut::Living | PictureOut::Nothing => {
                    Frame::black(usize::from(shape.width_px), usize::from(shape.height_px))
                }
            };
            let units = still(shape, &picture)?;
            let packets = |unit: &Bytes| Arc::new(payloader.payload(MAX_PAYLOAD_BYTES, unit).unwrap_or_default());
            layers.push(units.iter().map(packets).collect());
        }
        Ok(layers)
    }
}
