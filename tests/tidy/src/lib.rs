//! The house rules as tests: `cargo nextest run -p tidy`. What a linter can see is left to clippy; here stands what it cannot.

use std::path::{Path, PathBuf};

/// Root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A source file.
pub struct Source {
    /// Path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All files git tracks or would track with one of these endings.
///
/// # Errors
/// When git or a file cannot be read.
pub fn sources(endings: &[&str]) -> std::io::Result<Vec<Source>> {
    let listing =
        std::process::Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root()).output()?;
    let mut found = Vec::new();
    for path in String::from_utf8_lossy(&listing.stdout).lines() {
        if !endings.iter().any(|ending| path.ends_with(ending)) {
            continue;
        }
        // A file that was removed but not yet from git's index is no source.
        if let Ok(text) = std::fs::read_to_string(root().join(path)) {
            found.push(Source { path: path.to_owned(), text });
        }
    }
    Ok(found)
}

impl Source {
    /// Whether it is test code as a whole.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs") || self.path.contains(".test.") || self.path.starts_with("tests/")
    }

    /// The lines before the unit tests at its end.
    pub fn own_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate().map(|(index, line)| (index + 1, line))
    }
}
