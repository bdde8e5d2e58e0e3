//! `docs/whip-whep-conformance.md` and the tests it names, held together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Tests of this program stand in the table as `module::name`; others as `path/from/root.rs::name`.
const OWN: &str = "mcu/control/tests/whip_whep";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of the tests in a file: functions below a test attribute.
fn tests_in(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_test = |line: &str| line == "#[test]" || line.starts_with("#[tokio::test");
    let below = lines.windows(2).filter(|pair| is_test(pair[0])).map(|pair| pair[1]);
    below.filter_map(|line| line.split("fn ").nth(1)?.split('(').next().map(str::to_owned)).collect()
}

/// The rows of the table: its cells.
fn rows() -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("docs/whip-whep-conformance.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule"));
    rows.map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The tests a row names.
fn named(row: &[String]) -> Vec<&str> {
    row[3].split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_row_names_tests_that_exist_or_says_why_there_is_none() {
    let rows = rows();
    assert!(rows.len() > 40, "only {} rows were read", rows.len());
    for row in &rows {
        assert_eq!(row.len(), 5, "{row:?}");
        let sections = |cell: &str| cell == "–" || cell.split(", ").all(|one| one.starts_with(|first: char| first.is_ascii_digit()));
        assert!(sections(&row[1]) && sections(&row[2]) && row[1..3] != ["–", "–"], "sections: {row:?}");
        let tests = named(row);
        assert!(!tests.is_empty() || row[3] == "–" && row[4].len() > 10, "neither test nor reason: {row:?}");
        for test in tests {
            let (place, name) = test.rsplit_once("::").unwrap();
            let path = if place.ends_with(".rs") { root().join(place) } else { root().join(OWN).join(format!("{place}.rs")) };
            assert!(tests_in(&path).contains(name), "there is no test {test}");
        }
    }
}

#[test]
fn each_test_here_has_its_row() {
    let rows = rows();
    let told: BTreeSet<&str> = rows.iter().flat_map(|row| named(row)).collect();
    let mut count = 0;
    for module in ["access", "ice", "sdp", "session"] {
        for name in tests_in(&root().join(OWN).join(format!("{module}.rs"))) {
            assert!(told.contains(format!("{module}::{name}").as_str()), "{module}::{name} is in no row");
            count += 1;
        }
    }
    assert!(count > 35, "only {count} tests were found");
}
