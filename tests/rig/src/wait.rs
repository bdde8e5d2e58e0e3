//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

/// Pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks until `look` gives something, and gives it back.
///
/// # Errors
/// When nothing came within `patience`; the message says what was waited for and the last reason.
pub async fn until<T, F>(what: &str, patience: Duration, mut look: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>>,
{
    let started = Instant::now();
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(error) if started.elapsed() > patience => {
                return Err(error.context(format!("{what} did not come about within {} s", patience.as_secs())));
            }
            Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}
