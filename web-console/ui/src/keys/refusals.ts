/** Which chords an action may not have, and why. */

import type { KeyDefinition } from './actions';
import { isCharacterChord, isDigit, isLetter, partsOf } from './chord';
import type { Parts } from './chord';

export type Refusal = 'unknown' | 'system' | 'escape' | 'browser' | 'tabs' | 'desktop' | 'moving' | 'letter' | 'character';

/** Keys by which one moves about and presses: taking them would shut out everybody without a mouse. */
const MOVING = new Set(['Tab', 'Enter', 'Space', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown']);
const SYSTEM = /^(CapsLock|NumLock|ScrollLock|PrintScreen|Pause|ContextMenu|Power|Sleep|WakeUp|Fn|FnLock|Convert|NonConvert|KanaMode|Lang\d|Audio\w+|Media\w+|Browser\w+|Launch\w+)$/;
const ZOOM = new Set(['Digit0', 'Numpad0', 'Minus', 'Equal', 'NumpadAdd', 'NumpadSubtract']);
/** Ctrl and a letter belong to browsers and their text fields, but for undo and redo. */
const FREE_WITH_CTRL = new Set(['KeyZ', 'KeyY']);
/** Ctrl+Alt and a letter that desktops and messengers take (console.md §2.6). */
const DESKTOP_LETTERS = new Set(['KeyA', 'KeyD', 'KeyL', 'KeyS', 'KeyT', 'KeyW', 'KeyZ']);
const FREE_FUNCTION_KEYS = new Set(['F2', 'F4', 'F8', 'F9']);

const isFunctionKey = (code: string): boolean => /^F\d{1,2}$/.test(code);
const isArrow = (code: string): boolean => code.startsWith('Arrow');

function withCtrl({ code, with: held }: Parts): Refusal | null {
  if (isLetter(code)) return FREE_WITH_CTRL.has(code) ? null : 'browser';
  if (ZOOM.has(code)) return 'browser';
  if (isDigit(code)) return 'tabs';
  if (isFunctionKey(code) || code === 'Tab' || code === 'PageUp' || code === 'PageDown' || (code === 'Delete' && held.has('Shift'))) return 'browser';
  if (code === 'Space') return 'desktop';
  return isArrow(code) || code === 'Home' || code === 'End' ? 'moving' : null;
}

function withAlt({ code }: Parts): Refusal | null {
  if (isDigit(code)) return 'tabs';
  if (isLetter(code) || isArrow(code) || code === 'Home') return 'browser';
  return isFunctionKey(code) || code === 'Tab' || code === 'Space' || code === 'Enter' ? 'desktop' : null;
}

const withBoth = ({ code }: Parts): Refusal | null =>
  DESKTOP_LETTERS.has(code) || isArrow(code) || isFunctionKey(code) || code === 'Delete' || code === 'Backspace' || code === 'Tab' ? 'desktop' : null;

function alone(definition: KeyDefinition, chord: string, { code, with: held }: Parts): Refusal | null {
  if (MOVING.has(code)) return definition.takesLetters && isArrow(code) && held.size === 0 ? null : 'moving';
  if (isFunctionKey(code)) return FREE_FUNCTION_KEYS.has(code) ? null : 'browser';
  if (isLetter(code)) return definition.takesLetters ? null : 'letter';
  return isCharacterChord(chord) && !definition.takesCharacters ? 'character' : null;
}

/** Why that action may not have that chord; null when it may. No key at all is always allowed. */
export function refusalOf(definition: KeyDefinition, chord: string): Refusal | null {
  if (chord === '') return null;
  const parts = partsOf(chord);
  if (parts === null || parts.code === 'Unidentified') return 'unknown';
  const { code, with: held } = parts;
  if (held.has('Meta') || SYSTEM.test(code)) return 'system';
  if (code === 'Escape') return 'escape';
  const hasCtrl = held.has('Ctrl');
  const hasAlt = held.has('Alt');
  if (hasCtrl && hasAlt) return withBoth(parts);
  if (hasCtrl) return withCtrl(parts);
  return hasAlt ? withAlt(parts) : alone(definition, chord, parts);
}
