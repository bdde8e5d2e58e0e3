import { useState } from 'react';

import type { RunSheet } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { SheetEditor } from './SheetEditor';
import { StepList } from './StepList';
import { detailsOf } from './details';
import { draftOf, emptyRow } from './table';
import type { SheetDraft } from './table';

/** 导播单: what was planned, what is done, and the one key that does the next step. */
export function RunSheetPanel() {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const [draft, setDraft] = useState<SheetDraft | null>(null);
  const [asks, setAsks] = useState(false);
  const sheet: RunSheet | null = snapshot?.desk.run_sheet ?? null;
  const next = snapshot?.desk.next_step ?? 0;
  const upcoming = sheet?.steps[next];
  const current = sheet?.steps[next - 1];
  const isImportant = current !== undefined && detailsOf(current).important;
  const isPending = (cmd: string): boolean => pending.some((one) => one.command.cmd === cmd);
  const run = (): void => {
    setAsks(false);
    conference.send({ cmd: 'next_step', args: {} });
  };
  const noNext = sheet === null ? t('runSheet.none') : upcoming === undefined ? t('runSheet.finished') : null;
  return (
    <div className="tool-body">
      <div className="tool-row">
        <Button look="air" reason={reasons('next_step') ?? noNext} pending={isPending('next_step')} onPress={() => (isImportant ? setAsks(true) : run())}>
          {t('runSheet.next')} →
        </Button>
        <span className="tool-grow cut" aria-live="polite">
          {upcoming === undefined ? (noNext ?? '') : t('runSheet.upcoming', { number: next + 1, title: upcoming.title })}
        </span>
        <Button onPress={() => setDraft(sheet === null ? { title: snapshot?.title ?? '', rows: [emptyRow()] } : draftOf(sheet, Date.now()))}>{t(sheet === null ? 'runSheet.make' : 'runSheet.edit')}</Button>
      </div>
      {isImportant && <p className="important-line">★ {t('runSheet.importantNow', { title: current.title })}</p>}
      {sheet === null ? <p className="hint-line">{t('runSheet.how')}</p> : <StepList sheet={sheet} next={next} />}
      {draft !== null && <SheetEditor initial={draft} onClose={() => setDraft(null)} />}
      {asks && current !== undefined && upcoming !== undefined && (
        <Dialog title={t('runSheet.next')} onCancel={() => setAsks(false)}>
          <p>{t('runSheet.askImportant', { current: current.title, next: upcoming.title })}</p>
          <div className="dialog-actions">
            <Button onPress={() => setAsks(false)}>{t('common.cancel')}</Button>
            <Button look="danger" onPress={run}>
              {t('runSheet.next')}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
