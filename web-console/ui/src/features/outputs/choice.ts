import type { Layout, Picture } from '../../api/mcu';

export const choiceOfSite = (site: string): string => `site:${site}`;

/** The picture behind an option: `preview`, `site:<id>` or `layout:<name>`. */
export function pictureOfChoice(choice: string, preview: Picture | null, layouts: readonly Layout[]): Picture | null {
  if (choice === 'preview') return preview;
  if (choice.startsWith('site:')) return { kind: 'site', site: choice.slice(5) };
  const layout = choice.startsWith('layout:') ? layouts.find((one) => one.name === choice.slice(7)) : undefined;
  return layout === undefined ? null : { kind: 'layout', layout };
}
