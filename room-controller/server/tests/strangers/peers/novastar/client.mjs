// Reads and writes a sending card with @novastar/codec's own connection: `node client.mjs PORT`.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Connection, DeviceType, ErrorType, Request, ResponseError } from '@novastar/codec';

const connection = new Connection(connect(Number(process.argv[2]), '127.0.0.1'));

function request(what, address, { deviceType = DeviceType.ReceivingCard, port = 0, rcvIndex = 0 } = {}) {
  return Object.assign(new Request(what), { deviceType, address, port, rcvIndex });
}
const read = async (length, address, to) => [...(await connection.send(request(length, address, to))).data];
const refused = ack => error => error instanceof ResponseError && error.res.ack === ack;

assert.deepEqual(await read(5, 0x02000001), [255, 255, 255, 255, 255]);
assert.equal((await read(2, 0x2, { deviceType: DeviceType.SendingCard })).length, 2);
await connection.send(request([0x80], 0x02000001, { port: 0xff, rcvIndex: 0xffff }));
assert.deepEqual(await read(1, 0x02000001, { rcvIndex: 1 }), [0x80]);
await connection.send(request([0xff], 0x02000100, { rcvIndex: 1 }));
assert.deepEqual(await read(3, 0x02000100, { rcvIndex: 1 }), [0xff, 0, 0]);
assert.deepEqual(await read(3, 0x02000100), [0, 0, 0]);
const [valid] = await read(256, 0x0a000000);
assert.equal(valid & 0x80, 0x80);
await assert.rejects(read(1, 0x02000001, { rcvIndex: 9 }), refused(ErrorType.Timeout));
await assert.rejects(read(1, 0x7f000000), refused(ErrorType.UnknownCommand));
connection.close();
process.exit(0);
