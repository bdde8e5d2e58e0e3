import type { SiteSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';

type Props = { sites: SiteSnapshot[]; picked: string[]; onPick: (sites: string[]) => void };

/** Several sites, in site order. */
export function SitePicker({ sites, picked, onPick }: Props) {
  const { t, nameOf } = useWords();
  const turn = (site: string): void => onPick(picked.includes(site) ? picked.filter((one) => one !== site) : [...picked, site]);
  return (
    <fieldset className="rehearsal-sites">
      <legend>{t('rehearsal.sites')}</legend>
      {sites.map((site) => (
        <label key={site.site} className="check">
          <input type="checkbox" checked={picked.includes(site.site)} onChange={() => turn(site.site)} />
          {nameOf(site)}
        </label>
      ))}
    </fieldset>
  );
}
