/** Filling multi-pictures: pure. */

import type { CellSource, ConferenceSnapshot, Layout, SiteId } from '../../api/mcu';

/** Sites that can show something come first in site order; the main site leads. */
export function sitesInOrder(snapshot: ConferenceSnapshot): SiteId[] {
  const present = snapshot.sites.filter((site) => site.seated && site.connection === 'joined');
  const main = present.filter((site) => site.site === snapshot.main_site);
  const others = present.filter((site) => site.site !== snapshot.main_site);
  return [...main, ...others].map((site) => site.site);
}

/** Puts sites into a layout's cells in order; a cell that the template gives to the main site stays its, what is left over is blank. */
export function autoFill(template: Layout, sites: SiteId[], mainSite: SiteId): Layout {
  const leads = template.cells.some((cell) => cell.source.from === 'main');
  const waiting = sites.filter((site) => !(leads && site === mainSite));
  let next = 0;
  const take = (): CellSource => {
    const site = waiting[next];
    next += 1;
    return site === undefined ? { from: 'blank' } : { from: 'site', site };
  };
  return { name: template.name, cells: template.cells.map((cell) => (cell.source.from === 'main' ? cell : { ...cell, source: take() })) };
}

/** Puts one site into one cell; a site already elsewhere in the layout leaves that cell blank. */
export function place(layout: Layout, cellIndex: number, site: SiteId): Layout {
  return {
    name: layout.name,
    cells: layout.cells.map((cell, index) => {
      if (index === cellIndex) return { ...cell, source: { from: 'site', site } };
      const moves = cell.source.from === 'site' && cell.source.site === site;
      return moves ? { ...cell, source: { from: 'blank' } } : cell;
    }),
  };
}

export const clearCell = (layout: Layout, cellIndex: number): Layout => ({
  name: layout.name,
  cells: layout.cells.map((cell, index) => (index === cellIndex ? { ...cell, source: { from: 'blank' } } : cell)),
});

/** The first blank cell, else none. */
export function firstBlank(layout: Layout): number | null {
  const index = layout.cells.findIndex((cell) => cell.source.from === 'blank');
  return index < 0 ? null : index;
}
