import { useState } from 'react';

import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { NumberField } from '../NumberField';
import { SiteSelect } from '../SiteSelect';
import { MAX_S, MIN_S, isGoodLimit, limitArgs } from './limit';
import type { Limit } from './limit';

/** Times that meetings use most, in seconds. */
const USUAL_S = [180, 300, 480];

/** 点名发言 and 对话, with the time limit that 放行 uses too. */
export function CallForm({ limit, onLimit }: { limit: Limit; onLimit: (limit: Limit) => void }) {
  const { t } = useWords();
  const { conference, selected } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const [picked, setPicked] = useState<string | null>(null);
  const site = picked ?? selected ?? '';
  const seat = snapshot?.sites.find((one) => one.site === site);
  const noSite = seat === undefined ? t('reason.noSite') : seat.seated ? null : t('reason.notSeated');
  const badLimit = isGoodLimit(limit) ? null : t('speech.badLimit');
  const isPending = (cmd: string): boolean => pending.some((one) => one.command.cmd === cmd);
  return (
    <section className="tool-card" aria-label={t('speech.call')}>
      <h3>{t('speech.call')}</h3>
      <div className="tool-row">
        <SiteSelect label={t('speech.site')} value={site} onPick={setPicked} />
        <NumberField label={t('speech.limit')} unit={t('tools.seconds')} value={limit.seconds} min={MIN_S} max={MAX_S} hint={t('speech.unlimited')} onChange={(seconds) => onLimit({ ...limit, seconds })} />
        <div className="tool-presets" role="group" aria-label={t('speech.limit')}>
          {USUAL_S.map((seconds) => (
            <Button key={seconds} pressed={limit.seconds === String(seconds)} onPress={() => onLimit({ ...limit, seconds: String(seconds) })}>
              {t('speech.minutes', { minutes: seconds / 60 })}
            </Button>
          ))}
        </div>
      </div>
      <label className="check">
        <input type="checkbox" checked={limit.autoEnd} onChange={(event) => onLimit({ ...limit, autoEnd: event.target.checked })} />
        {t('speech.autoEnd')}
      </label>
      <div className="tool-row">
        <Button look="air" reason={reasons('call_to_speak') ?? noSite ?? badLimit} pending={isPending('call_to_speak')} onPress={() => conference.send({ cmd: 'call_to_speak', args: { site, ...limitArgs(limit) } })}>
          {t('action.callToSpeak')}
        </Button>
        <Button
          look="air"
          reason={reasons('dialogue') ?? noSite ?? (site === snapshot?.main_site ? t('action.dialogueWithMain') : null)}
          pending={isPending('dialogue')}
          onPress={() => conference.send({ cmd: 'dialogue', args: { site } })}
        >
          {t('action.dialogue')}
        </Button>
        <Button
          reason={reasons('set_speech_timer') ?? badLimit}
          pending={isPending('set_speech_timer')}
          label={t('speech.setTimerLong')}
          onPress={() => conference.send({ cmd: 'set_speech_timer', args: limitArgs(limit) })}
        >
          {t('speech.setTimer')}
        </Button>
      </div>
      {badLimit !== null && (
        <p className="fact-bad" role="alert">
          {badLimit}
        </p>
      )}
    </section>
  );
}
