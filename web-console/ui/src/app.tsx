import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense, lazy } from 'react';
import { BrowserRouter, Link, Route, Routes, useParams } from 'react-router';

import type { Me } from './api/console';
import { problemFrom } from './api/http';
import { DeskPage } from './features/desk/DeskPage';
import { WallPage } from './features/desk/WallPage';
import { HomePage } from './features/home/HomePage';
import { SignInPage } from './features/signIn/SignInPage';
import { useMe } from './features/signIn/useMe';
import { useWords } from './i18n/useWords';
import { paths } from './paths';

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true } } });

// Apart, so that the desk loads no more than it needs.
const KeysPage = lazy(async () => ({ default: (await import('./features/programKeys/KeysPage')).KeysPage }));
const KeyMapPage = lazy(async () => ({ default: (await import('./features/keyMap/KeyMapPage')).KeyMapPage }));
const RoomsArea = lazy(async () => ({ default: (await import('./features/rooms/RoomsArea')).RoomsArea }));
const MeetingsArea = lazy(async () => ({ default: (await import('./features/meetings/MeetingsArea')).MeetingsArea }));

const AfterArea = lazy(async () => ({ default: (await import('./features/afterMeeting/AfterArea')).AfterArea }));
const DebriefPage = lazy(async () => ({ default: (await import('./features/rehearsal/DebriefPage')).DebriefPage }));

function DeskRoute({ me }: { me: Me }) {
  const { conference } = useParams();
  return conference === undefined ? <NotFound /> : <DeskPage id={conference} me={me} />;
}

function WallRoute({ me }: { me: Me }) {
  const { conference } = useParams();
  return conference === undefined ? <NotFound /> : <WallPage key={conference} id={conference} me={me} />;
}

function NotFound() {
  const { t } = useWords();
  return (
    <main className="home">
      <p>{t('nav.notFound')}</p>
      <Link className="card" to={paths.home}>
        {t('nav.home')}
      </Link>
    </main>
  );
}

function Pages() {
  const { t, problemText } = useWords();
  const me = useMe();
  if (me.data === undefined) {
    return <main className="home">{me.isError ? <p role="alert">{problemText(problemFrom(me.error))}</p> : <p>{t('common.loading')}</p>}</main>;
  }
  if (me.data === null) return <SignInPage />;
  return (
    <Routes>
      <Route path={paths.home} element={<HomePage me={me.data} />} />
      <Route path="/desk/:conference" element={<DeskRoute me={me.data} />} />
      <Route path="/wall/:conference" element={<WallRoute me={me.data} />} />
      <Route
        path="/desk/:conference/debrief"
        element={
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <DebriefPage />
          </Suspense>
        }
      />
      <Route
        path="/rooms/*"
        element={
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <RoomsArea me={me.data} />
          </Suspense>
        }
      />
      <Route
        path={paths.programKeys}
        element={
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <KeysPage account={me.data.account} />
          </Suspense>
        }
      />
      <Route
        path={paths.keyMap}
        element={
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <KeyMapPage me={me.data} />
          </Suspense>
        }
      />
      <Route
        path={paths.meetings}
        element={
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <MeetingsArea me={me.data} />
          </Suspense>
        }
      />
      <Route
        path="/past-meetings/*"
        element={
          <Suspense fallback={<p>{t('common.loading')}</p>}>
            <AfterArea me={me.data} />
          </Suspense>
        }
      />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <Pages />
      </BrowserRouter>
    </QueryClientProvider>
  );
}
