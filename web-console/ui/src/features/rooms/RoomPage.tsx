import { Link, useParams } from 'react-router';

import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { spanText } from '../../ui/clock';
import { useWallNow } from '../../ui/useNow';
import { DeviceCard } from './DeviceCard';
import { DiscussionPanel } from './DiscussionPanel';
import { textIn, useRooms, useRoomsTrust } from './RoomsContext';
import { whereaboutsWords } from './places';
import { ScenePanel } from './ScenePanel';

/** One room: its scenes and its devices. */
export function RoomPage() {
  const { t, language } = useWords();
  const { room } = useParams();
  const status = useRooms((state) => (room === undefined ? undefined : state.rooms[room]));
  const hasAny = useRooms((state) => state.lastMessageMs !== null);
  const offset = useRooms((state) => state.clockOffsetMs);
  const isTrusted = useRoomsTrust();
  const now = useWallNow(1000) + offset;
  if (status === undefined) {
    return (
      <main className="rooms">
        <p role="status">{hasAny ? t('room.unknown', { room: room ?? '' }) : t('common.loading')}</p>
        <Link className="button" to={paths.rooms}>
          {t('rooms.title')}
        </Link>
      </main>
    );
  }
  const snapshot = status.snapshot ?? null;
  const isStale = !status.connected || !isTrusted;
  return (
    <main className={`rooms ${isStale ? 'is-untrusted' : ''}`}>
      <div className="rooms-head">
        <Link className="button button-quiet" to={paths.rooms}>
          ← {t('rooms.title')}
        </Link>
        <h2>{textIn(language, status.name)}</h2>
        {snapshot?.rehearsal && <span className="badge badge-rehearsal">{t('room.rehearsal')}</span>}
        <span className={status.connected ? 'fact health-good' : 'fact health-gone'} role="status">
          {status.connected ? `● ${t('room.connected')}` : `✕ ${status.since_ms > 0 ? t('room.disconnected', { span: spanText(now - status.since_ms) }) : t('room.neverSeen')}`}
        </span>
        <span className="fact">{whereaboutsWords(t, language, status.whereabouts)}</span>
        {status.seat?.conference != null && status.whereabouts.at !== 'joined' && <span className="fact">{t('room.calledTo', { title: status.seat.conference.title })}</span>}
        {snapshot?.terminal && <span className="fact">{textIn(language, snapshot.terminal)}</span>}
        {!isTrusted && (
          <span className="fact fact-bad" role="alert">
            {t('trust.lost')}
          </span>
        )}
      </div>
      {snapshot === null && <p>{t('room.noState')}</p>}
      {snapshot !== null && (
        <>
          <ScenePanel status={status} snapshot={snapshot} />
          {snapshot.discussion != null && <DiscussionPanel status={status} snapshot={snapshot} discussion={snapshot.discussion} />}
          <div className="devices">
            {snapshot.devices.map((device) => (
              <DeviceCard key={device.device} status={status} device={device} />
            ))}
          </div>
        </>
      )}
    </main>
  );
}
