import { discuss, discussion } from './discussion.mjs';

// A fake room with a camera and a projector for the room pages; held moves and power answer like the real thing, only quicker.
const text = (zh, en) => ({ zh, en });
const property = (reported, more = {}) => ({ wanted: null, reported, quality: 'known', reported_at_ms: Date.now(), source: 'poll', pending: null, difference: null, external: false, ...more });
const int = (name, zh, en, min, max, unit = '') => ({ name, label: text(zh, en), kind: { type: 'int', min, max, unit } });
const decl = (name, label, params, more = {}) => ({ name, label, params, danger: 'none', held: false, proof: null, expected_ms: 500, ...more });

const camera = {
  device: 'camera-front',
  name: text('前摄像机', 'Front camera'),
  kind: 'camera',
  driver: 'visca',
  simulated: true,
  health: { state: 'online' },
  properties: { power: property(true), preset: property(1), pan: property(-120), tilt: property(15), zoom: property(4096) },
  commands: [
    decl('set_power', text('电源', 'Power'), [{ name: 'power', label: text('电源', 'Power'), kind: { type: 'bool' } }], { proof: 'power' }),
    decl('recall_preset', text('调用预置位', 'Recall preset'), [int('preset', '预置位', 'Preset', 0, 127)], { proof: 'preset' }),
    decl('pan_tilt', text('云台', 'Pan and tilt'), [int('pan', '水平', 'Pan', -24, 24), int('tilt', '俯仰', 'Tilt', -20, 20)], { held: true }),
    decl('zoom', text('变倍', 'Zoom'), [int('speed', '速度', 'Speed', -7, 7)], { held: true }),
    decl('stop', text('停止', 'Stop'), []),
  ],
  labels: { preset: [[1, text('全景', 'Wide')], [2, text('主席台', 'Rostrum')], [3, text('发言席', 'Lectern')]] },
};

const projector = {
  device: 'projector',
  name: text('投影机', 'Projector'),
  kind: 'projector',
  driver: 'pjlink',
  simulated: true,
  health: { state: 'online' },
  properties: {
    power: property('standby', { wanted: 'on', pending: 7 }),
    input: property('31'),
    av_mute: property(false),
    lamp_hours: property(1234),
    errors: property('无', { quality: 'stale' }),
  },
  commands: [
    decl('set_power', text('电源', 'Power'), [{ name: 'power', label: text('电源', 'Power'), kind: { type: 'choice', options: [['on', text('开', 'On')], ['standby', text('待机', 'Standby')]] } }], { proof: 'power', danger: 'confirm' }),
    decl('set_input', text('输入', 'Input'), [{ name: 'input', label: text('输入', 'Input'), kind: { type: 'choice', options: [['31', text('数字 1', 'Digital 1')], ['32', text('数字 2', 'Digital 2')], ['11', text('RGB 1', 'RGB 1')]] } }], { proof: 'input' }),
    decl('set_mute', text('画面与声音遮挡', 'AV mute'), [{ name: 'mute', label: text('遮挡', 'Mute'), kind: { type: 'bool' } }], { proof: 'av_mute' }),
  ],
  labels: { power: [['on', text('开', 'On')], ['standby', text('待机', 'Standby')]], input: [['31', text('数字 1', 'Digital 1')], ['32', text('数字 2', 'Digital 2')], ['11', text('RGB 1', 'RGB 1')]] },
};

const lost = {
  ...camera,
  device: 'camera-back',
  name: text('后摄像机', 'Back camera'),
  health: { state: 'lost', reason: text('摄像机 500 ms 内无应答,请检查电源与 RS-485 地址', 'the camera did not answer within 500 ms; check power and the RS-485 address'), code: 'room.camera.timeout', since_ms: Date.now() - 90_000, next_try_ms: Date.now() + 12_000 },
};

const channels = [[1, '主席话筒'], [2, '发改局'], [3, '财政局'], [4, '教育局']];
const mixer = {
  device: 'mixer',
  name: text('调音台', 'Mixer'),
  kind: 'mixer',
  driver: 'x32',
  simulated: true,
  health: { state: 'online' },
  properties: Object.fromEntries(
    channels.flatMap(([channel, name]) => [
      [`name.${channel}`, property(name)],
      [`level.${channel}`, property(-100 * channel)],
      [`mute.${channel}`, property(channel > 1, channel === 4 ? { external: true } : {})],
    ]),
  ),
  commands: [
    decl('set_level', text('电平', 'Level'), [int('channel', '通道', 'Channel', 1, 32), { name: 'level', label: text('电平', 'Level'), kind: { type: 'int', min: -900, max: 100, unit: 'dB', decimals: 1 } }], { proof: 'level.{channel}' }),
    decl('set_mute', text('静音', 'Mute'), [int('channel', '通道', 'Channel', 1, 32), { name: 'mute', label: text('静音', 'Muted'), kind: { type: 'bool' } }], { proof: 'mute.{channel}' }),
  ],
  labels: {},
};

const board = {
  device: 'led',
  name: text('LED 屏', 'LED board'),
  kind: 'led_board',
  driver: 'huidu',
  simulated: true,
  health: { state: 'online' },
  properties: { text: property('欢迎参加全市视频会议'), brightness: property(60), black: property(false) },
  commands: [
    decl('set_text', text('显示文字', 'Show text'), [{ name: 'text', label: text('文字', 'Text'), kind: { type: 'text', max: 200 } }], { proof: 'text' }),
    decl('set_brightness', text('亮度', 'Brightness'), [int('brightness', '亮度', 'Brightness', 0, 100, '%')], { proof: 'brightness' }),
    decl('set_black', text('黑屏', 'Black'), [{ name: 'black', label: text('黑屏', 'Black'), kind: { type: 'bool' } }], { proof: 'black' }),
  ],
  labels: {},
};

