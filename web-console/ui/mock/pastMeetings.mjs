// Past meetings for the after-meeting page: one that has ended with everything that can be in a report, one that runs, one that was lost, many that are old.
const MINUTE = 60_000;
const BEGIN = new Date('2026-11-23T09:00:00').getTime();
const END = BEGIN + 142 * MINUTE;
const at = (minutes) => BEGIN + Math.round(minutes * MINUTE);
const span = (from, to) => ({ from_ms: at(from), to_ms: at(to) });
const text = (zh, en) => ({ zh, en });

const SITES = [
  ['main', '主会场', 'Main hall', 'main_hall'],
  ['executive', '行政会议室', 'Executive room', 'executive'],
  ['guiyang', '桂阳县', 'Guiyang', 'branch'],
  ['linwu', '临武县', 'Linwu', 'branch'],
  ['jiahe', '嘉禾县', 'Jiahe', 'branch'],
  ['yizhang', '宜章县', 'Yizhang', 'branch'],
  ['rucheng', '汝城县', 'Rucheng', 'branch'],
  ['guidong', '桂东县', 'Guidong', 'branch'],
  ['anren', '安仁县', 'Anren', 'branch'],
  ['yongxing', '永兴县', 'Yongxing', 'branch'],
  ['zixing', '资兴市', 'Zixing', 'branch'],
  ['beihu', '北湖区', 'Beihu', 'branch'],
  ['suxian', '苏仙区', 'Suxian', 'branch'],
];
const nameOf = (site) => {
  const [, zh, en] = SITES.find(([id]) => id === site);
  return text(zh, en);
};

const meeting = (id, title, state, opened, ended) => ({
  id,
  conference: 'city-12',
  title,
  state,
  opened_at_ms: opened,
  ended_at_ms: ended,
  seen_ms: ended ?? opened + 95 * MINUTE,
});

const meetings = [
  meeting('city-12-1', '全市视频会议(第12号)', 'ended', BEGIN, END),
  meeting('city-12-2', '全市防汛工作调度会', 'running', BEGIN - 24 * 60 * MINUTE, null),
  meeting('city-12-3', '乡村振兴工作推进会', 'lost', BEGIN - 3 * 24 * 60 * MINUTE, null),
  ...Array.from({ length: 60 }, (_, index) =>
    meeting(`old-${index}`, `例行工作会议(第${60 - index}期)`, 'ended', BEGIN - (4 + index) * 24 * 60 * MINUTE, BEGIN - (4 + index) * 24 * 60 * MINUTE + 75 * MINUTE),
  ),
];

function attendance([site, zh, en, kind], index) {
  const row = (present, outages, share, worst, rtt) => ({
    site,
    name: text(zh, en),
    kind,
    joined_at_ms: present[0]?.from_ms ?? null,
    left_at_ms: null,
    present,
    present_s: present.reduce((sum, one) => sum + (one.to_ms - one.from_ms) / 1000, 0),
    outages,
    unknown: [],
    availability_permille: share,
    worst_loss_permille: worst,
    worst_rtt_ms: rtt,
  });
  if (site === 'suxian') return row([], [], 0, 0, null);
  if (site === 'linwu') return row([span(1, 40), span(44.5, 101), span(102, 142)], [span(40, 44.5), span(101, 102)], 951, 84, 210);
  if (site === 'rucheng') return { ...row([span(12, 60), span(64, 142)], [], 915, 12, 96), unknown: [span(60, 64)] };
  return row([span(index % 3 === 0 ? 0 : 0.5, 142)], [], index % 3 === 0 ? 1000 : 996, 2, 31);
}

const line = (minutes, lane, zh, en, more = {}) => ({
  at_ms: at(minutes),
  lasted_ms: null,
  planned_s: null,
  lane,
  site: null,
  author: '张值机',
  text: text(zh, en),
  ...more,
});

const rollCallRow = (site, score, answer_ms, picture, sound, by_hand = false) => ({ site, score, answer_ms, picture, sound, by_hand });

