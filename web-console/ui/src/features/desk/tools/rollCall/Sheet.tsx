import type { RollCall, RollCallRow, RollCallScore } from '../../../../api/mcu';
import { useWords } from '../../../../i18n/useWords';
import { useDesk, useLive } from '../../DeskContext';
import { useReasons } from '../../useReasons';
import { siteNames } from '../../words';
import { SCORES } from './sheet';

const MARKS: Record<RollCallScore, string> = { normal: '✓', late: '◔', picture_without_sound: '▲', sound_without_picture: '▲', no_answer: '✕' };

const isScore = (text: string): text is RollCallScore => SCORES.some((one) => one === text);

type Props = { call: RollCall; picked: string | null; onPick: (site: string) => void };

/** Every row's state, and its correction by hand. */
export function Sheet({ call, picked, onPick }: Props) {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const cannot = useReasons()('score_roll_call');
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const names = siteNames(snapshot, words);
  const stateOf = (row: RollCallRow): string => {
    if (row.site === call.turn?.site) return `▶ ${t('rollCall.beingAsked')}`;
    if (row.score == null) return t('rollCall.waiting');
    return `${MARKS[row.score]} ${t(`rollCall.${row.score}`)}${row.by_hand ? ` ${t('rollCall.byHand')}` : ''}`;
  };
  const isPending = (site: string): boolean => pending.some((one) => one.command.cmd === 'score_roll_call' && one.command.args.site === site);
  return (
    <table className="tool-table roll-sheet" aria-label={t('rollCall.sheet')}>
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">{t('rollCall.site')}</th>
          <th scope="col">{t('rollCall.result')}</th>
          <th scope="col">{t('rollCall.delay')}</th>
          <th scope="col">{t('rollCall.correct')}</th>
        </tr>
      </thead>
      <tbody>
        {call.rows.map((row, index) => (
          <tr
            key={row.site}
            data-row={row.site}
            aria-current={row.site === picked}
            className={[isPending(row.site) ? 'is-pending' : '', row.site === call.turn?.site ? 'turn-current' : '', row.site === picked ? 'row-picked' : '', row.score == null ? '' : `roll-${row.score}`].join(' ')}
            onClick={() => onPick(row.site)}
          >
            <td className="number">{index + 1}</td>
            <th scope="row">{names(row.site)}</th>
            <td className="roll-state">{stateOf(row)}</td>
            <td className="number">{row.answer_ms == null ? '—' : t('rollCall.seconds', { seconds: (row.answer_ms / 1000).toFixed(1) })}</td>
            <td>
              <select
                aria-label={t('rollCall.correctLong', { site: names(row.site) })}
                disabled={cannot !== null}
                title={cannot ?? undefined}
                value={row.score ?? ''}
                onChange={(event) => {
                  if (isScore(event.target.value)) conference.send({ cmd: 'score_roll_call', args: { site: row.site, score: event.target.value } });
                }}
              >
                <option value="">{t('rollCall.noScore')}</option>
                {SCORES.map((score) => (
                  <option key={score} value={score}>
                    {t(`rollCall.${score}`)}
                  </option>
                ))}
              </select>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
