import { useEffect, useId, useRef, useState } from 'react';

import { ApiError } from '../../api/http';
import type { SiteSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { NoMicrophone, speakTo } from '../../media/whip';
import { useDesk } from './DeskContext';
import { useReasons } from './useReasons';

type State = 'idle' | 'connecting' | 'speaking';

/** 对讲: into one room alone, while it is held: mounted anew for another room. A room with an open microphone would carry it on air, so it is refused there. */
export function TalkButton({ site }: { site: SiteSnapshot | undefined }) {
  const { t, nameOf, problemText } = useWords();
  const { conference, me } = useDesk();
  const reasons = useReasons();
  const [state, setState] = useState<State>('idle');
  const [fault, setFault] = useState<string | null>(null);
  const held = useRef<AbortController | null>(null);
  const id = useId();
  const reason =
    site === undefined
      ? t('reason.noSite')
      : (reasons('set_mic') ?? (site.mic === 'open' ? t('talk.micOpen') : site.connection !== 'joined' ? t('listen.absent') : null));

  const begin = async (): Promise<void> => {
    if (site === undefined || reason !== null || held.current !== null) return;
    const hold = new AbortController();
    held.current = hold;
    setFault(null);
    setState('connecting');
    try {
      const stop = await speakTo(me.mcu, conference.id, site.site);
      hold.signal.addEventListener('abort', stop);
      if (hold.signal.aborted) stop();
      else setState('speaking');
    } catch (error) {
      if (held.current !== hold) return;
      held.current = null;
      setState('idle');
      setFault(error instanceof ApiError ? problemText(error.problem) : t(error instanceof NoMicrophone ? 'talk.noMicrophone' : 'talk.noLine'));
    }
  };
  const end = (): void => {
    held.current?.abort();
    held.current = null;
    setState('idle');
  };
  useEffect(() => () => held.current?.abort(), []);
  // Once the room can be heard by all, nobody speaks into it, held or not.
  const isOpen = site?.mic === 'open';
  useEffect(() => {
    if (isOpen) held.current?.abort();
  }, [isOpen]);

  const shown = isOpen ? 'idle' : state;
  const words = shown === 'connecting' ? t('talk.connecting') : site?.talkback === true && shown === 'speaking' ? t('talk.speaking') : t('talk.key');
  return (
    <>
      <button
        type="button"
        className={`button ${shown === 'speaking' ? 'button-air' : 'button-plain'}${shown === 'connecting' ? ' is-pending' : ''}`}
        aria-label={site === undefined ? t('talk.key') : t('talk.title', { site: nameOf(site) })}
        aria-disabled={reason !== null}
        aria-pressed={shown !== 'idle'}
        aria-busy={shown === 'connecting'}
        aria-describedby={reason === null ? undefined : id}
        title={reason ?? t('talk.hold')}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          void begin();
        }}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={(event) => {
          if (event.repeat || (event.code !== 'Space' && event.code !== 'Enter')) return;
          event.preventDefault();
          void begin();
        }}
        onKeyUp={(event) => {
          if (event.code === 'Space' || event.code === 'Enter') end();
        }}
        onBlur={end}
      >
        {words}
        {reason !== null && (
          <span id={id} className="visually-hidden">
            {reason}
          </span>
        )}
      </button>
      {fault !== null && (
        <span role="alert" className="fact fact-bad">
          {fault}
        </span>
      )}
    </>
  );
}
