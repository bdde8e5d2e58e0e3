// A fake conference: applies commands the simple way, enough to develop the desk against.
import { ASK_FIRST, deskEffects } from './effects-desk.mjs';
import { speechEffects, speechTick } from './effects-speech.mjs';
import { turnEffects, turnTick } from './effects-turns.mjs';

const NAMES = [
  ['main-hall', '主会场', 'Main hall', 'main_hall'],
  ['beihu', '北湖区', 'Beihu', 'branch'],
  ['suxian', '苏仙区', 'Suxian', 'branch'],
  ['guiyang', '桂阳县', 'Guiyang', 'branch'],
  ['yizhang', '宜章县', 'Yizhang', 'branch'],
  ['yongxing', '永兴县', 'Yongxing', 'branch'],
  ['jiahe', '嘉禾县', 'Jiahe', 'branch'],
  ['linwu', '临武县', 'Linwu', 'branch'],
  ['rucheng', '汝城县', 'Rucheng', 'branch'],
  ['guidong', '桂东县', 'Guidong', 'branch'],
  ['anren', '安仁县', 'Anren', 'branch'],
  ['zixing', '资兴市', 'Zixing', 'branch'],
  ['executive', '行政会议室', 'Executive room', 'executive'],
];

export const conference = { snapshot: null, undo: [], redo: [] };

const FAULTS = {
  2: [{ fault: 'picture_black', for_s: 7 }],
  3: [{ fault: 'picture_frozen', for_s: 12 }, { fault: 'sound_howling', frequency_hz: 1250, level_dbfs: -9 }],
  8: [{ fault: 'sound_clipping', permille: 130 }],
  12: [{ fault: 'sound_silent', for_s: 40 }],
};
const FLOOR = { 5: { at_ms: Date.now() - 95_000, order: 1 }, 1: { at_ms: Date.now() - 41_000, order: 2 }, 11: { at_ms: Date.now() - 8000, order: 3 } };

const site = ([id, name, nameEn, kind], index) => ({
  site: id,
  name,
  name_en: nameEn,
  kind,
  seated: index !== 9,
  connection: index === 9 ? 'absent' : index === 6 ? 'offline' : index === 11 ? 'joining' : 'joined',
  connection_since_ms: Date.now() - 130_000 - index * 1000,
  mic: index === 0 ? 'open' : 'closed',
  view: { source: { kind: 'none' }, locked: false },
  tally: { on_air: index === 0, cell: null, seen: false, sees: null },
  loss_permille: index === 4 ? 32 : index % 3,
  rtt_ms: 12,
  bit_rate_bps: 2_000_000,
  picture: index !== 6 && index !== 7 && index !== 9,
  sound: index !== 6 && index !== 9,
  line_bps: index === 3 ? 620_000 : index === 4 ? 96_000 : null,
  faults: FAULTS[index] ?? [],
  floor: FLOOR[index] ?? null,
  mute_locked: false,
  speaker: 'on',
  gain_db: 0,
  wants_chair: index === 8,
  trouble: index === 3 ? 'line_thin' : index === 4 ? 'line_sound_only' : index === 5 ? 'sends_small' : null,
});

export function openConference() {
  const rects = NAMES.map((_, index) => ({ x: (index % 4) * 250, y: Math.floor(index / 4) * 250, w: 250, h: 250 }));
  conference.snapshot = {
    conference: 'city-12',
    title: '全市视频会议(第12号)',
    rehearsal: true,
    rev: 1,
    phase: 'running',
    opened_at_ms: Date.now() - 2_530_000,
    main_site: 'main-hall',
    sites: NAMES.map(site),
    forced: null,
    program: { kind: 'site', site: 'main-hall' },
    preview: { kind: 'site', site: 'guiyang' },
    wall: {
      revision: 4711,
      cells: NAMES.map(([id], index) => ({ site: id, rect: rects[index] })),
      code: { x: 750, y: 750, w: 250, h: 250 },
    },
    undo: null,
    redo: null,
    previous: null,
    content: {},
    desk: { leases: {}, next_step: 0, plans: [] },
    floor_queue: ['yongxing', 'beihu', 'zixing'],
    output: { live: false, live_delay_s: 0, record: 'stopped' },
    rotation: { broadcast_paused: false, cells: [], watch_paused: false },
    settings: { auto_end: false, fade_ms: 0, free_view: false, locked: false, mute_on_join: 'closed', overlays: [] },
    speech: { over: false },
    workers: [
      { worker: 'relay', up: true, current: true },
      { worker: 'mixer', up: true, current: true },
    ],
    at_ms: Date.now(),
  };
}

function setForced(after) {
  const s = conference.snapshot;
  const before = s.forced;
  s.forced = after;
  s.previous = before;
  const shown = after?.kind === 'polling' ? after.polling.sites[0] : after?.site;
  s.program = after?.kind === 'layout' ? { kind: 'layout', layout: after.layout } : { kind: 'site', site: shown ?? s.main_site };
  for (const one of s.sites) {
    const alone = s.program.kind === 'site' && s.program.site === one.site;
    const cell = s.program.kind === 'layout' ? s.program.layout.cells.findIndex((c) => c.source.site === one.site) : -1;
    one.tally = { on_air: alone || cell >= 0, cell: cell >= 0 ? cell + 1 : null, seen: false, sees: null };
  }
  return { event: 'forced_changed', data: { before, after } };
}

