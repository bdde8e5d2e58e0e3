//! Answers that go out later, in order of their times; those of one time in the order they were said, as on any real line.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

/// Answers on their way at once; a whole read-back of a mixer has some hundred.
const MAX_ANSWERS: usize = 4_096;

/// See the module.
#[derive(Debug)]
pub(crate) struct Due<T> {
    waiting: BTreeMap<(Instant, u64), T>,
    said: u64,
}

impl<T> Due<T> {
    pub(crate) const fn new() -> Self {
        Self { waiting: BTreeMap::new(), said: 0 }
    }

    /// Goes out after that wait; too much at once is lost, as by a device whose buffer is full.
    pub(crate) fn put(&mut self, wait: Duration, answer: T) {
        self.said += 1;
        if self.waiting.len() < MAX_ANSWERS {
            self.waiting.insert((Instant::now() + wait, self.said), answer);
        }
    }

    /// The next one at its time; never while nothing waits. Dropped before its end it loses nothing.
    pub(crate) async fn next(&mut self) -> T {
        loop {
            let Some((at, _)) = self.waiting.first_key_value().map(|(key, _)| *key) else { return std::future::pending().await };
            tokio::time::sleep_until(at).await;
            if let Some((_, answer)) = self.waiting.pop_first() {
                return answer;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Due;
    use std::time::Duration;

    #[tokio::test]
    async fn in_order_of_times_and_of_words() {
        let mut due = Due::new();
        due.put(Duration::from_millis(4), "c");
        for word in ["a", "b"] {
            due.put(Duration::from_millis(2), word);
        }
        due.put(Duration::from_millis(4), "d");
        let mut heard = Vec::new();
        for _ in 0..4 {
            heard.push(due.next().await);
        }
        assert_eq!(heard, ["a", "b", "c", "d"]);
        assert!(tokio::time::timeout(Duration::from_millis(10), due.next()).await.is_err());
    }
}
