import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { problemFrom } from '../../api/http';
import { fetchMeetings } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { spanText, timeText } from '../../ui/clock';
import { dayText } from './times';

/** How often the list is asked for: one that just ended shows within it. */
const REFRESH_MS = 10_000;

/** All meetings the console has kept, the latest first. */
export function ListPage() {
  const { t, problemText } = useWords();
  const [page, setPage] = useState(0);
  const list = useQuery({
    queryKey: ['meetings', page],
    queryFn: () => fetchMeetings(page),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const pages = Math.max(1, Math.ceil((list.data?.total ?? 0) / (list.data?.page_size ?? 1)));
  return (
    <main className="after">
      <h2>{t('afterMeeting.list')}</h2>
      {list.isError && (
        <p className="notice notice-bad" role="alert">
          {t('afterMeeting.loadFailed')}:{problemText(problemFrom(list.error))}
        </p>
      )}
      {list.isPending && <p role="status">{t('common.loading')}</p>}
      {list.data?.meetings.length === 0 && <p role="status">{t('afterMeeting.listEmpty')}</p>}
      {list.data !== undefined && list.data.meetings.length > 0 && (
        <table className="after-table">
          <thead>
            <tr>
              {(['day', 'meeting', 'from', 'to', 'lasted', 'state'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`afterMeeting.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.data.meetings.map((one) => (
              <tr key={one.id}>
                <td className="number">{dayText(one.opened_at_ms)}</td>
                <td>
                  <Link className="after-link" to={paths.pastMeeting(one.id)}>
                    {one.title}
                  </Link>
                </td>
                <td className="number">{timeText(one.opened_at_ms)}</td>
                <td className="number">{one.ended_at_ms == null ? '—' : timeText(one.ended_at_ms)}</td>
                <td className="number">{spanText((one.ended_at_ms ?? one.seen_ms) - one.opened_at_ms)}</td>
                <td>{t(`afterMeeting.state.${one.state}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pages > 1 && (
        <nav className="after-pages" aria-label={t('afterMeeting.list')}>
          <Button onPress={() => setPage(Math.max(0, page - 1))}>{t('afterMeeting.newer')}</Button>
          <span className="number">{t('afterMeeting.pages', { page: page + 1, pages })}</span>
          <Button onPress={() => setPage(Math.min(pages - 1, page + 1))}>{t('afterMeeting.older')}</Button>
        </nav>
      )}
    </main>
  );
}
