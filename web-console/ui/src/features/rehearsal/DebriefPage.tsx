import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { fetchConferences } from '../../api/console';
import { problemFrom } from '../../api/http';
import type { Debrief } from '../../api/rehearsal';
import { debriefCsv, fetchDebrief, fetchRehearsal } from '../../api/rehearsal';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { DebriefTables } from './DebriefTables';
import './rehearsal.css';
import { secondsText } from './order';

const LOOK_EVERY_MS = 5000;

/** 讲评: what became of each fault, which cuts were wrong, and the score. */
export function DebriefPage() {
  const { t, problemText } = useWords();
  const { conference = '' } = useParams();
  const debrief = useQuery({ queryKey: ['debrief', conference], queryFn: () => fetchDebrief(conference), refetchInterval: LOOK_EVERY_MS });
  const declared = useQuery({ queryKey: ['rehearsal', conference, 'declared'], queryFn: () => fetchRehearsal(conference), staleTime: Infinity });
  const conferences = useQuery({ queryKey: ['conferences'], queryFn: fetchConferences });
  const title = conferences.data?.find((one) => one.conference === conference)?.title ?? conference;
  return (
    <div className="page">
      <header className="top-bar">
        <Link to={paths.desk(conference)} className="button button-quiet">
          ← {t('rehearsal.toDesk')}
        </Link>
        <h1 className="title">{t('rehearsal.debriefOf', { title })}</h1>
        <span className="badge badge-rehearsal">{t('rehearsal.word')}</span>
        <span className="spacer" />
        <a className="button" href={debriefCsv(conference)} download>
          {t('rehearsal.csv')}
        </a>
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      <main className="debrief">
        {debrief.isError && <p role="alert">{problemText(problemFrom(debrief.error))}</p>}
        {debrief.data === undefined ? <p>{t('common.loading')}</p> : <Shown debrief={debrief.data} faults={declared.data?.faults ?? []} conference={conference} />}
      </main>
    </div>
  );
}

function Shown({ debrief, faults, conference }: { debrief: Debrief; faults: Parameters<typeof DebriefTables>[0]['faults']; conference: string }) {
  const { t } = useWords();
  const { score } = debrief;
  const facts: [string, string][] = [
    [t('debrief.points'), score.points === null || score.points === undefined ? '—' : String(score.points)],
    [t('debrief.injected'), String(score.injected)],
    [t('debrief.seen'), String(score.seen)],
    [t('debrief.prompt'), `${score.prompt} / ${score.needed}`],
    [t('debrief.slow'), String(score.slow)],
    [t('debrief.missed'), String(score.missed)],
    [t('debrief.median'), secondsText(score.median_ms)],
    [t('debrief.wrong'), String(debrief.wrong_cuts.length)],
    [t('debrief.noPicture'), secondsText(debrief.no_picture_ms)],
    [t('debrief.mutesLost'), String(debrief.mutes_lost)],
  ];
  return (
    <>
      <dl className="debrief-score">
        {facts.map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
      <DebriefTables debrief={debrief} faults={faults} conference={conference} />
      <p className="hint">{t('debrief.how')}</p>
    </>
  );
}
