/** The MCU's words, as in mcu/api. */

export type SiteId = string;
export type Rev = number;
export type Mic = 'open' | 'closed';
export type SiteKind = 'main_hall' | 'branch' | 'executive';
export type Connection = 'absent' | 'joining' | 'joined' | 'offline';
export type MonitorName = 'wall' | 'program' | 'preview';
export type Origin = 'desk' | 'tablet' | 'api' | 'rule';

export type CellSource = { from: 'site'; site: SiteId } | { from: 'main' } | { from: 'blank' };
export type Cell = { x: number; y: number; w: number; h: number; source: CellSource };
export type Layout = { name: string; cells: Cell[] };
export type Layouts = { layouts: Layout[] };
export type Picture = { kind: 'site'; site: SiteId } | { kind: 'layout'; layout: Layout };
export type ViewSource = Picture | { kind: 'none' };
export type WallRect = { x: number; y: number; w: number; h: number };

export type Command =
  | { cmd: 'call'; args: { site: SiteId } }
  | { cmd: 'call_all_absent'; args: Record<string, never> }
  | { cmd: 'hang_up'; args: { site: SiteId } }
  | { cmd: 'broadcast_site'; args: { site: SiteId } }
  | { cmd: 'broadcast_layout'; args: { layout: Layout } }
  | { cmd: 'cancel_broadcast'; args: Record<string, never> }
  | { cmd: 'set_mic'; args: { site: SiteId; mic: Mic } }
  | { cmd: 'mute_all'; args: Record<string, never> }
  | { cmd: 'select_view'; args: { viewer: SiteId; source: ViewSource; locked?: boolean } }
  | { cmd: 'set_preview'; args: { picture: Picture | null } }
  | { cmd: 'take'; args: { transition?: 'cut' } }
  | { cmd: 'undo'; args: { rev?: Rev | null } }
  | { cmd: 'end'; args: Record<string, never> };

export type CommandRequest = Command & { expect_rev?: Rev; idem_key?: string; confirm?: string };

export type CommandAnswer =
  | { outcome: 'accepted'; rev: Rev }
  | { outcome: 'unchanged'; rev: Rev }
  | { outcome: 'needs_confirmation'; token: string };

export type Problem = { code: string; status: number; detail: string; detail_zh: string; rev?: Rev | null };

export type MicChange = { site: SiteId; before: Mic; after: Mic };

export type McuEvent =
  | { event: 'opened'; data: { open: { title: string } } }
  | { event: 'site_called'; data: { site: SiteId } }
  | { event: 'site_hung_up'; data: { site: SiteId } }
  | { event: 'forced_changed'; data: { before: Picture | null; after: Picture | null } }
  | { event: 'mics_changed'; data: { changes: MicChange[] } }
  | {
      event: 'view_changed';
      data: { viewer: SiteId; before: ViewSource; before_locked: boolean; after: ViewSource; after_locked: boolean };
    }
  | { event: 'preview_changed'; data: { before: Picture | null; after: Picture | null } }
  | { event: 'undone'; data: { rev: Rev; effect: McuEvent[] } }
  | { event: 'ended'; data: Record<string, never> };

export type Envelope = {
  conference: string;
  rev: Rev;
  at_ms: number;
  author: string;
  right: string;
  origin: Origin;
  idem_key?: string | null;
  event: McuEvent;
};

export type Tally = { on_air: boolean; cell: number | null; seen: boolean; sees: string | null };

export type SiteSnapshot = {
  site: SiteId;
  name: string;
  name_en: string;
  kind: SiteKind;
  seated: boolean;
  connection: Connection;
  connection_since_ms: number;
  mic: Mic;
  view: { source: ViewSource; locked: boolean };
  tally: Tally;
  loss_permille: number;
  rtt_ms: number | null;
  bit_rate_bps: number;
  picture: boolean;
  sound: boolean;
  trouble: string | null;
};

export type CellList = { revision: number; cells: { site: SiteId; rect: WallRect }[]; code: WallRect | null };
export type UndoInfo = { rev: Rev; author: string; event: McuEvent };
export type WorkerHealth = { worker: string; up: boolean; current: boolean };

export type ConferenceSnapshot = {
  conference: string;
  title: string;
  rev: Rev;
  phase: 'running' | 'ended';
  opened_at_ms: number;
  main_site: SiteId;
  sites: SiteSnapshot[];
  forced: Picture | null;
  program: Picture;
  preview: Picture | null;
  wall: CellList;
  undo: UndoInfo | null;
  workers: WorkerHealth[];
  at_ms: number;
};

export type ServerMessage =
  | ({ type: 'snapshot' } & ConferenceSnapshot)
  | ({ type: 'event' } & Envelope)
  | { type: 'heartbeat'; at_ms: number };
