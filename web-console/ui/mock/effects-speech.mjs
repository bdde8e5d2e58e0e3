// Floor, chair, calls to speak, dialogue, sound, content and the conference's own settings: simple changes of state, enough to develop against.
const changed = (before, after) => ({ event: 'changed', data: { before, after } });
const siteOf = (s, id) => s.sites.find((one) => one.site === id);

export function put(s, field, value, before, write) {
  if (JSON.stringify(before) === JSON.stringify(value)) return [];
  write();
  return [changed({ field, value: before }, { field, value })];
}

function ofSite(s, id, field, key, after, name = key) {
  const one = siteOf(s, id);
  const before = { site: id, [name]: one[key] ?? null };
  return put(s, field, { site: id, [name]: after }, before, () => {
    one[key] = after;
  });
}

function timer(s, seconds, autoEnd) {
  const after = seconds == null ? null : { ends_at_ms: Date.now() + seconds * 1000, auto_end: autoEnd ?? false };
  const events = put(s, 'speech_timer', { timer: after }, { timer: s.speech.timer ?? null }, () => {
    s.speech.timer = after;
    s.speech.over = false;
  });
  return events;
}

function leave(s, id) {
  const events = ofSite(s, id, 'floor', 'floor', null, 'request');
  s.floor_queue = s.floor_queue.filter((one) => one !== id);
  return events;
}

function join(s, id) {
  const events = ofSite(s, id, 'floor', 'floor', { at_ms: Date.now(), order: s.floor_queue.length + 1 }, 'request');
  if (!s.floor_queue.includes(id)) s.floor_queue.push(id);
  return events;
}

function speak(s, tools, args) {
  const mics = s.sites.flatMap((one) => {
    const mic = one.site === args.site || one.site === s.speech.chair || one.site === s.main_site ? 'open' : 'closed';
    if (mic === one.mic) return [];
    const change = { site: one.site, before: one.mic, after: mic };
    one.mic = mic;
    return [change];
  });
  return [
    ...timer(s, args.seconds, args.auto_end),
    { event: 'mics_changed', data: { changes: mics } },
    tools.setForced({ kind: 'call_to_speak', site: args.site, speech: { mics, rev: s.rev + 1 } }),
  ];
}

const simple = (target, field, key, value, name = key) => put(null, field, { [name]: value }, { [name]: target[key] ?? null }, () => {
  target[key] = value;
});

export const speechEffects = {
  request_floor: (args, s) => join(s, args.site),
  grant_floor: (args, s, tools) => {
    const site = args.site ?? s.floor_queue[0];
    return site === undefined ? [] : [...leave(s, site), ...speak(s, tools, { ...args, site })];
  },
  defer: (args, s) => [...leave(s, args.site), ...join(s, args.site)],
  withdraw: (args, s) => leave(s, args.site),
  clear_queue: (_, s) => s.floor_queue.flatMap((id) => leave(s, id)),
  call_to_speak: (args, s, tools) => speak(s, tools, args),
  dialogue: (args, s, tools) => [tools.setForced({ kind: 'dialogue', site: args.site, speech: { mics: [], rev: s.rev + 1 } })],
  set_speech_timer: (args, s) => timer(s, args.seconds, args.auto_end),
  grant_chair: (args, s) => [...simple(s.speech, 'chair', 'chair', args.site, 'site'), ...ofSite(s, args.site, 'chair_request', 'wants_chair', false, 'requested')],
  request_chair: (args, s) => ofSite(s, args.site, 'chair_request', 'wants_chair', true, 'requested'),
  revoke_chair: (_, s) => simple(s.speech, 'chair', 'chair', null, 'site'),
  release_chair: (_, s) => simple(s.speech, 'chair', 'chair', null, 'site'),
  mute_lock: (args, s) => ofSite(s, args.site, 'mute_lock', 'mute_locked', args.locked, 'locked'),
  set_speaker: (args, s) => ofSite(s, args.site, 'speaker', 'speaker', args.speaker),
  set_gain: (args, s) => ofSite(s, args.site, 'gain', 'gain_db', args.gain_db),
  set_mute_on_join: (args, s) => simple(s.settings, 'mute_on_join', 'mute_on_join', args.mic, 'mic'),
  start_content: (args, s) => simple(s.content, 'content_site', 'site', args.site),
  stop_content: (_, s) => simple(s.content, 'content_site', 'site', null),
  invite_content: (args, s) => simple(s.content, 'content_invite', 'invited', args.site ?? null, 'site'),
  lock_content: (args, s) => simple(s.content, 'content_lock', 'locked_to', args.site ?? null, 'site'),
  slate: (args, s) => (args.site == null ? simple(s.settings, 'slate', 'slate', args.text ?? null, 'text') : ofSite(s, args.site, 'site_slate', 'slate', args.text ?? null, 'text')),
  set_main_site: (args, s) => simple(s, 'main_site', 'main_site', args.site, 'site'),
  lock: (_, s) => simple(s.settings, 'locked', 'locked', true),
  unlock: (_, s) => simple(s.settings, 'locked', 'locked', false),
  set_free_view: (args, s) => simple(s.settings, 'free_view', 'free_view', args.free_view),
  set_redial: (args, s) => simple(s.settings, 'redial_policy', 'redial', args.policy ?? null, 'policy'),
  extend: (args, s) => {
    const before = { auto_end: s.settings.auto_end, ends_at_ms: s.settings.ends_at_ms ?? null };
    const after = { auto_end: args.auto_end ?? false, ends_at_ms: args.ends_at_ms ?? null };
    return put(s, 'end_time', after, before, () => Object.assign(s.settings, after));
  },
  previous_picture: (_, s, tools) => {
    const before = s.forced;
    const event = tools.setForced(s.previous ?? null);
    s.previous = before;
    return [event];
  },
};

/** Tells once that the speech is over. */
export function speechTick(s) {
  const { speech } = s;
  if (speech.timer == null || speech.over || speech.timer.ends_at_ms > Date.now()) return [];
  speech.over = true;
  return [changed({ field: 'speech_over', value: { over: false } }, { field: 'speech_over', value: { over: true } })];
}
