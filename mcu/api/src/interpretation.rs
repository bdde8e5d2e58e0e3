//! 同声传译: channels in which interpreters are heard over the floor.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::LanguageId;

/// A channel that sites may listen to instead of the floor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Channel {
    /// Its name in commands.
    pub language: LanguageId,
    /// Chinese name as shown, 1 to 64 bytes.
    pub name: String,
    /// English name, 1 to 64 bytes.
    pub name_en: String,
}
