//! The relay on a simulated line: what repair does, and that nothing depends on the machine.

use std::time::Duration;

use load::loss::offer::Repair;
use load::loss::scenarios::{Beyond, Watched, joins, outage, watch};
use load::loss::simulated::Simulated;
use load::loss::world::Line;
use netlab::Loss;

const DELAY: Duration = Duration::from_millis(25);

fn line(loss: Loss) -> Line {
    Line { loss, delay: DELAY, seed: 42 }
}

fn watched(loss: Loss, beyond: Beyond, repair: Repair) -> Watched {
    let mut world = Simulated::new(line(loss)).unwrap();
    watch(&mut world, beyond, 2, repair, Duration::from_secs(20), DELAY).unwrap()
}

#[test]
fn explore() {
    for loss in [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5] {
        for beyond in [Beyond::Watchers, Beyond::Publisher] {
            let t = std::time::Instant::now();
            let w = watched(Loss::Random(loss), beyond, Repair::ALL);
            println!("{loss} {beyond:?} dam {:.2}% unshown {:.2}% freeze {:?} lost {:.2} conc {:.2} {:?} in {:?}", w.pictures.damaged_percent(), w.pictures.unshown_percent(), w.pictures.freeze, w.sound.lost_percent(), w.sound.concealed_percent(), w.tally, t.elapsed());
        }
    }
    for loss in [0.0, 0.1, 0.2, 0.3] {
        let t = std::time::Instant::now();
        let mut world = Simulated::new(line(Loss::Random(loss))).unwrap();
        let all = joins(&mut world, 200, 50).unwrap();
        let mut p: Vec<_> = all.iter().map(|j| j.picture.map_or(99999, |d| d.as_millis())).collect();
        let mut c: Vec<_> = all.iter().map(|j| j.connected.map_or(99999, |d| d.as_millis())).collect();
        p.sort(); c.sort();
        println!("{loss} pic p50 {} p90 {} p99 {} max {}  conn p50 {} p90 {} max {} again {} in {:?}", p[100], p[180], p[198], p[199], c[100], c[180], c[199], all.iter().map(|j| j.again).sum::<u32>(), t.elapsed());
    }
    for beyond in [Beyond::Watchers, Beyond::Publisher] {
        for secs in [5, 20] {
            let mut world = Simulated::new(line(Loss::None)).unwrap();
            println!("{beyond:?} {secs} {:?}", outage(&mut world, beyond, 4, Duration::from_secs(secs)));
        }
    }
}
