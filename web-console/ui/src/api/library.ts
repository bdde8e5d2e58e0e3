/** The library's doors: documents by kind and name, with a revision. */

import type { components } from './console.gen';
import { deleteAt, getJson, putJson } from './http';

type Schemas = components['schemas'];

/** Kinds that a desk prepares; of key maps only one's own are told. */
export type LibraryKind = Exclude<Schemas['LibraryKind'], 'template'>;
export type LibraryDocument = Omit<Schemas['LibraryDocument'], 'value'> & { value?: unknown };

const at = (kind: LibraryKind, name?: string): string => `/api/library/${kind}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;

export const fetchDocuments = async (kind: LibraryKind): Promise<LibraryDocument[]> => (await getJson<{ documents: LibraryDocument[] }>(at(kind))).documents;

/** Keeps a document made from that revision; 0 is a new one. */
export const putDocument = (kind: LibraryKind, name: string, value: unknown, expectRev: number): Promise<LibraryDocument> => putJson(at(kind, name), { value, expect_rev: expectRev });

export const deleteDocument = (kind: LibraryKind, name: string, rev: number): Promise<null> => deleteAt(`${at(kind, name)}?expect_rev=${rev}`);
