/** Whether keys that type a character act on the desk (WCAG 2.1.4); kept in this browser. */

const STORAGE_KEY = 'console.characterKeys';
const CHANGED = 'console-character-keys';

export const readCharacterKeys = (): boolean => localStorage.getItem(STORAGE_KEY) !== 'off';

export function writeCharacterKeys(isOn: boolean): void {
  localStorage.setItem(STORAGE_KEY, isOn ? 'on' : 'off');
  window.dispatchEvent(new Event(CHANGED));
}

export function watchCharacterKeys(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange);
  return () => window.removeEventListener(CHANGED, onChange);
}
