import { beforeEach, describe, expect, it, vi } from 'vitest';

import { oldValues, upload } from './fromBrowser';
import { createLibrary } from './library';

type Value = { name: string; n: number };
const isValue = (value: unknown): value is Value => typeof value === 'object' && value !== null && 'n' in value;
const answer = (status: number, body: unknown): Response => new Response(status === 204 ? null : JSON.stringify(body), { status });
const stale = { code: 'console.library.stale', status: 409, detail: 'd', detail_zh: 'z', rev: 5, author: 'zhang' };

/** A server that keeps documents. */
function server() {
  const documents = new Map<string, { name: string; rev: number; author: string; changed_at_ms: number; value: unknown }>();
  const fetched = vi.fn(async (path: string, init: RequestInit): Promise<Response> => {
    const name = decodeURIComponent(path.split('?')[0]?.split('/')[4] ?? '');
    if (init.method === 'GET') return answer(200, { documents: [...documents.values()] });
    if (init.method === 'DELETE') return answer(documents.delete(name) ? 204 : 404, {});
    const { value, expect_rev: rev } = JSON.parse(String(init.body));
    if ((documents.get(name)?.rev ?? 0) !== rev) return answer(409, stale);
    const kept = { name, rev: rev + 1, author: 'operator', changed_at_ms: 1, value };
    documents.set(name, kept);
    return answer(200, kept);
  });
  vi.stubGlobal('fetch', fetched);
  return documents;
}

const make = () => createLibrary<Value>({ kind: 'layout', read: (value) => (isValue(value) ? value : null) });

describe('library', () => {
  beforeEach(() => localStorage.clear());

  it('shows what the server has confirmed, and what is under way', async () => {
    server();
    const library = make();
    const saving = library.keep('a', { name: 'a', n: 1 });
    expect(Object.keys(library.store.getState().pending)).toEqual(['a']);
    expect(library.store.getState().values).toEqual([]);
    expect(await saving).toBe(true);
    expect(library.store.getState()).toMatchObject({ pending: {}, failed: {}, values: [{ name: 'a', n: 1 }] });
    expect(await library.drop('a')).toBe(true);
    expect(library.store.getState().values).toEqual([]);
  });

  it('keeps what somebody else had changed until it is decided', async () => {
    const documents = server();
    const library = make();
    await library.keep('a', { name: 'a', n: 1 });
    documents.set('a', { name: 'a', rev: 5, author: 'zhang', changed_at_ms: 2, value: { name: 'a', n: 9 } });
    expect(await library.keep('a', { name: 'a', n: 2 })).toBe(false);
    expect(library.store.getState().failed['a']?.problem.code).toBe('console.library.stale');
    expect(library.store.getState().values).toEqual([{ name: 'a', n: 9 }]);
    expect(await library.retry('a')).toBe(true);
    expect(documents.get('a')).toMatchObject({ rev: 6, value: { n: 2 } });
  });

  it('says why nothing could be read', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => answer(403, { code: 'console.right.missing', status: 403, detail: 'd', detail_zh: 'z' })));
    const library = make();
    await library.load();
    expect(library.store.getState().problem?.code).toBe('console.right.missing');
  });

  it('uploads what lies in the browser once, and overwrites nothing', async () => {
    const documents = server();
    const old = { storageKey: 'old', parse: (text: string): Value[] => JSON.parse(text), nameOf: (value: Value) => value.name };
    localStorage.setItem('old', JSON.stringify([{ name: 'a', n: 1 }, { name: 'b', n: 2 }]));
    documents.set('b', { name: 'b', rev: 1, author: 'zhang', changed_at_ms: 1, value: { name: 'b', n: 7 } });
    expect(await upload(old, make())).toEqual({ done: 1, left: 1 });
    expect(documents.get('b')?.value).toEqual({ name: 'b', n: 7 });
    expect(documents.get('a')?.value).toEqual({ name: 'a', n: 1 });
    expect(oldValues(old)).toEqual([]);
    expect(localStorage.getItem('old')).not.toBeNull();
  });
});
