//! 重呼: whether the MCU calls the room again. Pure.

/// Follows the number of calls that the MCU tells with the tally.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Redials {
    last: Option<(String, u64)>,
}

impl Redials {
    /// The MCU told the number of a conference; whether it has risen, and so the room shall join afresh. The first number of a conference is none that
    /// has risen: the room has just come there. A number that falls says that the calls are over.
    pub(crate) fn heard(&mut self, conference: &str, number: u64) -> bool {
        let before = self.last.as_ref().filter(|(of, _)| of == conference).map(|(_, number)| *number);
        self.last = Some((conference.to_owned(), number));
        before.is_some_and(|before| number > before)
    }
}

#[cfg(test)]
mod tests {
    use super::Redials;

    #[test]
    fn only_a_rise_within_one_conference_calls() {
        let mut redials = Redials::default();
        let told = [("a", 2), ("a", 2), ("a", 3), ("a", 3), ("a", 0), ("a", 1), ("b", 5), ("b", 6), ("a", 9), ("a", 8)];
        let called: Vec<bool> = told.into_iter().map(|(conference, number)| redials.heard(conference, number)).collect();
        assert_eq!(called, [false, false, true, false, false, true, false, true, false, false]);
    }

    #[test]
    fn a_number_told_twice_or_missed_in_between_calls_once() {
        let mut redials = Redials::default();
        redials.heard("a", 0);
        // 1 and 2 were lost with a broken connection.
        assert!(redials.heard("a", 3));
        assert!(!redials.heard("a", 3));
    }
}
