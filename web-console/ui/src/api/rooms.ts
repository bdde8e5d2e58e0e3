/** The rooms' words, named for use; made from the console's OpenAPI document (see tools/openapi). */

import type { components } from './console.gen';
import { deleteAt, postJson } from './http';

type Schemas = components['schemas'];

export type Text = Schemas['Text'];
export type Health = Schemas['Health'];
export type PropertySnapshot = Schemas['PropertySnapshot'];
export type ParamDecl = Schemas['ParamDecl'];
export type CommandDecl = Schemas['CommandDecl'];
export type CommandState = Schemas['CommandState'];
export type DiscussionAct = Schemas['DiscussionAct'];
export type DiscussionSeat = Schemas['DiscussionSeat'];
export type DiscussionSnapshot = Schemas['DiscussionSnapshot'];
export type Vote = Schemas['Vote'];
export type DeviceSnapshot = Schemas['DeviceSnapshot'];
export type RoomSnapshot = Schemas['RoomSnapshot'];
export type RoomStatus = Schemas['RoomStatus'];
export type RoomsMessage = Schemas['RoomsMessage'];
export type RoomRequest = Schemas['RoomRequest'];
export type RoomResponse = Schemas['RoomResponse'];
export type SceneDiff = Schemas['SceneDiff'];
export type SceneInfo = Schemas['SceneInfo'];
export type RoomLook = Schemas['RoomLook'];
export type ScenePreview = Schemas['ScenePreview'];
export type SceneRound = Schemas['SceneRound'];
export type SceneRun = Schemas['SceneRun'];

/** A property's or parameter's value; the document cannot say more than "any". */
export type Value = boolean | number | string;

export const isValue = (value: unknown): value is Value =>
  typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';

export const askRoom = (room: string, request: RoomRequest): Promise<RoomResponse> =>
  postJson(`/api/rooms/${encodeURIComponent(room)}/requests`, request);

export const previewScene = (scene: string, rooms: string[]): Promise<ScenePreview> => postJson('/api/scenes/preview', { scene, rooms });

export const beginRound = (scene: string, rooms: string[]): Promise<unknown> => postJson('/api/scenes/round', { scene, rooms });

export const restoreRound = (): Promise<unknown> => postJson('/api/scenes/round/restore', {});

/** Rooms that wait are told nothing any more. */
export const withdrawRound = (): Promise<unknown> => deleteAt('/api/scenes/round');
