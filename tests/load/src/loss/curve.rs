//! The loss curve: every point measured in virtual time, as a table and as a plot.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use netlab::Loss;

use super::offer::Repair;
use super::scenarios::{Beyond, Watched, watch};
use super::simulated::Simulated;
use super::world::Line;

/// One direction of the lines measured: round trip 50 ms.
pub const DELAY: Duration = Duration::from_millis(25);
/// Mean length of a burst in packets: 30 ms of a picture of 2.5 Mbit/s.
pub const BURST_PACKETS: f64 = 8.0;
/// Watchers of one point, each on a line of its own.
const WATCHERS: usize = 4;

/// What a client has against losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// In the table and on the plot.
    pub name: &'static str,
    /// What it offers.
    pub repair: Repair,
    /// Colour of its curve.
    colour: &'static str,
}

/// From nothing to everything.
pub const MEANS: [Means; 4] = [
    Means { name: "nothing", repair: Repair { nack: false, red: false, fec: false, transport: false }, colour: "#b03a2e" },
    Means { name: "resends", repair: Repair { nack: true, red: false, fec: false, transport: false }, colour: "#b9770e" },
    Means { name: "resends + RED", repair: Repair { nack: true, red: true, fec: false, transport: false }, colour: "#1f618d" },
    Means { name: "resends + RED + line known", repair: Repair::ALL, colour: "#1e8449" },
];

/// A point to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Share lost, in per cent.
    pub percent: u32,
    /// In bursts.
    pub burst: bool,
    /// Which side the line is on.
    pub beyond: Beyond,
    /// Index into [`MEANS`].
    pub means: usize,
}

impl Point {
    /// The loss of its line.
    #[must_use]
    pub fn loss(&self) -> Loss {
        let share = f64::from(self.percent) / 100.0;
        match (self.percent, self.burst) {
            (0, _) => Loss::None,
            (_, true) => Loss::Burst { share, mean_packets: BURST_PACKETS },
            (_, false) => Loss::Random(share),
        }
    }

    fn measure(&self, length: Duration, seed: u64) -> anyhow::Result<Watched> {
        let means = MEANS.get(self.means).map_or(Repair::ALL, |means| means.repair);
        let mut world = Simulated::new(Line { loss: self.loss(), delay: DELAY, rate: None, seed })?;
        watch(&mut world, self.beyond, WATCHERS, means, length, DELAY)
    }
}

/// Measures all points on all cores.
///
/// # Errors
/// The first of a point that could not be measured.
pub fn measure(points: &[Point], length: Duration, seed: u64) -> anyhow::Result<Vec<Watched>> {
    on_all_cores(points.len(), |index| {
        let point = points.get(index).copied().unwrap_or(Point { percent: 0, burst: false, beyond: Beyond::Watchers, means: 0 });
        point.measure(length, seed)
    })
}

/// Runs numbered pieces of work on all cores; results in their order.
///
/// # Errors
/// The first error.
pub fn on_all_cores<T: Send>(count: usize, work: impl Fn(usize) -> anyhow::Result<T> + Sync) -> anyhow::Result<Vec<T>> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(count) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let result = work(index);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The points as a Markdown table.
#[must_use]
pub fn table(points: &[Point], results: &[Watched]) -> String {
    let mut out = String::from(
        "| line | loss | against it | frames damaged | frames not shown | longest freeze | sound lost | sound concealed | resends per frame packet |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (point, seen) in points.iter().zip(results) {
        let line = match point.beyond {
            Beyond::Watchers => "to the watcher",
            Beyond::Publisher => "from the publisher",
        };
        let kind = if point.burst { "in bursts" } else { "random" };
        let name = MEANS.get(point.means).map_or("", |means| means.name);
        let again = seen.tally.resends as f64 / (seen.tally.originals.max(1)) as f64;
        let _ = writeln!(
            out,
            "| {line} | {} % {kind} | {name} | {:.2} % | {:.2} % | {} ms | {:.2} % | {:.2} % | {again:.2} |",
            point.percent,
            seen.pictures.damaged_percent(),
            seen.pictures.unshown_percent(),
            seen.pictures.freeze.as_millis(),
            seen.sound.lost_percent(),
            seen.sound.concealed_percent(),
        );
    }
    out
}

