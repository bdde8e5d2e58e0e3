/** Polling: who is next, and the list as it is put together. Pure. */

import type { Polling, SiteId, SiteSnapshot } from '../../../../api/mcu';

/** Whether the rule would show this site (mcu/conference/src/rules/polling.rs). */
export const fits = (polling: Polling, site: SiteSnapshot): boolean =>
  site.seated && !(polling.skip_absent && site.connection !== 'joined') && !(polling.skip_no_picture && !site.picture);

/** Whose turn comes after place `index`; null when nobody else fits. */
export function nextTurn(polling: Polling, sites: SiteSnapshot[], index: number): SiteId | null {
  const { length } = polling.sites;
  for (let offset = 1; offset < length; offset += 1) {
    const id = polling.sites[(index + offset) % length];
    const site = sites.find((one) => one.site === id);
    if (site !== undefined && fits(polling, site)) return site.site;
  }
  return null;
}

export type Choice = { site: SiteId; chosen: boolean };

/** Sites that came since get a line at the end, those that left lose theirs. */
export function renewed(choices: Choice[], sites: SiteId[], chosen: (site: SiteId) => boolean): Choice[] {
  const kept = choices.filter((one) => sites.includes(one.site));
  const fresh = sites.filter((site) => kept.every((one) => one.site !== site));
  return [...kept, ...fresh.map((site) => ({ site, chosen: chosen(site) }))];
}

/** Moves one line up or down; the ends stay where they are. */
export function moved(choices: Choice[], index: number, by: -1 | 1): Choice[] {
  const [one, other] = [choices[index], choices[index + by]];
  if (one === undefined || other === undefined) return choices;
  return choices.map((choice, place) => (place === index ? other : place === index + by ? one : choice));
}
