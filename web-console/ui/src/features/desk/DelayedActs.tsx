import { useEffect } from 'react';

import { useWords } from '../../i18n/useWords';
import { secondsLeft } from '../../live/delayed';
import type { Delayed } from '../../live/delayed';
import { Button } from '../../ui/Button';
import { useWallNow } from '../../ui/useNow';
import { useDesk, useLive } from './DeskContext';
import { commandWords, siteNames } from './words';

/** Escape recalls the latest that waits, wherever the focus is; dialogs keep their own Escape. */
function useEscape(isWaiting: boolean, recall: () => boolean): void {
  useEffect(() => {
    if (!isWaiting) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.code !== 'Escape' || event.isComposing || document.querySelector('dialog[open]') !== null || !recall()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [isWaiting, recall]);
}

function Seconds({ delayed }: { delayed: Delayed }) {
  const { t } = useWords();
  const now = useWallNow(200);
  return <b className="number delayed-seconds">{t('delayed.seconds', { seconds: secondsLeft(delayed, now) })}</b>;
}

/** What waits before it really goes: what, how long, and the way back. */
export function DelayedActs() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const delayed = useLive((state) => state.delayed);
  const snapshot = useLive((state) => state.snapshot);
  useEscape(delayed.length > 0, conference.recall);
  const names = siteNames(snapshot, words);
  return (
    <>
      <p className="visually-hidden" role="status">
        {delayed.map((one) => t('delayed.announce', { what: commandWords(t, one.command, names) })).join(' ')}
      </p>
      {delayed.length > 0 && (
        <ul className="delayed-acts" aria-label={t('delayed.title')}>
          {delayed.map((one) => {
            const what = commandWords(t, one.command, names);
            return (
              <li key={one.key} className="notice delayed-act">
                <Seconds delayed={one} />
                <span className="delayed-text">
                  <b>{t('delayed.will', { what })}</b>
                  <small>{t('delayed.here')}</small>
                </span>
                <Button look="primary" keyCap="Esc" label={t('delayed.recallLong', { what })} onPress={() => conference.recall(one.key)}>
                  {t('delayed.recall')}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
