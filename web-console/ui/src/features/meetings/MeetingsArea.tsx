import { Link } from 'react-router';

import type { Me } from '../../api/console';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import '../../styles/meetings.css';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { MeetingsPage } from './MeetingsPage';

/** The meetings page with its bar. */
export function MeetingsArea({ me }: { me: Me }) {
  const { t } = useWords();
  return (
    <div className="page">
      <header className="top-bar">
        <Link to={paths.home} className="button button-quiet" aria-label={t('nav.home')}>
          ☰
        </Link>
        <h1 className="title">{t('meetings.title')}</h1>
        <span className="spacer" />
        <span className="fact">
          {t(`role.${me.role}`)} · {me.account}
        </span>
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      {me.rights.includes('meeting.view') ? <MeetingsPage me={me} /> : <main className="meetings">{t('meetings.noView')}</main>}
    </div>
  );
}
