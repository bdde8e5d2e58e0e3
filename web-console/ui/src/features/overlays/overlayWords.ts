import type { TFunction } from 'i18next';

import type { Overlay } from '../../api/mcu';
import { timeOfDay } from '../commandText/timeOfDay';

const zone = (minutes: number): string => `UTC${minutes < 0 ? '−' : '+'}${Math.abs(minutes) / 60}`;

/** One overlay in words, short enough for a line. */
export function overlayWords(t: TFunction, overlay: Overlay): string {
  const kind = t(`overlays.kind.${overlay.overlay}`);
  switch (overlay.overlay) {
    case 'banner':
    case 'ticker':
    case 'classification':
      return `${kind} ${overlay.of.text}`;
    case 'lower_third':
      return `${kind} ${overlay.of.title} ${overlay.of.subtitle}`;
    case 'clock':
      return `${kind} ${overlay.of.utc_offset_min === 480 ? t('overlays.beijing') : zone(overlay.of.utc_offset_min)}`;
    case 'countdown':
      return `${kind} ${overlay.of.label} ${t('overlays.until', { time: timeOfDay(overlay.of.until_ms) })}`;
    case 'mark':
      return `${kind} ${t(`overlays.mark.${overlay.of}`)}`;
  }
}
