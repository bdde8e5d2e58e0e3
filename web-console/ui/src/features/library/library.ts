/** Documents of one kind as the server has them, with what is being saved and what could not be. The screen shows only what the server has confirmed. */

import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

import { problemFrom } from '../../api/http';
import { deleteDocument, fetchDocuments, putDocument } from '../../api/library';
import type { LibraryDocument, LibraryKind } from '../../api/library';
import type { Problem } from '../../api/mcu';

/** What was asked for: a value to keep, or null to delete. */
type Wish<T> = { value: T | null };

export type LibraryState<T> = {
  /** By name, in the server's order. */
  documents: LibraryDocument[];
  values: T[];
  isLoaded: boolean;
  /** Why the list could not be read. */
  problem: Problem | null;
  pending: { readonly [name: string]: Wish<T> };
  failed: { readonly [name: string]: Wish<T> & { problem: Problem } };
};

export type Library<T> = {
  kind: LibraryKind;
  store: StoreApi<LibraryState<T>>;
  load: () => Promise<void>;
  /** Keeps in place of the document of that name; true when the server has it. */
  keep: (name: string, value: T) => Promise<boolean>;
  drop: (name: string) => Promise<boolean>;
  /** Once more, over whatever stands there by now. */
  retry: (name: string) => Promise<boolean>;
  forget: (name: string) => void;
};

type Form<T> = { kind: LibraryKind; read: (value: unknown) => T | null; write?: (value: T) => unknown };

const without = <V,>(record: { readonly [name: string]: V }, name: string): { [name: string]: V } => Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

export function createLibrary<T>({ kind, read, write = (value) => value }: Form<T>): Library<T> {
  const store = createStore<LibraryState<T>>(() => ({ documents: [], values: [], isLoaded: false, problem: null, pending: {}, failed: {} }));
  const { getState, setState } = store;
  const put = (documents: LibraryDocument[]): void => {
    const values = documents.flatMap((one) => {
      const value = read(one.value);
      return value === null ? [] : [value];
    });
    setState({ documents, values });
  };

  const load = async (): Promise<void> => {
    try {
      put(await fetchDocuments(kind));
      setState({ isLoaded: true, problem: null });
    } catch (error) {
      setState({ problem: problemFrom(error) });
    }
  };

  const ask = async (name: string, wish: Wish<T>): Promise<boolean> => {
    setState({ pending: { ...getState().pending, [name]: wish }, failed: without(getState().failed, name) });
    const rev = getState().documents.find((one) => one.name === name)?.rev ?? 0;
    try {
      const kept = wish.value === null ? await deleteDocument(kind, name, rev) : await putDocument(kind, name, write(wish.value), rev);
      const others = getState().documents.filter((one) => one.name !== name);
      put(kept === null ? others : [...others, kept].toSorted((a, b) => (a.name < b.name ? -1 : 1)));
      return true;
    } catch (error) {
      setState({ failed: { ...getState().failed, [name]: { ...wish, problem: problemFrom(error) } } });
      // Shows what stands there instead.
      await load();
      return false;
    } finally {
      setState({ pending: without(getState().pending, name) });
    }
  };

  return {
    kind,
    store,
    load,
    keep: (name, value) => ask(name, { value }),
    drop: (name) => ask(name, { value: null }),
    retry: (name) => {
      const wish = getState().failed[name];
      return wish === undefined ? Promise.resolve(false) : ask(name, { value: wish.value });
    },
    forget: (name) => setState({ failed: without(getState().failed, name) }),
  };
}
