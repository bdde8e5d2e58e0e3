/** Which tool panel is open; kept in this browser, so that the desk comes back as it was left. */

const STORAGE_KEY = 'console.toolPanel';
const CHANGED = 'console-tool-panel';

export const readOpenTab = (): string => localStorage.getItem(STORAGE_KEY) ?? '';

export function openTab(id: string): void {
  localStorage.setItem(STORAGE_KEY, id);
  window.dispatchEvent(new Event(CHANGED));
}

export function watchOpenTab(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange);
  return () => window.removeEventListener(CHANGED, onChange);
}

/** Where an arrow leads among `count` tabs, round and round; null for other keys. */
export function moveOnTabs(code: string, from: number, count: number): number | null {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[code];
  return to === undefined || count === 0 ? null : (to + count) % count;
}
