import { useState } from 'react';

import type { RunSheet } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from '../desk/DeskContext';
import { LibraryBar } from '../library/LibraryBar';
import { useLibrary } from '../library/useLibrary';
import { useRunTimes } from './runTimes';
import { nameOfSheet, sheetLibrary, usualOf } from './sheets';
import { draftOf } from './table';
import type { SheetDraft } from './table';

type Props = { sheet: RunSheet; wrong: string | null; nowMs: number; onDraft: (draft: SheetDraft) => void };

/** Run sheets of the library: take one, keep this one. */
export function SheetShelf({ sheet, wrong, nowMs, onDraft }: Props) {
  const { t } = useWords();
  const { me } = useDesk();
  const { values, pending } = useLibrary(sheetLibrary);
  const snapshot = useLive((state) => state.snapshot);
  const times = useRunTimes(snapshot);
  const [chosen, setChosen] = useState('');
  const name = nameOfSheet(sheet.title);
  const noRight = me.rights.includes('conference.affairs') ? null : t('reason.noRight');
  const found = values.find((one) => one.name === chosen);
  // Only what was run under this very title says how long its steps take.
  const isRun = snapshot?.desk.run_sheet?.title === sheet.title;
  const keep = (): void => {
    const before = values.find((one) => one.name === name)?.usual ?? [];
    void sheetLibrary.keep(name, { name, sheet, usual: usualOf(isRun ? times : {}, sheet.steps.length, before) });
  };
  return (
    <div className="tool-row">
      <label className="tool-field">
        {t('library.sheets')}
        <select value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <option value="">{values.length === 0 ? t('library.noSheets') : t('library.choose')}</option>
          {values.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Button reason={found === undefined ? t('library.choose') : null} onPress={() => found !== undefined && onDraft(draftOf(found.sheet, nowMs))}>
        {t('library.take')}
      </Button>
      <Button look="quiet" reason={noRight ?? (found === undefined ? t('library.choose') : null)} onPress={() => void sheetLibrary.drop(chosen)}>
        {t('library.delete')}
      </Button>
      <Button reason={noRight ?? wrong ?? (name === '' ? t('library.noTitle') : null)} pending={pending[name] !== undefined} onPress={keep}>
        {t('library.keepSheet')}
      </Button>
      <LibraryBar library={sheetLibrary} />
    </div>
  );
}
