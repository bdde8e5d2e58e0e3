import type { RollCall } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { useLive } from '../../DeskContext';
import { LevelText } from '../../LevelText';
import { useServerNow } from '../../useServerNow';
import { siteNames } from '../../words';
import { MirrorVideo } from './MirrorVideo';
import { SiteMeter } from './SiteMeter';

function Seconds({ turn }: { turn: NonNullable<RollCall['turn']> }) {
  const { t } = useWords();
  const now = useServerNow(100);
  const left = Math.max(0, turn.until_ms - now);
  const share = left / Math.max(1, turn.until_ms - turn.asked_at_ms);
  return (
    <div className="roll-time">
      <div className="roll-time-bar" style={{ transform: `scaleX(${Math.min(1, share)})` }} />
      <b className="number">{t('rollCall.seconds', { seconds: (left / 1000).toFixed(1) })}</b>
    </div>
  );
}

/** Who is asked at the moment, large: picture, name, line to read, sound, seconds. */
export function Asked({ turn }: { turn: NonNullable<RollCall['turn']> }) {
  const words = useWords();
  const { t } = words;
  const snapshot = useLive((state) => state.snapshot);
  const name = siteNames(snapshot, words)(turn.site);
  const index = snapshot?.sites.findIndex((one) => one.site === turn.site) ?? -1;
  const isPreviewed = snapshot?.preview?.kind === 'site' && snapshot.preview.site === turn.site;
  const isHeard = turn.heard_at_ms != null;
  return (
    <section className="tool-card roll-asked" aria-label={t('rollCall.asked', { site: name })}>
      <div className="roll-picture">
        <MirrorVideo label={t('rollCall.asked', { site: name })} />
        {!isPreviewed && <p className="picture-word">{t('rollCall.otherPreview')}</p>}
      </div>
      <div className="roll-words">
        <p className="roll-name" aria-live="polite">
          {name}
        </p>
        <p className="roll-line">{t('rollCall.line', { site: name })}</p>
        <Seconds turn={turn} />
        <SiteMeter index={index} />
        <p className="tool-row">
          <LevelText index={index} />
          <b className={isHeard ? 'line-good' : 'hint'}>
            {isHeard ? `✓ ${t('rollCall.heard', { seconds: (((turn.heard_at_ms ?? 0) - turn.asked_at_ms) / 1000).toFixed(1) })}` : t('rollCall.listening')}
          </b>
        </p>
      </div>
    </section>
  );
}
