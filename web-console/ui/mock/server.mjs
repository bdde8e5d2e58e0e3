// A stand-in for the console's server while the interface is developed: a fake conference that answers commands.
import { createServer } from 'node:http';

import { WebSocketServer } from 'ws';

import { apply, conference, openConference, tick } from './conference.mjs';
import { keysAnswer } from './keys.mjs';
import { layouts } from './layouts.mjs';
import { changedByOther, libraryAnswer, resetLibrary } from './library.mjs';
import { meetingsAnswer, resetMeetings } from './meetings.mjs';
import { meetingAnswer } from './pastMeetings.mjs';
import { rehearsalAnswer } from './rehearsal.mjs';
import { roomAnswer, roomMessages } from './rooms.mjs';

const PORT = Number(process.env.MOCK_PORT ?? 5174);
/** How long the fake MCU takes; "slow" in the title bar of a test is made with MOCK_DELAY_MS. */
const DELAY_MS = Number(process.env.MOCK_DELAY_MS ?? 60);
const RIGHTS = {
  operator: ['conference.view', 'conference.picture', 'conference.sound', 'conference.affairs', 'meeting.report', 'room.view', 'room.control', 'meeting.view', 'meeting.book', 'rehearsal.direct'],
  technician: ['conference.view', 'room.view', 'room.control', 'room.enrol', 'meeting.view'],
  secretary: ['meeting.view', 'meeting.book'],
};

let account = null;
let isDown = false;
const sockets = new Set();
const roomSockets = new Set();

const problem = (status, code, detail, detailZh) => ({ status, body: { code, status, detail, detail_zh: detailZh } });

const me = () =>
  account === null
    ? problem(401, 'console.session.missing', 'sign in', '请登录')
    : {
        status: 200,
        body: {
          account,
          display: account,
          role: account,
          rights: RIGHTS[account],
          locked: false,
          mcu: `http://127.0.0.1:${PORT}`,
          ends_at_ms: Date.now() + 1e7,
          now_ms: Date.now(),
        },
      };

function publish(envelopes) {
  for (const envelope of envelopes) tell({ type: 'event', ...envelope });
  tell({ type: 'snapshot', ...conference.snapshot });
}

function command(body) {
  const outcome = apply(body, account ?? 'operator');
  if (outcome.problem) return { status: outcome.problem.status, body: outcome.problem };
  if (outcome.envelopes) publish(outcome.envelopes);
  return { status: 200, body: outcome.answer };
}

function route(method, path, body) {
  if (path === '/api/me') return me();
  if (path === '/api/sign-in') {
    if (!(body.account in RIGHTS) || body.password !== 'mock') return problem(401, 'console.sign_in.refused', 'wrong', '账号或口令不正确');
    account = body.account;
    return me();
  }
  if (path === '/api/sign-out') {
    account = null;
    return { status: 200, body: {} };
  }
  // For tests of the interface only: pulls the fake MCU's plug.
  if (path === '/mock/down') {
    isDown = body.down;
    return { status: 200, body: {} };
  }
  // Another person at the desk, for tests: sets fields of `desk`.
  if (path === '/mock/desk') {
    Object.assign(conference.snapshot.desk, body);
    conference.snapshot.rev += 1;
    tell({ type: 'snapshot', ...conference.snapshot });
    return { status: 200, body: {} };
  }
  // Another desk of the same account, for tests: a document changes under one's hands.
  if (path === '/mock/library') {
    changedByOther(body.kind, body.name);
    return { status: 200, body: {} };
  }
  if (path === '/mock/reset') {
    conference.undo = [];
    conference.redo = [];
    openConference();
    resetLibrary();
    resetMeetings();
    return { status: 200, body: {} };
  }
  if (account === null) return me();
  if (path === '/api/conferences') return { status: 200, body: { conferences: [{ conference: conference.snapshot.conference, title: conference.snapshot.title, phase: 'running' }] } };
  const keys = keysAnswer(method, path, body, RIGHTS[account ?? 'operator']);
  if (keys !== null) return keys;
  if (path === '/api/layouts') return { status: 200, body: layouts };
  if (path === '/api/media-token') return { status: 200, body: { token: 'mock', expires_in_s: 300 } };
  if (method === 'GET' && path === `/api/conferences/${conference.snapshot.conference}`) return { status: 200, body: conference.snapshot };
  if (method === 'POST' && /^\/api\/conferences\/[^/]+\/commands$/.test(path)) return command(body);
  return rehearsalAnswer(method, path, body) ?? libraryAnswer(method, path, body, account) ?? meetingsAnswer(method, path, body, account) ?? roomAnswer(method, path, body) ?? meetingAnswer(path) ?? problem(404, 'console.path.unknown', 'no such thing', '没有此内容');
}

const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const body = text.startsWith('{') ? JSON.parse(text) : {};
    setTimeout(() => {
      const answer = route(request.method, request.url, body);
      response.writeHead(answer.status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
      response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
    }, DELAY_MS);
  });
});

const tell = (message) => {
  if (isDown) return;
  for (const socket of sockets) socket.send(JSON.stringify(message));
};

new WebSocketServer({ server }).on('connection', (socket, request) => {
  const isRooms = request.url.startsWith('/api/rooms');
  const set = isRooms ? roomSockets : sockets;
  set.add(socket);
  socket.on('close', () => set.delete(socket));
  if (isRooms) for (const message of roomMessages()) socket.send(JSON.stringify(message));
  else if (!isDown) socket.send(JSON.stringify({ type: 'snapshot', ...conference.snapshot, at_ms: Date.now() }));
});

openConference();
setInterval(() => {
  const envelopes = tick();
  if (envelopes.length > 0) publish(envelopes);
}, 200);
setInterval(() => tell({ type: 'heartbeat', at_ms: Date.now() }), 1000);
setInterval(() => {
  for (const socket of roomSockets) for (const message of roomMessages()) socket.send(JSON.stringify(message));
}, 500);
setInterval(() => {
  if (isDown) return;
  const { sites } = conference.snapshot;
  const bytes = Buffer.alloc(2 + 2 * sites.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(sites.length, 1);
  sites.forEach((site, index) => {
    const rms = site.sound ? -34 + Math.round(14 * Math.sin(Date.now() / 700 + index)) : -90;
    bytes.writeInt8(rms, 2 + 2 * index);
    bytes.writeInt8(Math.min(0, rms + 8), 3 + 2 * index);
  });
  for (const socket of sockets) socket.send(bytes);
}, 40);
server.listen(PORT, '127.0.0.1');
