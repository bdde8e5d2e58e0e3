/** What is asked about rehearsals. */

import type { components } from './console.gen';
import { getJson, post, postJson } from './http';

type Schemas = components['schemas'];

/** A fault by its declaration: its name and its parameters. */
export type FaultWords = Record<string, string | number | boolean>;
export type FaultDecl = Schemas['FaultDecl'];
export type InjectionInfo = Schemas['InjectionInfo'];
export type InjectionOrder = Omit<Schemas['InjectionOrder'], 'fault'> & { fault: FaultWords };
export type ExerciseInfo = Schemas['ExerciseInfo'];
export type RehearsalState = Schemas['RehearsalState'];
export type Debrief = Schemas['Debrief'];
export type DebriefRow = Debrief['rows'][number];

const base = (conference: string): string => `/api/conferences/${encodeURIComponent(conference)}/rehearsal`;

export const fetchRehearsal = (conference: string): Promise<RehearsalState> => getJson(base(conference));
export const fetchDebrief = (conference: string): Promise<Debrief> => getJson(`${base(conference)}/debrief`);
export const debriefCsv = (conference: string): string => `${base(conference)}/debrief.csv`;
export const inject = (conference: string, order: InjectionOrder): Promise<InjectionInfo[]> => postJson(`${base(conference)}/injections`, order);
export const liftInjection = (conference: string, id: number): Promise<void> => post(`${base(conference)}/injections/${id}/lift`, {});
export const clearInjections = (conference: string): Promise<void> => post(`${base(conference)}/clear`, {});
export const startExercise = (conference: string, exercise: string, seed: number, hidden: boolean): Promise<InjectionInfo[]> =>
  postJson(`${base(conference)}/exercises`, { exercise, seed, hidden });
