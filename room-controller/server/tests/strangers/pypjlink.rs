//! Our projector simulator judged by pypjlink2, and our driver against the same simulator.

use std::time::Duration;

use room_api::Value;
use room_link::Address;
use room_sim::Handle;
use room_sim::projector::{Projector, Settings};

use crate::wire::{Wire, python};

const SCRIPT: &str = r#"
import sys, time
from pypjlink import Projector
from pypjlink.projector import ProjectorError
port, password = int(sys.argv[1]), sys.argv[2]
with Projector.from_address('127.0.0.1', port) as p:
    assert p.authenticate('wrong') is False
with Projector.from_address('127.0.0.1', port) as p:
    assert p.authenticate(password)
    assert p.get_power() == 'off', p.get_power()
    try:
        p.get_input()
        raise SystemExit('an input in standby')
    except ProjectorError as e:
        assert 'unavailable' in str(e)
    p.set_power('on')
    assert p.get_power() == 'warm-up'
    while p.get_power() != 'on':
        time.sleep(0.05)
    p.set_input('DIGITAL', 1)
    assert p.get_input() == ('DIGITAL', 1)
    assert p.get_inputs() == [('RGB', 1), ('DIGITAL', 1), ('DIGITAL', 2)]
    p.set_mute(3, True)
    assert p.get_mute() == (True, True)
    assert set(p.get_errors().values()) == {'ok'}
    assert p.get_lamps() == [(1234, True)]
    assert p.get_name() == 'Rehearsal projector'
    assert p.get_manufacturer() and p.get_product_name() and p.get_other_info()
    p.set_power('off')
    assert p.get_power() == 'cooling'
"#;

fn projector(digest_once: bool) -> Handle {
    let (warm_up, cool_down) = (Duration::from_millis(400), Duration::from_millis(400));
    let settings = Settings { password: Some("JBMIAProjectorLink".to_owned()), warm_up, cool_down, digest_once, ..Settings::default() };
    Handle::new(Projector::new(settings, 11))
}

#[tokio::test]
async fn a_strangers_client_accepts_the_simulator() {
    let handle = projector(false);
    let at = handle.tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    python(SCRIPT, &[at.port().to_string(), "JBMIAProjectorLink".to_owned()]).await;
    assert_eq!(handle.hidden()["input"], "31");
    assert_eq!(handle.hidden()["power_ons"], 1);
}

async fn warms_up_and_cools_down(digest_once: bool) {
    let handle = projector(digest_once);
    let at = handle.tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let mut wire = Wire::projector(Some("JBMIAProjectorLink"), Address::Tcp(at.to_string()));
    wire.online().await;
    let power = |word: &str| Value::Text(word.to_owned());
    assert!(wire.is("power", &power("standby")) && wire.is("maker", &power("Simulated")) && wire.is("class", &power("1")));
    wire.done(1, "set_power", &[("power", power("on"))]).await;
    wire.until("warming", |wire| wire.is("power", &power("warming"))).await;
    wire.until("on", |wire| wire.is("power", &power("on"))).await;
    assert_eq!(handle.hidden()["power"], "on");
    wire.done(2, "set_input", &[("input", power("32"))]).await;
    wire.until("input", |wire| wire.is("input", &power("32"))).await;
    assert_eq!(handle.hidden()["input"], "32");
    wire.done(3, "set_mute", &[("av_mute", Value::Bool(true))]).await;
    wire.until("mute", |wire| wire.is("av_mute", &Value::Bool(true))).await;
    assert_eq!(handle.hidden()["av_mute"], true);
    wire.done(4, "set_power", &[("power", power("standby"))]).await;
    wire.until("cooling", |wire| wire.is("power", &power("cooling"))).await;
    wire.until("standby", |wire| wire.is("power", &power("standby"))).await;
}

#[tokio::test]
async fn the_driver_shows_warm_up_and_cool_down_as_states() {
    warms_up_and_cools_down(false).await;
}

#[tokio::test]
async fn the_driver_learns_that_a_projector_wants_its_digest_once() {
    warms_up_and_cools_down(true).await;
}
