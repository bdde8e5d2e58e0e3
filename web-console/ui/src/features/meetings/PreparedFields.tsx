import { useQuery } from '@tanstack/react-query';

import { fetchDocuments } from '../../api/library';
import type { LibraryKind } from '../../api/library';
import type { Meeting } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';

const useNames = (kind: LibraryKind): string[] => (useQuery({ queryKey: ['library-names', kind], queryFn: () => fetchDocuments(kind) }).data ?? []).map((one) => one.name);

/** Names of the library, and those chosen that are not in it any more. */
const withChosen = (names: readonly string[], chosen: readonly string[]): string[] => [...names, ...chosen.filter((one) => !names.includes(one))];

type Props = { meeting: Meeting; callBefore: number; onChange: (more: Partial<Meeting>) => void };

/** What stands ready at the start, and what is wished. */
export function PreparedFields({ meeting, callBefore, onChange }: Props) {
  const { t } = useWords();
  const [layouts, plans, sheets] = [useNames('layout'), useNames('plan'), useNames('run_sheet')];
  const chosen = meeting.plans ?? [];
  const check = (field: 'auto_end' | 'record' | 'live') => (
    <label className="check">
      <input type="checkbox" checked={meeting[field] === true} onChange={(event) => onChange({ [field]: event.target.checked })} />
      {t(`meetings.field.${field}`)}
    </label>
  );
  return (
    <details className="meeting-more">
      <summary>{t('meetings.more')}</summary>
      <div className="tool-row">
        <label className="tool-field">
          {t('meetings.field.runSheet')}
          <select value={meeting.run_sheet ?? ''} onChange={(event) => onChange({ run_sheet: event.target.value === '' ? null : event.target.value })}>
            <option value="">{t('meetings.nothing')}</option>
            {withChosen(sheets, meeting.run_sheet == null ? [] : [meeting.run_sheet]).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className="tool-field">
          {t('meetings.field.layout')}
          <select value={meeting.layout ?? ''} onChange={(event) => onChange({ layout: event.target.value === '' ? null : event.target.value })}>
            <option value="">{t('meetings.automatic')}</option>
            {withChosen(layouts, meeting.layout == null ? [] : [meeting.layout]).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className="tool-field">
          {t('meetings.field.classification')}
          <input value={meeting.classification ?? ''} placeholder={t('meetings.markHint')} onChange={(event) => onChange({ classification: event.target.value === '' ? null : event.target.value })} />
        </label>
        <label className="tool-field">
          {t('meetings.field.callBefore')}
          <input type="number" min={0} max={120} value={meeting.call_before_min ?? callBefore} onChange={(event) => onChange({ call_before_min: Number.isNaN(event.target.valueAsNumber) ? null : event.target.valueAsNumber })} />
        </label>
        <label className="tool-field">
          {t('meetings.field.muteOnJoin')}
          <select value={meeting.mute_on_join ?? 'closed'} onChange={(event) => onChange({ mute_on_join: event.target.value })}>
            <option value="closed">{t('mic.closed')}</option>
            <option value="open">{t('mic.open')}</option>
          </select>
        </label>
      </div>
      <div className="tool-row">
        {check('auto_end')}
        {check('record')}
        {check('live')}
      </div>
      <fieldset className="tool-row">
        <legend>{t('meetings.field.plans')}</legend>
        {withChosen(plans, chosen).length === 0 && <p className="hint-line">{t('meetings.noPlans')}</p>}
        {withChosen(plans, chosen).map((one) => (
          <label key={one} className="check">
            <input type="checkbox" checked={chosen.includes(one)} onChange={() => onChange({ plans: chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one] })} />
            {one}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
