/** A map of keys as a file: everything is written out; reading it refuses whole files rather than taking half of one. */

import { DEFINITIONS, definitionOf } from './actions';
import { canonical } from './chord';
import { changed, keysOf } from './keymap';
import type { Changes } from './keymap';
import { refusalOf } from './refusals';
import type { Refusal } from './refusals';

const FORMAT = 'conference-key-map';
/** The library keeps no longer documents. */
const MAX_BYTES = 56_000;

export type FileFault =
  | { fault: 'form' }
  | { fault: 'action'; action: string }
  | { fault: 'chord'; action: string; chord: string }
  | { fault: 'refused'; action: string; chord: string; why: Refusal }
  | { fault: 'twice'; action: string; other: string; chord: string };

export function writeKeyFile(changes: Changes): string {
  const keys = keysOf(changes);
  const entries = DEFINITIONS.filter((one) => !one.isFixed).map(({ id }) => [id, keys.chordOf(id)]);
  return `${JSON.stringify({ format: FORMAT, version: 1, keys: Object.fromEntries(entries) }, null, 2)}\n`;
}

function parsed(text: string): object | null {
  if (text.length > MAX_BYTES) return null;
  try {
    const value: unknown = JSON.parse(text.replace(/^\u{feff}/u, ''));
    if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== FORMAT || !('keys' in value)) return null;
    return typeof value.keys === 'object' && value.keys !== null && !Array.isArray(value.keys) ? value.keys : null;
  } catch {
    return null;
  }
}

function readOne(action: string, chord: unknown): string | FileFault {
  const definition = definitionOf(action);
  if (definition === null || definition.isFixed) return { fault: 'action', action };
  const text = typeof chord === 'string' ? canonical(chord) : null;
  if (text === null) return { fault: 'chord', action, chord: String(chord) };
  const why = refusalOf(definition, text);
  return why === null ? text : { fault: 'refused', action, chord: text, why };
}

/** What the file changes, or the first thing that is wrong with it. Actions that the file does not name are as they were made. */
export function readKeyFile(text: string): Changes | FileFault {
  const given = parsed(text);
  if (given === null) return { fault: 'form' };
  let changes: Changes = {};
  for (const [action, chord] of Object.entries(given)) {
    const read = readOne(action, chord);
    if (typeof read !== 'string') return read;
    changes = changed(changes, action, read);
  }
  const wanted = new Map<string, string>();
  for (const { id, chord: made } of DEFINITIONS) {
    const chord = changes[id] ?? made;
    const other = chord === '' ? undefined : wanted.get(chord);
    if (other !== undefined) return { fault: 'twice', action: id, other, chord };
    wanted.set(chord, id);
  }
  return changes;
}

export const isFault = (read: Changes | FileFault): read is FileFault => 'fault' in read;
