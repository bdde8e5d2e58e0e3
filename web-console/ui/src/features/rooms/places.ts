import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';

import { fetchPlaces } from '../../api/places';
import type { Place, Whereabouts } from '../../api/places';
import type { Language } from '../../i18n';
import { textIn } from './RoomsContext';

/** Rooms come and go within a second or two. */
const REFRESH_MS = 2000;

/** A shape beside each word, so that no place is told by colour alone. */
const PLACE_SHAPES: Record<Place['place'], string> = { here: '●', joining: '◔', elsewhere: '⇄', waiting: '○', failed: '✕', unreachable: '✕', no_terminal: '−' };
const AT_SHAPES: Record<Whereabouts['at'], string> = { joined: '●', joining: '◔', waiting: '○', failed: '✕', unreachable: '✕', no_terminal: '−' };

/** Where a site's room is, seen from one conference. */
export function placeWords(t: TFunction, language: Language, place: Place): string {
  const shape = PLACE_SHAPES[place.place];
  switch (place.place) {
    case 'here':
    case 'joining':
    case 'unreachable':
      return `${shape} ${t(`place.${place.place}`)}`;
    case 'elsewhere':
      return `${shape} ${t('place.elsewhere', { title: place.title })}`;
    case 'waiting':
      return `${shape} ${t('place.waiting')}`;
    case 'failed':
      return `${shape} ${t('place.failed', { reason: textIn(language, place.reason) })}`;
    case 'no_terminal':
      return `${shape} ${t('place.noTerminal', { reason: textIn(language, place.reason) })}`;
  }
}

/** Where a room is, by itself. */
export function whereaboutsWords(t: TFunction, language: Language, at: Whereabouts): string {
  const shape = AT_SHAPES[at.at];
  switch (at.at) {
    case 'joined':
      return `${shape} ${t('room.in', { title: at.conference.title })}`;
    case 'joining':
      return `${shape} ${t('room.joining', { title: at.conference.title })}`;
    case 'waiting':
      return `${shape} ${t('room.waiting', { reason: textIn(language, at.reason) })}`;
    case 'failed':
      return `${shape} ${t('room.notJoined', { reason: textIn(language, at.reason) })}`;
    case 'unreachable':
      return `${shape} ${t('room.whereUnknown')}`;
    case 'no_terminal':
      return `${shape} ${t('room.noTerminal')}`;
  }
}

/** Where the rooms of a conference's sites are; `null` for a site while that is not known. */
export function usePlaces(conference: string): (site: string) => Place | null {
  const { data } = useQuery({ queryKey: ['places', conference], queryFn: () => fetchPlaces(conference), refetchInterval: REFRESH_MS, retry: false });
  return (site) => data?.find((one) => one.site === site)?.place ?? null;
}
