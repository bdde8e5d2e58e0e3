import { describe, expect, it } from 'vitest';

import { panels } from '../features/desk/tools/registry';
import { DEFINITIONS, SITE_CODES, definitionOf } from './actions';
import { longCap, shortCap } from './chord';
import type { KeyPress } from './chord';
import { isFault, readKeyFile, writeKeyFile } from './keyFile';
import { actionOf as ask, attempt, attemptDefault, changed, keysOf, moveOnWall, readChanges, siteKeyCap, typesCharacter } from './keymap';
import type { Changes } from './keymap';
import { refusalOf } from './refusals';

const actionOf = (press: KeyPress, changes: Changes = {}) => ask(keysOf(changes), press);

const key = (code: string, more: Partial<KeyPress> = {}): KeyPress => ({
  code,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  isComposing: false,
  repeat: false,
  ...more,
});

describe('keymap', () => {
  it('puts thirteen sites on the digit row in site order', () => {
    expect(SITE_CODES.map((code) => actionOf(key(code)))).toEqual(SITE_CODES.map((_, index) => ({ act: 'preview', index })));
    expect([0, 9, 10, 11, 12, 13].map(siteKeyCap)).toEqual(['1', '0', '-', '=', '`', null]);
  });

  it('leaves Ctrl+digit and Alt+digit to the browser', () => {
    expect(actionOf(key('Digit3', { ctrlKey: true }))).toBeNull();
    expect(actionOf(key('Digit3', { altKey: true }))).toBeNull();
  });

  it('knows the modified digits', () => {
    expect(actionOf(key('Digit3', { shiftKey: true }))).toEqual({ act: 'select_view', index: 2 });
    expect(actionOf(key('Digit3', { ctrlKey: true, altKey: true }))).toEqual({ act: 'mic', index: 2 });
  });

  it('cuts, undoes, mutes and helps', () => {
    expect(actionOf(key('Enter', { ctrlKey: true }))).toEqual({ act: 'cut' });
    expect(actionOf(key('NumpadEnter'))).toEqual({ act: 'cut' });
    expect(actionOf(key('KeyZ', { ctrlKey: true }))).toEqual({ act: 'undo' });
    expect(actionOf(key('KeyM', { ctrlKey: true, altKey: true }))).toEqual({ act: 'mute_all' });
    expect(actionOf(key('Slash', { shiftKey: true }))).toEqual({ act: 'help' });
    expect(actionOf(key('Escape'))).toEqual({ act: 'cancel' });
  });

  it('fades, goes back, makes again and opens panels', () => {
    expect(actionOf(key('NumpadAdd'))).toEqual({ act: 'fade' });
    expect(actionOf(key('Enter', { ctrlKey: true, shiftKey: true }))).toEqual({ act: 'fade' });
    expect(actionOf(key('Backspace'))).toEqual({ act: 'previous' });
    expect(actionOf(key('Backspace', { ctrlKey: true }))).toBeNull();
    expect(actionOf(key('KeyZ', { ctrlKey: true, shiftKey: true }))).toEqual({ act: 'redo' });
    expect(actionOf(key('KeyG', { ctrlKey: true, altKey: true }))).toEqual({ act: 'grant_next' });
    expect(actionOf(key('KeyR', { ctrlKey: true, altKey: true }))).toEqual({ act: 'panel', id: 'rollCall' });
    expect(actionOf(key('KeyZ', { ctrlKey: true, altKey: true }))).toBeNull();
    expect(actionOf(key('Enter', { ctrlKey: true, altKey: true }))).toBeNull();
  });

  it('never acts on plain Enter, Space, letters, repeats or an input method', () => {
    for (const code of ['Enter', 'Space', 'KeyM', 'KeyZ', 'KeyT', 'Tab']) expect(actionOf(key(code))).toBeNull();
    expect(actionOf(key('Digit1', { repeat: true }))).toBeNull();
    expect(actionOf(key('Digit1', { isComposing: true }))).toBeNull();
    expect(actionOf(key('Enter', { ctrlKey: true, repeat: true }))).toBeNull();
  });

  it('lets only keys that type a character be switched off, and those never touch air', () => {
    expect(typesCharacter(key('Digit1'))).toBe(true);
    expect(typesCharacter(key('Slash', { shiftKey: true }))).toBe(true);
    expect(typesCharacter(key('Enter', { ctrlKey: true }))).toBe(false);
    expect(typesCharacter(key('NumpadEnter'))).toBe(false);
    expect(typesCharacter(key('Digit1', { ctrlKey: true, altKey: true }))).toBe(false);
  });

  it('moves on the wall and stays on it', () => {
    expect(moveOnWall('ArrowRight', 0, 13, 4)).toBe(1);
    expect(moveOnWall('ArrowDown', 8, 13, 4)).toBe(12);
    expect(moveOnWall('ArrowDown', 9, 13, 4)).toBeNull();
    expect(moveOnWall('ArrowLeft', 0, 13, 4)).toBeNull();
    expect(moveOnWall('End', 3, 13, 4)).toBe(12);
    expect(moveOnWall('KeyA', 3, 13, 4)).toBeNull();
  });
});

