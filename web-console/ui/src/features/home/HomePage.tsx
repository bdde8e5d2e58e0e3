import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, lazy } from 'react';
import { Link } from 'react-router';

import { fetchConferences, signOut } from '../../api/console';
import type { Me } from '../../api/console';
import { problemFrom } from '../../api/http';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { ME_KEY } from '../signIn/useMe';

/** How often the list of conferences is asked for while nobody else tells of changes. */
const REFRESH_MS = 3000;

// Apart, because a desk opened by its address does not need it.
const TodayMeetings = lazy(async () => ({ default: (await import('../meetings/TodayMeetings')).TodayMeetings }));

export function HomePage({ me }: { me: Me }) {
  const { t, problemText } = useWords();
  const queries = useQueryClient();
  const seesConferences = me.rights.includes('conference.view');
  const list = useQuery({ queryKey: ['conferences'], queryFn: fetchConferences, refetchInterval: REFRESH_MS, retry: false, enabled: seesConferences });
  const leave = async (): Promise<void> => {
    await signOut().catch(() => undefined);
    queries.setQueryData(ME_KEY, null);
  };
  return (
    <div className="page">
      <header className="top-bar">
        <h1 className="title">{t('home.title')}</h1>
        <span className="spacer" />
        <span className="fact">
          {t(`role.${me.role}`)} · {me.account}
        </span>
        {seesConferences && (
          <Link className="button button-quiet" to={paths.keyMap}>
            {t('keyMap.title')}
          </Link>
        )}
        <Link className="button button-quiet" to={paths.programKeys}>
          {t('programKeys.title')}
        </Link>
        <ThemeSwitch />
        <LanguageSwitch />
        <Button look="quiet" onPress={() => void leave()}>
          {t('top.signOut')}
        </Button>
      </header>
      <main className="home">
        {me.rights.includes('meeting.view') && (
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <TodayMeetings me={me} />
          </Suspense>
        )}
        {seesConferences && (
          <section aria-labelledby="home-conferences">
            <h2 id="home-conferences">{t('home.conferences')}</h2>
            {list.isError && <p className="notice notice-bad">{problemText(problemFrom(list.error))}</p>}
            {list.data?.length === 0 && <p>{t('home.none')}</p>}
            <ul className="cards">
              {list.data?.map((one) => (
                <li key={one.conference}>
                  <Link className="card" to={paths.desk(one.conference)}>
                    <b>{one.title}</b>
                    <span>{one.phase === 'ended' ? t('top.ended') : t('top.running')}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )}
        {me.rights.includes('meeting.report') && (
          <section aria-labelledby="home-past">
            <h2 id="home-past">{t('afterMeeting.title')}</h2>
            <Link className="card" to={paths.pastMeetings}>
              {t('afterMeeting.homeLink')}
            </Link>
          </section>
        )}
        {me.rights.includes('room.view') && (
          <section aria-labelledby="home-rooms">
            <h2 id="home-rooms">{t('rooms.title')}</h2>
            <Link className="card" to={paths.rooms}>
              {t('home.rooms')}
            </Link>
          </section>
        )}
      </main>
    </div>
  );
}
