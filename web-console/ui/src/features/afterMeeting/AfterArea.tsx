import { Link, Route, Routes } from 'react-router';

import type { Me } from '../../api/console';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import '../../styles/after-meeting.css';
import { ListPage } from './ListPage';
import { MeetingPage } from './MeetingPage';

/** 会后: what is kept of meetings. */
export function AfterArea({ me }: { me: Me }) {
  const { t } = useWords();
  return (
    <div className="page">
      <header className="top-bar">
        <Link to={paths.home} className="button button-quiet" aria-label={t('nav.home')}>
          ☰
        </Link>
        <h1 className="title">{t('afterMeeting.title')}</h1>
        <span className="spacer" />
        <span className="fact">
          {t(`role.${me.role}`)} · {me.account}
        </span>
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      {me.rights.includes('meeting.report') ? (
        <Routes>
          <Route index element={<ListPage />} />
          <Route path=":meeting" element={<MeetingPage me={me} />} />
        </Routes>
      ) : (
        <main className="after">
          <p role="alert">{t('afterMeeting.notAllowed')}</p>
        </main>
      )}
    </div>
  );
}
