/** Chords: modifiers and the physical key's code, as `Ctrl+Alt+KeyM`; the empty chord is no key. */

export type KeyPress = {
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  repeat: boolean;
};

export const MODIFIERS = ['Ctrl', 'Alt', 'Shift', 'Meta'] as const;
export type Modifier = (typeof MODIFIERS)[number];
export type Parts = { code: string; with: ReadonlySet<Modifier> };

/** The library refuses longer codes. */
const CODE = /^[A-Za-z0-9]{1,64}$/;
const isModifier = (text: string): text is Modifier => MODIFIERS.some((one) => one === text);

/** Codes of the modifiers themselves: a chord is not complete yet. */
export const isModifierCode = (code: string): boolean => /^(Control|Alt|Shift|Meta|OS)(Left|Right)?$/.test(code);

const written = (held: ReadonlySet<Modifier>, code: string): string => [...MODIFIERS.filter((one) => held.has(one)), code].join('+');

export function chordOfPress(key: KeyPress): string {
  const held: [boolean, Modifier][] = [
    [key.ctrlKey, 'Ctrl'],
    [key.altKey, 'Alt'],
    [key.shiftKey, 'Shift'],
    [key.metaKey, 'Meta'],
  ];
  return written(new Set(held.flatMap(([isHeld, name]) => (isHeld ? [name] : []))), key.code);
}

/** Null for what is no chord, and for the empty one. */
export function partsOf(chord: string): Parts | null {
  const words = chord.split('+');
  const code = words.pop() ?? '';
  const held = new Set(words.filter(isModifier));
  return !CODE.test(code) || isModifier(code) || isModifierCode(code) || held.size !== words.length ? null : { code, with: held };
}

/** With the modifiers in their one order. */
export function canonical(chord: string): string | null {
  if (chord === '') return '';
  const parts = partsOf(chord);
  return parts === null ? null : written(parts.with, parts.code);
}

export const isLetter = (code: string): boolean => /^Key[A-Z]$/.test(code);
export const isDigit = (code: string): boolean => /^(Digit|Numpad)\d$/.test(code);

const PUNCTUATION = new Set(['Minus', 'Equal', 'Backquote', 'BracketLeft', 'BracketRight', 'Backslash', 'Semicolon', 'Quote', 'Comma', 'Period', 'Slash', 'IntlBackslash', 'IntlRo', 'IntlYen', 'Space']);
const KEYPAD = new Set(['NumpadDecimal', 'NumpadDivide', 'NumpadMultiply', 'NumpadSubtract', 'NumpadEqual', 'NumpadComma']);

/** Whether it types a character, so that it must be possible to switch it off (WCAG 2.1.4). The plus of the keypad is the mixing desk's own key. */
export function isCharacterChord(chord: string): boolean {
  const parts = partsOf(chord);
  if (parts === null || parts.with.has('Ctrl') || parts.with.has('Alt') || parts.with.has('Meta')) return false;
  return isLetter(parts.code) || isDigit(parts.code) || PUNCTUATION.has(parts.code) || KEYPAD.has(parts.code);
}

const SIGNS: Record<string, string> = {
  Minus: '-',
  Equal: '=',
  Backquote: '`',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Slash: '/',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  Insert: 'Ins',
};
const KEYPAD_SIGNS: Record<string, string> = { Add: '+', Subtract: '-', Multiply: '*', Divide: '/', Decimal: '.', Equal: '=', Comma: ',' };

function nameOfCode(code: string): string {
  if (code.startsWith('Numpad')) {
    const rest = code.slice('Numpad'.length);
    return `Num ${KEYPAD_SIGNS[rest] ?? rest}`;
  }
  return SIGNS[code] ?? code.replace(/^(Key|Digit)(?=.$)/, '');
}

/** In words, for lists and readers: `Ctrl + Shift + Enter`; empty for no key. */
export function longCap(chord: string): string {
  const parts = partsOf(chord);
  return parts === null ? '' : [...MODIFIERS.filter((one) => parts.with.has(one)), nameOfCode(parts.code)].join(' + ');
}

const SHORT: Record<string, string> = { Enter: '↵', NumpadEnter: 'Num ↵', Backspace: '⌫' };

/** As printed on a button: `Ctrl+⇧+↵`; empty for no key. */
export function shortCap(chord: string): string {
  if (chord === 'Shift+Slash') return '?';
  const parts = partsOf(chord);
  if (parts === null) return '';
  const held = MODIFIERS.filter((one) => parts.with.has(one)).map((one) => (one === 'Shift' ? '⇧' : one));
  return [...held, SHORT[parts.code] ?? nameOfCode(parts.code)].join('+');
}
