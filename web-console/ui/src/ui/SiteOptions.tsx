import { useWords } from '../i18n/useWords';

type Named = { site: string; name: string; name_en: string };
type Props = { sites: readonly Named[]; choice?: (site: string) => string };

const plain = (site: string): string => site;

/** Sites as choices of a list, in site order and with the numbers they have on the wall. */
export function SiteOptions({ sites, choice = plain }: Props) {
  const { nameOf } = useWords();
  return sites.map((site, index) => (
    <option key={site.site} value={choice(site.site)}>
      {index + 1} {nameOf(site)}
    </option>
  ));
}
