import type { Overlay } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import type { difference } from './overlay';
import { overlayWords } from './overlayWords';

/** What is on air, and what applying will change. */
export function Changes({ onAir, change }: { onAir: readonly Overlay[]; change: ReturnType<typeof difference> }) {
  const { t } = useWords();
  const { added, removed, order } = change;
  const isSame = added.length === 0 && removed.length === 0 && !order;
  const line = (sign: string, word: string, overlay: Overlay, index: number) => (
    <li key={`${sign}${index}`} className={`change-${sign === '+' ? 'added' : 'removed'}`}>
      {sign} {word} {overlayWords(t, overlay)}
    </li>
  );
  return (
    <div className="changes" role="status">
      <p>
        <b>{t('overlays.onAir', { count: onAir.length })}</b> {onAir.map((overlay) => overlayWords(t, overlay)).join(' · ')}
      </p>
      <ul>
        {removed.map((overlay, index) => line('−', t('overlays.takesAway'), overlay, index))}
        {added.map((overlay, index) => line('+', t('overlays.brings'), overlay, index))}
        {order && <li>{t('overlays.reorders')}</li>}
        {isSame && <li className="hint-line">{t('overlays.same')}</li>}
      </ul>
    </div>
  );
}
