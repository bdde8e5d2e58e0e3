//! Names of what publishes and what watches.

use serde::{Deserialize, Serialize};

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $type(pub String);

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

name!(
    /// A WHIP or WHEP session held by the relay; drawn by control, never used twice.
    SessionId
);
name!(
    /// A place that publishes or watches whatever session holds it: `<conference>/site/<site>` or `<conference>/monitor/<name>`.
    SeatId
);
name!(
    /// Something that publishes one stream: `<seat>/main`, `<seat>/content`, `<seat>/sound`, `<conference>/composite/<name>`, `<conference>/mix/<name>`.
    SourceId
);

impl SeatId {
    /// The seat's main picture.
    #[must_use]
    pub fn main(&self) -> SourceId {
        SourceId(format!("{}/main", self.0))
    }

    /// The seat's second picture (dual stream).
    #[must_use]
    pub fn content(&self) -> SourceId {
        SourceId(format!("{}/content", self.0))
    }

    /// The seat's sound.
    #[must_use]
    pub fn sound(&self) -> SourceId {
        SourceId(format!("{}/sound", self.0))
    }
}
