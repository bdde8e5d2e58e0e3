/** 发言时限, as typed and as sent. */

import { wholeNumber } from '../numbers';

export type Limit = { seconds: string; autoEnd: boolean };

export const MIN_S = 5;
export const MAX_S = 7200;
export const noLimit: Limit = { seconds: '300', autoEnd: false };

export type LimitArgs = { seconds: number | null; auto_end: boolean };

export const isGoodLimit = ({ seconds }: Limit): boolean => seconds.trim() === '' || wholeNumber(seconds, MIN_S, MAX_S) !== null;

/** An empty field is no limit; without one nothing can end by itself. */
export function limitArgs({ seconds, autoEnd }: Limit): LimitArgs {
  const value = wholeNumber(seconds, MIN_S, MAX_S);
  return { seconds: value, auto_end: value !== null && autoEnd };
}
