/** Keys of the desk (console.md §2.6): by physical place, so that layout and input method do not matter. */

export type KeyAction =
  | { act: 'preview'; index: number }
  | { act: 'select_view'; index: number }
  | { act: 'mic'; index: number }
  | { act: 'cut' }
  | { act: 'fade' }
  | { act: 'previous' }
  | { act: 'grant_next' }
  | { act: 'pause_polling' }
  | { act: 'panel'; id: string }
  | { act: 'undo' }
  | { act: 'redo' }
  | { act: 'mute_all' }
  | { act: 'listen' }
  | { act: 'help' }
  | { act: 'cancel' };

export type KeyPress = {
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  repeat: boolean;
};

/** Site keys in site order: 1 to 9, 0, minus, equals, backquote. */
export const SITE_CODES = [
  'Digit1',
  'Digit2',
  'Digit3',
  'Digit4',
  'Digit5',
  'Digit6',
  'Digit7',
  'Digit8',
  'Digit9',
  'Digit0',
  'Minus',
  'Equal',
  'Backquote',
] as const;

const KEY_CAPS: Record<string, string> = { Digit0: '0', Minus: '-', Equal: '=', Backquote: '`' };

/** What is printed on the key of a site, or null beyond the thirteenth. */
export function siteKeyCap(index: number): string | null {
  const code = SITE_CODES[index];
  if (code === undefined) return null;
  return KEY_CAPS[code] ?? code.replace('Digit', '');
}

function siteAction(index: number, key: KeyPress): KeyAction | null {
  if (key.ctrlKey && key.altKey && !key.shiftKey) return { act: 'mic', index };
  // Ctrl+digit and Alt+digit belong to the browser.
  if (key.ctrlKey || key.altKey) return null;
  return key.shiftKey ? { act: 'select_view', index } : { act: 'preview', index };
}

/** Ctrl+Alt and a letter. L, T, D, A, W, Z and S are left to desktops and messengers. */
const WITH_CTRL_ALT: Record<string, KeyAction> = {
  KeyM: { act: 'mute_all' },
  KeyJ: { act: 'listen' },
  KeyG: { act: 'grant_next' },
  KeyP: { act: 'pause_polling' },
  KeyQ: { act: 'panel', id: 'speech' },
  KeyR: { act: 'panel', id: 'rollCall' },
  KeyU: { act: 'panel', id: 'layout' },
  KeyB: { act: 'panel', id: 'overlays' },
  KeyE: { act: 'panel', id: 'plans' },
  KeyN: { act: 'panel', id: 'runSheet' },
};

/** Enter, Z and the numeric keypad: what goes on air and back. */
function airAction(key: KeyPress): KeyAction | null {
  if (key.altKey) return null;
  const withCtrl = (plain: KeyAction, shifted: KeyAction): KeyAction | null => (key.ctrlKey ? (key.shiftKey ? shifted : plain) : null);
  switch (key.code) {
    case 'NumpadEnter':
      return key.shiftKey ? null : { act: 'cut' };
    case 'NumpadAdd':
      return key.shiftKey || key.ctrlKey ? null : { act: 'fade' };
    case 'Enter':
      return withCtrl({ act: 'cut' }, { act: 'fade' });
    case 'KeyZ':
      return withCtrl({ act: 'undo' }, { act: 'redo' });
    case 'Backspace':
      return key.ctrlKey || key.shiftKey ? null : { act: 'previous' };
    default:
      return null;
  }
}

/** What a key press asks for. Key repeat asks for nothing: a held key must not flood the air. */
export function actionOf(key: KeyPress): KeyAction | null {
  if (key.isComposing || key.metaKey || key.repeat) return null;
  const index = SITE_CODES.findIndex((code) => code === key.code);
  if (index >= 0) return siteAction(index, key);
  const plain = !key.ctrlKey && !key.altKey;
  switch (key.code) {
    case 'Slash':
      return plain && key.shiftKey ? { act: 'help' } : null;
    case 'Escape':
      return plain ? { act: 'cancel' } : null;
    default:
      return key.ctrlKey && key.altKey && !key.shiftKey ? (WITH_CTRL_ALT[key.code] ?? null) : airAction(key);
  }
}

/** Whether the action is bound to a key that types a character; those can be switched off (WCAG 2.1.4). */
export const isCharacterKey = (action: KeyAction): boolean =>
  action.act === 'preview' || action.act === 'select_view' || action.act === 'help';

/** Where the arrows lead on a wall of `count` tiles in rows of `columns`. */
export function moveOnWall(code: string, from: number, count: number, columns: number): number | null {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, ArrowUp: from - columns, ArrowDown: from + columns, Home: 0, End: count - 1 }[code];
  return to === undefined || to < 0 || to >= count ? null : to;
}