describe('the map as it was made', () => {
  it('gives every panel an entry, and no key twice', () => {
    const named = DEFINITIONS.flatMap(({ action }) => (action.act === 'panel' ? [action.id] : []));
    expect(named).toEqual(panels.map((one) => one.id));
    const chords = DEFINITIONS.map((one) => one.chord).filter((chord) => chord !== '');
    expect(new Set(chords).size).toBe(chords.length);
    expect(new Set(DEFINITIONS.map((one) => one.id)).size).toBe(DEFINITIONS.length);
  });

  it('keeps its own rules', () => {
    for (const one of DEFINITIONS) if (!one.isFixed) expect([one.id, refusalOf(one, one.chord)]).toEqual([one.id, null]);
  });

  it('is named as the library takes it', () => {
    for (const { id } of DEFINITIONS) expect(id).toMatch(/^[A-Za-z0-9_.:-]{1,64}$/);
    expect(DEFINITIONS.length).toBeLessThanOrEqual(200);
  });
});

describe('another chord', () => {
  const refusal = (id: string, chord: string) => {
    const definition = definitionOf(id);
    return definition === null ? 'no such action' : refusalOf(definition, chord);
  };

  it('acts, and the old one no longer does', () => {
    const changes = changed({}, 'cut', 'F9');
    expect(actionOf(key('F9'), changes)).toEqual({ act: 'cut' });
    expect(actionOf(key('Enter', { ctrlKey: true }), changes)).toBeNull();
    expect(actionOf(key('NumpadEnter'), changes)).toEqual({ act: 'cut' });
    expect(changed(changes, 'cut', 'Ctrl+Enter')).toEqual({});
  });

  it('is refused where the browser, the desktop or moving about need it', () => {
    const cases: [string, string, string | null][] = [
      ['cut', 'Ctrl+KeyW', 'browser'],
      ['cut', 'F5', 'browser'],
      ['cut', 'Ctrl+Digit3', 'tabs'],
      ['cut', 'Alt+Digit3', 'tabs'],
      ['cut', 'Ctrl+Digit0', 'browser'],
      ['cut', 'Ctrl+Alt+KeyL', 'desktop'],
      ['cut', 'Ctrl+Alt+Delete', 'desktop'],
      ['cut', 'Meta+KeyK', 'system'],
      ['cut', 'Shift+Escape', 'escape'],
      ['cut', 'Tab', 'moving'],
      ['cut', 'Space', 'moving'],
      ['cut', 'Enter', 'moving'],
      ['help', 'ArrowUp', 'moving'],
      ['cut', '', null],
      ['cut', 'F9', null],
      ['cut', 'Ctrl+Alt+KeyK', null],
      ['cut', 'NumpadAdd', null],
      ['cut', 'nonsense+KeyA', 'unknown'],
    ];
    for (const [id, chord, why] of cases) expect([chord, refusal(id, chord)]).toEqual([chord, why]);
  });

  it('is a single letter only in the roll call, a character only off the air', () => {
    expect(refusal('preview.1', 'KeyA')).toBe('letter');
    expect(refusal('panel.speech', 'Shift+KeyA')).toBe('letter');
    expect(refusal('roll_call.normal', 'KeyA')).toBeNull();
    expect(refusal('cut', 'Digit5')).toBe('character');
    expect(refusal('mic.1', 'Semicolon')).toBe('character');
    expect(refusal('preview.1', 'Semicolon')).toBeNull();
  });

  it('that another action has is told, with a swap', () => {
    const result = attempt({}, 'cut', 'Ctrl+KeyZ');
    if (result.kind !== 'taken' || result.swapped === null) throw new Error(JSON.stringify(result));
    expect(result.by).toBe('undo');
    const swapped = keysOf(result.swapped);
    expect([swapped.chordOf('cut'), swapped.chordOf('undo')]).toEqual(['Ctrl+KeyZ', 'Ctrl+Enter']);
    const taken = keysOf(result.taken);
    expect([taken.chordOf('cut'), taken.chordOf('undo')]).toEqual(['Ctrl+KeyZ', '']);
    // And back, one by one: what was made for an action may be another's by then.
    expect(attemptDefault(result.swapped, 'cut')).toMatchObject({ kind: 'taken', by: 'undo', swapped: {} });
    expect(attemptDefault(result.taken, 'cut')).toEqual({ kind: 'done', changes: { undo: '' } });
  });

  it('is not swapped into a place where it may not be', () => {
    expect(attempt({}, 'preview.1', 'Ctrl+Enter')).toMatchObject({ kind: 'taken', by: 'cut', swapped: null, why: 'character' });
    expect(attempt({}, 'panel.sound', 'Ctrl+Enter')).toMatchObject({ kind: 'taken', by: 'cut', swapped: null });
    expect(attempt({}, 'cut', 'Ctrl+Enter')).toMatchObject({ kind: 'done', changes: {} });
    expect(attempt({}, 'cancel', 'F9')).toEqual({ kind: 'refused', why: 'unknown' });
  });

  it('of a saved map counts only where it is allowed, and each chord once', () => {
    expect(readChanges({ cut: 'Alt+Ctrl+KeyK', fade: 'Ctrl+KeyW', gone: 'F9', cancel: 'F9', undo: '', redo: 3 })).toEqual({ cut: 'Ctrl+Alt+KeyK', undo: '' });
    expect(readChanges([])).toBeNull();
    const keys = keysOf({ previous: 'Ctrl+Enter' });
    expect([keys.chordOf('previous'), keys.chordOf('cut'), keys.holderOf('Ctrl+Enter')]).toEqual(['Ctrl+Enter', '', 'previous']);
  });

  it('is printed short on buttons and in words in lists', () => {
    expect(['Ctrl+Enter', 'Ctrl+Shift+KeyZ', 'NumpadAdd', 'Backspace', 'Shift+Slash', 'Ctrl+Alt+KeyM', ''].map(shortCap)).toEqual(['Ctrl+↵', 'Ctrl+⇧+Z', 'Num +', '⌫', '?', 'Ctrl+Alt+M', '']);
    expect(['Ctrl+Shift+KeyZ', 'Shift+Slash', 'F12', 'NumpadEnter'].map(longCap)).toEqual(['Ctrl + Shift + Z', 'Shift + /', 'F12', 'Num Enter']);
  });
});

