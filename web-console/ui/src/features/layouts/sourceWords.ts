import type { TFunction } from 'i18next';

import type { CellSource } from '../../api/mcu';
import type { SiteNames } from '../desk/words';
import type { Issue } from './edit';

export type SourceKind = CellSource['from'];
export const SOURCE_KINDS: readonly SourceKind[] = ['site', 'list', 'main', 'loudest', 'content', 'upper', 'blank'];

/** What a cell shows, in words. */
export function sourceWords(t: TFunction, source: CellSource, names: SiteNames): string {
  switch (source.from) {
    case 'site':
      return names(source.site);
    case 'list':
      return t('layoutEditor.pollsList', { count: source.sites.length, seconds: source.dwell_s });
    default:
      return t(`layoutEditor.from.${source.from}`);
  }
}

/** Why a layout cannot be used, in words. */
export function issueWords(t: TFunction, issue: Issue): string {
  switch (issue.kind) {
    case 'name':
    case 'tooFew':
      return t(`layoutEditor.issue.${issue.kind}`);
    case 'tooMany':
      return t('layoutEditor.issue.tooMany', { count: issue.count });
    case 'unknownSite':
      return t('layoutEditor.issue.unknownSite', { number: issue.cell, site: issue.site });
    default:
      return t(`layoutEditor.issue.${issue.kind}`, { number: issue.cell });
  }
}
