import { Link } from 'react-router';

import type { Me } from '../../api/console';
import type { BookableSite, Booking, Occurrence } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { placeWords } from '../rooms/places';
import { clockOf } from './time';

/** A shape beside each word, so that no state is told by colour alone. */
const SHAPES: Record<Occurrence['state']['state'], string> = { planned: '○', cancelled: '−', opening: '◔', running: '●', ended: '■', failed: '✕', missed: '✕' };

export type Acts = {
  onEdit: (booking: Booking) => void;
  onMove: (booking: Booking, occurrence: Occurrence) => void;
  onCancelOne: (booking: Booking, occurrence: Occurrence) => void;
  onCancelAll: (booking: Booking) => void;
};

/** Why an occurrence does not go on, or what its conference lacks. */
function Reasons({ state }: { state: Occurrence['state'] }) {
  const { language, t } = useWords();
  const text = (one: { detail: string; detail_zh: string }): string => (language === 'en' ? one.detail : one.detail_zh);
  if (state.state === 'failed') return <p className="bad-line">✕ {text(state.reason)}</p>;
  if (state.state === 'missed') return <p className="bad-line">✕ {t('meetings.missedWhy')}</p>;
  if (state.state !== 'opening' && state.state !== 'running') return null;
  return (
    <>
      {state.waits_for != null && (
        <p className="warn-line">
          ▲ {t('meetings.waitsFor', { why: text(state.waits_for) })} {state.state === 'opening' && t('meetings.tries', { count: state.tries })}
        </p>
      )}
      {state.state === 'running' && state.warnings.map((one) => (
        <p key={one.detail} className="warn-line">
          ▲ {text(one)}
        </p>
      ))}
    </>
  );
}

/** Where the room of each site is, while the meeting is held. */
function Rooms({ occurrence, name }: { occurrence: Occurrence; name: (site: string) => string }) {
  const { t, language } = useWords();
  const places = occurrence.places ?? [];
  if (places.length === 0) return null;
  const here = places.filter((one) => one.place.place === 'here').length;
  return (
    <details className="meeting-rooms" open={here < places.length}>
      <summary>{t('meetings.roomsHere', { here, all: places.length })}</summary>
      <ul aria-label={t('meetings.rooms')}>
        {places.map((one) => (
          <li key={one.site}>
            {name(one.site)} {placeWords(t, language, one.place)}
          </li>
        ))}
      </ul>
    </details>
  );
}

type Props = { booking: Booking; occurrence: Occurrence; sites: readonly BookableSite[]; zone: string; me: Me; acts?: Acts };

export function OccurrenceRow({ booking, occurrence, sites, zone, me, acts }: Props) {
  const { t, nameOf, language } = useWords();
  const { meeting, recurrence } = booking.booking;
  const { state } = occurrence;
  const name = (id: string): string => {
    const site = sites.find((one) => one.site === id);
    return site === undefined ? id : nameOf(site);
  };
  const time = `${clockOf(occurrence.starts_at_ms, zone)}–${clockOf(occurrence.ends_at_ms, zone)}`;
  const isAll = meeting.sites.length === sites.length;
  const wishes = [meeting.classification ?? '', meeting.record === true ? t('meetings.record') : '', meeting.live === true ? t('meetings.live') : '', recurrence == null ? '' : t('meetings.series')].filter((one) => one !== '');
  const isLive = state.state === 'running' || state.state === 'opening';
  const reason = me.rights.includes('meeting.book') ? (me.locked ? t('reason.locked') : null) : t('meetings.noRight');
  const canChange = acts !== undefined && (state.state === 'planned' || state.state === 'failed' || state.state === 'cancelled');
  return (
    <li className={`meeting meeting-${state.state}`} aria-label={`${time} ${meeting.title}`}>
      <span className="meeting-time number">{time}</span>
      <div className="meeting-what">
        <b className="cut">{meeting.title}</b>
        <small className="cut">
          {t('meetings.mainIs', { site: name(meeting.main_site) })} · {isAll ? t('meetings.allSites', { count: sites.length }) : meeting.sites.map(name).join(language === 'en' ? ', ' : '、')}
        </small>
        {wishes.length > 0 && <small className="soft">{wishes.join(' · ')}</small>}
        <Reasons state={state} />
        <Rooms occurrence={occurrence} name={name} />
      </div>
      <span className={`meeting-state meeting-state-${state.state}`}>
        {SHAPES[state.state]} {t(`meetings.state.${state.state}`)}
      </span>
      <span className="meeting-acts">
        {isLive && me.rights.includes('conference.view') && (
          <Link className="button button-primary" to={paths.desk(occurrence.conference)} aria-label={`${t('meetings.toDesk')} ${meeting.title}`}>
            {t('meetings.toDesk')}
          </Link>
        )}
        {canChange && (
          <>
            <Button label={`${t(booking.cancelled ? 'meetings.bringBack' : 'meetings.edit')} ${meeting.title}`} reason={reason} onPress={() => acts.onEdit(booking)}>
              {t(booking.cancelled ? 'meetings.bringBack' : 'meetings.edit')}
            </Button>
            {recurrence != null && state.state === 'planned' && (
              <>
                <Button label={`${t('meetings.move')} ${meeting.title} ${occurrence.slot}`} reason={reason} onPress={() => acts.onMove(booking, occurrence)}>
                  {t('meetings.move')}
                </Button>
                <Button label={`${t('meetings.cancelOne')} ${meeting.title} ${occurrence.slot}`} reason={reason} onPress={() => acts.onCancelOne(booking, occurrence)}>
                  {t('meetings.cancelOne')}
                </Button>
              </>
            )}
            {!booking.cancelled && (
              <Button look="quiet" label={`${t(recurrence == null ? 'meetings.cancel' : 'meetings.cancelAll')} ${meeting.title}`} reason={reason} onPress={() => acts.onCancelAll(booking)}>
                {t(recurrence == null ? 'meetings.cancel' : 'meetings.cancelAll')}
              </Button>
            )}
          </>
        )}
      </span>
    </li>
  );
}
