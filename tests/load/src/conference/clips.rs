//! What the sites send: textured pictures in the room terminal's three layers, and a voice or the noise of a quiet room.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use codec::{Codec, starts_key_frame};
use room_terminal::clip::Clip;
use rtc_rtp::codec::h264::H264Payloader;
use rtc_rtp::packetizer::Payloader as _;

use crate::{sound, sources};

/// Width, height and bit rate of the layers, highest first; those of the room terminal (`media.md` §7).
const LAYERS: [(u16, u16, u32); 3] = [(1280, 720, 1_500_000), (640, 360, 500_000), (320, 180, 220_000)];
/// Frames of a clip before it repeats: four seconds, longer than any picture is on its way.
const FRAMES: u16 = 120;
/// Sites that speak; the others are quiet rooms with open microphones.
const TALKING: u32 = 3;
/// RTP payload of a packet, as the room terminal has it.
const PAYLOAD_BYTES: usize = 1_150;
/// Part of the file's name: counted up whenever the drawing or the form changes, so that old clips are made again.
const VERSION: u32 = 1;

/// One coded picture as RTP payloads.
#[derive(Debug, Clone)]
pub struct Picture {
    /// In order.
    pub payloads: Vec<Bytes>,
    /// A decoder may begin with it.
    pub key: bool,
}

/// One site's clip, ready to send.
#[derive(Debug, Clone)]
pub struct Packets {
    /// Pictures by layer, highest first; all layers are of one length.
    pub layers: Vec<Vec<Picture>>,
    /// Opus packets of 20 ms.
    pub sound: Vec<Bytes>,
}

/// The clips of all sites.
#[derive(Debug, Clone)]
pub struct Clips(Vec<Arc<Packets>>);

impl Clips {
    /// Takes the clips from the directory; those that are not there are made, which needs some seconds of both cores each.
    ///
    /// # Errors
    /// When an encoder fails or the disk is full.
    pub fn prepare(dir: &Path, sites: u8) -> anyhow::Result<Self> {
        let sounds = sound::streams(TALKING)?;
        let one = |number: u8| -> anyhow::Result<Arc<Packets>> {
            let path = dir.join(format!("conference-{VERSION}-{number}.clip"));
            let clip = match Clip::load(&path) {
                Ok(clip) => clip,
                Err(_) => {
                    let clip = make(number, sounds.get(usize::from(number)).cloned().unwrap_or_default())?;
                    clip.save(&path)?;
                    clip
                }
            };
            Ok(Arc::new(packets(&clip)))
        };
        // Two at once: making them is all this machine does then.
        let odd = |rest: u8| (0..sites).filter(move |number| number % 2 == rest);
        let (even, odd) = std::thread::scope(|scope| {
            let second = scope.spawn(|| odd(1).map(one).collect::<anyhow::Result<Vec<_>>>());
            let first = odd(0).map(one).collect::<anyhow::Result<Vec<_>>>();
            (first, second.join())
        });
        let mut odd = odd.map_err(|_| anyhow::anyhow!("making clips failed"))??.into_iter();
        let mut all = Vec::new();
        for clip in even? {
            all.push(clip);
            all.extend(odd.next());
        }
        Ok(Self(all))
    }

    /// A site's clip.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn of(&self, number: u8) -> anyhow::Result<Arc<Packets>> {
        self.0.get(usize::from(number)).cloned().with_context(|| format!("there is no clip {number}"))
    }
}

fn make(number: u8, sound: Vec<Bytes>) -> anyhow::Result<Clip> {
    let layer = |(width, height, rate)| sources::encode_period(number, width, height, rate, FRAMES);
    Ok(Clip { layers: LAYERS.into_iter().map(layer).collect::<anyhow::Result<_>>()?, sound })
}

fn packets(clip: &Clip) -> Packets {
    let mut payloader = H264Payloader::default();
    let mut picture = |unit: &Bytes| {
        let payloads = payloader.payload(PAYLOAD_BYTES, unit).unwrap_or_default();
        Picture { key: payloads.iter().any(|payload| starts_key_frame(Codec::H264, payload)), payloads }
    };
    Packets { layers: clip.layers.iter().map(|units| units.iter().map(&mut picture).collect()).collect(), sound: clip.sound.clone() }
}
