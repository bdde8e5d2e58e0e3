import { useState } from 'react';
import { Link } from 'react-router';

import { useWords } from '../../i18n/useWords';
import { useKeyCaps } from '../../keys/useKeyMap';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { Menu } from '../../ui/Menu';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { clockText, elapsedText, spanText } from '../../ui/clock';
import { useNow, useWallNow } from '../../ui/useNow';
import { useDesk, useLive, useTrust } from './DeskContext';
import { DeskStatus } from '../leases/DeskStatus';
import { KeyList } from './KeyList';
import { useReasons } from './useReasons';
import { useServerNow } from './useServerNow';

function Age() {
  const { t } = useWords();
  const now = useNow(200);
  const last = useLive((state) => state.lastMessageMs);
  const isTrusted = useTrust();
  const age = last === null ? '—' : (Math.max(0, now - last) / 1000).toFixed(1);
  return (
    <span className={`fact ${isTrusted ? '' : 'fact-bad'}`} role="status" aria-label={t('top.age')} aria-live="off">
      {t('top.age')} <b className="number age-number">{t('top.ageSeconds', { age })}</b>
    </span>
  );
}

function Workers() {
  const { t } = useWords();
  const workers = useLive((state) => state.snapshot?.workers);
  return (workers ?? []).map((worker) => {
    const state = worker.up ? (worker.current ? 'good' : 'behind') : 'down';
    const mark = { good: '●', behind: '▲', down: '✕' }[state];
    return (
      <span key={worker.worker} className={`fact worker-${state}`} title={worker.encoders?.join(', ')}>
        {worker.worker} {mark} <span className={worker.up && worker.current ? 'worker-word' : undefined}>{t(`worker.${state}`)}</span>
      </span>
    );
  });
}

function Running() {
  const { t } = useWords();
  const phase = useLive((state) => state.snapshot?.phase);
  const openedAt = useLive((state) => state.snapshot?.opened_at_ms);
  const offset = useLive((state) => state.clockOffsetMs);
  const now = useWallNow(500);
  const { conference, me } = useDesk();
  if (phase === undefined || openedAt === undefined) return null;
  if (phase === 'ended') {
    return (
      <>
        <span className="fact fact-bad">{t('top.ended')}</span>
        {me.rights.includes('meeting.report') && (
          <Link className="button button-small" to={paths.pastMeeting(`${conference.id}-${openedAt}`)}>
            {t('afterMeeting.link')}
          </Link>
        )}
      </>
    );
  }
  return (
    <span className="fact">
      <span aria-hidden="true">●</span> {t('top.running')} <b className="number">{elapsedText(now + offset - openedAt)}</b>
    </span>
  );
}

function PlannedEnd() {
  const { t } = useWords();
  const settings = useLive((state) => state.snapshot?.settings);
  const now = useServerNow(1000);
  if (settings === undefined) return null;
  const end = settings.ends_at_ms;
  const left = (end ?? now) - now;
  return (
    <>
      {settings.locked && <span className="fact">⚿ {t('top.locked')}</span>}
      {end != null && (
        <span className={left < 0 ? 'fact fact-bad' : 'fact'}>
          {t('top.endsAt', { time: clockText(end) })} <b className="number">{t(left < 0 ? 'top.overtime' : 'top.left', { span: spanText(Math.abs(left)) })}</b>
        </span>
      )}
    </>
  );
}

export function TopBar({ onSignOut }: { onSignOut: () => void }) {
  const { t } = useWords();
  const { conference, me } = useDesk();
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const title = useLive((state) => state.snapshot?.title);
  const isRehearsal = useLive((state) => state.snapshot?.rehearsal === true);
  const isEnding = useLive((state) => state.delayed.some((one) => one.command.cmd === 'end'));
  const [showsKeys, setShowsKeys] = useState(false);
  return (
    <header className="top-bar">
      <Link to={paths.home} className="button button-quiet" aria-label={t('nav.home')}>
        ☰
      </Link>
      <h1 className="title">{title ?? t('desk.title')}</h1>
      {isRehearsal && <strong className="rehearsal-word">{t('rehearsal.word')}</strong>}
      <Running />
      <PlannedEnd />
      <Age />
      <Workers />
      <DeskStatus />
      <span className="spacer" />
      <Button look="quiet" onPress={() => setShowsKeys(true)} {...keyCap('help')}>
        {t('top.keys')}
      </Button>
      <Button look="quiet" reason={reasons('end') ?? (isEnding ? t('delayed.waits') : null)} pending={isEnding} onPress={() => conference.send({ cmd: 'end', args: {} })}>
        {t('action.end')}
      </Button>
      <Menu text={me.account} label={`${t('top.onDuty')} ${t(`role.${me.role}`)} · ${me.account}`}>
        <span className="fact">
          {t('top.onDuty')} {t(`role.${me.role}`)}
        </span>
        <a className="button button-quiet" href={paths.wall(conference.id)} target="_blank" rel="noreferrer">
          {t('wallPage.open')}
        </a>
        <ThemeSwitch />
        <LanguageSwitch />
        <Button look="quiet" onPress={onSignOut}>
          {t('top.signOut')}
        </Button>
      </Menu>
      {showsKeys && <KeyList onClose={() => setShowsKeys(false)} />}
    </header>
  );
}
