import { beforeEach, describe, expect, it, vi } from 'vitest';

import { followOtherWindows, keyMap, keyMapLibrary } from './store';

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
const document = (value: unknown) => ({ name: 'zhang', rev: 3, author: 'zhang', changed_at_ms: 1, value });
const server = (reply: () => Response | Promise<never>) => vi.stubGlobal('fetch', vi.fn(async () => reply()));
const cut = (): string => keyMap.getState().keys.chordOf('cut');

describe('the account\'s key map', () => {
  beforeEach(() => {
    localStorage.clear();
    // Another account in between, so that each case begins anew.
    keyMapLibrary('nobody');
  });

  it('is what the server says, and is kept for when it does not answer', async () => {
    server(() => answer(200, { documents: [document({ cut: 'F9' })] }));
    const library = keyMapLibrary('zhang');
    expect(cut()).toBe('Ctrl+Enter');
    await library.load();
    expect(cut()).toBe('F9');
    server(() => Promise.reject(new Error('away')));
    await library.load();
    expect(library.store.getState().problem).not.toBeNull();
    expect(cut()).toBe('F9');
    // The desk is opened anew while the server is away.
    keyMapLibrary('nobody');
    expect(cut()).toBe('Ctrl+Enter');
    await keyMapLibrary('zhang').load();
    expect(cut()).toBe('F9');
  });

  it('that was deleted elsewhere is the one that was made', async () => {
    server(() => answer(200, { documents: [document({ cut: 'F9' })] }));
    const library = keyMapLibrary('zhang');
    await library.load();
    server(() => answer(200, { documents: [] }));
    await library.load();
    expect(cut()).toBe('Ctrl+Enter');
    expect(localStorage.getItem('console.keyMap.zhang')).toBe('{}');
  });

  it('changes only when the server has it', async () => {
    server(() => answer(200, { documents: [] }));
    const library = keyMapLibrary('zhang');
    await library.load();
    server(() => Promise.reject(new Error('away')));
    expect(await library.keep('zhang', { cut: 'F9' })).toBe(false);
    expect(cut()).toBe('Ctrl+Enter');
  });

  it('follows another window of the browser, and survives a spoilt memory', () => {
    keyMapLibrary('zhang');
    const stop = followOtherWindows();
    localStorage.setItem('console.keyMap.zhang', '{"cut":"F8"}');
    window.dispatchEvent(new StorageEvent('storage', { key: 'console.keyMap.zhang' }));
    expect(cut()).toBe('F8');
    localStorage.setItem('console.keyMap.zhang', '{"cut":');
    window.dispatchEvent(new StorageEvent('storage', { key: 'console.keyMap.zhang' }));
    expect(cut()).toBe('Ctrl+Enter');
    stop();
  });
});
