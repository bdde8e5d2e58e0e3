/** What earlier versions kept in the browser, offered once for upload. */

import type { Library } from './library';

export type Old<T> = { storageKey: string; parse: (text: string) => T[] | null; nameOf: (value: T) => string };

const declinedKey = (storageKey: string): string => `${storageKey}.notUploaded`;

/** What lies in this browser and was not declined. */
export function oldValues<T>({ storageKey, parse }: Old<T>): T[] {
  const text = localStorage.getItem(storageKey);
  return text === null || localStorage.getItem(declinedKey(storageKey)) !== null ? [] : (parse(text) ?? []);
}

/** It stays in the browser, and is not offered again. */
export const decline = <T,>({ storageKey }: Old<T>): void => localStorage.setItem(declinedKey(storageKey), '1');

/** Uploads what the server has not yet under that name; those that are there already, or are refused, stay in the browser. */
export async function upload<T>(old: Old<T>, library: Library<T>): Promise<{ done: number; left: number }> {
  await library.load();
  const all = oldValues(old);
  const taken = new Set(library.store.getState().documents.map((one) => one.name));
  let done = 0;
  for (const value of all) {
    const name = old.nameOf(value);
    // One after the other, so that a refusal is seen beside its name.
    // oxlint-disable-next-line no-await-in-loop
    if (!taken.has(name) && (await library.keep(name, value))) done += 1;
  }
  const left = all.length - done;
  if (left === 0) localStorage.removeItem(old.storageKey);
  else decline(old);
  return { done, left };
}
