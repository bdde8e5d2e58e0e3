import { useState } from 'react';
import { Link } from 'react-router';

import { makePairingCode } from '../../api/console';
import type { PairingCode } from '../../api/console';
import { problemFrom } from '../../api/http';
import type { RoomStatus } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { timeText } from '../../ui/clock';
import { textIn, useRooms, useRoomsDesk, useRoomsTrust } from './RoomsContext';
import { whereaboutsWords } from './places';
import { SceneRounds } from './SceneRounds';
import { healthLook } from './values';

function RoomCard({ status }: { status: RoomStatus }) {
  const { t, language } = useWords();
  const isTrusted = useRoomsTrust();
  const { snapshot } = status;
  const faults = (snapshot?.devices ?? []).filter((device) => !['good', 'busy'].includes(healthLook(device.health))).length;
  const isGood = status.connected && faults === 0;
  const state = (): string => {
    if (!status.connected) return `✕ ${t('room.disconnectedShort')}`;
    return faults === 0 ? `● ${t('room.allGood')}` : `▲ ${t('room.faults', { count: faults })}`;
  };
  return (
    <Link className={`card ${isTrusted ? '' : 'is-untrusted'}`} to={paths.room(status.room)}>
      <b>{textIn(language, status.name)}</b>
      {snapshot?.rehearsal && <span className="badge badge-rehearsal">{t('room.rehearsal')}</span>}
      <span className={isGood ? 'health-good' : 'health-gone'}>{state()}</span>
      <small>{whereaboutsWords(t, language, status.whereabouts)}</small>
    </Link>
  );
}

/** Makes a pairing code for a room that is being set up. */
function Pairing() {
  const { t, problemText } = useWords();
  const { me } = useRoomsDesk();
  const [room, setRoom] = useState('');
  const [code, setCode] = useState<PairingCode | null>(null);
  const [problem, setProblem] = useState('');
  const make = async (): Promise<void> => {
    setProblem('');
    setCode(null);
    try {
      setCode(await makePairingCode(room.trim()));
    } catch (error) {
      setProblem(problemText(problemFrom(error)));
    }
  };
  const reason = me.rights.includes('room.enrol') ? (room.trim() === '' ? t('reason.noRoomName') : null) : t('reason.technicianOnly');
  return (
    <section className="panel pairing" aria-label={t('pairing.title')}>
      <h2>{t('pairing.title')}</h2>
      <form
        className="command-buttons"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason === null) void make();
        }}
      >
        <label className="param">
          {t('pairing.room')}
          <input value={room} autoCapitalize="none" onChange={(event) => setRoom(event.target.value)} />
        </label>
        <Button reason={reason} onPress={() => void make()}>
          {t('pairing.make')}
        </Button>
        <output className="pairing-code">
          {code !== null && t('pairing.code', { room: code.room, code: code.code, until: timeText(code.expires_at_ms) })}
        </output>
        <span className="fact-bad" role="alert">
          {problem}
        </span>
      </form>
    </section>
  );
}

/** All enrolled rooms, and how each is. */
export function RoomsPage() {
  const { t } = useWords();
  const rooms = useRooms((state) => state.rooms);
  const hasAny = useRooms((state) => state.lastMessageMs !== null);
  const list = Object.values(rooms);
  return (
    <main className="rooms">
      <div className="rooms-head">
        <h2>{t('rooms.title')}</h2>
      </div>
      {list.length === 0 && <p role="status">{hasAny ? t('rooms.none') : t('common.loading')}</p>}
      <ul className="cards">
        {list.map((status) => (
          <li key={status.room}>
            <RoomCard status={status} />
          </li>
        ))}
      </ul>
      <SceneRounds />
      <Pairing />
    </main>
  );
}
