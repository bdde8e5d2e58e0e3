import { useState } from 'react';

import type { Output } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';

const MAX_DELAY_S = 120;

/** Recording and live stream, as wanted. */
export function RecordAndLive({ output }: { output: Output }) {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const pending = useLive((state) => state.pending);
  const [wanted, setWanted] = useState<number | null>(null);
  const delay = wanted ?? output.live_delay_s;
  const isRecording = pending.some((one) => one.command.cmd === 'set_record');
  const isLive = pending.some((one) => one.command.cmd === 'set_live');
  const wrong = Number.isInteger(delay) && delay >= 0 && delay <= MAX_DELAY_S ? null : t('outputs.delayRange');
  return (
    <>
      <div className="overlay-row">
        <p>
          <b>{t('outputs.record')}</b> {t(`outputs.recordState.${output.record}`)}
        </p>
        <div className="tool-row">
          {(['running', 'paused', 'stopped'] as const).map((record) => (
            <Button key={record} reason={reasons('set_record') ?? (output.record === record ? t(`outputs.recordState.${record}`) : null)} pending={isRecording} onPress={() => conference.send({ cmd: 'set_record', args: { record } })}>
              {t(`outputs.recordDo.${record}`)}
            </Button>
          ))}
        </div>
      </div>
      <div className="overlay-row">
        <p>
          <b>{t('outputs.live')}</b> {output.live ? t('outputs.isLive', { seconds: output.live_delay_s }) : t('outputs.notLive')}
        </p>
        <div className="tool-row">
          <label className="tool-field">
            {t('outputs.delay')}
            <input type="number" min={0} max={MAX_DELAY_S} value={Number.isNaN(delay) ? '' : delay} onChange={(event) => setWanted(event.target.valueAsNumber)} />
          </label>
          <Button reason={reasons('set_live') ?? wrong} pending={isLive} onPress={() => conference.send({ cmd: 'set_live', args: { live: true, delay_s: delay } })}>
            {t(output.live ? 'outputs.setDelay' : 'outputs.startLive')}
          </Button>
          <Button reason={reasons('set_live') ?? (output.live ? null : t('outputs.notLive'))} pending={isLive} onPress={() => conference.send({ cmd: 'set_live', args: { live: false } })}>
            {t('outputs.stopLive')}
          </Button>
        </div>
      </div>
    </>
  );
}
