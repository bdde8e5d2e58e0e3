import { useEffect } from 'react';

import { useWords } from '../../i18n/useWords';
import { useDesk, useLive } from '../desk/DeskContext';
import { openTab } from '../desk/tools/openTab';
import { noteRunTimes } from '../runSheet/runTimes';
import { AREAS, MARK, askedOf, standing } from './lease';

/** In the top bar: who holds which area, and whether the program is locked. It also notes when steps begin, whatever panel is open. */
export function DeskStatus() {
  const { t } = useWords();
  const { conference, me } = useDesk();
  const desk = useLive((state) => state.snapshot?.desk);
  useEffect(() => noteRunTimes(conference.store), [conference]);
  if (desk === undefined) return null;
  const { leases, program_locked_by: lockedBy } = desk;
  const asked = askedOf(leases, me.account);
  const words = AREAS.map((area) => {
    const stands = standing(leases[area], me.account);
    return { area, stands, text: t(`leases.says.${stands}`, { area: t(`leases.area.${area}`), holder: leases[area]?.holder ?? '' }) };
  });
  return (
    <button type="button" className="button button-quiet lease-badges" aria-label={[t('leases.title'), ...words.map((one) => one.text), lockedBy == null ? '' : t('leases.lockedBy', { account: lockedBy })].join(' ')} onClick={() => openTab('leases')}>
      {words.map(({ area, stands, text }) => (
        <span key={area} className={`lease-badge lease-${stands}`} title={text}>
          {MARK[stands]} {t(`leases.area.${area}`)}
          {stands === 'others' && <small className="cut"> {leases[area]?.holder}</small>}
        </span>
      ))}
      {lockedBy != null && <span className="lease-badge lease-locked">■ {t('leases.locked')}</span>}
      {asked.map((area) => (
        <span key={area} className="lease-badge lease-asked" role="status">
          {t('leases.asksShort', { account: leases[area]?.wanted_by ?? '' })}
        </span>
      ))}
    </button>
  );
}
