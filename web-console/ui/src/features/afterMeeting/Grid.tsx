import type { ReactNode } from 'react';

import { useWords } from '../../i18n/useWords';
import zh from '../../i18n/zh-CN.json';

export type ColumnName = keyof typeof zh.afterMeeting.column;

type Props = {
  columns: ColumnName[];
  rows: { key: string; cells: ReactNode[] }[];
};

/** A table that scrolls by itself where the window is narrow; says so when there is nothing. */
export function Grid({ columns, rows }: Props) {
  const { t } = useWords();
  if (rows.length === 0) return <p>{t('afterMeeting.none')}</p>;
  return (
    <div className="after-scroll">
      <table className="after-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`afterMeeting.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, index) => (
                <td key={columns[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
