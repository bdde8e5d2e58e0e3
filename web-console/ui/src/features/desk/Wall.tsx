import { useRef } from 'react';
import type { KeyboardEvent } from 'react';

import { useWords } from '../../i18n/useWords';
import { moveOnWall } from '../../keys/keymap';
import { touchedSites } from '../../live/state';
import { useWhep } from '../../media/useWhep';
import { useWallAgreement } from '../../media/wallCheck';
import { whepUrl } from '../../paths';
import { useFit } from '../../ui/useFit';
import { usePlaces } from '../rooms/places';
import { useDesk, useLive, useTrust } from './DeskContext';
import { MeterCanvas } from './MeterCanvas';
import { Tile } from './Tile';

/** Columns of the wall, for the arrow keys. */
const COLUMNS = 4;

function useRoving(): { onKeyDown: (event: KeyboardEvent<HTMLElement>) => void } {
  const { selected, select } = useDesk();
  const cells = useLive((state) => state.snapshot?.wall.cells);
  return {
    onKeyDown: (event) => {
      const sites = (cells ?? []).map((cell) => cell.site);
      if (event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return;
      const to = moveOnWall(event.code, Math.max(0, sites.indexOf(selected ?? '')), sites.length, COLUMNS);
      const site = to === null ? undefined : sites[to];
      if (site === undefined) return;
      event.preventDefault();
      select(site);
      event.currentTarget.querySelector<HTMLElement>(`[data-site="${site}"]`)?.focus();
    },
  };
}

/** The wall: one video for all sites, and over it what the MCU says about each, in the places the MCU says. */
export function Wall() {
  const { t } = useWords();
  const { conference, me, selected, select } = useDesk();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const isTrusted = useTrust();
  const placeOf = usePlaces(conference.id);
  const { video, state } = useWhep(whepUrl(me.mcu, conference.id, 'wall'), snapshot !== null);
  const agreement = useWallAgreement(video, snapshot?.wall ?? null);
  const { outer, inner } = useFit(16 / 9);
  const list = useRef<HTMLDivElement>(null);
  const roving = useRoving();
  const touched = new Set(pending.flatMap((one) => touchedSites(one.command)));
  const isMuting = pending.some((one) => one.command.cmd === 'mute_all');
  const first = snapshot?.wall.cells[0]?.site;
  return (
    <section className="wall" aria-label={t('wall.title')}>
      <div className="wall-head">
        <h2>{t('wall.title')}</h2>
        <span className={`fact agreement-${agreement}`} role="status">
          {isTrusted && t(`wall.${agreement}`)}
        </span>
        {state !== 'playing' && <span className="fact fact-bad">{t(`whep.${state}`)}</span>}
        {!isTrusted && (
          <span className="fact fact-bad" role="alert">
            {t('trust.lostLong')}
          </span>
        )}
      </div>
      <div className="wall-stage" ref={outer}>
        <div className={`wall-frame agreement-frame-${agreement}`} style={inner}>
          <video ref={video} autoPlay playsInline muted aria-label={t('wall.title')} />
          <div ref={list} role="listbox" tabIndex={-1} aria-label={t('wall.sites')} aria-orientation="horizontal" {...roving}>
            {snapshot?.wall.cells.map((cell) => {
              const index = snapshot.sites.findIndex((one) => one.site === cell.site);
              const site = snapshot.sites[index];
              if (site === undefined) return null;
              return (
                <Tile
                  key={cell.site}
                  site={site}
                  number={index + 1}
                  isMain={site.site === snapshot.main_site}
                  isChair={site.site === snapshot.speech.chair}
                  shows={site.site === snapshot.content.site}
                  hand={snapshot.floor_queue.includes(site.site) ? snapshot.floor_queue.indexOf(site.site) + 1 : null}
                  rect={cell.rect}
                  preview={snapshot.preview}
                  place={placeOf(site.site)}
                  isSelected={selected === site.site}
                  isTabStop={selected === null ? site.site === first : selected === site.site}
                  isPending={touched.has(site.site) || (isMuting && site.site !== snapshot.main_site)}
                  isTrusted={isTrusted}
                  hasVideo={state === 'playing'}
                  onSelect={select}
                />
              );
            })}
          </div>
          {snapshot !== null && <MeterCanvas feed={conference.meters} snapshot={snapshot} size={inner} isTrusted={isTrusted} />}
        </div>
      </div>
    </section>
  );
}
