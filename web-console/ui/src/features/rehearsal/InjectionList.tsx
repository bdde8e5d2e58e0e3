import type { InjectionInfo, RehearsalState } from '../../api/rehearsal';
import { liftInjection } from '../../api/rehearsal';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useWallNow } from '../../ui/useNow';
import { useLive } from '../desk/DeskContext';
import { siteNames } from '../desk/words';
import { livesOf, minutesText, secondsLeft } from './order';
import { useAct } from './useRehearsal';

type Props = { conference: string; state: RehearsalState & { offsetMs: number } };

/** Faults at work with the time they have left, and those to come. */
export function InjectionList({ conference, state }: Props) {
  const words = useWords();
  const { t, language } = words;
  const snapshot = useLive((live) => live.snapshot);
  const now = useWallNow(500) + state.offsetMs;
  const lift = useAct(conference, (id: number) => liftInjection(conference, id));
  const { active, planned } = livesOf(state.injections);
  const faultName = (one: InjectionInfo): string => {
    const label = state.faults.find((decl) => decl.fault === one.fault.fault)?.label;
    return label === undefined ? one.fault.fault : language === 'en' ? label.en : label.zh;
  };
  const names = siteNames(snapshot, words);
  const row = (one: InjectionInfo) => {
    const what = `${names(one.site)} ${faultName(one)}`;
    const left = minutesText(secondsLeft(one, now));
    return (
      <li key={one.id} className="tool-row">
        <span className="tool-grow">
          <span aria-hidden="true">{one.state === 'active' ? '⚠' : '◷'}</span> {what} {one.hidden && <span className="badge">{t('rehearsal.hiddenMark')}</span>}
        </span>
        <span className="number">{t(one.state === 'active' ? 'rehearsal.left' : 'rehearsal.in', { time: left })}</span>
        <Button label={t('rehearsal.liftThat', { what })} pending={lift.isPending && lift.variables === one.id} onPress={() => lift.mutate(one.id)}>
          {t('rehearsal.lift')}
        </Button>
      </li>
    );
  };
  if (active.length + planned.length === 0) return <p className="hint">{t('rehearsal.nothing')}</p>;
  return <ul className="rehearsal-list">{[...active, ...planned].map(row)}</ul>;
}
