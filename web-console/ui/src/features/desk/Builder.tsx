import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { fetchLayouts } from '../../api/console';
import type { Cell, Layout } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from './DeskContext';
import { autoFill, clearCell, place, sitesInOrder } from './fillLayout';
import { useReasons } from './useReasons';
import { siteNames } from './words';

const percent = (cell: Cell) => ({
  left: `${cell.x / 10}%`,
  top: `${cell.y / 10}%`,
  width: `${cell.w / 10}%`,
  height: `${cell.h / 10}%`,
});

/** Small drawing of a layout, so that it is found by its form. */
function LayoutIcon({ layout }: { layout: Layout }) {
  return (
    <svg viewBox="0 0 1000 1000" width="30" height="20" preserveAspectRatio="none" aria-hidden="true" className="layout-icon">
      {layout.cells.map((cell) => (
        <rect key={`${cell.x}-${cell.y}`} x={cell.x} y={cell.y} width={cell.w} height={cell.h} />
      ))}
    </svg>
  );
}

/** Builds a multi-picture: choose a form, click a cell and then a site, or let it fill itself; then preview or broadcast. */
export function Builder() {
  const words = useWords();
  const { t } = words;
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const layouts = useQuery({ queryKey: ['layouts'], queryFn: fetchLayouts, staleTime: Infinity });
  const [draft, setDraft] = useState<Layout | null>(null);
  const names = siteNames(snapshot, words);
  const templates = layouts.data?.layouts ?? [];
  const choose = (template: Layout): void => {
    if (snapshot !== null) setDraft(autoFill(template, sitesInOrder(snapshot), snapshot.main_site));
  };
  const press = (index: number): void => {
    if (draft === null) return;
    const cell = draft.cells[index];
    const isThere = cell?.source.from === 'site' && cell.source.site === selected;
    setDraft(selected === null || isThere ? clearCell(draft, index) : place(draft, index, selected));
  };
  const cellText = (cell: Cell): string => {
    switch (cell.source.from) {
      case 'site':
        return names(cell.source.site);
      case 'main':
        return snapshot === null ? t('wall.main') : names(snapshot.main_site);
      case 'blank':
        return t('builder.blank');
      default:
        return '';
    }
  };
  const noDraft = draft === null ? t('reason.noLayout') : null;
  const hint = selected === null ? t('builder.hint') : t('builder.place', { site: names(selected) });
  return (
    <section className="panel builder" aria-label={t('builder.title')}>
      <div className="builder-forms" role="group" aria-label={t('builder.forms')}>
        {templates.map((template) => (
          <Button
            key={template.name}
            pressed={draft?.name === template.name}
            reason={reasons('set_preview')}
            label={t('builder.form', { name: template.name })}
            onPress={() => choose(template)}
          >
            <LayoutIcon layout={template} /> {template.name}
          </Button>
        ))}
        {layouts.isError && <span className="fact fact-bad">{t('builder.noLayouts')}</span>}
      </div>
      <div className="builder-work">
        <div className="builder-canvas">
          {draft?.cells.map((cell, index) => (
            <button
              key={`${cell.x}-${cell.y}`}
              type="button"
              className={`builder-cell from-${cell.source.from}`}
              style={percent(cell)}
              aria-label={t('builder.cell', { number: index + 1, what: cellText(cell) })}
              onClick={() => press(index)}
            >
              {cellText(cell)}
            </button>
          ))}
          {draft === null && <p className="picture-word">{t('builder.empty')}</p>}
        </div>
        <div className="builder-actions">
          <p className="hint">{hint}</p>
          <Button
            look="preview"
            reason={reasons('set_preview') ?? noDraft}
            onPress={() => {
              if (draft !== null) conference.send({ cmd: 'set_preview', args: { picture: { kind: 'layout', layout: draft } } });
            }}
            label={t('builder.toPreview')}
          >
            {t('action.toPreview')}
          </Button>
          <Button
            look="air"
            reason={reasons('broadcast_layout') ?? noDraft}
            onPress={() => {
              if (draft !== null) conference.send({ cmd: 'broadcast_layout', args: { layout: draft } });
            }}
          >
            {t('action.broadcastLayout')}
          </Button>
        </div>
      </div>
    </section>
  );
}
