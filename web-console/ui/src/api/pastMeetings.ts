/** What is kept of meetings; the words are made from the console's OpenAPI document (see tools/openapi). */

import type { components } from './console.gen';
import { download, getJson } from './http';

type Schemas = components['schemas'];

export type PastMeeting = Schemas['PastMeeting'];
export type PastMeetings = Schemas['PastMeetings'];
export type MeetingReport = Schemas['MeetingReport'];
export type MeetingText = Schemas['MeetingText'];
export type SiteAttendance = Schemas['SiteAttendance'];
export type TimelineLine = Schemas['TimelineLine'];
export type TimelineLane = Schemas['TimelineLane'];
export type TimeSpan = Schemas['TimeSpan'];

export type Document = 'report.pdf' | 'roll-call.pdf' | 'attendance.xlsx' | 'timeline.csv';

const path = (id: string, what: string): string => `/api/meetings/${encodeURIComponent(id)}/${what}`;

/** This desk's clock, in minutes east of Greenwich. */
const zone = (): string => `zone_min=${-new Date().getTimezoneOffset()}`;

export const fetchMeetings = (page: number): Promise<PastMeetings> => getJson(`/api/meetings?page=${page}`);
export const fetchReport = (id: string): Promise<MeetingReport> => getJson(`${path(id, 'report')}?${zone()}`);

export const fetchDocument = (id: string, document: Document, language: 'zh-CN' | 'en'): Promise<Blob> =>
  download(`${path(id, document)}?${zone()}&lang=${language === 'en' ? 'en' : 'zh'}`);
