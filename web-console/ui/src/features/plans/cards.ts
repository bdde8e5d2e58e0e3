/** The desk's plan cards, kept in this browser. */

import { useSyncExternalStore } from 'react';

import { cardsText, parseCards } from './plan';
import type { PlanCard } from './plan';

const STORAGE_KEY = 'console.plans';
const CHANGED = 'console-plans';
const NONE: PlanCard[] = [];
let cache: { text: string | null; cards: PlanCard[] } = { text: null, cards: NONE };

function read(): PlanCard[] {
  const text = localStorage.getItem(STORAGE_KEY);
  if (text !== cache.text) cache = { text, cards: text === null ? NONE : (parseCards(text) ?? NONE) };
  return cache.cards;
}

function watch(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange);
  window.addEventListener('storage', onChange);
  return () => {
    window.removeEventListener(CHANGED, onChange);
    window.removeEventListener('storage', onChange);
  };
}

export const useCards = (): PlanCard[] => useSyncExternalStore(watch, read);

/** Keeps cards in place of those of the same names. */
export function keepCards(cards: readonly PlanCard[]): void {
  const byName = new Map(read().map((card) => [card.name, card]));
  for (const card of cards) byName.set(card.name, card);
  localStorage.setItem(STORAGE_KEY, cardsText([...byName.values()]));
  window.dispatchEvent(new Event(CHANGED));
}

export function dropCard(name: string): void {
  localStorage.setItem(STORAGE_KEY, cardsText(read().filter((card) => card.name !== name)));
  window.dispatchEvent(new Event(CHANGED));
}
