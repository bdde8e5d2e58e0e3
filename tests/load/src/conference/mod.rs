//! A whole conference under load: the real control, relay and mixer, with light sites and desk monitors that keep account of what they are shown.

mod clips;
mod crowd;
mod door;
mod eyes;
mod gaps;
mod hall;
pub mod latency;
mod lips;
mod offer;
mod sink;
mod site;

pub use clips::Clips;
pub use crowd::{Client, Crowd};
pub use door::{Door, Opened};
pub use eyes::{CellArea, Eyes, Turn, Turns};
pub use gaps::{Gaps, LIMIT};
pub use hall::{Hall, Monitor, SITES, Watched};
pub use lips::Lips;
pub use offer::in_layers as offer_in_layers;
pub use sink::{Sight, Sink, Tap, Tapped};
pub use site::{Late, Site};
