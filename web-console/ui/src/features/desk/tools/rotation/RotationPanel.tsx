import { useState } from 'react';

import type { PollingKind } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useLive } from '../../DeskContext';
import { PollingForm } from './PollingForm';
import { PollingTurn } from './PollingTurn';
import { VoiceSwitchCard } from './VoiceSwitchCard';

const KINDS: PollingKind[] = ['watch', 'broadcast'];

/** 轮询 of both kinds, and 声控切换. */
export function RotationPanel() {
  const { t } = useWords();
  const snapshot = useLive((state) => state.snapshot);
  const [kind, setKind] = useState<PollingKind>('watch');
  const running = {
    watch: snapshot?.rotation.watch ?? null,
    broadcast: snapshot?.forced?.kind === 'polling' ? snapshot.forced.polling : null,
  };
  return (
    <>
      <div className="tool-row" role="group" aria-label={t('rotation.kind')}>
        {KINDS.map((one) => (
          <Button key={one} pressed={kind === one} onPress={() => setKind(one)}>
            {t(`rotation.${one}`)}
            {running[one] !== null && <span>▶ {t(snapshot?.rotation[`${one}_paused`] === true ? 'rotation.paused' : 'rotation.running')}</span>}
          </Button>
        ))}
      </div>
      {running[kind] === null ? <PollingForm key={kind} kind={kind} /> : <PollingTurn kind={kind} polling={running[kind]} />}
      <VoiceSwitchCard />
    </>
  );
}
