import { describe, expect, it } from 'vitest';

import { SITE_CODES, actionOf, isCharacterKey, moveOnWall, siteKeyCap } from './keymap';
import type { KeyPress } from './keymap';

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
    for (const code of ['Enter', 'Space', 'KeyM', 'KeyZ', 'KeyT']) expect(actionOf(key(code))).toBeNull();
    expect(actionOf(key('Digit1', { repeat: true }))).toBeNull();
    expect(actionOf(key('Digit1', { isComposing: true }))).toBeNull();
    expect(actionOf(key('Enter', { ctrlKey: true, repeat: true }))).toBeNull();
  });

  it('lets only keys that type a character be switched off, and those never touch air', () => {
    expect(isCharacterKey({ act: 'preview', index: 0 })).toBe(true);
    expect(isCharacterKey({ act: 'cut' })).toBe(false);
    expect(isCharacterKey({ act: 'mic', index: 0 })).toBe(false);
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
