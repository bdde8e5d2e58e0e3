/** Bookings and templates, named for use; made from the console's OpenAPI document (see tools/openapi). */

import type { components } from './console.gen';
import { deleteAt, getJson, postJson, putJson } from './http';

type Schemas = components['schemas'];

export type Meeting = Schemas['Meeting'];
export type BookingBody = Schemas['BookingBody'];
export type Booking = Schemas['Booking'];
export type BookingList = Schemas['BookingList'];
export type Occurrence = Schemas['Occurrence'];
export type OccurrenceState = Schemas['OccurrenceState'];
export type Pattern = Schemas['Pattern'];
export type Recurrence = Schemas['Recurrence'];
export type CheckAnswer = Schemas['CheckAnswer'];
export type Clash = Schemas['Clash'];
export type BookableSite = Schemas['BookableSite'];
export type Template = Schemas['Template'];

const at = (id: string): string => `/api/bookings/${encodeURIComponent(id)}`;

export const fetchBookings = (fromMs: number, untilMs: number): Promise<BookingList> => getJson(`/api/bookings?from_ms=${fromMs}&until_ms=${untilMs}`);
export const createBooking = (body: BookingBody): Promise<Booking> => postJson('/api/bookings', body);
/** Also brings a cancelled booking back. */
export const changeBooking = (id: string, body: BookingBody, expectRev: number): Promise<Booking> => putJson(at(id), { booking: body, expect_rev: expectRev });
export const cancelBooking = (id: string, rev: number): Promise<Booking | null> => deleteAt(`${at(id)}?expect_rev=${rev}`);
export const checkBooking = (body: BookingBody, insteadOf: string | null): Promise<CheckAnswer> => postJson('/api/bookings/check', { booking: body, instead_of: insteadOf });
/** The same request id twice is one meeting. */
export const meetNow = (template: string, requestId: string): Promise<Booking> => postJson('/api/bookings/now', { template, request_id: requestId });
export const fetchTemplates = async (): Promise<Template[]> => (await getJson<{ templates: Template[] }>('/api/templates')).templates;
export const putTemplate = (name: string, meeting: Meeting, expectRev: number): Promise<Template> => putJson(`/api/templates/${encodeURIComponent(name)}`, { value: meeting, expect_rev: expectRev });
export const deleteTemplate = (name: string): Promise<null> => deleteAt(`/api/templates/${encodeURIComponent(name)}`);
