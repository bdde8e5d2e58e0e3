/** 控制室深色 or 日间; kept in this browser, for a screen stands in one room. */

export type Theme = 'dark' | 'day';

const STORAGE_KEY = 'console.theme';
const CHANGED = 'console-theme';

export const readTheme = (): Theme => (localStorage.getItem(STORAGE_KEY) === 'day' ? 'day' : 'dark');

const show = (): void => {
  document.documentElement.dataset['theme'] = readTheme();
};

export function startTheme(): void {
  show();
  // Other windows of this browser, such as the second screen's wall, follow.
  window.addEventListener('storage', show);
}

export function writeTheme(theme: Theme): void {
  localStorage.setItem(STORAGE_KEY, theme);
  show();
  window.dispatchEvent(new Event(CHANGED));
}

export function watchTheme(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange);
  window.addEventListener('storage', onChange);
  return () => {
    window.removeEventListener(CHANGED, onChange);
    window.removeEventListener('storage', onChange);
  };
}
