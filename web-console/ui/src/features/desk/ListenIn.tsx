import type { SiteSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { useWhep } from '../../media/useWhep';
import { siteWhepUrl } from '../../paths';
import { useDesk } from './DeskContext';

/** 监听: one site's own picture and sound at this desk alone; nothing on air changes. While its microphone is closed there is nothing to hear, and this says so. */
export function ListenIn({ site }: { site: SiteSnapshot }) {
  const { t, nameOf } = useWords();
  const { conference, me } = useDesk();
  const isThere = site.seated && site.connection === 'joined';
  const { video, state } = useWhep(siteWhepUrl(me.mcu, conference.id, site.site), isThere);
  const hears = isThere && state === 'playing' && site.mic === 'open';
  const words = !isThere ? t('listen.absent') : state !== 'playing' ? t(`whep.${state}`) : hears ? t('listen.hears') : t('listen.closed');
  return (
    <figure className="listen-in" aria-label={t('listen.title', { site: nameOf(site) })}>
      <video ref={video} autoPlay playsInline aria-label={t('listen.title', { site: nameOf(site) })} />
      <figcaption className={hears ? 'fact' : 'fact fact-bad'} role="status">
        {hears ? '♪' : '▲'} {words}
      </figcaption>
    </figure>
  );
}
