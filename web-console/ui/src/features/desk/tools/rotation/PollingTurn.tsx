import type { Polling, PollingKind } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { useKeyCaps } from '../../../../keys/useKeyMap';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { useServerNow } from '../../useServerNow';
import { siteNames } from '../../words';
import { fits, nextTurn } from './turns';

function Remaining({ atMs, isPaused }: { atMs: number | null; isPaused: boolean }) {
  const { t } = useWords();
  const now = useServerNow(250);
  if (isPaused) return <b className="turn-seconds">{t('rotation.paused')}</b>;
  if (atMs === null) return <b className="turn-seconds">—</b>;
  return <b className="number turn-seconds">{t('rotation.remaining', { seconds: Math.max(0, Math.ceil((atMs - now) / 1000)) })}</b>;
}

/** A polling that goes on: whose turn, who is next, seconds left. */
export function PollingTurn({ kind, polling }: { kind: PollingKind; polling: Polling }) {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const names = siteNames(snapshot, words);
  const step = snapshot?.rotation[`${kind}_step`] ?? null;
  const isPaused = snapshot?.rotation[`${kind}_paused`] === true;
  const next = step === null ? null : nextTurn(polling, snapshot?.sites ?? [], step.index);
  const isPending = (...commands: string[]): boolean => pending.some((one) => commands.includes(one.command.cmd));
  return (
    <section className="tool-card tool-fill" aria-label={t(`rotation.${kind}`)}>
      <div className="tool-row turn-now">
        <div className="tool-grow">
          <p>
            {t('rotation.turn')} <b className="turn-name">{step === null ? t('rotation.nobody') : names(step.site)}</b>
          </p>
          <p className="hint">
            {t('rotation.next')} {next === null ? t('rotation.nobody') : names(next)} · {t('rotation.each', { seconds: polling.dwell_s })}
          </p>
        </div>
        <Remaining atMs={step?.next_at_ms ?? null} isPaused={isPaused} />
      </div>
      <div className="tool-row">
        <Button
          {...keyCap('pause_polling')}
          reason={reasons('pause_polling')}
          pending={isPending('pause_polling', 'resume_polling')}
          onPress={() => conference.send({ cmd: isPaused ? 'resume_polling' : 'pause_polling', args: { kind } })}
        >
          {t(isPaused ? 'rotation.resume' : 'rotation.pause')}
        </Button>
        <Button look={kind === 'broadcast' ? 'air' : 'plain'} reason={reasons('stop_polling')} pending={isPending('stop_polling')} onPress={() => conference.send({ cmd: 'stop_polling', args: { kind } })}>
          {t('rotation.stop')}
        </Button>
      </div>
      <ol className="tool-list">
        {polling.sites.map((id, index) => {
          const site = snapshot?.sites.find((one) => one.site === id);
          const isTurn = step?.index === index;
          const isPassed = site === undefined || !fits(polling, site);
          return (
            <li key={id} className={isTurn ? 'tool-row turn-row turn-current' : 'tool-row turn-row'} aria-current={isTurn}>
              <span className="number tool-number">{index + 1}</span>
              <span className="tool-grow">{names(id)}</span>
              <span className="hint">{isTurn ? `▶ ${t('rotation.turn')}` : isPassed ? t('rotation.passed') : id === next ? t('rotation.next') : ''}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