function report(one) {
  const running = one.state !== 'ended';
  return {
    meeting: one,
    figures: {
      planned_begin_ms: at(0),
      planned_end_ms: at(120),
      began_ms: BEGIN,
      until_ms: END,
      invited: 13,
      attended: 12,
      availability_permille: 912,
      longest_outage: { site: 'linwu', span: span(40, 44.5) },
      faults: 3,
      acts: 41,
    },
    attendance: SITES.map(attendance),
    timeline: [
      line(0, 'meeting', '会议开始', 'Conference opened'),
      line(0.5, 'site', '桂阳县 入会', 'Guiyang joined', { author: null, site: 'guiyang' }),
      line(3, 'roll_call', '点名结束 12/12', 'Roll call over 12/12', { author: null }),
      line(10, 'program', '广播 主会场', 'Broadcast Main hall', { lasted_ms: 32 * MINUTE }),
      line(40, 'site', '临武县 断线', 'Linwu lost its line', { author: null, site: 'linwu' }),
      line(42, 'speech', '广播 点名发言 桂阳县 · 发言计时至 09:50', 'Broadcast Guiyang called to speak · Speech until 09:50', { lasted_ms: 9.5 * MINUTE, planned_s: 480 }),
      line(52, 'content', '双流:桂阳县 演示', 'Guiyang shows content', { lasted_ms: 6 * MINUTE }),
      line(61, 'fault', '嘉禾县 啸叫 开始', 'Jiahe: Howling began', { author: null }),
      line(61.2, 'desk', '闭音 嘉禾县', 'Mute Jiahe'),
      line(80, 'polling', '广播 广播轮询', 'Broadcast Polling on air', { lasted_ms: 20 * MINUTE }),
      line(101, 'plan', '预案已执行 分会场断线重呼', 'Plan Redial a lost branch ran', { author: null }),
      line(120, 'run_sheet', '导播单下一条:第 4 条', 'Run sheet: step 4 is next'),
      ...(running ? [] : [line(142, 'meeting', '会议结束', 'Conference ended')]),
    ],
    program: [
      { span: span(0, 10), text: text('未广播(各会场按规则观看)', 'Nothing forced; each site by its own rules'), forced: false },
      { span: span(10, 42), text: nameOf('main'), forced: true },
      { span: span(42, 51.5), text: text('点名发言 桂阳县', 'Guiyang called to speak'), forced: true },
      { span: span(51.5, 80), text: nameOf('main'), forced: true },
      { span: span(80, 100), text: text('广播轮询', 'Polling on air'), forced: true },
      { span: span(100, 142), text: nameOf('main'), forced: true },
    ],
    speeches: [
      { site: 'guiyang', span: span(42, 51.5), planned_s: 480, dialogue: false },
      { site: 'linwu', span: span(110, 119), planned_s: null, dialogue: true },
    ],
    content: [{ span: span(52, 58), text: nameOf('guiyang'), forced: true }],
    roll_calls: [
      {
        started_at_ms: at(1),
        finished_at_ms: at(3),
        rows: SITES.slice(1).map(([site], index) => {
          if (site === 'suxian') return rollCallRow(site, 'no_answer', null, null, false);
          if (site === 'jiahe') return rollCallRow(site, 'sound_without_picture', 2100, false, true, true);
          return rollCallRow(site, 'normal', 900 + index * 130, true, true);
        }),
      },
    ],
    faults: [
      { site: 'jiahe', fault: 'sound_howling', from_ms: at(61), to_ms: at(61.3), response: { after_s: 12, author: '张值机', text: text('闭音 嘉禾县', 'Mute Jiahe') } },
      { site: 'linwu', fault: 'loss_high', from_ms: at(38), to_ms: at(47), response: null },
      { site: 'zixing', fault: 'picture_frozen', from_ms: at(88), to_ms: null, response: { after_s: 95, author: '张值机', text: text('挂断 资兴市', 'Hang up Zixing') } },
    ],
    plans: [
      { at_ms: at(101), title: '分会场断线重呼', outcome: 'ran', author: null, rolled_back_ms: null },
      { at_ms: at(61.1), title: '啸叫处置', outcome: 'dismissed', author: '张值机', rolled_back_ms: null },
    ],
    run_sheet: [
      { number: 1, title: '开场', planned_at_ms: at(0), actual_at_ms: at(0.2) },
      { number: 2, title: '领导讲话', planned_at_ms: at(10), actual_at_ms: at(10) },
      { number: 3, title: '桂阳县发言', planned_at_ms: at(40), actual_at_ms: at(42) },
      { number: 4, title: '总结', planned_at_ms: at(110), actual_at_ms: running ? null : at(120) },
    ],
    outputs: [
      { live: false, paused: false, span: span(0, 70) },
      { live: false, paused: true, span: span(70, 75) },
      { live: true, paused: false, span: span(5, 142) },
    ],
    advice: [
      text('临武县 可用率 95.1%,断线 2 次:会前检查线路与终端供电。', 'Linwu was available 95.1 % and lost 2 times: check its line and power before the next meeting.'),
      text('嘉禾县 出现啸叫:降低扬声器音量,调整话筒位置。', 'Jiahe howled: turn its loudspeaker down and move its microphones.'),
      text('苏仙区 未入会:核对会议通知、终端与线路。', 'Suxian never joined: check the invitation, its terminal and its line.'),
    ],
    minutes: {
      place: nameOf('main'),
      host: nameOf('main'),
      present: SITES.slice(0, 12).map(([site]) => site),
      absent: ['suxian'],
      agenda: ['开场', '领导讲话', '桂阳县发言'],
    },
    gaps: [{ span: span(60, 64), text: text('控制台未在跟踪,会场与故障情况不明(操作记录完整)', 'The console did not follow: sites and faults are not known, acts are complete') }],
  };
}

const PAGE_SIZE = 50;

/** The answer to a request about meetings; null when it is about something else. */
export function meetingAnswer(path) {
  const { pathname, searchParams } = new URL(path, 'http://mock');
  if (pathname === '/api/meetings') {
    const page = Number(searchParams.get('page') ?? 0);
    const some = meetings.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    return { status: 200, body: { meetings: some, total: meetings.length, page, page_size: PAGE_SIZE } };
  }
  const [, id, what] = /^\/api\/meetings\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  const one = meetings.find((known) => known.id === id);
  if (one === undefined) return null;
  return { status: 200, body: what === 'report' ? report(one) : { file: what } };
}
