import type { TFunction } from 'i18next';

import type { SiteFault } from '../../api/mcu';

/** What is wrong with a picture or sound that arrives, with its measure. */
export function faultWords(t: TFunction, fault: SiteFault): string {
  switch (fault.fault) {
    case 'sound_clipping':
      return t('fault.sound_clipping_long', { percent: Math.round(fault.permille / 10) });
    case 'sound_howling':
      return t('fault.sound_howling_long', { hz: fault.frequency_hz, db: fault.level_dbfs });
    default:
      return t(`fault.${fault.fault}_long`, { seconds: fault.for_s });
  }
}
