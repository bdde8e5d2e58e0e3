import type { DeviceSnapshot, RoomStatus } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { useRoomsDesk } from './RoomsContext';
import { isUsable } from './values';

/** Says why nothing can be asked of the room, or of that device in it, or null. */
export function useControlReason(status: RoomStatus, device?: DeviceSnapshot): string | null {
  const { t } = useWords();
  const { me } = useRoomsDesk();
  if (!me.rights.includes('room.control')) return t('reason.noRight');
  if (me.locked) return t('reason.locked');
  if (!status.connected) return t('reason.roomOffline');
  return device === undefined || isUsable(device.health) ? null : t('reason.deviceOffline');
}
