import { useState } from 'react';

import type { PollingKind } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { Button } from '../../../../ui/Button';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { NumberField } from '../NumberField';
import { wholeNumber } from '../numbers';
import { moved, renewed } from './turns';
import type { Choice } from './turns';

const DWELL_S = { min: 5, max: 120, usual: '10' };

/** Puts a polling together: which sites in which order, how long, who is passed over. */
export function PollingForm({ kind }: { kind: PollingKind }) {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const isPending = useLive((state) => state.pending.some((one) => one.command.cmd === 'start_polling'));
  const [choices, setChoices] = useState<Choice[]>([]);
  const [dwell, setDwell] = useState(DWELL_S.usual);
  const [keeps, setKeeps] = useState({ absent: false, noPicture: false });
  const names = siteNames(snapshot, words);
  const list = renewed(choices, (snapshot?.sites ?? []).map((one) => one.site), (site) => site !== snapshot?.main_site);
  const chosen = list.filter((one) => one.chosen).map((one) => one.site);
  const seconds = wholeNumber(dwell, DWELL_S.min, DWELL_S.max);
  const bad = chosen.length === 0 ? t('rotation.noSites') : seconds === null ? t('rotation.badDwell') : null;
  const choose = (site: string, on: boolean): void => setChoices(list.map((one) => (one.site === site ? { site, chosen: on } : one)));
  return (
    <section className="tool-card tool-fill" aria-label={t(`rotation.${kind}`)}>
      <p className="hint">{t(`rotation.${kind}Hint`)}</p>
      <div className="tool-row">
        <NumberField label={t('rotation.dwell')} unit={t('tools.seconds')} value={dwell} min={DWELL_S.min} max={DWELL_S.max} onChange={setDwell} />
        <div className="tool-grow">
          <label className="check check-low">
            <input type="checkbox" checked={!keeps.absent} onChange={(event) => setKeeps({ ...keeps, absent: !event.target.checked })} />
            {t('rotation.skipAbsent')}
          </label>
          <label className="check check-low">
            <input type="checkbox" checked={!keeps.noPicture} onChange={(event) => setKeeps({ ...keeps, noPicture: !event.target.checked })} />
            {t('rotation.skipNoPicture')}
          </label>
        </div>
        <Button
          look={kind === 'broadcast' ? 'air' : 'primary'}
          reason={reasons('start_polling') ?? bad}
          pending={isPending}
          onPress={() => conference.send({ cmd: 'start_polling', args: { kind, sites: chosen, dwell_s: seconds, keep_absent: keeps.absent, keep_no_picture: keeps.noPicture } })}
        >
          {t(`rotation.${kind}Start`, { total: chosen.length })}
        </Button>
      </div>
      <ol className="tool-list tool-scroll" aria-label={t('rotation.order')}>
        {list.map((one, index) => (
          <li key={one.site} className="tool-row order-row">
            <label className="check tool-grow">
              <input type="checkbox" checked={one.chosen} onChange={(event) => choose(one.site, event.target.checked)} />
              {one.chosen ? chosen.indexOf(one.site) + 1 : '·'} {names(one.site)}
            </label>
            <Button label={t('rotation.up', { site: names(one.site) })} reason={index === 0 ? t('rotation.isFirst') : null} onPress={() => setChoices(moved(list, index, -1))}>
              ↑
            </Button>
            <Button label={t('rotation.down', { site: names(one.site) })} reason={index === list.length - 1 ? t('rotation.isLast') : null} onPress={() => setChoices(moved(list, index, 1))}>
              ↓
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}
