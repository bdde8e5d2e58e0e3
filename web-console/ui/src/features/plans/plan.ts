/** Emergency plans as cards: what the MCU is given, and what people need besides. Pure. */

import type { Command, ConferenceSnapshot, EmergencyPlan, SiteId } from '../../api/mcu';
import { parseCommands } from '../runSheet/table';

export type PlanCard = Omit<EmergencyPlan, 'trigger'> & {
  /** When it is run, in words. */
  trigger: string;
  /** Whom to call: names with telephone numbers, `;` between them. */
  call: string;
  /** What is expected afterwards. */
  expect: string;
  /** `YYYY-MM-DD`, or empty. */
  rehearsed: string;
  /** When it runs by itself, as the MCU takes it; kept as it is. */
  auto?: NonNullable<EmergencyPlan['trigger']>;
};

type PlanDocument = { plan: EmergencyPlan; when: string; people: { name: string; telephone: string }[]; expect: string; rehearsed: string | null };

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

export const planOf = ({ name, title, commands, auto }: PlanCard): EmergencyPlan => (auto === undefined ? { name, title, commands } : { name, title, commands, trigger: auto });

/** `王科长 0735-1234567;李工` as people; what is no number at the end belongs to the name. */
export function peopleOf(call: string): PlanDocument['people'] {
  const words = call.split(/[;;、\n]+/).map((one) => one.trim());
  return words.filter((one) => one !== '').map((one) => {
    const match = /^(.*?)[\s::]*((?:\+|\(|\d)[\d\s\-()*#]{2,31})$/.exec(one);
    return match === null ? { name: one, telephone: '' } : { name: (match[1] ?? '').trim(), telephone: (match[2] ?? '').trim() };
  });
}

export const documentOf = (card: PlanCard): PlanDocument => ({ plan: planOf(card), when: card.trigger, people: peopleOf(card.call), expect: card.expect, rehearsed: card.rehearsed === '' ? null : card.rehearsed });

/** A card out of the library's document; null when it is none. */
export function cardOf(value: unknown): PlanCard | null {
  if (!isRecord(value) || !isRecord(value['plan'])) return null;
  const { plan } = value;
  const people: unknown[] = Array.isArray(value['people']) ? value['people'] : [];
  const call = people.filter(isRecord).map((one) => `${text(one['name'])} ${text(one['telephone'])}`.trim()).join(';');
  const [card] = parseCards(JSON.stringify([{ ...plan, trigger: value['when'], call, expect: value['expect'], rehearsed: value['rehearsed'] }])) ?? [];
  if (card === undefined) return null;
  return isTrigger(plan['trigger']) ? { ...card, auto: plan['trigger'] } : card;
}

/** Whether it has a trigger's form; the server has looked at the rest. */
const isTrigger = (value: unknown): value is NonNullable<EmergencyPlan['trigger']> => isRecord(value) && isRecord(value['when']) && typeof value['for_s'] === 'number';

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
