//! Our KNX driver through knxd to actuators that xknx plays; our interface simulator used by xknx as a client.

use room_api::Value;
use room_drivers::knx::Settings;
use room_link::Address;
use room_sim::Handle;
use room_sim::knx::KnxInterface;
use tokio::process::{Child, Command};

use crate::peer::{Peer, directory, free, start};
use crate::wire::{Wire, python, python_path};

/// A switch, a dimmer, and scenes.
const FIXTURES: &str = r#"
scene_group = "1/0/9"
[[fixtures]]
number = 1
name = "主席台"
name_en = "Platform"
write = "1/0/1"
status = "1/1/1"
[[fixtures]]
number = 2
name = "听众席"
name_en = "Audience"
kind = "dimmer"
write = "1/0/2"
status = "1/1/2"
"#;

/// The actuators of `FIXTURES` on the bus: they tell their status when it changes and when it is read.
const ACTUATORS: &str = r#"
import asyncio, sys
from xknx import XKNX
from xknx.dpt import DPTArray, DPTBinary
from xknx.io import ConnectionConfig, ConnectionType
from xknx.telegram import GroupAddress, Telegram
from xknx.telegram.apci import GroupValueRead, GroupValueResponse, GroupValueWrite

values = {'1/1/1': DPTBinary(0), '1/1/2': DPTArray(0)}
scenes = []

async def main():
    way = ConnectionConfig(connection_type=ConnectionType.TUNNELING, gateway_ip='127.0.0.1', gateway_port=int(sys.argv[1]), local_ip='127.0.0.1')
    xknx = XKNX(connection_config=way)
    tell = lambda to, apci: xknx.telegrams.put_nowait(Telegram(destination_address=GroupAddress(to), payload=apci))
    def heard(telegram):
        to, apci = str(telegram.destination_address), telegram.payload
        if isinstance(apci, GroupValueRead) and to in values:
            tell(to, GroupValueResponse(values[to]))
        if isinstance(apci, GroupValueWrite) and to == '1/0/9':
            scenes.append(apci.value.value[0])
        if isinstance(apci, GroupValueWrite) and to.replace('1/0/', '1/1/') in values and to.startswith('1/0/'):
            status = to.replace('1/0/', '1/1/')
            values[status] = apci.value
            tell(status, GroupValueWrite(apci.value))
    xknx.telegram_queue.register_telegram_received_cb(heard)
    await xknx.start()
    print('ready', flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.startswith('press'):
            values['1/1/1'] = DPTBinary(int(line.split()[1]))
            tell('1/1/1', GroupValueWrite(values['1/1/1']))
        print(values['1/1/1'].value, values['1/1/2'].value[0] if isinstance(values['1/1/2'].value, tuple) else 0, *scenes, flush=True)

asyncio.run(main())
"#;

/// A home assistant's light.
const CLIENT: &str = r#"
import asyncio, sys
from xknx import XKNX
from xknx.devices import Light, Switch
from xknx.io import ConnectionConfig, ConnectionType

async def until(holds):
    while not holds():
        await asyncio.sleep(0.02)

async def main():
    way = ConnectionConfig(connection_type=ConnectionType.TUNNELING, gateway_ip='127.0.0.1', gateway_port=int(sys.argv[1]), local_ip='127.0.0.1')
    async with XKNX(connection_config=way) as xknx:
        switch = Switch(xknx, name='Platform', group_address='1/0/1', group_address_state='1/1/1')
        light = Light(xknx, name='Audience', group_address_switch='1/0/7', group_address_brightness='1/0/2', group_address_brightness_state='1/1/2')
        for device in (switch, light):
            xknx.devices.async_add(device)
            await device.sync(wait_for_result=True)
        assert switch.state is False and light.current_brightness == 0, (switch.state, light.current_brightness)
        await switch.set_on()
        await light.set_brightness(128)
        await asyncio.sleep(0.5)
        for device in (switch, light):
            await device.sync(wait_for_result=True)
        assert switch.state is True and light.current_brightness == 128, (switch.state, light.current_brightness)

asyncio.run(main())
"#;

fn knxd(port: u16, tcp: u16) -> Child {
    let path = directory("knxd").join("knxd.ini");
    let words = format!(
        "[main]\naddr=0.0.1\nclient-addrs=0.0.10:8\nconnections=server,A.tcp,dmy\n\
         [server]\nserver=ets_router\ntunnel=tunnel\ndiscover=true\ninterface=lo\nport={port}\n\
         [A.tcp]\nserver=knxd_tcp\nport={tcp}\n[dmy]\ndriver=dummy\n"
    );
    std::fs::write(&path, words).unwrap();
    start(Command::new("knxd").arg(path))
}

#[tokio::test]
async fn the_driver_reaches_actuators_through_knxd() {
    let (at, tcp) = (free(), free());
    let _knxd = knxd(at.port(), tcp.port());
    let mut actuators = Peer::start(Command::new(python_path()).args(["-c", ACTUATORS, &at.port().to_string()])).await;
    let mut wire = Wire::named("knx", FIXTURES, Address::Udp(at));
    wire.online().await;
    wire.until("read", |wire| wire.is("on.1", &Value::Bool(false)) && wire.int("level.2") == Some(0)).await;
    wire.done(1, "set_on", &[("fixture", Value::Int(1)), ("on", Value::Bool(true))]).await;
    wire.until("on", |wire| wire.is("on.1", &Value::Bool(true))).await;
    wire.done(2, "set_level", &[("fixture", Value::Int(2)), ("level", Value::Int(40))]).await;
    wire.until("dimmed", |wire| wire.int("level.2") == Some(40)).await;
    wire.done(3, "recall_scene", &[("scene", Value::Int(5))]).await;
    // 40 % of 255; scene 5 is 4 on the wire.
    assert_eq!(actuators.ask("state").await, "1 102 4");
    actuators.ask("press 0").await;
    wire.until("a hand on the wall", |wire| wire.is("on.1", &Value::Bool(false))).await;
}

#[tokio::test]
async fn the_driver_is_silent_without_an_interface_and_comes_online_when_knxd_starts() {
    let (at, tcp) = (free(), free());
    let mut wire = Wire::named("knx", FIXTURES, Address::Udp(at));
    wire.until("lost", |wire| matches!(wire.health.last(), Some(room_driver::LinkHealth::Lost { .. }))).await;
    let knxd = knxd(at.port(), tcp.port());
    wire.online().await;
    drop(knxd);
}

#[tokio::test]
async fn a_strangers_client_accepts_the_simulator() {
    let settings: Settings = toml::from_str(FIXTURES).unwrap();
    let handle = Handle::new(KnxInterface::new(settings.fixtures().unwrap(), settings.scene_group().unwrap()));
    let at = handle.udp(([127, 0, 0, 1], 0).into()).await.unwrap();
    python(CLIENT, &[at.port().to_string()]).await;
    assert_eq!(handle.hidden()["fixtures"], serde_json::json!({ "1": true, "2": 128 }));
    assert_eq!(handle.hidden()["unacknowledged"], 0);
}
