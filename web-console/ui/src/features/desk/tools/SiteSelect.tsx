import { useWords } from '../../../i18n/useWords';
import { SiteOptions } from '../../../ui/SiteOptions';
import { useLive } from '../DeskContext';

type Props = { label: string; value: string; onPick: (site: string) => void };

/** Chooses one site, in site order. */
export function SiteSelect({ label, value, onPick }: Props) {
  const { t } = useWords();
  const sites = useLive((state) => state.snapshot?.sites);
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.target.value)}>
        <option value="">{t('tools.pickSite')}</option>
        <SiteOptions sites={sites ?? []} />
      </select>
    </label>
  );
}
