import { useQuery } from '@tanstack/react-query';

import type { ConferenceSnapshot } from '../../api/mcu';
import { getJson } from '../../api/http';
import type { Debrief, DebriefRow, FaultDecl } from '../../api/rehearsal';
import { useWords } from '../../i18n/useWords';
import { timeText } from '../../ui/clock';
import { secondsText } from './order';

const MARKS = { prompt: '✓', slow: '▲', missed: '✕', not_needed: '·' } as const;

const ACTS = new Map([
  ['left_air', 'debrief.act.left_air'],
  ['slate', 'debrief.act.slate'],
  ['mic_closed', 'debrief.act.mic_closed'],
  ['gain_lowered', 'debrief.act.gain_lowered'],
  ['called_again', 'debrief.act.called_again'],
  ['redial', 'debrief.act.redial'],
  ['scored_by_hand', 'debrief.act.scored_by_hand'],
] as const);

type Props = { debrief: Debrief; faults: FaultDecl[]; conference: string };

/** The faults, then the wrong cuts. */
export function DebriefTables({ debrief, faults, conference }: Props) {
  const { t, language, nameOf } = useWords();
  const snapshot = useQuery({
    queryKey: ['conference', conference],
    queryFn: () => getJson<ConferenceSnapshot>(`/api/conferences/${encodeURIComponent(conference)}`),
    staleTime: Infinity,
  });
  const siteName = (id: string): string => {
    const found = snapshot.data?.sites.find((one) => one.site === id);
    return found === undefined ? id : nameOf(found);
  };
  const faultName = (row: DebriefRow): string => {
    const label = faults.find((one) => one.fault === row.fault.fault)?.label;
    return label === undefined ? row.fault.fault : language === 'en' ? label.en : label.zh;
  };
  const actName = (act: string | null | undefined): string => {
    const key = [...ACTS].find(([name]) => name === act)?.[1];
    return key === undefined ? '—' : t(key);
  };
  return (
    <>
      <table className="debrief-table">
        <caption>{t('debrief.faults')}</caption>
        <thead>
          <tr>
            {(['site', 'fault', 'began', 'lasted', 'seenAfter', 'actAfter', 'actWas', 'by', 'onAir', 'verdict'] as const).map((key) => (
              <th key={key} scope="col">
                {t(`debrief.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {debrief.rows.map((row) => (
            <tr key={row.id} className={`verdict-${row.verdict}`}>
              <th scope="row">{siteName(row.site)}</th>
              <td>{faultName(row)}</td>
              <td className="number">{timeText(row.began_ms)}</td>
              <td className="number">{secondsText(row.for_ms)}</td>
              <td className="number">{secondsText(row.seen_after_ms)}</td>
              <td className="number">{secondsText(row.act_after_ms)}</td>
              <td>{actName(row.act)}</td>
              <td>{row.by ?? '—'}</td>
              <td className="number">{secondsText(row.on_air_ms)}</td>
              <td>
                <span aria-hidden="true">{MARKS[row.verdict]}</span> {t(`debrief.verdicts.${row.verdict}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {debrief.rows.length === 0 && <p className="hint">{t('debrief.none')}</p>}
      {debrief.wrong_cuts.length > 0 && (
        <table className="debrief-table">
          <caption>{t('debrief.wrong')}</caption>
          <thead>
            <tr>
              {(['site', 'why', 'began', 'lasted', 'by'] as const).map((key) => (
                <th key={key} scope="col">
                  {t(`debrief.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {debrief.wrong_cuts.map((cut) => (
              <tr key={`${cut.at_ms} ${cut.site}`}>
                <th scope="row">{siteName(cut.site)}</th>
                <td>{t(`debrief.reasons.${cut.why}`)}</td>
                <td className="number">{timeText(cut.at_ms)}</td>
                <td className="number">{secondsText(cut.for_ms)}</td>
                <td>{cut.by}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
