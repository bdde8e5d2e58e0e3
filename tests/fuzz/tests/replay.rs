//! Replays the committed inputs of every target, each also cut short and with every byte disturbed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;

use fuzz::TARGETS;

/// Inputs longer than this are disturbed at every n-th byte only, so that a replay stays within seconds.
const DISTURBED_PLACES: usize = 400;

#[test]
fn every_parser_survives_its_corpus() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let entries: Vec<_> = std::fs::read_dir(&folder).unwrap_or_else(|_| unreachable!("no corpus for {name}")).collect();
        assert!(!entries.is_empty(), "{name} has no inputs in {}", folder.display());
        let mut runs = 0_u32;
        for entry in entries {
            let path = entry.unwrap().path();
            eprintln!("{}", path.display());
            let input = std::fs::read(path).unwrap();
            target(&input);
            let step = input.len() / DISTURBED_PLACES + 1;
            for place in (0..input.len()).step_by(step) {
                target(&input[..place]);
                for disturbance in [0x00, 0x01, 0x7F, 0x80, 0xFF] {
                    let mut disturbed = input.clone();
                    disturbed[place] ^= disturbance;
                    target(&disturbed);
                    runs += 1;
                }
            }
        }
        eprintln!("{name}: {runs} disturbed inputs survived");
    }
}
