// Fake bookings for the meetings page: a week of them in every state, a busy check that knows one busy site, templates.
const MINUTE = 60_000;
const SITES = [
  ['main-hall', '市政府小礼堂', 'Main hall', 'main_hall'],
  ['beihu', '北湖区', 'Beihu', 'branch'],
  ['suxian', '苏仙区', 'Suxian', 'branch'],
  ['zixing', '资兴市', 'Zixing', 'branch'],
  ['guiyang', '桂阳县', 'Guiyang', 'branch'],
  ['yizhang', '宜章县', 'Yizhang', 'branch'],
  ['yongxing', '永兴县', 'Yongxing', 'branch'],
  ['jiahe', '嘉禾县', 'Jiahe', 'branch'],
  ['linwu', '临武县', 'Linwu', 'branch'],
  ['rucheng', '汝城县', 'Rucheng', 'branch'],
  ['guidong', '桂东县', 'Guidong', 'branch'],
  ['anren', '安仁县', 'Anren', 'branch'],
  ['executive', '市政府常务会议室', 'Executive meeting room', 'executive'],
].map(([site, name, name_en, kind]) => ({ site, name, name_en, kind }));
const ALL = SITES.map((one) => one.site);
const two = (value) => String(value).padStart(2, '0');
/** Wall clock in Shanghai. */
const clock = (ms) => {
  const at = new Date(ms + 8 * 3_600_000);
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}T${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
};
const meeting = (title, sites = ALL, more = {}) => ({
  title, sites, main_site: sites[0], mute_on_join: 'closed', layout: null, plans: [], run_sheet: null, planned_min: 90, auto_end: false, record: true, live: false, classification: '内部', call_before_min: null, ...more,
});
const refusal = (status, code, detail, detailZh, more = {}) => ({ status, body: { code, status, detail, detail_zh: detailZh, ...more } });
let bookings = [];
let templates = [];

const occurrence = (id, startsMs, minutes, state) => ({ slot: clock(startsMs).slice(0, 10), conference: id === 'b1' ? 'city-12' : `m-${id}-${clock(startsMs).slice(0, 10).replaceAll('-', '')}`, calls_at_ms: startsMs - 10 * MINUTE, starts_at_ms: startsMs, ends_at_ms: startsMs + minutes * MINUTE, state });
const row = (id, title, startsMs, state, more = {}, sites = ALL) => ({
  id, rev: 1, author: 'secretary', changed_at_ms: Date.now(), cancelled: false,
  booking: { meeting: meeting(title, sites), start: clock(startsMs), recurrence: null, exceptions: [], ...more },
  occurrences: [occurrence(id, startsMs, 90, state)],
});

export function resetMeetings() {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const day = 24 * 60 * MINUTE;
  const weekly = { pattern: { every: 'week', weekdays: [1, 3] }, end: { ends: 'count', count: 12 } };
  bookings = [
    row('b1', '全市视频会议(第12号)', now - 42 * MINUTE, { state: 'running', warnings: [{ detail: 'the library has no plan named "howling"; load it at the desk', detail_zh: '资料库中没有“howling”,请在会控台载入' }], waits_for: null }),
    row('b2', '防汛调度会', now + 8 * MINUTE, { state: 'opening', waits_for: { detail: 'the MCU does not answer; check that it runs', detail_zh: 'MCU 无应答,请检查其是否运行' }, tries: 4, next_try_at_ms: now + 30_000 }, {}, ['executive', 'guiyang', 'linwu']),
    row('b3', '信访工作例会', now - 200 * MINUTE, { state: 'ended' }, {}, ['main-hall', 'beihu']),
    row('b4', '安全生产调度', now - 130 * MINUTE, { state: 'failed', reason: { detail: '32 conferences are running; end one first', detail_zh: '已有 32 场会议正在进行,请先结束一场' } }, {}, ['main-hall', 'suxian']),
    { ...row('b5', '周调度例会', now + 3 * 60 * MINUTE, { state: 'planned' }, { recurrence: weekly }), occurrences: [occurrence('b5', now + 3 * 60 * MINUTE, 90, { state: 'planned' }), occurrence('b5', now + 2 * day, 90, { state: 'planned' })] },
    row('b6', '乡村振兴培训', now + day, { state: 'planned' }, {}, ['main-hall', 'rucheng', 'guidong']),
    { ...row('b7', '已撤销的会', now + day + 120 * MINUTE, { state: 'cancelled' }), cancelled: true },
  ];
  templates = [
    { name: '全市例会', rev: 1, author: 'secretary', changed_at_ms: now, meeting: meeting('全市例会') },
    { name: '应急调度', rev: 1, author: 'operator', changed_at_ms: now, meeting: meeting('应急调度会', ['executive', 'guiyang', 'linwu'], { planned_min: 60 }) },
  ];
}
resetMeetings();

