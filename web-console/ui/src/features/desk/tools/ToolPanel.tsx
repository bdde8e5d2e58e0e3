import { Suspense, useSyncExternalStore } from 'react';
import type { KeyboardEvent } from 'react';

import { useWords } from '../../../i18n/useWords';
import { moveOnTabs, openTab, readOpenTab, watchOpenTab } from './openTab';
import { useLive } from '../DeskContext';
import { panels as allPanels } from './registry';

/** One tool panel at a time, chosen by tabs: click, arrow keys, Home and End. */
export function ToolPanel() {
  const { t } = useWords();
  const wanted = useSyncExternalStore(watchOpenTab, readOpenTab);
  const isRehearsal = useLive((state) => state.snapshot?.rehearsal === true);
  const panels = allPanels.filter((one) => isRehearsal || one.rehearsalOnly !== true);
  const index = Math.max(0, panels.findIndex((one) => one.id === wanted));
  const open = panels[index];
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return;
    const to = moveOnTabs(event.code, index, panels.length);
    const panel = to === null ? undefined : panels[to];
    if (panel === undefined) return;
    event.preventDefault();
    openTab(panel.id);
    document.getElementById(`tool-tab-${panel.id}`)?.focus();
  };
  if (open === undefined) return null;
  return (
    <section className="panel tools" aria-label={t('tools.title')}>
      <div className="tool-tabs" role="tablist" aria-label={t('tools.title')}>
        {panels.map((one) => (
          <button
            key={one.id}
            id={`tool-tab-${one.id}`}
            type="button"
            role="tab"
            className="tool-tab"
            aria-selected={one === open}
            aria-controls="tool-panel"
            tabIndex={one === open ? 0 : -1}
            onClick={() => openTab(one.id)}
            onKeyDown={onKeyDown}
          >
            {t(one.titleKey)}
          </button>
        ))}
      </div>
      <div id="tool-panel" className="tool-panel" role="tabpanel" tabIndex={-1} aria-labelledby={`tool-tab-${open.id}`}>
        <Suspense fallback={<p className="hint">{t('common.loading')}</p>}>
          <open.Panel />
        </Suspense>
      </div>
    </section>
  );
}
