/** A WebSocket that comes back by itself. */

/** First and longest pause between attempts; jittered so that all desks do not dial at once. */
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 2000;
/** Silence after which the connection is given up: a heartbeat comes every second. */
const SILENCE_MS = 5000;

export type SocketHandlers = {
  onText: (text: string) => void;
  onBinary: (buffer: ArrayBuffer) => void;
  /** Each time the connection is lost or refused; `code` as in RFC 6455, 0 when given up for silence. */
  onLost: (code: number) => void;
};

/** Pause before the next attempt, given how many failed and a random number from 0 to 1. */
export const pauseMs = (failures: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + random / 2);

/** Keeps a socket to `url` until the returned function is called. */
export function keepSocket(url: string, handlers: SocketHandlers): () => void {
  let failures = 0;
  let hangUp = (): void => undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const dial = (): void => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const attempt = new AbortController();
    const { signal } = attempt;
    let silence: ReturnType<typeof setTimeout> | undefined;

    hangUp = () => {
      attempt.abort();
      clearTimeout(silence);
      socket.close();
    };
    const lose = (code: number): void => {
      hangUp();
      handlers.onLost(code);
      retry = setTimeout(dial, pauseMs(failures, Math.random()));
      failures += 1;
    };
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => lose(0), SILENCE_MS);
    };
    const onMessage = (message: MessageEvent<unknown>): void => {
      alive();
      failures = 0;
      if (typeof message.data === 'string') handlers.onText(message.data);
      else if (message.data instanceof ArrayBuffer) handlers.onBinary(message.data);
    };

    alive();
    socket.addEventListener('open', alive, { signal });
    socket.addEventListener('message', onMessage, { signal });
    socket.addEventListener('close', (event) => lose(event.code), { signal });
  };

  dial();
  return () => {
    clearTimeout(retry);
    hangUp();
  };
}
