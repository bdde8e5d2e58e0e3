// A sending card with two receiving cards, framed and summed by @novastar/codec: `node device.mjs PORT`. Each line on stdin is answered with the registers.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { DeviceType, ErrorType, IO, Packet, REQUEST, RESPONSE } from '@novastar/codec';

const HEAD = 18;
const cards = [new Map(), new Map()];
const sender = new Map([[0x2, 0x41], [0x3, 0x01], [0x02000017, 1], [0x02000022, 0x5a], [0x02000023, 0x58]]);
[0x04, 0x06, 0x01, 0x00].forEach((byte, at) => sender.set(0x04100004 + at, byte));
for (const card of cards) {
  for (let at = 0; at < 5; at += 1) card.set(0x02000001 + at, 0xff);
  for (let at = 0; at < 3; at += 1) card.set(0x02000100 + at, 0);
  for (let at = 0; at < 0x100; at += 1) card.set(0x0a000000 + at, 0);
  [0x80, 73, 0, 0x80 | 49].forEach((byte, at) => card.set(0x0a000000 + at, byte));
}
let damaged = 0;

function targets(request) {
  if (request.deviceType === DeviceType.SendingCard) return [sender];
  if (request.port === 0xff && request.rcvIndex === 0xffff) return cards;
  return request.port === 0 && cards[request.rcvIndex] ? [cards[request.rcvIndex]] : [];
}

function answer(bytes) {
  const request = new Packet(Buffer.from(bytes));
  let ack = ErrorType.Succeeded;
  let data = [];
  const places = [...Array(request.length).keys()].map(at => request.address + at);
  const found = targets(request);
  if (request.head !== REQUEST || Packet.crc(request) !== request.crc) {
    damaged += 1;
    ack = ErrorType.RequestCRCError;
  } else if (found.length === 0) {
    ack = ErrorType.Timeout;
  } else if (request.io === IO.Write) {
    for (const registers of found) request.data.forEach((byte, at) => registers.set(request.address + at, byte));
  } else if (places.every(place => found[0].has(place))) {
    data = places.map(place => found[0].get(place));
  } else {
    ack = ErrorType.UnknownCommand;
  }
  const response = new Packet(Packet.baseSize + data.length);
  Object.assign(response, {
    head: RESPONSE, ack, serno: request.serno, source: request.destination, destination: request.source, deviceType: request.deviceType,
    port: request.port, rcvIndex: request.rcvIndex, io: request.io, address: request.address, length: data.length,
  });
  Buffer.from(data).copy(response.data);
  Packet.crc(response, true);
  return Packet.raw(response);
}

const server = createServer(socket => {
  let held = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', bytes => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= HEAD + 2) {
      const size = HEAD + 2 + (held[10] === IO.Write ? held.readUInt16LE(16) : 0);
      if (held.length < size) return;
      socket.write(answer(held.subarray(0, size)));
      held = held.subarray(size);
    }
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
createInterface({ input: process.stdin }).on('line', line => {
  const [what, card, register, value] = line.split(' ');
  if (what === 'set') cards[Number(card)].set(Number(register), Number(value));
  const shown = cards.map(card => [0x02000001, 0x02000100, 0x02000101, 0x02000102].map(place => card.get(place)).join(','));
  console.log([...shown, sender.get(0x02000022), sender.get(0x02000023), `damaged ${damaged}`].join(' '));
}).on('close', () => process.exit(0));
