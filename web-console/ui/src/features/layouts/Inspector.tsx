import type { CellSource, SiteId } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { siteKeyCap } from '../../keys/keymap';
import { useLive } from '../desk/DeskContext';
import { place } from '../desk/fillLayout';
import { reorder, setRect, setSource } from './edit';
import { CANVAS } from './geometry';
import { SOURCE_KINDS } from './sourceWords';
import type { SourceKind } from './sourceWords';
import type { Editor } from './useEditor';

const DEFAULT_DWELL_S = 10;

function sourceOf(kind: SourceKind, before: CellSource, first: SiteId): CellSource {
  switch (kind) {
    case 'site':
      return { from: 'site', site: first };
    case 'list':
      return { from: 'list', dwell_s: DEFAULT_DWELL_S, sites: before.from === 'site' ? [before.site] : [] };
    default:
      return { from: kind };
  }
}

/** The selected cell: what it shows and where it stands, by numbers too. */
export function Inspector({ editor }: { editor: Editor }) {
  const { t, nameOf } = useWords();
  const sites = useLive((state) => state.snapshot?.sites) ?? [];
  const { selected, layout } = editor;
  const cell = layout.cells[selected];
  if (cell === undefined) return null;
  const { source } = cell;
  const isKind = (value: string): value is SourceKind => SOURCE_KINDS.some((kind) => kind === value);
  const press = (site: SiteId): void =>
    editor.edit((one) => {
      const now = one.cells[selected]?.source;
      if (now?.from !== 'list') return place(one, selected, site);
      const isThere = now.sites.includes(site);
      return setSource(one, selected, { ...now, sites: isThere ? now.sites.filter((other) => other !== site) : [...now.sites, site] });
    });
  return (
    <section className="edit-inspector" aria-label={t('layoutEditor.cellTitle', { number: selected + 1 })}>
      <h3>{t('layoutEditor.cellTitle', { number: selected + 1 })}</h3>
      <label className="tool-field">
        {t('layoutEditor.source')}
        <select
          id="edit-source"
          value={source.from}
          onChange={(event) => {
            const kind = event.target.value;
            if (isKind(kind)) editor.edit((one) => setSource(one, selected, sourceOf(kind, source, sites[0]?.site ?? '')));
          }}
        >
          {SOURCE_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`layoutEditor.from.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      {source.from === 'list' && (
        <label className="tool-field">
          {t('layoutEditor.dwell')}
          <input
            type="number"
            min={5}
            max={120}
            value={source.dwell_s}
            onChange={(event) => {
              const dwell = Math.round(event.target.valueAsNumber);
              if (dwell >= 0 && dwell <= 999) editor.edit((one) => setSource(one, selected, { ...source, dwell_s: dwell }), `dwell-${selected}`);
            }}
          />
        </label>
      )}
      <div className="edit-numbers">
        {(['x', 'y', 'w', 'h'] as const).map((side) => (
          <label key={side} className="tool-field">
            {t(`layoutEditor.side.${side}`)}
            <input
              type="number"
              min={side === 'w' || side === 'h' ? 1 : 0}
              max={CANVAS}
              value={cell[side]}
              onChange={(event) => {
                const value = Math.round(event.target.valueAsNumber);
                if (value >= 0 && value <= CANVAS) editor.edit((one) => setRect(one, selected, { ...cell, [side]: value }), `${side}-${selected}`);
              }}
            />
          </label>
        ))}
        <label className="tool-field">
          {t('layoutEditor.order')}
          <select
            value={selected}
            onChange={(event) => {
              const to = Number(event.target.value);
              editor.edit((one) => reorder(one, selected, to));
              editor.select(to);
            }}
          >
            {layout.cells.map((_, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- It is the place that is chosen.
              <option key={index} value={index}>
                {index + 1}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className="hint-line">{t(source.from === 'list' ? 'layoutEditor.sitesOfList' : 'layoutEditor.sitesHint')}</p>
      <ul className="edit-sites">
        {sites.map((site, index) => {
          const isIn = source.from === 'list' ? source.sites.includes(site.site) : source.from === 'site' && source.site === site.site;
          const order = source.from === 'list' ? source.sites.indexOf(site.site) + 1 : 0;
          return (
            <li key={site.site}>
              <button
                type="button"
                className="button edit-site"
                draggable
                aria-pressed={isIn}
                onDragStart={(event) => event.dataTransfer.setData('text/plain', site.site)}
                onClick={() => press(site.site)}
              >
                <kbd className="key-cap" aria-hidden="true">
                  {siteKeyCap(index) ?? ''}
                </kbd>
                {nameOf(site)}
                {order > 0 && <small>{t('layoutEditor.turn', { order })}</small>}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
