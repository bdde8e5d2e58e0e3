/** Everything on the desk that has a key, with the key it has unless somebody changed it (console.md §2.6). */

export type RollCallKey = 'normal' | 'no_answer' | 'previous' | 'next';

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
  | { act: 'roll_call'; key: RollCallKey }
  | { act: 'undo' }
  | { act: 'redo' }
  | { act: 'mute_all' }
  | { act: 'listen' }
  | { act: 'help' }
  | { act: 'cancel' };

/** Site keys in site order: 1 to 9, 0, minus, equals, backquote. */
export const SITE_CODES = ['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8', 'Digit9', 'Digit0', 'Minus', 'Equal', 'Backquote'] as const;

/** Panels in the order of their tabs, with their keys. L, T, D, A, W, Z and S are left to desktops and messengers. */
const PANEL_CHORDS: Record<string, string> = {
  speech: 'Ctrl+Alt+KeyQ',
  rotation: '',
  rollCall: 'Ctrl+Alt+KeyR',
  sound: '',
  content: '',
  meeting: '',
  layout: 'Ctrl+Alt+KeyU',
  layouts: '',
  overlays: 'Ctrl+Alt+KeyB',
  runSheet: 'Ctrl+Alt+KeyN',
  plans: 'Ctrl+Alt+KeyE',
  outputs: '',
  leases: '',
  rehearsal: '',
};

export type Group = 'air' | 'turns' | 'desk' | 'panels' | 'rollCall' | 'preview' | 'select_view' | 'mic';
export const GROUPS: readonly Group[] = ['air', 'turns', 'desk', 'panels', 'rollCall', 'preview', 'select_view', 'mic'];

export type KeyDefinition = {
  /** Its name in the saved map. */
  id: string;
  group: Group;
  action: KeyAction;
  /** Unless somebody changed it. */
  chord: string;
  /** The desk depends on it: not to be changed. */
  isFixed: boolean;
  /** Never touches the air, so that a key that types a character may do it. */
  takesCharacters: boolean;
  /** Acts in its own panel only, so that a single letter may do it. */
  takesLetters: boolean;
};

type Given = Pick<KeyDefinition, 'id' | 'group' | 'action' | 'chord'> & Partial<KeyDefinition>;
const define = (given: Given): KeyDefinition => ({ isFixed: false, takesCharacters: false, takesLetters: false, ...given });

const AIR: KeyDefinition[] = [
  define({ id: 'cut', group: 'air', action: { act: 'cut' }, chord: 'Ctrl+Enter' }),
  define({ id: 'cut.second', group: 'air', action: { act: 'cut' }, chord: 'NumpadEnter' }),
  define({ id: 'fade', group: 'air', action: { act: 'fade' }, chord: 'Ctrl+Shift+Enter' }),
  define({ id: 'fade.second', group: 'air', action: { act: 'fade' }, chord: 'NumpadAdd' }),
  define({ id: 'previous', group: 'air', action: { act: 'previous' }, chord: 'Backspace' }),
  define({ id: 'mute_all', group: 'air', action: { act: 'mute_all' }, chord: 'Ctrl+Alt+KeyM' }),
  define({ id: 'undo', group: 'air', action: { act: 'undo' }, chord: 'Ctrl+KeyZ' }),
  define({ id: 'redo', group: 'air', action: { act: 'redo' }, chord: 'Ctrl+Shift+KeyZ' }),
];

const TURNS: KeyDefinition[] = [
  define({ id: 'grant_next', group: 'turns', action: { act: 'grant_next' }, chord: 'Ctrl+Alt+KeyG' }),
  define({ id: 'pause_polling', group: 'turns', action: { act: 'pause_polling' }, chord: 'Ctrl+Alt+KeyP' }),
];

const DESK: KeyDefinition[] = [
  define({ id: 'listen', group: 'desk', action: { act: 'listen' }, chord: 'Ctrl+Alt+KeyJ' }),
  define({ id: 'help', group: 'desk', action: { act: 'help' }, chord: 'Shift+Slash', takesCharacters: true }),
  define({ id: 'cancel', group: 'desk', action: { act: 'cancel' }, chord: 'Escape', isFixed: true }),
];

const PANELS = Object.entries(PANEL_CHORDS).map(([id, chord]) => define({ id: `panel.${id}`, group: 'panels', action: { act: 'panel', id }, chord, takesCharacters: true }));

const rollCall = (key: RollCallKey, chord: string): KeyDefinition =>
  define({ id: `roll_call.${key}`, group: 'rollCall', action: { act: 'roll_call', key }, chord, takesCharacters: true, takesLetters: true });
const ROLL_CALL = [rollCall('normal', 'KeyY'), rollCall('no_answer', 'KeyX'), rollCall('previous', 'ArrowLeft'), rollCall('next', 'ArrowRight')];

const sites = (act: 'preview' | 'select_view' | 'mic', held: string, takesCharacters: boolean): KeyDefinition[] =>
  SITE_CODES.map((code, index) => define({ id: `${act}.${index + 1}`, group: act, action: { act, index }, chord: `${held}${code}`, takesCharacters }));

export const DEFINITIONS: readonly KeyDefinition[] = [
  ...AIR,
  ...TURNS,
  ...DESK,
  ...PANELS,
  ...ROLL_CALL,
  ...sites('preview', '', true),
  ...sites('select_view', 'Shift+', true),
  ...sites('mic', 'Ctrl+Alt+', false),
];

const BY_ID = new Map(DEFINITIONS.map((one) => [one.id, one]));
export const definitionOf = (id: string): KeyDefinition | null => BY_ID.get(id) ?? null;
