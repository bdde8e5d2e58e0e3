// Rehearsals of the stand-in server: injections kept in memory, a debrief that never changes.
const label = (zh, en) => ({ zh, en });
const int = (name, zh, en, min, max, unit) => ({ name, label: label(zh, en), kind: { type: 'int', min, max, unit } });
const faults = [
  { fault: 'picture_black', label: label('画面黑屏', 'Black picture'), group: 'picture', params: [] },
  { fault: 'sound_howling', label: label('啸叫', 'Howling'), group: 'sound', params: [int('frequency_hz', '频率', 'Frequency', 250, 5000, 'Hz')] },
  { fault: 'line_loss', label: label('丢包', 'Packet loss'), group: 'line', params: [int('percent', '丢包率', 'Loss', 1, 80, '%'), { name: 'burst', label: label('成串丢失', 'In bursts'), kind: { type: 'bool' } }] },
  { fault: 'line_cut', label: label('断线', 'Line cut'), group: 'line', params: [] },
  { fault: 'mic_dead', label: label('话筒无声', 'Dead microphone'), group: 'sound', params: [] },
];
const exercises = [
  { exercise: 'roll_call', title: label('点名找故障', 'Faults in a roll call'), text: label('四个分会场分别话筒无声、画面黑屏、无应答、应答迟,持续 10 分钟;请完成点名', 'Four branches suffer; do a roll call'), for_s: 600 },
];
let injections = [];
let last = 0;

const add = (site, fault, for_s, due, hidden) => {
  const now = Date.now();
  last += 1;
  const state = due <= now ? 'active' : 'planned';
  injections.push({ id: last, site, fault, for_s, author: 'operator', hidden, exercise: '', due_ms: due, began_ms: state === 'active' ? now : null, ended_ms: null, state, note: '' });
};

const row = (id, site, fault, seen, act, verdict, name) => ({
  id, site, fault: { fault }, began_ms: 1_795_000_000_000 + id * 60_000, for_ms: 45_000, hidden: id % 2 === 0, seen_after_ms: seen, needed: verdict !== 'not_needed', act_after_ms: act, act: name, by: act === null ? null : 'operator', on_air_ms: act ?? 0, verdict,
});
const debrief = {
  rows: [
    row(1, 'guiyang', 'picture_black', 2300, 6400, 'prompt', 'left_air'),
    row(2, 'beihu', 'sound_howling', 3100, 14_200, 'slow', 'mic_closed'),
    row(3, 'anren', 'line_cut', 900, null, 'missed', null),
    row(4, 'rucheng', 'mic_dead', null, null, 'not_needed', null),
  ],
  wrong_cuts: [{ at_ms: 1_795_000_200_000, site: 'anren', by: 'operator', why: 'absent', for_ms: 3100 }],
  no_picture_ms: 6400,
  mutes_lost: 0,
  score: { injected: 4, seen: 3, needed: 3, prompt: 1, slow: 1, missed: 1, median_ms: 14_200, points: 45 },
};

/** The answer, or null when the path is no rehearsal's. */
export function rehearsalAnswer(method, path, body) {
  const part = /^\/api\/conferences\/[^/]+\/rehearsal(\/.*)?$/.exec(path);
  if (part === null) return null;
  const rest = part[1] ?? '';
  const now = Date.now();
  if (rest === '/debrief') return { status: 200, body: debrief };
  if (rest === '/clear') injections = [];
  if (rest === '/injections') for (const site of body.sites) add(site, body.fault, body.for_s, body.begin.when === 'now' ? now : now + 30_000 * body.begin.minutes, body.hidden);
  if (rest === '/exercises') add('yizhang', { fault: 'mic_dead' }, 600, now + 20_000, body.hidden);
  const lift = /^\/injections\/(\d+)\/lift$/.exec(rest);
  if (lift !== null) injections = injections.filter((one) => one.id !== Number(lift[1]));
  if (method === 'POST') return { status: 200, body: injections };
  return { status: 200, body: { injections, faults, exercises, max_fault_s: 1800, now_ms: now } };
}
