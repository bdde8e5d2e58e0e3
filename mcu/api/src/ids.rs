//! Names of conferences, sites and languages, and revisions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest id in bytes; ids stand in URLs, file names and log lines.
pub const MAX_ID_BYTES: usize = 64;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to {MAX_ID_BYTES} lower-case letters, digits and hyphens, and starts with a letter or digit")]
pub struct BadId;

macro_rules! id {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $type(String);

        impl $type {
            /// Checks the text and makes an id of it.
            ///
            /// # Errors
            /// When it is empty, too long or has other characters than `a-z`, `0-9`, `-`.
            pub fn new(text: &str) -> Result<Self, BadId> {
                let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
                if text.is_empty() || text.len() > MAX_ID_BYTES || text.starts_with('-') || !text.bytes().all(good) {
                    return Err(BadId);
                }
                Ok(Self(text.to_owned()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                Self::new(&text)
            }
        }

        impl From<$type> for String {
            fn from(id: $type) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One live run of a meeting on the MCU.
    ConferenceId
);
id!(
    /// A seat in a conference (会场).
    SiteId
);
id!(
    /// A language into which is interpreted, such as `en` or `ug`.
    LanguageId
);

/// Counts the accepted changes of a conference; 0 before it is opened. Stays below 2^53, so that JSON numbers hold it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = u64)]
pub struct Rev(pub u64);

impl Rev {
    /// The one after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
