import { useWallNow } from '../../ui/useNow';
import { useLive } from './DeskContext';

/** The MCU's clock, ms since 1970, renewed every `everyMs`: what the snapshot's times are to be compared with. */
export function useServerNow(everyMs: number): number {
  const offset = useLive((state) => state.clockOffsetMs);
  return useWallNow(everyMs) + offset;
}
