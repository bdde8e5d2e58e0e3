import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { commandText } from '../commandText/commandText';
import { useLive } from '../desk/DeskContext';
import { siteNames } from '../desk/words';
import { COLUMNS } from './table';
import type { SheetRow, stepOf } from './table';

type Props = { number: number; row: SheetRow; made: ReturnType<typeof stepOf> | undefined; onChange: (row: SheetRow | null) => void; onInsert: () => void };

const TEXTS = COLUMNS.filter((column) => column !== 'important' && column !== 'commands');

/** One line of the table, and in words what it will do. */
export function RowEditor({ number, row, made, onChange, onInsert }: Props) {
  const words = useWords();
  const { t } = words;
  const snapshot = useLive((state) => state.snapshot);
  const names = siteNames(snapshot, words);
  const commands = made?.step.commands ?? [];
  return (
    <li className="sheet-row" aria-label={t('runSheet.step', { number })}>
      <div className="sheet-cells">
        <b className="step-number number">{number}</b>
        {TEXTS.map((column) => (
          <label key={column} className={`tool-field cell-${column}`}>
            {t(`runSheet.column.${column}`)}
            <input value={row[column]} aria-invalid={made?.faults.some((fault) => fault.column === column) === true} onChange={(event) => onChange({ ...row, [column]: event.target.value })} />
          </label>
        ))}
        <label className="check">
          <input type="checkbox" checked={row.important !== ''} onChange={(event) => onChange({ ...row, important: event.target.checked ? '是' : '' })} />
          {t('runSheet.column.important')}
        </label>
        <Button look="quiet" label={t('runSheet.insertAfter', { number })} onPress={onInsert}>
          +
        </Button>
        <Button look="quiet" label={t('runSheet.dropStep', { number })} onPress={() => onChange(null)}>
          ✕
        </Button>
      </div>
      <p className="sheet-does">
        → {commands.length === 0 ? t('runSheet.noCommands') : commands.map((command) => commandText(t, command, names)).join(' · ')}
        {made?.faults.map((fault) => (
          <span key={`${fault.column}${fault.words}`} className="bad-line">
            {' '}
            ✕ {t(`runSheet.column.${fault.column}`)}: {t('runSheet.notUnderstood', { words: fault.words })}
          </span>
        ))}
        {row.commands !== '' && (
          <Button look="quiet" onPress={() => onChange({ ...row, commands: '' })}>
            {t('runSheet.dropExact')}
          </Button>
        )}
      </p>
    </li>
  );
}
