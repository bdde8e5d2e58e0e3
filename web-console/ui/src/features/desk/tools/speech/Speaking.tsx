import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { spanText } from '../../../../ui/clock';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { useServerNow } from '../../useServerNow';
import { pictureWords, siteNames } from '../../words';
import { MAX_S } from './limit';

/** What is left of the speaking time, from the snapshot's end; over is said in words, not only in red. */
function Clock() {
  const { t } = useWords();
  const speech = useLive((state) => state.snapshot?.speech);
  const now = useServerNow(250);
  if (speech?.timer == null) return <span className="hint">{t('speech.noTimer')}</span>;
  const left = speech.timer.ends_at_ms - now;
  const isOver = speech.over || left < 0;
  return (
    <span className={isOver ? 'speech-clock speech-over' : 'speech-clock'}>
      <span role="status">{t(isOver ? 'speech.over' : speech.timer.auto_end ? 'speech.leftAutoEnd' : 'speech.left')}</span>{' '}
      <b className="number">{spanText(Math.abs(left) + (isOver ? 0 : 999))}</b>
    </span>
  );
}

/** Who speaks at the moment. */
export function Speaking() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const forced = snapshot?.forced;
  const speaks = forced?.kind === 'call_to_speak' || forced?.kind === 'dialogue';
  const timer = snapshot?.speech.timer;
  const isPending = (cmd: string): boolean => pending.some((one) => one.command.cmd === cmd);
  const addMinute = (): void => {
    const { clockOffsetMs } = conference.store.getState();
    const left = Math.max(0, Math.ceil(((timer?.ends_at_ms ?? 0) - Date.now() - clockOffsetMs) / 1000));
    conference.send({ cmd: 'set_speech_timer', args: { seconds: Math.min(MAX_S, left + 60), auto_end: timer?.auto_end ?? false } });
  };
  return (
    <section className="tool-card" aria-label={t('speech.now')}>
      <div className="tool-row">
        <h3 className="tool-grow">
          {t('speech.now')} <b>{speaks ? pictureWords(t, forced, siteNames(snapshot, words)) : t('speech.nobody')}</b>
        </h3>
        <Clock />
      </div>
      <div className="tool-row">
        <Button look="air" reason={reasons('cancel_broadcast') ?? (speaks ? null : t('speech.nobody'))} pending={isPending('cancel_broadcast')} onPress={() => conference.send({ cmd: 'cancel_broadcast', args: {} })}>
          {t('speech.end')}
        </Button>
        <Button reason={reasons('set_speech_timer') ?? (timer == null ? t('speech.noTimer') : null)} pending={isPending('set_speech_timer')} onPress={addMinute}>
          {t('speech.addMinute')}
        </Button>
        <Button
          reason={reasons('set_speech_timer') ?? (timer == null ? t('speech.noTimer') : null)}
          pending={isPending('set_speech_timer')}
          onPress={() => conference.send({ cmd: 'set_speech_timer', args: { seconds: null } })}
        >
          {t('speech.stopTimer')}
        </Button>
      </div>
    </section>
  );
}
