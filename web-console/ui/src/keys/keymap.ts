/** The map of keys: what somebody changed, laid over what keys are otherwise. Pure. By physical place, so that layout and input method do not matter. */

import { DEFINITIONS, SITE_CODES, definitionOf } from './actions';
import type { KeyAction } from './actions';
import { canonical, chordOfPress, isCharacterChord, shortCap } from './chord';
import type { KeyPress } from './chord';
import { refusalOf } from './refusals';
import type { Refusal } from './refusals';

/** Action → chord, for those that are not as they were made; an empty chord is no key. */
export type Changes = { readonly [id: string]: string };

export type Keys = {
  chordOf: (id: string) => string;
  /** Which action that chord belongs to. */
  holderOf: (chord: string) => string | null;
};

/** Changes count before what was made; a chord belongs to one action. */
export function keysOf(changes: Changes): Keys {
  const chords = new Map<string, string>();
  const holders = new Map<string, string>();
  const give = (id: string, chord: string): void => {
    const isFree = chord !== '' && !holders.has(chord);
    chords.set(id, isFree ? chord : '');
    if (isFree) holders.set(chord, id);
  };
  for (const { id, isFixed, chord } of DEFINITIONS) {
    const wanted = isFixed ? chord : changes[id];
    if (wanted !== undefined) give(id, wanted);
  }
  for (const { id, chord } of DEFINITIONS) if (!chords.has(id)) give(id, chord);
  return { chordOf: (id) => chords.get(id) ?? '', holderOf: (chord) => holders.get(chord) ?? null };
}

/** What a key press asks for. Key repeat asks for nothing: a held key must not flood the air. */
export function actionOf(keys: Keys, press: KeyPress): KeyAction | null {
  if (press.isComposing || press.repeat) return null;
  const id = keys.holderOf(chordOfPress(press));
  return id === null ? null : (definitionOf(id)?.action ?? null);
}

/** Whether that press types a character; those keys can be switched off (WCAG 2.1.4). */
export const typesCharacter = (press: KeyPress): boolean => isCharacterChord(chordOfPress(press));

/** `changes` with that chord, without what is as it was made. */
export function changed(changes: Changes, id: string, chord: string): Changes {
  const others = Object.entries(changes).filter(([key]) => key !== id);
  return Object.fromEntries(definitionOf(id)?.chord === chord ? others : [...others, [id, chord]]);
}

export type Attempt =
  | { kind: 'done'; changes: Changes }
  | { kind: 'refused'; why: Refusal }
  /** Another action has it. `swapped` is null when that action may not have the key given up, for the reason of `why`. */
  | { kind: 'taken'; by: string; swapped: Changes | null; why: Refusal | null; taken: Changes };

/** Gives an action a chord, or says why not. */
export function attempt(changes: Changes, id: string, chord: string): Attempt {
  const definition = definitionOf(id);
  const why = definition === null || definition.isFixed ? 'unknown' : refusalOf(definition, chord);
  if (why !== null) return { kind: 'refused', why };
  const keys = keysOf(changes);
  const by = keys.holderOf(chord);
  const after = changed(changes, id, chord);
  const other = by === null || by === id ? null : definitionOf(by);
  if (other === null) return { kind: 'done', changes: after };
  const given = keys.chordOf(id);
  const cannot = refusalOf(other, given);
  return { kind: 'taken', by: other.id, swapped: cannot === null && given !== '' ? changed(after, other.id, given) : null, why: cannot, taken: changed(after, other.id, '') };
}

/** Back to the key an action was made with. */
export const attemptDefault = (changes: Changes, id: string): Attempt => attempt(changes, id, definitionOf(id)?.chord ?? '');

/** What a saved map has that can be used; the rest is left out, so that a later version's map still works. */
export function readChanges(value: unknown): Changes | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const good = Object.entries(value).flatMap(([id, chord]): [string, string][] => {
    const definition = definitionOf(id);
    const written = typeof chord === 'string' ? canonical(chord) : null;
    return definition === null || definition.isFixed || written === null || refusalOf(definition, written) !== null ? [] : [[id, written]];
  });
  return Object.fromEntries(good);
}

/** What is printed on the key of a site in lists of sites that have keys of their own, or null beyond the thirteenth. */
export function siteKeyCap(index: number): string | null {
  const code = SITE_CODES[index];
  return code === undefined ? null : shortCap(code);
}

/** Where the arrows lead on a wall of `count` tiles in rows of `columns`. */
export function moveOnWall(code: string, from: number, count: number, columns: number): number | null {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, ArrowUp: from - columns, ArrowDown: from + columns, Home: 0, End: count - 1 }[code];
  return to === undefined || to < 0 || to >= count ? null : to;
}
