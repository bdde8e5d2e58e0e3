/** A WHEP client for one monitor: offers, plays, watches over it, and comes back by itself. The MCU is its only peer. */

/** No picture this long after the answer: dial again. DTLS over a bad line takes up to 13 s, this is a city network. */
const FIRST_FRAME_MS = 8000;
/** Frames standing still this long are called stalled. */
const STALLED_MS = 2500;
/** Stalled this long although a picture is due: dial again. */
const GIVE_UP_MS = 8000;
/** How often the receiver's statistics are read. */
const STATS_MS = 1000;
/** Longest wait for local candidates: host candidates come at once. */
const GATHERING_MS = 1000;
const REQUEST_MS = 5000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

export type WhepState = 'connecting' | 'waiting' | 'playing' | 'stalled' | 'retrying';

export type WhepOptions = {
  url: string;
  token: () => Promise<string>;
  onStream: (stream: MediaStream | null) => void;
  onState: (state: WhepState) => void;
  /** Whether a picture is due; without one (an empty preview) silence is no fault. */
  isPictureDue: () => boolean;
};

export const retryPauseMs = (failures: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)) * (0.5 + random / 2);

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export function gathered(peer: RTCPeerConnection): Promise<void> {
  const complete = new Promise<void>((resolve) => {
    const check = (): void => {
      if (peer.iceGatheringState === 'complete') resolve();
    };
    peer.addEventListener('icegatheringstatechange', check);
    check();
  });
  return Promise.race([complete, sleep(GATHERING_MS)]);
}

async function framesDecoded(peer: RTCPeerConnection): Promise<number> {
  let frames = 0;
  const report = await peer.getStats();
  report.forEach((entry: { type: string; kind?: string; framesDecoded?: number }) => {
    if (entry.type === 'inbound-rtp' && entry.kind === 'video') frames += entry.framesDecoded ?? 0;
  });
  return frames;
}

/** A session at the MCU; `resource` is its URL. */
export type Session = { peer: RTCPeerConnection; resource: string | null; token: string };

/** Waits for the session to fail; resolves with whether it ever played. */
function watch(session: Session, options: WhepOptions, stopped: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const { peer } = session;
    const begun = performance.now();
    let frames = 0;
    let lastFrameMs: number | null = null;
    let done = false;
    const finish = (): void => {
      if (done) return;
      done = true;
      clearInterval(timer);
      resolve(lastFrameMs !== null);
    };
    const look = async (): Promise<void> => {
      const decoded = await framesDecoded(peer).catch(() => frames);
      if (done) return;
      const now = performance.now();
      if (decoded > frames) {
        frames = decoded;
        lastFrameMs = now;
        options.onState('playing');
        return;
      }
      const still = now - (lastFrameMs ?? begun);
      if (lastFrameMs !== null && still > STALLED_MS) options.onState('stalled');
      if (options.isPictureDue() && still > (lastFrameMs === null ? FIRST_FRAME_MS : GIVE_UP_MS)) finish();
    };
    const timer = setInterval(() => void look(), STATS_MS);
    peer.addEventListener('connectionstatechange', () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'closed') finish();
    });
    stopped.addEventListener('abort', finish);
    if (stopped.aborted) finish();
  });
}

async function open(options: WhepOptions): Promise<Session> {
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  try {
    const stream = new MediaStream();
    peer.addTransceiver('video', { direction: 'recvonly' });
    peer.addTransceiver('audio', { direction: 'recvonly' });
    peer.addEventListener('track', (event) => {
      stream.addTrack(event.track);
      options.onStream(stream);
    });
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    const token = await options.token();
    const answer = await fetch(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${token}` },
      body: peer.localDescription?.sdp ?? '',
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    if (!answer.ok) throw new Error(`WHEP answered ${answer.status}`);
    const location = answer.headers.get('location');
    const resource = location === null ? null : new URL(location, options.url).href;
    await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    return { peer, resource, token };
  } catch (error) {
    peer.close();
    throw error;
  }
}

export function close(session: Session): void {
  session.peer.close();
  if (session.resource === null) return;
  const headers = { authorization: `Bearer ${session.token}` };
  // Best effort: the MCU forgets a silent session by itself.
  fetch(session.resource, { method: 'DELETE', headers, keepalive: true }).catch(() => undefined);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });

async function playOnce(options: WhepOptions, stopped: AbortSignal): Promise<boolean> {
  const session = await open(options);
  try {
    if (!stopped.aborted) options.onState('waiting');
    return await watch(session, options, stopped);
  } finally {
    close(session);
    options.onStream(null);
  }
}

async function keepPlaying(options: WhepOptions, stopped: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stopped.aborted) {
    options.onState(failures === 0 ? 'connecting' : 'retrying');
    const hasPlayed = await playOnce(options, stopped).catch(() => false);
    if (stopped.aborted) return;
    failures = hasPlayed ? 1 : failures + 1;
    options.onState('retrying');
    await Promise.race([sleep(retryPauseMs(failures, Math.random())), aborted(stopped)]);
  }
}

/** Plays until the returned function is called. */
export function playWhep(options: WhepOptions): () => void {
  const control = new AbortController();
  void keepPlaying(options, control.signal);
  return () => control.abort();
}