/// Size of one plot and the room for its axes.
const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 60.0;
const BELOW: f64 = 50.0;
/// Highest loss on the axis, in per cent.
const MOST_LOSS: f64 = 50.0;
/// Lowest and highest share on the logarithmic axis, in per cent.
const LEAST: f64 = 0.01;
const MOST: f64 = 100.0;

/// Damaged frames over loss, logarithmic, for random losses and bursts towards the watcher, as SVG.
#[must_use]
pub fn plot(points: &[Point], results: &[Watched]) -> String {
    let (width, height) = (2.0 * (WIDTH + LEFT) + 20.0, HEIGHT + BELOW + 60.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for (place, burst) in [(0.0, false), (1.0, true)] {
        let left = LEFT + place * (WIDTH + LEFT);
        let title = if burst { "frames damaged, losses in bursts" } else { "frames damaged, random losses" };
        axes(&mut out, left, title);
        // Redundant sound does nothing to pictures.
        let shown = MEANS.iter().enumerate().filter(|(_, means)| means.repair.red == means.repair.transport);
        for (row, (index, means)) in shown.enumerate() {
            let mine =
                |point: &Point| point.means == index && point.beyond == Beyond::Watchers && (point.burst == burst || point.percent == 0);
            let mut line: Vec<(u32, f64)> = points
                .iter()
                .zip(results)
                .filter(|(point, _)| mine(point))
                .map(|(point, seen)| (point.percent, seen.pictures.damaged_percent()))
                .collect();
            line.sort_by_key(|(percent, _)| *percent);
            curve(&mut out, left, &line, means.colour);
            let (x, y) = (left + 20.0, 60.0 + row as f64 * 18.0);
            let _ = writeln!(out, "<text x=\"{x:.0}\" y=\"{y:.0}\" fill=\"{}\">{}</text>", means.colour, means.name);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn across(left: f64, percent: f64) -> f64 {
    left + percent / MOST_LOSS * (WIDTH - 20.0)
}

fn up(share: f64) -> f64 {
    let part = (share.clamp(LEAST, MOST) / LEAST).log10() / (MOST / LEAST).log10();
    30.0 + HEIGHT * (1.0 - part)
}

fn axes(out: &mut String, left: f64, title: &str) {
    let _ = writeln!(out, "<text x=\"{:.0}\" y=\"18\" font-size=\"14\">{title}</text>", left);
    for share in [0.01, 0.1, 1.0, 10.0, 100.0] {
        let (y, right) = (up(share), across(left, MOST_LOSS));
        let _ = writeln!(
            out,
            "<path d=\"M{left:.1} {y:.1}H{right:.1}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{share} %</text>",
            left - 6.0,
            y + 4.0
        );
    }
    for percent in [0, 10, 20, 30, 40, 50] {
        let x = across(left, f64::from(percent));
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {:.1}V{:.1}\" stroke=\"#ddd\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{percent} %</text>",
            up(MOST),
            up(LEAST),
            up(LEAST) + 16.0
        );
    }
}

fn curve(out: &mut String, left: f64, line: &[(u32, f64)], colour: &str) {
    let mut path = String::new();
    for (percent, share) in line {
        let (x, y) = (across(left, f64::from(*percent)), up(*share));
        let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { "M" } else { "L" });
        let _ = writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
    }
    let _ = writeln!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
}

#[cfg(test)]
mod tests {
    use super::{Beyond, Point, on_all_cores, plot, table};
    use crate::loss::scenarios::Watched;

    fn points() -> Vec<Point> {
        [0, 10].into_iter().map(|percent| Point { percent, burst: false, beyond: Beyond::Watchers, means: 3 }).collect()
    }

    #[test]
    fn work_comes_back_in_order_and_an_error_with_it() {
        assert_eq!(on_all_cores(20, Ok).unwrap(), (0..20).collect::<Vec<_>>());
        assert!(on_all_cores(3, |index| if index == 1 { Err(anyhow::anyhow!("no")) } else { Ok(index) }).is_err());
    }

    #[test]
    fn every_point_has_its_row_and_its_dot() {
        let results = [Watched::default(); 2];
        let text = table(&points(), &results);
        assert_eq!(text.lines().count(), 4);
        assert!(text.contains("| to the watcher | 10 % random | resends + RED + line known | 0.00 %"));
        let drawn = plot(&points(), &results);
        // Nothing lost belongs to both halves.
        assert_eq!(drawn.matches("<circle").count(), 3);
        assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>\n"));
    }
}
