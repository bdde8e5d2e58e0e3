import { useState } from 'react';

import type { Layout } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { LibraryBar } from '../library/LibraryBar';
import { LayoutEditor } from './LayoutEditor';
import { LayoutIcon } from './LayoutIcon';
import { useOwnLayouts } from './Templates';
import { emptyLayout, validate } from './edit';
import { issueWords } from './sourceWords';
import { layoutLibrary, oldLayouts } from './storage';

/** Own layouts at hand, the default multi-picture, and the way into the editor. */
export function LayoutsPanel() {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const own = useOwnLayouts();
  const [isOpen, setIsOpen] = useState(false);
  const current = snapshot?.settings.multi_picture ?? null;
  const sites = new Set((snapshot?.sites ?? []).map((site) => site.site));
  const wrong = (layout: Layout): string | null => {
    const [issue] = validate(layout, sites);
    return issue === undefined ? null : issueWords(t, issue);
  };
  return (
    <div className="tool-body">
      <div className="tool-row">
        <Button look="primary" onPress={() => setIsOpen(true)}>
          {t('layoutEditor.open')}
        </Button>
        <span className="fact">
          {t('layoutEditor.default')} {current === null ? t('layoutEditor.automatic') : current.name}
        </span>
        <Button reason={reasons('set_layout') ?? (current === null ? t('layoutEditor.isAutomatic') : null)} onPress={() => conference.send({ cmd: 'set_layout', args: { layout: null } })}>
          {t('layoutEditor.toAutomatic')}
        </Button>
      </div>
      <h3>{t('layoutEditor.own')}</h3>
      {!isOpen && <LibraryBar library={layoutLibrary} old={oldLayouts} />}
      {own.length === 0 && <p className="hint-line">{t('layoutEditor.noOwn')}</p>}
      <ul className="tool-list">
        {own.map((layout) => (
          <li key={layout.name} className="tool-row">
            <LayoutIcon layout={layout} />
            <b className="cut tool-grow">{layout.name}</b>
            <Button
              look="preview"
              label={`${t('action.toPreview')} ${layout.name}`}
              reason={reasons('set_preview') ?? wrong(layout)}
              onPress={() => conference.send({ cmd: 'set_preview', args: { picture: { kind: 'layout', layout } } })}
            >
              {t('action.toPreview')}
            </Button>
            <Button
              look="air"
              label={`${t('action.broadcastLayout')} ${layout.name}`}
              reason={reasons('broadcast_layout') ?? wrong(layout)}
              onPress={() => conference.send({ cmd: 'broadcast_layout', args: { layout } })}
            >
              {t('action.broadcast')}
            </Button>
          </li>
        ))}
      </ul>
      {isOpen && <LayoutEditor initial={current ?? emptyLayout(t('layoutEditor.newName'))} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