const room = (id, zh, en, devices) => ({
  room: id,
  name: text(zh, en),
  rehearsal: true,
  devices,
  scenes: [{ scene: 'meeting', name: text('会议模式', 'Meeting mode'), steps: 4 }],
  run: null,
  terminal: text('终端运行中', 'Terminal runs'),
  at_ms: Date.now(),
});

const rooms = { guiyang: room('guiyang', '桂阳县会议室', 'Guiyang room', [camera, projector, lost, mixer, board]), anren: room('anren', '安仁县会议室', 'Anren room', [camera]) };
rooms.guiyang.discussion = discussion;
const asked = [];
const diff = {
  scene: 'meeting',
  steps: [
    { step: 1, device: 'projector', property: 'power', before: 'standby', after: 'on', already: false, cannot: null },
    { step: 2, device: 'projector', property: 'input', before: '31', after: '31', already: true, cannot: null },
    { step: 3, device: 'camera-front', property: 'preset', before: 1, after: 2, already: false, cannot: null },
    { step: 4, device: 'camera-back', property: 'preset', before: null, after: 1, already: false, cannot: text('设备离线', 'device offline') },
  ],
};

const run = {
  scene: 'meeting',
  actor: 'technician',
  started_at_ms: Date.now(),
  state: 'done_with_faults',
  can_restore: true,
  steps: [
    { step: 1, text: text('投影机开机', 'Projector on'), state: 'done', note: text('预热 18 秒', 'warmed up for 18 s'), took_ms: 18_200 },
    { step: 2, text: text('投影机输入数字 1', 'Projector input digital 1'), state: 'already', note: null, took_ms: null },
    { step: 3, text: text('前摄像机到主席台', 'Front camera to rostrum'), state: 'done', note: null, took_ms: 2100 },
    { step: 4, text: text('后摄像机到全景', 'Back camera to wide'), state: 'skipped', note: text('设备离线', 'device offline'), took_ms: null },
  ],
};

function answer(id, request) {
  asked.push(request);
  if (request.ask === 'scene_preview') return { answer: 'diff', ...diff };
  if (request.ask === 'discuss') return discuss(request.what);
  if (request.ask === 'scene_run') rooms[id].run = run;
  return request.ask === 'command' ? { answer: 'accepted', id: asked.length } : { answer: 'done' };
}

// One scene in all rooms; the one that is away waits.
let round = null;
function roundAnswer(method, path, body) {
  if (path === '/api/scenes/preview') {
    return { rooms: Object.fromEntries(body.rooms.map((id) => [id, id === 'anren' ? { look: 'away' } : { look: 'diff', ...diff }])) };
  }
  if (path === '/api/scenes/round' && method === 'POST') {
    rooms.guiyang.run = { ...run, started_at_ms: Date.now() };
    const told = (id) => (id === 'anren' ? { state: 'waiting' } : { state: 'told', at_ms: Date.now(), late: false });
    round = { number: 1, scene: body.scene, name: text('会议模式', 'Meeting mode'), actor: 'technician', started_at_ms: Date.now(), wish: 'run', rooms: Object.fromEntries(body.rooms.map((id) => [id, told(id)])) };
  } else if (method === 'DELETE') {
    for (const part of Object.values(round.rooms)) if (part.state === 'waiting') part.state = 'dropped';
  } else if (path === '/api/scenes/round/restore') {
    rooms.guiyang.run = { ...run, scene: 'restore', state: 'done', started_at_ms: Date.now(), can_restore: false };
    round = { ...round, wish: 'restore', started_at_ms: Date.now(), rooms: { ...round.rooms, anren: { state: 'dropped' } } };
  }
  return { round };
}

const messageOf = (id) => ({ type: 'room', room: id, name: rooms[id].name, connected: id !== 'anren', since_ms: Date.now() - 60_000, snapshot: rooms[id], whereabouts: id === 'anren' ? { at: 'unreachable' } : { at: 'joined', conference: { conference: 'city-12', title: '全市视频会议' } }, seat: null });

/** All there is to say, and what the latest commands came to. */
export const roomMessages = () => [
  ...Object.keys(rooms).map(messageOf),
  ...asked.map((_, index) => ({ type: 'command', room: 'guiyang', id: index + 1, state: { state: 'confirmed', after_ms: 420 } })),
  ...(round === null ? [] : [{ type: 'round', ...round }]),
  { type: 'heartbeat', at_ms: Date.now() },
];

export function roomAnswer(method, path, body) {
  if (path === '/mock/asked') return { status: 200, body: asked };
  if (path === '/api/pairing-codes') return { status: 200, body: { room: body.room, code: '40817263', expires_at_ms: Date.now() + 600_000 } };
  if (path.startsWith('/api/scenes/')) return { status: 200, body: roundAnswer(method, path, body) };
  const match = /^\/api\/rooms\/([^/]+)\/requests$/.exec(path);
  return method === 'POST' && match !== null && match[1] in rooms ? { status: 200, body: answer(match[1], body) } : null;
}
