import type { DeviceSnapshot, RoomStatus } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useWallNow } from '../../ui/useNow';
import { AskOutcome } from './AskOutcome';
import { BoardPreview } from './BoardPreview';
import { CommandControl } from './CommandControl';
import { FamilyTable } from './FamilyTable';
import { isMember, setterOf } from './families';
import { HeldPad } from './HeldPad';
import { textIn, useRooms } from './RoomsContext';
import { useAsk } from './useAsk';
import { useControlReason } from './useControlReason';
import { HEALTH_SHAPE, healthLook, healthWords, propertyName, remarks, valueText } from './values';

function Properties({ device }: { device: DeviceSnapshot }) {
  const { t, language } = useWords();
  const own = Object.entries(device.properties).filter(([name]) => !isMember(name));
  if (own.length === 0) return null;
  return (
    <table className="properties">
      <thead>
        <tr>
          <th scope="col">{t('room.property')}</th>
          <th scope="col">{t('room.wanted')}</th>
          <th scope="col">{t('room.reported')}</th>
        </tr>
      </thead>
      <tbody>
        {own.map(([name, property]) => {
          const differs = property.wanted !== null && property.wanted !== undefined && property.wanted !== property.reported;
          const said = remarks(t, language, property);
          return (
            <tr key={name} className={typeof property.pending === 'number' ? 'is-pending' : ''}>
              <th scope="row">{propertyName(t, name)}</th>
              <td>{property.wanted === null || property.wanted === undefined ? '—' : valueText(t, language, device, name, property.wanted)}</td>
              <td className={differs ? 'differs' : ''}>
                {valueText(t, language, device, name, property.reported)}
                {said.length > 0 && <small> {said.join(' · ')}</small>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A device: how it is, what it says of itself, and what it can be told. */
export function DeviceCard({ status, device }: { status: RoomStatus; device: DeviceSnapshot }) {
  const { t, language } = useWords();
  const offset = useRooms((state) => state.clockOffsetMs);
  const now = useWallNow(1000) + offset;
  const resync = useAsk(status.room);
  const reason = useControlReason(status);
  const look = healthLook(device.health);
  const name = textIn(language, device.name);
  // What ends a held move belongs to the pad.
  const plain = device.commands.filter((command) => !command.held && !command.name.split('_').includes('stop') && setterOf(command) === null);
  return (
    <article className="device" aria-label={name}>
      <header className="device-head">
        <h3>{name}</h3>
        {device.simulated && <span className="badge">{t('room.simulated')}</span>}
        <span className="spacer" />
        <Button look="quiet" reason={reason} pending={resync.isPending} label={t('room.resyncLong', { device: name })} onPress={() => void resync.ask({ ask: 'resync', device: device.device })}>
          {t('room.resync')}
        </Button>
      </header>
      <p className={`health health-${look}`}>
        <span aria-hidden="true">{HEALTH_SHAPE[look]}</span> {healthWords(t, language, device.health, now)}
      </p>
      <AskOutcome asked={resync} />
      {device.kind === 'led_board' && <BoardPreview device={device} />}
      <div className="device-body">
        <HeldPad status={status} device={device} />
        <div className="device-commands">
          {plain.map((command) => (
            <CommandControl key={command.name} status={status} device={device} command={command} />
          ))}
        </div>
      </div>
      <FamilyTable status={status} device={device} />
      <Properties device={device} />
    </article>
  );
}
