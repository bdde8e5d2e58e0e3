import type { BookableSite, Clash, Meeting } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { withSites } from './draft';
import { dayClockOf } from './time';

type Props = { meeting: Meeting; sites: readonly BookableSite[]; marks: readonly Clash[]; zone: string; onChange: (meeting: Meeting) => void };

/** All sites in fixed order; who holds one at that time is written beside it. */
export function SiteChecklist({ meeting, sites, marks, zone, onChange }: Props) {
  const { t, nameOf } = useWords();
  const order = sites.map((one) => one.site);
  const chosen = new Set(meeting.sites);
  const toggle = (site: string): void => {
    const next = new Set(chosen);
    if (!next.delete(site)) next.add(site);
    onChange(withSites(meeting, next, order));
  };
  const heldBy = (site: string): Clash | undefined => marks.find((one) => 'site' in one.over && one.over.site === site);
  return (
    <fieldset className="meeting-sites">
      <legend>{t('meetings.sites', { count: meeting.sites.length })}</legend>
      <div className="tool-row">
        <Button onPress={() => onChange(withSites(meeting, new Set(order), order))}>{t('meetings.chooseAll')}</Button>
        <Button onPress={() => onChange(withSites(meeting, new Set(order.filter((site) => heldBy(site) === undefined)), order))}>{t('meetings.chooseFree')}</Button>
        <Button look="quiet" onPress={() => onChange(withSites(meeting, new Set(), order))}>
          {t('meetings.chooseNone')}
        </Button>
      </div>
      <ul className="site-checks">
        {sites.map((site) => {
          const held = heldBy(site.site);
          return (
            <li key={site.site}>
              <label className={held === undefined ? 'check' : 'check is-busy'}>
                <input type="checkbox" checked={chosen.has(site.site)} onChange={() => toggle(site.site)} />
                <span>
                  {nameOf(site)}
                  {held !== undefined && <small>▲ {t('meetings.heldBy', { title: held.held_by.title, until: dayClockOf(held.held_by.until_ms, zone) })}</small>}
                </span>
              </label>
            </li>
          );
        })}
      </ul>
      <label className="tool-field">
        {t('meetings.mainSite')}
        <select value={meeting.main_site} onChange={(event) => onChange({ ...meeting, main_site: event.target.value })}>
          {sites
            .filter((one) => chosen.has(one.site))
            .map((one) => (
              <option key={one.site} value={one.site}>
                {nameOf(one)}
              </option>
            ))}
        </select>
      </label>
    </fieldset>
  );
}
