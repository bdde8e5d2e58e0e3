import { useWords } from '../../i18n/useWords';
import { COLUMNS } from './table';

/** What may stand in each column. */
export function ColumnHelp() {
  const { t } = useWords();
  return (
    <details className="column-help">
      <summary>{t('runSheet.columns')}</summary>
      <dl>
        {COLUMNS.map((column) => (
          <div key={column}>
            <dt>{t(`runSheet.column.${column}`)}</dt>
            <dd>{t(`runSheet.help.${column}`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