function setMics(sites, mic) {
  const changes = sites.filter((one) => one.mic !== mic).map((one) => ({ site: one.site, before: one.mic, after: mic }));
  for (const one of sites) one.mic = mic;
  return changes.length === 0 ? null : { event: 'mics_changed', data: { changes } };
}

function setPreview(after) {
  const before = conference.snapshot.preview;
  conference.snapshot.preview = after;
  return { event: 'preview_changed', data: { before, after } };
}

function seat(id, seated) {
  const one = conference.snapshot.sites.find((other) => other.site === id);
  one.seated = seated;
  one.connection = seated ? 'joined' : 'absent';
  one.connection_since_ms = Date.now();
  one.picture = seated;
  one.sound = seated;
  return { event: seated ? 'site_called' : 'site_hung_up', data: { site: id } };
}

function selectView({ viewer, source }) {
  const { view } = conference.snapshot.sites.find((one) => one.site === viewer);
  const before = view.source;
  view.source = source;
  return { event: 'view_changed', data: { viewer, before, before_locked: false, after: source, after_locked: false } };
}

const EFFECTS = {
  ...deskEffects(conference, (command) => EFFECTS[command.cmd]?.(command.args, conference.snapshot, TOOLS)),
  call: (args) => seat(args.site, true),
  hang_up: (args) => seat(args.site, false),
  call_all_absent: () => seat('guidong', true),
  broadcast_site: (args) => setForced({ kind: 'site', site: args.site }),
  broadcast_layout: (args) => setForced({ kind: 'layout', layout: args.layout }),
  cancel_broadcast: () => setForced(null),
  set_mic: (args) => setMics(conference.snapshot.sites.filter((one) => one.site === args.site), args.mic),
  mute_all: () => setMics(conference.snapshot.sites.filter((one) => one.site !== conference.snapshot.main_site), 'closed'),
  select_view: selectView,
  set_preview: (args) => setPreview(args.picture),
  take: () => setForced(conference.snapshot.preview),
  ...speechEffects,
  ...turnEffects,
};

const TOOLS = { setForced, setMics, setPreview };
/** What undo and redo say must not go back in time. */
const KEPT = new Set(['rev', 'at_ms', 'undo', 'redo']);

function goTo(kept) {
  const s = conference.snapshot;
  for (const key of Object.keys(s)) if (!KEPT.has(key)) delete s[key];
  for (const [key, value] of Object.entries(structuredClone(kept))) if (!KEPT.has(key)) s[key] = value;
}

function takeBack(from, to, event) {
  const last = conference[from].pop();
  if (last === undefined) return [];
  conference[to].push({ ...last, before: structuredClone(conference.snapshot) });
  goTo(last.before);
  return [{ event, data: { rev: last.rev, effect: last.events } }];
}

function info(list) {
  const last = list.at(-1);
  return last === undefined ? null : { rev: last.rev, author: last.author, event: last.events[0] };
}

function told(events, author, origin, idemKey) {
  const s = conference.snapshot;
  s.rev += 1;
  s.at_ms = Date.now();
  s.undo = info(conference.undo);
  s.redo = info(conference.redo);
  return events.map((event) => ({ conference: s.conference, rev: s.rev, at_ms: Date.now(), author, right: 'conference.picture', origin, idem_key: idemKey, event }));
}

/** What the fake MCU decides by itself. */
export function tick() {
  const events = [...speechTick(conference.snapshot), ...turnTick(conference.snapshot, TOOLS)];
  return events.length === 0 ? [] : told(events, 'rule', 'rule', null);
}

export function apply(request, author) {
  const s = conference.snapshot;
  const isOthers = request.cmd === 'undo' && s.undo !== null && s.undo.author !== author;
  if ((ASK_FIRST.has(request.cmd) || isOthers) && !request.confirm) return { answer: { outcome: 'needs_confirmation', token: 'mock-confirm' } };
  let events = [];
  if (request.cmd === 'undo') events = takeBack('undo', 'redo', 'undone');
  else if (request.cmd === 'redo') events = takeBack('redo', 'undo', 'redone');
  else {
    const before = structuredClone(s);
    events = [EFFECTS[request.cmd]?.(request.args, s, { ...TOOLS, author }) ?? []].flat();
    if (events[0]?.problem) return events[0];
    if (events.length > 0) {
      conference.undo.push({ rev: s.rev + 1, author, events, before });
      conference.redo = [];
    }
  }
  if (events.length === 0) return { answer: { outcome: 'unchanged', rev: s.rev } };
  return { answer: { outcome: 'accepted', rev: s.rev + 1 }, envelopes: told(events, author, 'desk', request.idem_key) };
}