/** 桂阳县 is always held, so that busy marks can be seen. */
function check(booking) {
  const [title, day] = [booking?.meeting?.title ?? '', booking?.start ?? ''];
  const startsMs = new Date(`${day}:00+08:00`).getTime();
  if (title === '' || Number.isNaN(startsMs)) return refusal(422, 'console.booking.invalid', 'title: 1 to 200 bytes without control characters', '会议名称应为 1 到 200 字节,且不含控制字符');
  const held_by = { booking: 'b6', title: '乡村振兴培训', author: 'secretary', until_ms: startsMs + 30 * MINUTE };
  const clashes = booking.meeting.sites.includes('guiyang') ? [{ slot: day.slice(0, 10), starts_at_ms: startsMs, over: { over: 'site', site: 'guiyang' }, held_by }] : [];
  return { status: 200, body: { occurrences: booking.recurrence ? 12 : 1, first_at_ms: startsMs, last_at_ms: startsMs, clashes, marks: [{ slot: day.slice(0, 10), starts_at_ms: startsMs, over: { over: 'site', site: 'guiyang' }, held_by }], free_at_ms: clashes.length > 0 ? startsMs + 40 * MINUTE : null } };
}

function put(id, booking, rev) {
  const answer = check(booking);
  if (answer.status !== 200) return answer;
  if (answer.body.clashes.length > 0) return refusal(409, 'console.booking.busy', 'Guiyang is held', '桂阳县被“乡村振兴培训”(secretary)占用', answer.body);
  const startsMs = answer.body.first_at_ms;
  const one = { id, rev, author: 'secretary', changed_at_ms: Date.now(), cancelled: false, booking, occurrences: [occurrence(id, startsMs, booking.meeting.planned_min, { state: 'planned' })] };
  bookings = [...bookings.filter((other) => other.id !== id), one];
  return { status: rev === 1 ? 201 : 200, body: one };
}

function oneBooking(method, id, body) {
  const there = bookings.find((one) => one.id === id);
  if (there === undefined) return refusal(404, 'console.path.unknown', 'no such thing', '没有此内容');
  if (method === 'GET') return { status: 200, body: there };
  if (method === 'PUT') return put(id, body.booking, there.rev + 1);
  Object.assign(there, { cancelled: true, rev: there.rev + 1 });
  for (const one of there.occurrences) one.state = { state: 'cancelled' };
  return { status: 200, body: there };
}

export function meetingsAnswer(method, url, body, account) {
  const path = url.split('?')[0];
  if (!path.startsWith('/api/bookings') && !path.startsWith('/api/templates')) return null;
  if (method !== 'GET' && path !== '/api/bookings/check' && account === 'technician') return refusal(403, 'console.right.missing', 'your role may not do this', '您的角色无此权限,请联系值机员');
  if (path === '/api/bookings/check') return check(body.booking);
  if (path === '/api/bookings/now') {
    const template = templates.find((one) => one.name === body.template);
    const id = `n${body.request_id}`;
    bookings = [...bookings.filter((one) => one.id !== id), row(id, template.meeting.title, Math.floor(Date.now() / MINUTE) * MINUTE, { state: 'opening', waits_for: null, tries: 0, next_try_at_ms: Date.now() }, {}, template.meeting.sites)];
    return { status: 201, body: bookings.at(-1) };
  }
  if (path === '/api/bookings' && method === 'GET') return { status: 200, body: { bookings, time_zone: 'Asia/Shanghai', call_before_min: 10, sites: SITES, now_ms: Date.now() } };
  if (path === '/api/bookings') return put(`b${Date.now().toString(36)}`, body, 1);
  if (path.startsWith('/api/bookings/')) return oneBooking(method, path.split('/')[3], body);
  if (method === 'GET') return { status: 200, body: { templates } };
  const name = method === 'POST' ? body.name : decodeURIComponent(path.split('/')[3]);
  templates = templates.filter((one) => one.name !== name);
  if (method === 'DELETE') return { status: 204, body: null };
  templates.push({ name, rev: 1, author: account, changed_at_ms: Date.now(), meeting: body.meeting ?? body.value });
  return { status: 201, body: templates.at(-1) };
}
