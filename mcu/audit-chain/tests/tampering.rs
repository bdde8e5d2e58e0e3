//! Whatever is done to the file is found; whatever a crash does to its end is survived.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

use std::path::PathBuf;
use std::sync::LazyLock;

use audit_chain::{Chain, Head, Record, verify, verify_head};
use proptest::prelude::*;

/// A directory of its own that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("audit-chain-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("audit.jsonl")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn record(number: usize) -> Record {
    Record {
        actor: "值机员".to_owned(),
        right: "conference.sound".to_owned(),
        action: "set_mic".to_owned(),
        object: format!("c/s{number}"),
        outcome: "accepted".to_owned(),
        detail: "\"closed\"".to_owned(),
    }
}

/// The first entries of one chain of seven, written once: every append waits for the disk.
fn written(count: usize) -> Vec<u8> {
    static SEVEN: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let scratch = Scratch::new();
        let mut chain = Chain::open(&scratch.file(), 1).unwrap();
        for number in 0..7 {
            chain.append(number as u64, &record(number)).unwrap();
        }
        std::fs::read(scratch.file()).unwrap()
    });
    lines(&SEVEN)[..count].concat()
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_anywhere_is_found(at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let mut bytes = written(5);
        prop_assert_eq!(verify(&bytes[..]), Ok(5));
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(verify(&bytes[..]).is_err());
    }

    #[test]
    fn a_line_deleted_doubled_or_swapped_is_found(one in 0_usize..6, two in 0_usize..6) {
        let good = lines(&written(7));
        let mut deleted = good.clone();
        deleted.remove(one);
        prop_assert_eq!(verify(&deleted.concat()[..]).unwrap_err().seq, one as u64 + 1);
        let mut doubled = good.clone();
        doubled.insert(two, good[one].clone());
        prop_assert!(verify(&doubled.concat()[..]).is_err());
        if one != two {
            let mut swapped = good;
            swapped.swap(one, two);
            prop_assert_eq!(verify(&swapped.concat()[..]).unwrap_err().seq, one.min(two) as u64 + 1);
        }
    }

    #[test]
    fn an_end_cut_off_is_found_with_the_head(kept in 0_usize..5) {
        let bytes = written(5);
        let head = verify_head(&bytes[..], &Head::empty()).unwrap();
        prop_assert!(verify_head(&written(7)[..], &head).is_ok());
        let shorter = written(kept);
        prop_assert_eq!(verify(&shorter[..]), Ok(kept as u64));
        prop_assert!(verify_head(&shorter[..], &head).is_err());
    }

    #[test]
    fn a_crash_at_any_byte_leaves_a_chain_that_goes_on(at in any::<prop::sample::Index>()) {
        let bytes = written(4);
        let at = at.index(bytes.len());
        let scratch = Scratch::new();
        std::fs::write(scratch.file(), &bytes[..at]).unwrap();
        let whole = bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        let torn = u64::from(at > 0 && bytes[at - 1] != b'\n');
        let mut chain = Chain::open(&scratch.file(), 9).unwrap();
        prop_assert_eq!(chain.head().seq, whole + torn);
        chain.append(10, &record(9)).unwrap();
        let after = std::fs::read(scratch.file()).unwrap();
        prop_assert_eq!(verify(&after[..]), Ok(whole + torn + 1));
        prop_assert_eq!(after.windows(13).any(|text| text == b"cut_torn_tail"), torn == 1);
    }
}

#[test]
fn a_damaged_file_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let mut bytes = written(3);
    bytes[40] ^= 1;
    std::fs::write(scratch.file(), &bytes).unwrap();
    assert!(Chain::open(&scratch.file(), 1).is_err());
    assert_eq!(std::fs::read(scratch.file()).unwrap(), bytes);
}

#[test]
fn a_long_detail_is_cut_at_a_character() {
    let scratch = Scratch::new();
    let mut chain = Chain::open(&scratch.file(), 1).unwrap();
    let entry = chain.append(1, &Record { detail: "会".repeat(5000), ..record(1) }).unwrap();
    assert!(entry.detail.len() <= audit_chain::MAX_DETAIL_BYTES && entry.detail.chars().all(|c| c == '会'));
    assert_eq!(verify(&std::fs::read(scratch.file()).unwrap()[..]), Ok(1));
}