describe('a map in a file', () => {
  const file = (keys: unknown) => readKeyFile(JSON.stringify({ format: 'conference-key-map', version: 1, keys }));

  it('comes back as it was written', () => {
    const changes = { cut: 'F9', undo: '', 'preview.1': 'Semicolon' };
    expect(readKeyFile(writeKeyFile(changes))).toEqual(changes);
    expect(readKeyFile(writeKeyFile({}))).toEqual({});
  });

  it('is refused whole, with what is wrong', () => {
    for (const text of ['', '[]', '{"keys":{}}', 'x'.repeat(60_000)]) expect(readKeyFile(text)).toEqual({ fault: 'form' });
    expect(file({ fly: 'F9' })).toEqual({ fault: 'action', action: 'fly' });
    expect(file({ cut: 'Ctrl+' })).toEqual({ fault: 'chord', action: 'cut', chord: 'Ctrl+' });
    expect(file({ cut: 'Ctrl+KeyW' })).toEqual({ fault: 'refused', action: 'cut', chord: 'Ctrl+KeyW', why: 'browser' });
    expect(file({ cut: 'Ctrl+KeyZ' })).toEqual({ fault: 'twice', action: 'undo', other: 'cut', chord: 'Ctrl+KeyZ' });
    expect(isFault({ cut: 'F9' })).toBe(false);
  });
});
