/** Keeps a held move going while a finger rests on it, and ends it for certain. */

import { RENEW_MS } from './holding';

type Send = () => Promise<unknown>;

/** One hold at a time; messages go out one after another, so that no renewal overtakes the stop. */
export class Holder {
  private timer: ReturnType<typeof setInterval> | null = null;
  private line: Promise<unknown> = Promise.resolve();
  private isOnTheWay = false;
  private stop: Send | null = null;

  start(renew: Send, stop: Send): void {
    this.end();
    this.stop = stop;
    this.push(renew);
    this.timer = setInterval(() => {
      // A slow line gets the next renewal when the last one is through; the room's own dead-man watches meanwhile.
      if (!this.isOnTheWay) this.push(renew);
    }, RENEW_MS);
  }

  /** Ends the hold; does nothing when there is none. */
  end(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    const { stop } = this;
    this.stop = null;
    if (stop !== null) this.push(stop);
  }

  get isHolding(): boolean {
    return this.timer !== null;
  }

  private push(send: Send): void {
    this.isOnTheWay = true;
    const mine = this.line.then(send, send).catch(() => undefined);
    this.line = mine;
    void mine.then(() => {
      if (this.line === mine) this.isOnTheWay = false;
    });
  }
}
