/** Emergency plans as cards: what the MCU is given, and what people need besides. Pure. */

import type { Command, ConferenceSnapshot, EmergencyPlan, SiteId } from '../../api/mcu';
import { parseCommands } from '../runSheet/table';

export type PlanCard = Omit<EmergencyPlan, 'trigger'> & {
  /** When it is run, in words. */
  trigger: string;
  /** Whom to call. */
  call: string;
  /** What is expected afterwards. */
  expect: string;
  /** `YYYY-MM-DD`, or empty. */
  rehearsed: string;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function parseCards(source: string): PlanCard[] | null {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return null;
  }
  const list: unknown = isRecord(value) ? value['plans'] : value;
  if (!Array.isArray(list)) return null;
  const cards: PlanCard[] = [];
  for (const one of list) {
    if (!isRecord(one) || text(one['name']) === '' || text(one['title']) === '') return null;
    const commands = parseCommands(JSON.stringify(one['commands'] ?? null));
    if (commands === null) return null;
    cards.push({ name: text(one['name']), title: text(one['title']), commands, trigger: text(one['trigger']), call: text(one['call']), expect: text(one['expect']), rehearsed: text(one['rehearsed']) });
  }
  return cards;
}

export const cardsText = (cards: readonly PlanCard[]): string => JSON.stringify({ plans: cards }, null, 2);

const planOf = ({ name, title, commands }: PlanCard): EmergencyPlan => ({ name, title, commands });
export { planOf };

/** Begin with these; a site keeps its own list with its own telephone numbers. */
export function usualCards(snapshot: ConferenceSnapshot, words: (key: UsualKey) => { title: string; trigger: string; expect: string }): PlanCard[] {
  const executive: SiteId | undefined = snapshot.sites.find((site) => site.kind === 'executive')?.site;
  const make = (name: UsualKey, commands: Command[]): PlanCard => ({ name, ...words(name), commands, call: '', rehearsed: '' });
  const cards = [
    make('howling', [{ cmd: 'mute_all', args: {} }]),
    make('picture', [{ cmd: 'slate', args: { text: snapshot.title } }]),
    make('wrong_air', [{ cmd: 'previous_picture', args: {} }]),
    make('lost_branch', [{ cmd: 'call_all_absent', args: {} }, { cmd: 'cancel_broadcast', args: {} }]),
    make('silence', [{ cmd: 'mute_all', args: {} }, { cmd: 'cancel_broadcast', args: {} }]),
    make('attack', [{ cmd: 'lock', args: {} }, { cmd: 'set_free_view', args: { free_view: false } }]),
  ];
  return executive === undefined ? cards : [make('main_lost', [{ cmd: 'set_main_site', args: { site: executive } }, { cmd: 'broadcast_site', args: { site: executive } }]), ...cards];
}
export const USUAL = ['main_lost', 'howling', 'picture', 'wrong_air', 'lost_branch', 'silence', 'attack'] as const;
export type UsualKey = (typeof USUAL)[number];

/** Days since the last rehearsal; null when never or not a date. */
export function daysSince(rehearsed: string, nowMs: number): number | null {
  const at = new Date(`${rehearsed}T00:00:00`).getTime();
  return rehearsed === '' || Number.isNaN(at) ? null : Math.floor((nowMs - at) / 86_400_000);
}
