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
    let rates: Vec<f64> = std::env::var("RATES").unwrap_or_else(|_| "0 0.05 0.1 0.2 0.3 0.4 0.5".to_owned()).split(' ').map(|r| r.parse().unwrap()).collect();
    for loss in rates {
        for burst in [false, true] {
        for (name, repair) in [("plain", Repair { transport: false, ..Repair::ALL }), ("all", Repair::ALL)] {
            let l = if burst { Loss::Burst { share: loss, mean_packets: 8.0 } } else { Loss::Random(loss) };
            let w = watched(l, Beyond::Watchers, repair);
            println!("{loss} {} {name} dam {:.2}% unshown {:.2}% freeze {:?} lost {:.2} conc {:.2} {:?}", if burst {"burst"} else {""}, w.pictures.damaged_percent(), w.pictures.unshown_percent(), w.pictures.freeze, w.sound.lost_percent(), w.sound.concealed_percent(), w.tally);
        }
        }
    }
    let _ = (joins, outage);
}
