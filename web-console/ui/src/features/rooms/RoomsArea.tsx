import { useEffect, useMemo, useState } from 'react';
import { Link, Route, Routes } from 'react-router';

import type { Me } from '../../api/console';
import { useWords } from '../../i18n/useWords';
import { createRooms } from '../../live/rooms';
import { paths } from '../../paths';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import '../../styles/rooms.css';
import { RoomPage } from './RoomPage';
import { RoomsContext } from './RoomsContext';
import { RoomsPage } from './RoomsPage';

/** The room pages share one socket. */
export function RoomsArea({ me }: { me: Me }) {
  const { t } = useWords();
  const [live] = useState(createRooms);
  useEffect(() => live.connect(), [live]);
  const desk = useMemo(() => ({ me, live }), [me, live]);
  return (
    <RoomsContext value={desk}>
      <div className="page">
        <header className="top-bar">
          <Link to={paths.home} className="button button-quiet" aria-label={t('nav.home')}>
            ☰
          </Link>
          <h1 className="title">{t('rooms.title')}</h1>
          <span className="spacer" />
          <span className="fact">
            {t(`role.${me.role}`)} · {me.account}
          </span>
          <ThemeSwitch />
          <LanguageSwitch />
        </header>
        <Routes>
          <Route index element={<RoomsPage />} />
          <Route path=":room" element={<RoomPage />} />
        </Routes>
      </div>
    </RoomsContext>
  );
}
