import { useState } from 'react';

import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { clockText } from '../../../../ui/clock';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { useServerNow } from '../../useServerNow';
import { extended, nextClockTime } from './plannedEnd';

const STEPS_MIN = [15, 30, 60];

/** 延长会议: the planned end, and whether the conference ends by itself then. */
export function PlannedEndCard() {
  const { t } = useWords();
  const { conference } = useDesk();
  const cannot = useReasons()('extend');
  const settings = useLive((state) => state.snapshot?.settings);
  const isPending = useLive((state) => state.pending.some((one) => one.command.cmd === 'extend'));
  const [time, setTime] = useState('');
  const end = settings?.ends_at_ms ?? null;
  const autoEnd = settings?.auto_end ?? false;
  const now = useServerNow(1000);
  const set = (endsAtMs: number | null, endsByItself: boolean): void => conference.send({ cmd: 'extend', args: { ends_at_ms: endsAtMs, auto_end: endsAtMs !== null && endsByItself } });
  const noEnd = end === null ? t('meetingPanel.noEnd') : null;
  const wanted = nextClockTime(time, now);
  return (
    <section className="tool-card" aria-label={t('meetingPanel.end')}>
      <h3>
        {t('meetingPanel.end')} <b className="number">{end === null ? t('meetingPanel.noEnd') : clockText(end)}</b> {autoEnd && t('meetingPanel.endsByItself')}
      </h3>
      <div className="tool-row">
        <label className="field">
          <span>{t('meetingPanel.newEnd')}</span>
          <input type="time" value={time} onChange={(event) => setTime(event.target.value)} />
        </label>
        <Button reason={cannot ?? (wanted === null ? t('meetingPanel.noTime') : null)} pending={isPending} onPress={() => set(wanted, autoEnd)}>
          {t('meetingPanel.set')}
        </Button>
        {STEPS_MIN.map((minutes) => (
          <Button key={minutes} reason={cannot} pending={isPending} label={t('meetingPanel.extendLong', { minutes })} onPress={() => set(extended(end, now, minutes), autoEnd)}>
            {t('meetingPanel.extend', { minutes })}
          </Button>
        ))}
      </div>
      <div className="tool-row">
        <Button pressed={autoEnd} reason={cannot ?? noEnd} pending={isPending} onPress={() => set(end, !autoEnd)}>
          {t(autoEnd ? 'meetingPanel.keepOn' : 'meetingPanel.autoEnd')}
        </Button>
        <Button reason={cannot ?? noEnd} pending={isPending} onPress={() => set(null, false)}>
          {t('meetingPanel.takeEndAway')}
        </Button>
      </div>
    </section>
  );
}
