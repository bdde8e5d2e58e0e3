import type { DeviceSnapshot } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { spanText } from '../../ui/clock';
import { useWallNow } from '../../ui/useNow';
import { useRooms } from './RoomsContext';
import { valueText } from './values';

/** What an LED board says it shows; hatched when it does not say so any more. */
export function BoardPreview({ device }: { device: DeviceSnapshot }) {
  const { t, language } = useWords();
  const offset = useRooms((state) => state.clockOffsetMs);
  const now = useWallNow(1000) + offset;
  const { text, black, power, input, brightness } = device.properties;
  const said = [text, black, power, input].filter((property) => property !== undefined && property.quality !== 'unknown');
  const stale = said.find((property) => property?.quality === 'stale');
  const words = (): string => {
    if (said.length === 0) return t('board.unknown');
    if (power?.reported === false || power?.reported === 'standby') return t('board.off');
    if (black?.reported === true) return t('board.black');
    if (typeof text?.reported === 'string' && text.reported !== '') return text.reported;
    if (input !== undefined) return t('board.input', { input: valueText(t, language, device, 'input', input.reported) });
    return t('board.nothing');
  };
  const level = typeof brightness?.reported === 'number' ? `${brightness.reported}%` : null;
  const isDoubtful = said.length === 0 || stale !== undefined;
  return (
    <div className={`board ${isDoubtful ? 'is-doubtful' : ''}`} role="img" aria-label={`${t('board.title')}: ${words()}`}>
      <span>{words()}</span>
      {typeof stale?.reported_at_ms === 'number' && <small>{t('board.stale', { span: spanText(now - stale.reported_at_ms) })}</small>}
      {level !== null && <small>{`${t('property.brightness')} ${level}`}</small>}
    </div>
  );
}
