import { getJson, post, postJson, postOffer } from './http';
import type { CommandAnswer, CommandRequest, ConferenceSummary, Conferences, Layouts } from './mcu';

export type Right =
  | 'conference.view'
  | 'conference.picture'
  | 'conference.sound'
  | 'conference.affairs'
  | 'meeting.report'
  | 'room.view'
  | 'room.control'
  | 'room.enrol'
  | 'meeting.view'
  | 'meeting.book'
  | 'rehearsal.direct';

export type Me = {
  account: string;
  display: string;
  role: 'operator' | 'technician' | 'secretary' | 'trainer';
  rights: Right[];
  locked: boolean;
  /** Base URL of the MCU's media doors. */
  mcu: string;
  ends_at_ms: number;
  now_ms: number;
};

export type PairingCode = { room: string; code: string; expires_at_ms: number };

export const fetchMe = (): Promise<Me> => getJson('/api/me');
export const signIn = (account: string, password: string): Promise<Me> => postJson('/api/sign-in', { account, password });
export const unlock = (password: string): Promise<Me> => postJson('/api/unlock', { password });
export const signOut = (): Promise<void> => post('/api/sign-out', {});
export const fetchMediaToken = async (): Promise<string> => (await getJson<{ token: string }>('/api/media-token')).token;
export const fetchLayouts = (): Promise<Layouts> => getJson('/api/layouts');
export const makePairingCode = (room: string): Promise<PairingCode> => postJson('/api/pairing-codes', { room });

export const fetchConferences = async (): Promise<ConferenceSummary[]> => (await getJson<Conferences>('/api/conferences')).conferences;

/** An offer to speak into one room alone. */
export const talkBack = (conference: string, site: string, offer: string): Promise<{ sdp: string; location: string }> =>
  postOffer(`/api/conferences/${encodeURIComponent(conference)}/talkback/${encodeURIComponent(site)}`, offer);

export const sendCommand = (conference: string, request: CommandRequest): Promise<CommandAnswer> =>
  postJson(`/api/conferences/${encodeURIComponent(conference)}/commands`, request);
