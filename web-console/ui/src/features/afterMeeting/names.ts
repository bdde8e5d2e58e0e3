/** Names and texts of a report in one language. */

import type { MeetingReport, MeetingText } from '../../api/pastMeetings';
import type { Language } from '../../i18n';

export class Names {
  private readonly sites: Map<string, MeetingText>;
  private readonly language: Language;

  constructor(report: MeetingReport, language: Language) {
    this.sites = new Map(report.attendance.map((row) => [row.site, row.name]));
    this.language = language;
  }

  text(text: MeetingText): string {
    return this.language === 'en' ? text.en : text.zh;
  }

  site(site: string): string {
    const known = this.sites.get(site);
    return known === undefined ? site : this.text(known);
  }
}
