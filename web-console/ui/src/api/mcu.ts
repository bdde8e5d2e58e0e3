/** The MCU's words, named for use; made from its OpenAPI document (see tools/openapi). */

import type { components } from './mcu.gen';

type Schemas = components['schemas'];

export type SiteId = Schemas['SiteId'];
export type Rev = Schemas['Rev'];
export type Mic = Schemas['Mic'];
export type Cell = Schemas['Cell'];
export type CellSource = Schemas['CellSource'];
export type Layout = Schemas['Layout'];
export type Layouts = Schemas['Layouts'];
export type Picture = Schemas['Picture'];
export type Forced = Schemas['Forced'];
export type ViewSource = Schemas['ViewSource'];
export type WallRect = Schemas['WallRect'];
export type CellList = Schemas['CellList'];
export type Command = Schemas['Command'];
export type CommandRequest = Schemas['CommandRequest'];
export type CommandAnswer = Schemas['CommandAnswer'];
export type McuEvent = Schemas['Event'];
export type Setting = Schemas['Setting'];
export type SiteFault = Schemas['SiteFault'];
export type Polling = Schemas['Polling'];
export type PollingKind = Schemas['PollingKind'];
export type RollCall = Schemas['RollCall'];
export type RollCallRow = Schemas['RollCallRow'];
export type RollCallScore = Schemas['RollCallScore'];
export type UndoInfo = Schemas['UndoInfo'];
export type Envelope = Schemas['Envelope'];
export type SiteSnapshot = Schemas['SiteSnapshot'];
export type ConferenceSnapshot = Schemas['ConferenceSnapshot'];
export type ConferenceSummary = Schemas['ConferenceSummary'];
export type Conferences = Schemas['Conferences'];
export type RunSheet = Schemas['RunSheet'];
export type RunStep = Schemas['RunStep'];
export type EmergencyPlan = Schemas['EmergencyPlan'];
export type ArmedPlan = Schemas['ArmedPlan'];
export type Overlay = Schemas['Overlay'];
export type Edge = Schemas['Edge'];
export type Area = Schemas['Area'];
export type Audience = Schemas['Audience'];
export type Lease = Schemas['Lease'];
export type Leases = Schemas['Leases'];
export type Output = Schemas['Output'];
export type ServerMessage = Schemas['ServerMessage'];

/** The MCU's problem document, or the console's, whose codes are others. */
export type Problem = Omit<Schemas['Problem'], 'code'> & { code: string };
