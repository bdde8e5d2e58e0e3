import { useEffect, useRef, useState } from 'react';

import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Notices } from '../desk/Notices';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { useOwnLayouts, useShippedLayouts } from '../layouts/Templates';
import { ColumnHelp } from './ColumnHelp';
import { RowEditor } from './RowEditor';
import { SheetFiles } from './SheetFiles';
import { SheetShelf } from './SheetShelf';
import { MAX_COMMANDS, MAX_STEPS, emptyRow, stepOf } from './table';
import type { SheetDraft, SheetRow } from './table';

/** A run sheet before it is loaded: as a table of words, with what each line will do. */
export function SheetEditor({ initial, onClose }: { initial: SheetDraft; onClose: () => void }) {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const own = useOwnLayouts();
  const shipped = useShippedLayouts();
  const [draft, setDraft] = useState(initial);
  const [told, setTold] = useState('');
  const [now] = useState(() => Date.now());
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  if (snapshot === null) return null;
  const world = { snapshot, layouts: [...own, ...shipped] };
  const made = draft.rows.map((row) => stepOf(row, world, now));
  const steps = made.map((one) => one.step);
  const badAt = made.findIndex((one) => one.faults.length > 0);
  const longAt = steps.findIndex((step) => (step.commands ?? []).length > MAX_COMMANDS);
  const untitledAt = steps.findIndex((step) => step.title === '');
  const wrong =
    steps.length === 0 || steps.length > MAX_STEPS
      ? t('runSheet.wrong.count')
      : badAt >= 0
        ? t('runSheet.wrong.words', { number: badAt + 1, words: made[badAt]?.faults[0]?.words ?? '' })
        : longAt >= 0
          ? t('runSheet.wrong.long', { number: longAt + 1 })
          : untitledAt >= 0
            ? t('runSheet.wrong.untitled', { number: untitledAt + 1 })
            : null;
  const put = (index: number, row: SheetRow | null): void =>
    setDraft((one) => ({ ...one, rows: row === null ? one.rows.filter((_, other) => other !== index) : one.rows.map((old, other) => (other === index ? row : old)) }));
  const insert = (index: number): void => setDraft((one) => ({ ...one, rows: [...one.rows.slice(0, index), emptyRow(), ...one.rows.slice(index)] }));
  const sheet = { title: draft.title, steps };
  return (
    <dialog
      ref={dialog}
      className="sheet-editor"
      aria-labelledby="sheet-editor-title"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="tool-row">
        <h2 id="sheet-editor-title">{t('runSheet.editTitle')}</h2>
        <label className="tool-field tool-grow">
          {t('runSheet.title')}
          <input value={draft.title} onChange={(event) => setDraft({ ...draft, title: event.target.value })} />
        </label>
        <SheetFiles draft={draft} sheet={sheet} sites={snapshot.sites.map((site) => site.name)} nowMs={now} onDraft={setDraft} onTold={setTold} />
      </header>
      <SheetShelf sheet={sheet} wrong={wrong} nowMs={now} onDraft={setDraft} />
      <ColumnHelp />
      <ol className="sheet-rows">
        {draft.rows.map((row, index) => (
          <RowEditor key={row.key} number={index + 1} row={row} made={made[index]} onChange={(next) => put(index, next)} onInsert={() => insert(index + 1)} />
        ))}
      </ol>
      <footer className="tool-row">
        <Button onPress={() => insert(draft.rows.length)}>{t('runSheet.addStep')}</Button>
        <p className={wrong === null ? 'tool-grow' : 'tool-grow bad-line'} role="status">
          {wrong === null ? `✓ ${t('runSheet.ready', { count: steps.length })}` : `✕ ${wrong}`} {told}
        </p>
        <Button
          reason={reasons('load_run_sheet') ?? (snapshot.desk.run_sheet == null ? t('runSheet.none') : null)}
          onPress={() => {
            conference.send({ cmd: 'load_run_sheet', args: { sheet: null } });
            onClose();
          }}
        >
          {t('runSheet.unload')}
        </Button>
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <Button
          look="primary"
          reason={reasons('load_run_sheet') ?? wrong}
          onPress={() => {
            conference.send({ cmd: 'load_run_sheet', args: { sheet } });
            onClose();
          }}
        >
          {t('runSheet.load')}
        </Button>
      </footer>
      <Notices />
    </dialog>
  );
}
