//! Seeds of the targets `device` and `simulator`: what each driver and its own simulator say to each other. UPDATE=1 writes them anew; otherwise this
//! checks that every driver has some.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::Duration;

use fuzz::drivers::{commands_of, mark_of, simulator};
use room_driver::{Input, Lane, Output};
use room_drivers::{DRIVERS, Driver, Entry, driver_of};
use room_sim::Handle;

/// A seed is no longer than this.
const MAX_SEED: usize = 3_000;
/// Steps of the talk.
const STEPS: usize = 60;

struct Talk {
    driver: Box<dyn Driver>,
    handle: Handle,
    now: Duration,
    /// For the driver: pauses, the simulator's bytes, commands.
    heard: Vec<u8>,
    /// For the simulator: the driver's bytes.
    said: Vec<u8>,
}

impl Talk {
    fn portion(seed: &mut Vec<u8>, bytes: &[u8]) {
        for part in bytes.chunks(255) {
            if seed.len() + part.len() + 2 < MAX_SEED {
                seed.extend([1, u8::try_from(part.len()).unwrap()]);
                seed.extend(part);
            }
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.driver.poll() {
            match output {
                Output::Connect => self.driver.handle(self.now, Input::Connected),
                Output::Send(bytes) => {
                    Self::portion(&mut self.said, &bytes);
                    for (_, answer) in self.handle.answers_to(&bytes) {
                        Self::portion(&mut self.heard, &answer);
                        self.driver.handle(self.now, Input::Bytes(&answer));
                    }
                }
                Output::Disconnect | Output::Report { .. } | Output::Progress { .. } | Output::Health(_) => {}
            }
        }
    }

    fn run(entry: &Entry, line: usize) -> (Vec<u8>, Vec<u8>) {
        let on = entry.lines[line];
        let driver = driver_of(entry.name, &(entry.example)(), on, 1).unwrap();
        let commands = commands_of(&driver.declaration().commands);
        let mark = mark_of(entry.name, line).to_vec();
        let handle = simulator(entry.name, on).unwrap();
        let mut talk = Self { driver, handle, now: Duration::ZERO, heard: mark.clone(), said: mark };
        talk.drain();
        for step in 0..STEPS {
            talk.now += Duration::from_millis(100);
            talk.heard.extend([0, 5]);
            talk.driver.handle(talk.now, Input::Tick);
            talk.drain();
            if let Some((index, (name, args))) =
                commands.iter().enumerate().nth(step.saturating_sub(STEPS / 2)).filter(|_| step >= STEPS / 2)
            {
                talk.heard.extend([2, u8::try_from(index).unwrap()]);
                let _ = talk.driver.command(talk.now, step as u64, Lane::Operator, name, args);
                talk.drain();
            }
        }
        (talk.heard, talk.said)
    }
}

#[tokio::test]
async fn every_driver_has_seeds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for entry in DRIVERS {
        for line in 0..entry.lines.len() {
            let name = format!("{}-{line}", entry.name);
            let paths = ["device", "simulator"].map(|target| corpus.join(target).join(&name));
            if std::env::var_os("UPDATE").is_some() {
                let (heard, said) = Talk::run(entry, line);
                for (path, seed) in paths.iter().zip([heard, said]) {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, seed).unwrap();
                }
            }
            assert!(
                paths.iter().all(|path| path.exists()),
                "{name} has no seeds: UPDATE=1 cargo nextest run --workspace -E 'binary(record)'"
            );
        }
    }
}

#[test]
fn every_driver_has_a_mark_of_its_own() {
    let marks: std::collections::BTreeSet<_> = DRIVERS.iter().map(|entry| mark_of(entry.name, 0)).collect();
    assert_eq!(marks.len(), DRIVERS.len(), "two drivers of one mark: change `mark_of`");
}
