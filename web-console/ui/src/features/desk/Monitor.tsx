import { useState } from 'react';

import { useWords } from '../../i18n/useWords';
import { touchedMonitor } from '../../live/state';
import { useWhep } from '../../media/useWhep';
import { whepUrl } from '../../paths';
import { useFit } from '../../ui/useFit';
import { useDesk, useLive, useTrust } from './DeskContext';
import { pictureWords, siteNames } from './words';

type Props = { monitor: 'program' | 'preview' };

/** PVW or PGM: the picture, its frame by shape, word, border and colour, and what it is in words. */
export function Monitor({ monitor }: Props) {
  const words = useWords();
  const { t } = words;
  const { conference, me } = useDesk();
  const snapshot = useLive((state) => state.snapshot);
  const isPending = useLive((state) => state.pending.some((one) => touchedMonitor(one.command) === monitor));
  const isTrusted = useTrust();
  const picture = monitor === 'program' ? (snapshot?.program ?? null) : (snapshot?.preview ?? null);
  const { video, state } = useWhep(whepUrl(me.mcu, conference.id, monitor), picture !== null);
  const { outer, inner } = useFit(16 / 9);
  const [hears, setHears] = useState(false);
  const isProgram = monitor === 'program';
  const what = pictureWords(t, picture, siteNames(snapshot, words));
  const isForced = snapshot?.forced !== null && snapshot?.forced !== undefined;
  return (
    <section className="monitor" aria-label={t(`monitor.${monitor}`)}>
      <div className="monitor-head">
        <span className={`tally tally-${monitor}`}>
          <span aria-hidden="true">{isProgram ? '■' : '◇'}</span> {t(`tally.${monitor}`)}
        </span>
        <b className="monitor-what">{what}</b>
        {isProgram && <span className="fact">{isForced ? t('monitor.forced') : t('monitor.notForced')}</span>}
      </div>
      <div className="monitor-stage" ref={outer}>
        <div className={`monitor-frame frame-${monitor} ${isPending ? 'is-pending' : ''}`} style={inner}>
          <video ref={video} data-monitor={monitor} autoPlay playsInline muted={!hears} aria-label={t(`monitor.${monitor}`)} />
          {picture === null && <p className="picture-word">{t('picture.none')}</p>}
          {picture !== null && state !== 'playing' && <p className="picture-word">{t(`whep.${state}`)}</p>}
          {!isTrusted && <p className="untrusted">{t('trust.lost')}</p>}
          {isPending && <p className="pending-word">{t('pending.waiting')}</p>}
          {isProgram && (
            <button type="button" className="button listen" aria-pressed={hears} onClick={() => setHears(!hears)}>
              {hears ? t('monitor.listening') : t('monitor.listen')}
            </button>
          )}
        </div>
      </div>
    </section>
  );
}
