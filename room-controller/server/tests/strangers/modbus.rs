//! Our Modbus driver against pymodbus as the board, on TCP and on a serial line; our board simulator read and written by mbpoll.

use std::path::Path;

use room_api::Value;
use room_drivers::Line;
use room_drivers::modbus_relays::Settings;
use room_link::Address;
use room_sim::Handle;
use room_sim::modbus_relays::RelayBoard;

use crate::peer::{Peer, free, run, socat};
use crate::wire::{Wire, python_path};

/// Eight outlets and two contacts behind pymodbus, as coils or as registers.
const BOARD: &str = r#"
import asyncio, sys
from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

bits = lambda count: [SimData(0, values=[False] * count, datatype=DataType.BITS)]
words = [SimData(0, values=[0] * 8, datatype=DataType.REGISTERS)]
board = SimDevice(id=7, simdata=(bits(16), bits(16), words, words))

async def main():
    where = sys.argv[1]
    if where.startswith('/'):
        server = ModbusSerialServer(board, framer=FramerType.RTU, port=where, baudrate=9600)
    else:
        host, port = where.split(':')
        server = ModbusTcpServer(board, address=(host, int(port)))
    serving = asyncio.create_task(server.serve_forever())
    while not server.transport:
        await asyncio.sleep(0.02)
    print('ready', flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        what, *rest = line.split()
        function, count = {'coils': (1, 8), 'contacts': (2, 2), 'registers': (3, 8)}[what]
        if rest:
            await server.async_setValues(7, {1: 5, 2: 2, 3: 6}[function], int(rest[0]), [int(rest[1])])
        print(*[int(value) for value in await server.async_getValues(7, function, 0, count)], flush=True)

asyncio.run(main())
"#;

const COILS: &str = "unit = 7\ncount = 8\ninputs = 2";
const REGISTERS: &str = "unit = 7\ncount = 8\nspace = \"registers\"\non_value = 256\noff_value = 512";

async fn board(place: &str) -> Peer {
    Peer::start(tokio::process::Command::new(python_path()).args(["-c", BOARD, place])).await
}

async fn switches_coils(wire: &mut Wire, board: &mut Peer) {
    wire.online().await;
    wire.until("all read", |wire| wire.is("outlet.8", &Value::Bool(false)) && wire.is("input.2", &Value::Bool(false))).await;
    wire.done(1, "set_outlet", &[("outlet", Value::Int(3)), ("on", Value::Bool(true))]).await;
    wire.until("read back", |wire| wire.is("outlet.3", &Value::Bool(true))).await;
    assert_eq!(board.ask("coils").await, "0 0 1 0 0 0 0 0");
    board.ask("coils 7 1").await;
    board.ask("contacts 1 1").await;
    wire.until("a hand on the panel", |wire| wire.is("outlet.8", &Value::Bool(true)) && wire.is("input.2", &Value::Bool(true))).await;
    wire.done(2, "set_outlet", &[("outlet", Value::Int(3)), ("on", Value::Bool(false))]).await;
    wire.until("off", |wire| wire.is("outlet.3", &Value::Bool(false))).await;
    assert_eq!(board.ask("coils").await, "0 0 0 0 0 0 0 1");
}

#[tokio::test]
async fn the_driver_switches_coils_over_tcp() {
    let at = free().to_string();
    let mut board = board(&at).await;
    switches_coils(&mut Wire::named("modbus_relays", COILS, Address::Tcp(at)), &mut board).await;
}

#[tokio::test]
async fn the_driver_switches_coils_on_a_serial_line() {
    let (_socat, a, b) = socat("modbus-coils").await;
    let mut board = board(b.to_str().unwrap()).await;
    switches_coils(&mut Wire::named("modbus_relays", COILS, Address::Serial { path: a, baud: 9600 }), &mut board).await;
}

#[tokio::test]
async fn the_driver_switches_registers_and_does_not_know_other_values() {
    let at = free().to_string();
    let mut board = board(&at).await;
    let mut wire = Wire::named("modbus_relays", REGISTERS, Address::Tcp(at));
    wire.online().await;
    wire.until("0 is neither on nor off", |wire| wire.facts.get("outlet.8") == Some(&None)).await;
    for (id, on) in [(1, true), (2, false), (3, true)] {
        wire.done(id, "set_outlet", &[("outlet", Value::Int(2)), ("on", Value::Bool(on))]).await;
        wire.until("read back", |wire| wire.is("outlet.2", &Value::Bool(on))).await;
        assert_eq!(board.ask("registers").await, format!("0 {} 0 0 0 0 0 0", if on { 256 } else { 512 }));
    }
}

/// A simulated board of four outlets and two contacts, the second closed.
fn simulator(line: Line) -> Handle {
    let settings: Settings = toml::from_str("unit = 7\ncount = 4\ninputs = 2").unwrap();
    let mut board = RelayBoard::of(&settings, line).unwrap();
    board.contact(2, true);
    Handle::new(board)
}

async fn mbpoll(place: &[&str], what: &[&str]) -> (bool, String) {
    run("mbpoll", &[&["-a", "7", "-1", "-q"], place, what].concat()).await
}

/// What mbpoll read, without its words.
fn values(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.starts_with('[')).filter_map(|line| line.split_whitespace().last()).collect()
}

async fn is_accepted_by_mbpoll(place: &[&str], end: &str, handle: &Handle) {
    let (is_good, said) = mbpoll(place, &["-t", "0", "-r", "2", end, "1"]).await;
    assert!(is_good, "{said}");
    assert_eq!(handle.hidden()["outlets"]["2"], true, "{}", handle.hidden());
    let (is_good, said) = mbpoll(place, &["-t", "0", "-r", "1", "-c", "4", end]).await;
    assert!(is_good && values(&said) == ["0", "1", "0", "0"], "{said}");
    let (is_good, said) = mbpoll(place, &["-t", "1", "-r", "1", "-c", "2", end]).await;
    assert!(is_good && values(&said) == ["0", "1"], "{said}");
    let (_, said) = mbpoll(place, &["-t", "0", "-r", "9", end]).await;
    assert!(said.contains("Illegal data address"), "{said}");
}

#[tokio::test]
async fn mbpoll_accepts_the_simulator_over_tcp() {
    let handle = simulator(Line::Tcp);
    let port = handle.tcp(([127, 0, 0, 1], 0).into()).await.unwrap().port().to_string();
    is_accepted_by_mbpoll(&["-m", "tcp", "-p", &port], "127.0.0.1", &handle).await;
}

#[tokio::test]
async fn mbpoll_accepts_the_simulator_on_a_serial_line() {
    let (_socat, a, b) = socat("mbpoll").await;
    let handle = simulator(Line::Serial);
    handle.serial(&b, 9600).unwrap();
    is_accepted_by_mbpoll(&["-m", "rtu", "-b", "9600", "-P", "none"], Path::new(&a).to_str().unwrap(), &handle).await;
}
