import { Link } from 'react-router';

import type { Me } from '../../api/console';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { KeyMapEditor } from './KeyMapEditor';

/** 快捷键设置, from the first page. */
export function KeyMapPage({ me }: { me: Me }) {
  const { t } = useWords();
  return (
    <div className="page">
      <header className="top-bar">
        <Link to={paths.home} className="button button-quiet" aria-label={t('nav.home')}>
          ☰
        </Link>
        <h1 className="title">{t('keyMap.title')}</h1>
        <span className="spacer" />
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      <main className="home key-page">{me.rights.includes('conference.view') ? <KeyMapEditor account={me.account} isLocked={me.locked} /> : <p>{t('keyMap.noDesk')}</p>}</main>
    </div>
  );
}
