import { useEffect } from 'react';
import { useStore } from 'zustand';

import type { Library, LibraryState } from './library';

/** How often the list is read again while it is shown: other desks save too. */
const RELOAD_MS = 60_000;

/** Reads at once, now and then, and when the window is looked at again. */
export function useReload<T>(library: Library<T>): void {
  useEffect(() => {
    const load = (): void => void library.load();
    load();
    const timer = setInterval(load, RELOAD_MS);
    window.addEventListener('focus', load);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', load);
    };
  }, [library]);
}

/** What the server has of a kind. */
export function useLibrary<T>(library: Library<T>): LibraryState<T> {
  useReload(library);
  return useStore(library.store);
}
