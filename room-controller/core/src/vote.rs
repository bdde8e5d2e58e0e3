//! A vote whose hands are counted: opened, counted, closed, shown.

use room_api::{Refusal, RefusalCode, Vote};

use crate::text;

/// Longest title, characters: one line of a board.
const MAX_TITLE: usize = 60;

fn refused(zh: &str, en: &str) -> Refusal {
    Refusal { code: RefusalCode::DiscussionRefused, text: text(zh, en) }
}

fn under_way(vote: &mut Option<Vote>) -> Result<&mut Vote, Refusal> {
    let open = vote.as_mut().filter(|vote| vote.closed_at_ms.is_none());
    open.ok_or_else(|| refused("没有进行中的表决", "no vote is under way"))
}

pub(crate) fn open(vote: &mut Option<Vote>, now_ms: u64, title: &str) -> Result<(), Refusal> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > MAX_TITLE || title.chars().any(char::is_control) {
        return Err(refused("请填写表决事项（60 字以内）", "say in up to 60 characters what is voted on"));
    }
    if under_way(vote).is_ok() {
        return Err(refused("上一项表决尚未结束", "a vote is under way; close it first"));
    }
    *vote = Some(Vote { title: title.to_owned(), opened_at_ms: now_ms, closed_at_ms: None, yes: 0, no: 0, abstain: 0 });
    Ok(())
}

pub(crate) fn count(vote: &mut Option<Vote>, yes: u16, no: u16, abstain: u16) -> Result<(), Refusal> {
    let vote = under_way(vote)?;
    (vote.yes, vote.no, vote.abstain) = (yes, no, abstain);
    Ok(())
}

/// The words for the board.
pub(crate) fn close(vote: &mut Option<Vote>, now_ms: u64) -> Result<String, Refusal> {
    let vote = under_way(vote)?;
    vote.closed_at_ms = Some(now_ms);
    Ok(format!("{}\n赞成 {}　反对 {}　弃权 {}", vote.title, vote.yes, vote.no, vote.abstain))
}

#[cfg(test)]
mod tests {
    use super::{close, count, open};

    #[test]
    fn one_vote_at_a_time_counted_while_it_is_open() {
        let mut vote = None;
        assert!(count(&mut vote, 1, 0, 0).is_err() && close(&mut vote, 0).is_err());
        assert!(open(&mut vote, 1, "  ").is_err() && open(&mut vote, 1, &"字".repeat(61)).is_err());
        open(&mut vote, 1, "通过议程").unwrap();
        assert!(open(&mut vote, 2, "另一项").is_err());
        count(&mut vote, 9, 1, 0).unwrap();
        count(&mut vote, 10, 1, 2).unwrap();
        assert_eq!(close(&mut vote, 3).unwrap(), "通过议程\n赞成 10　反对 1　弃权 2");
        assert!(count(&mut vote, 0, 0, 0).is_err(), "a result does not change any more");
        open(&mut vote, 4, "另一项").unwrap();
    }
}
