import { useState } from 'react';

import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { NumberField } from '../NumberField';
import { wholeNumber } from '../numbers';

const GATE_DB = { min: -90, max: 0, usual: -45 };

/** 声控切换: on, off, the gate, and who is the loudest. */
export function VoiceSwitchCard() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const isPending = useLive((state) => state.pending.some((one) => one.command.cmd === 'set_voice_switch'));
  const rule = snapshot?.rotation.voice_switch ?? null;
  const loudest = snapshot?.rotation.loudest ?? null;
  const [typed, setTyped] = useState<string | null>(null);
  const gateText = typed ?? String(rule?.gate_dbfs ?? GATE_DB.usual);
  const gate = wholeNumber(gateText, GATE_DB.min, GATE_DB.max);
  const bad = gate === null ? t('rotation.badGate') : null;
  const set = (on: boolean): void => {
    conference.send({ cmd: 'set_voice_switch', args: { on, gate_dbfs: gate, attack_ms: rule?.attack_ms ?? null, hold_ms: rule?.hold_ms ?? null } });
    setTyped(null);
  };
  return (
    <section className="tool-card" aria-label={t('rotation.voice')}>
      <div className="tool-row">
        <h3 className="tool-grow">
          {t('rotation.voice')} <b>{t(rule === null ? 'rotation.off' : 'rotation.on')}</b>
          <small className="hint">
            {' '}
            {t('rotation.loudest')} {loudest === null ? t('rotation.nobody') : siteNames(snapshot, words)(loudest.site)}
          </small>
        </h3>
        <NumberField label={t('rotation.gate')} unit="dB" value={gateText} min={GATE_DB.min} max={GATE_DB.max} onChange={setTyped} />
        <Button reason={reasons('set_voice_switch') ?? bad} pending={isPending} pressed={rule !== null} onPress={() => set(rule === null)}>
          {t(rule === null ? 'rotation.turnOn' : 'rotation.turnOff')}
        </Button>
        {rule !== null && (
          <Button reason={reasons('set_voice_switch') ?? bad ?? (gate === rule.gate_dbfs ? t('rotation.sameGate') : null)} pending={isPending} onPress={() => set(true)}>
            {t('rotation.setGate')}
          </Button>
        )}
      </div>
    </section>
  );
}
