import { useWords } from '../../../i18n/useWords';
import { useLive } from '../DeskContext';

type Props = { label: string; value: string; onPick: (site: string) => void };

/** Chooses one site, in site order. */
export function SiteSelect({ label, value, onPick }: Props) {
  const { t, nameOf } = useWords();
  const sites = useLive((state) => state.snapshot?.sites);
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.target.value)}>
        <option value="">{t('tools.pickSite')}</option>
        {(sites ?? []).map((site, index) => (
          <option key={site.site} value={site.site}>
            {index + 1} {nameOf(site)}
          </option>
        ))}
      </select>
    </label>
  );
}
