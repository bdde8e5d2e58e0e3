/** The desk's plan cards, kept in the library on the server. */

import type { Old } from '../library/fromBrowser';
import { createLibrary } from '../library/library';
import { useLibrary } from '../library/useLibrary';
import { cardOf, documentOf, parseCards } from './plan';
import type { PlanCard } from './plan';

export const planLibrary = createLibrary<PlanCard>({ kind: 'plan', read: cardOf, write: documentOf });

/** Those of earlier versions, in the browser. */
export const oldCards: Old<PlanCard> = { storageKey: 'console.plans', parse: parseCards, nameOf: (card) => card.name };

export const useCards = (): PlanCard[] => useLibrary(planLibrary).values;

/** Keeps cards in place of those of the same names; true when the server has them all. */
export async function keepCards(cards: readonly PlanCard[]): Promise<boolean> {
  const kept = await Promise.all(cards.map((card) => planLibrary.keep(card.name, card)));
  return kept.every(Boolean);
}

export const dropCard = (name: string): Promise<boolean> => planLibrary.drop(name);
