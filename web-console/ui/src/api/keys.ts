/** Keys for programs: control surfaces, scripts, the command line. */

import type { Right } from './console';
import { getJson, postJson, remove } from './http';

export type ProgramKey = {
  id: string;
  name: string;
  rights: Right[];
  created_at_ms: number;
  expires_at_ms: number;
  used_at_ms: number | null;
};

export type MadeKey = ProgramKey & { key: string };

export const fetchKeys = (): Promise<{ keys: ProgramKey[]; rights: Right[] }> => getJson('/api/keys');
export const makeKey = (name: string, rights: Right[], days: number): Promise<MadeKey> => postJson('/api/keys', { name, rights, days });
export const deleteKey = (id: string): Promise<void> => remove(`/api/keys/${encodeURIComponent(id)}`);
