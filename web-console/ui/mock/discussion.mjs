// A fake discussion over a mixer's channels: seats ask, are granted, are closed.
const text = (zh, en) => ({ zh, en });
const seat = (number, zh, en, more = {}) => ({ seat: number, name: text(zh, en), is_chair: false, open: false, wanted: null, speaking_since_ms: null, place: null, is_lost: false, ...more });

export const discussion = {
  device: 'mixer',
  is_own: true,
  mode: 'approval',
  modes: ['open', 'approval', 'fifo', 'limited'],
  max_open: 2,
  seats: [
    seat(1, '李主任', 'Director Li', { is_chair: true, open: true, speaking_since_ms: Date.now() - 200_000 }),
    seat(2, '发改局', 'Development bureau', { place: 2 }),
    seat(3, '财政局', 'Finance bureau', { place: 1 }),
    seat(4, '教育局', 'Education bureau'),
    seat(5, '卫健局', 'Health bureau', { is_lost: true }),
    seat(6, '水利局', 'Water bureau', { open: null }),
  ],
  speech_limit_s: 180,
  follows: false,
  vote: null,
};

const queue = () => discussion.seats.filter((one) => one.place !== null).toSorted((one, other) => one.place - other.place);

function renumber(waiting) {
  for (const one of discussion.seats) one.place = null;
  for (const [index, one] of waiting.entries()) one.place = index + 1;
}

function open(one) {
  renumber(queue().filter((other) => other !== one));
  Object.assign(one, { open: true, speaking_since_ms: Date.now() });
}

const close = (one) => Object.assign(one, { open: false, speaking_since_ms: null });

export function discuss(what) {
  const one = discussion.seats.find((other) => other.seat === what.seat);
  const acts = {
    request: () => renumber([...queue(), one]),
    withdraw: () => renumber(queue().filter((other) => other !== one)),
    grant: () => open(one),
    close: () => close(one),
    next: () => open(queue()[0]),
    all_off: () => discussion.seats.filter((other) => other.open && !other.is_chair).forEach(close),
    clear_requests: () => renumber([]),
    set_mode: () => Object.assign(discussion, { mode: what.mode }),
    set_speech_limit: () => Object.assign(discussion, { speech_limit_s: what.seconds }),
    follow: () => Object.assign(discussion, { follows: what.on }),
    open_vote: () => Object.assign(discussion, { vote: { title: what.title, opened_at_ms: Date.now(), closed_at_ms: null, yes: 0, no: 0, abstain: 0 } }),
    count_vote: () => Object.assign(discussion.vote, { yes: what.yes, no: what.no, abstain: what.abstain }),
    close_vote: () => Object.assign(discussion.vote, { closed_at_ms: Date.now() }),
  };
  acts[what.act]();
  return { answer: 'done' };
}
