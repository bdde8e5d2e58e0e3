// Polling, voice switch and roll call against the clock.
import { put } from './effects-speech.mjs';

/** How long a branch is listened to; shorter than the MCU's 8 s so that tests are quick. */
const WAIT_MS = Number(process.env.MOCK_WAIT_MS ?? 3000);
/** How long a branch needs for its answer. */
const ANSWER_MS = 1200;

const branches = (s) => s.sites.filter((one) => one.site !== s.main_site).map((one) => one.site);
const siteOf = (s, id) => s.sites.find((one) => one.site === id);
const pollingOf = (s, kind) => (kind === 'watch' ? s.rotation.watch : s.forced?.kind === 'polling' ? s.forced.polling : null);

function step(s, kind, index) {
  const polling = pollingOf(s, kind);
  const key = `${kind}_step`;
  const fits = (id) => {
    const one = siteOf(s, id);
    return one.seated && !(polling.skip_absent && one.connection !== 'joined') && !(polling.skip_no_picture && !one.picture);
  };
  const { length } = polling.sites;
  const places = Array.from({ length }, (_, offset) => (index + offset) % length);
  const next = places.find((place) => fits(polling.sites[place]));
  const after = next === undefined ? null : { index: next, site: polling.sites[next], next_at_ms: Date.now() + polling.dwell_s * 1000 };
  return put(s, 'polling_step', { kind, step: after }, { kind, step: s.rotation[key] ?? null }, () => {
    s.rotation[key] = after;
  });
}

const pause = (s, kind, paused) => put(s, 'polling_paused', { kind, paused }, { kind, paused: s.rotation[`${kind}_paused`] }, () => {
  s.rotation[`${kind}_paused`] = paused;
});

function setRollCall(s, after) {
  const before = structuredClone(s.speech.roll_call ?? null);
  return put(s, 'roll_call', { roll_call: structuredClone(after) }, { roll_call: before }, () => {
    s.speech.roll_call = after;
  });
}

function goOn(s, tools, call) {
  for (const row of call.rows) {
    if (row.score != null) continue;
    const there = siteOf(s, row.site);
    if (there.seated && there.connection === 'joined') break;
    row.score = 'no_answer';
  }
  const asked = call.rows.find((row) => row.score == null);
  if (asked === undefined) return setRollCall(s, { ...call, turn: null, finished_at_ms: Date.now() });
  const mics = tools.setMics(s.sites.filter((one) => one.site === asked.site), 'open');
  const turn = { site: asked.site, asked_at_ms: Date.now(), until_ms: Date.now() + WAIT_MS, heard_at_ms: null };
  return [tools.setPreview({ kind: 'site', site: asked.site }), mics, ...setRollCall(s, { ...call, turn })].filter((event) => event !== null);
}

function finish(s, tools, score, byHand) {
  const call = structuredClone(s.speech.roll_call);
  const row = call.rows.find((one) => one.site === call.turn.site);
  row.score = score;
  row.by_hand = byHand;
  row.answer_ms = call.turn.heard_at_ms == null ? null : call.turn.heard_at_ms - call.turn.asked_at_ms;
  const mics = tools.setMics(s.sites.filter((one) => one.site === row.site), 'closed');
  return [mics, ...goOn(s, tools, call)].filter((event) => event !== null);
}

const measured = (s) => {
  const { turn } = s.speech.roll_call;
  const { picture } = siteOf(s, turn.site);
  if (turn.heard_at_ms == null) return picture ? 'picture_without_sound' : 'no_answer';
  return picture ? 'normal' : 'sound_without_picture';
};

export const turnEffects = {
  start_polling: (args, s, tools) => {
    const sites = args.sites?.length > 0 ? args.sites : branches(s);
    const polling = { sites, dwell_s: args.dwell_s ?? 10, skip_absent: !args.keep_absent, skip_no_picture: !args.keep_no_picture, viewers: args.viewers ?? [] };
    const paused = pause(s, args.kind, false);
    const start = args.kind === 'broadcast'
      ? [tools.setForced({ kind: 'polling', polling })]
      : put(s, 'watch_polling', { polling }, { polling: s.rotation.watch ?? null }, () => {
          s.rotation.watch = polling;
        });
    return [...paused, ...start, ...step(s, args.kind, 0)];
  },
  pause_polling: (args, s) => pause(s, args.kind, true),
  resume_polling: (args, s) => pause(s, args.kind, false),
  stop_polling: (args, s, tools) => {
    s.rotation[`${args.kind}_step`] = null;
    if (args.kind === 'broadcast') return [tools.setForced(null)];
    return put(s, 'watch_polling', { polling: null }, { polling: s.rotation.watch ?? null }, () => {
      s.rotation.watch = null;
    });
  },
  set_voice_switch: (args, s) => {
    const after = args.on ? { gate_dbfs: args.gate_dbfs ?? -45, attack_ms: args.attack_ms ?? 300, hold_ms: args.hold_ms ?? 2000 } : null;
    return put(s, 'voice_switch', { voice_switch: after }, { voice_switch: s.rotation.voice_switch ?? null }, () => {
      s.rotation.voice_switch = after;
      s.rotation.loudest = after === null ? null : { site: s.main_site, since_ms: Date.now(), before: null };
    });
  },
  start_roll_call: (args, s, tools) => {
    const sites = args.sites?.length > 0 ? args.sites : branches(s);
    return goOn(s, tools, { started_at_ms: Date.now(), finished_at_ms: null, turn: null, rows: sites.map((site) => ({ site, score: null, answer_ms: null, by_hand: false })) });
  },
  next_roll_call: (_, s, tools) => finish(s, tools, measured(s), false),
  score_roll_call: (args, s, tools) => {
    const call = structuredClone(s.speech.roll_call);
    if (call.turn?.site === args.site) return finish(s, tools, args.score, true);
    const row = call.rows.find((one) => one.site === args.site);
    [row.score, row.by_hand] = [args.score, true];
    return setRollCall(s, call);
  },
  stop_roll_call: (_, s, tools) => {
    const call = structuredClone(s.speech.roll_call);
    const mics = tools.setMics(s.sites.filter((one) => one.site === call.turn.site), 'closed');
    return [mics, ...setRollCall(s, { ...call, turn: null, finished_at_ms: Date.now() })].filter((event) => event !== null);
  },
};

/** What time brings: turns of polling, answers and ends of a roll call. */
export function turnTick(s, tools) {
  const now = Date.now();
  for (const kind of ['broadcast', 'watch']) {
    const last = s.rotation[`${kind}_step`];
    const polling = pollingOf(s, kind);
    if (polling != null && last != null && !s.rotation[`${kind}_paused`] && last.next_at_ms <= now) return step(s, kind, last.index + 1);
  }
  const turn = s.speech.roll_call?.turn;
  if (turn == null) return [];
  const { sound } = siteOf(s, turn.site);
  // Every fourth branch says nothing.
  const answers = sound && s.sites.findIndex((one) => one.site === turn.site) % 4 !== 3;
  if (answers && turn.heard_at_ms == null && now - turn.asked_at_ms >= ANSWER_MS) {
    return setRollCall(s, { ...s.speech.roll_call, turn: { ...turn, heard_at_ms: turn.asked_at_ms + ANSWER_MS } });
  }
  const done = (turn.heard_at_ms != null && now - turn.heard_at_ms > 300) || now >= turn.until_ms;
  return done ? finish(s, tools, measured(s), false) : [];
}
