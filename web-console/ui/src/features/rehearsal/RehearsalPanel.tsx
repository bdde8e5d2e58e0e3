import { Link } from 'react-router';

import { clearInjections } from '../../api/rehearsal';
import { problemFrom } from '../../api/http';
import { useWords } from '../../i18n/useWords';
import { paths } from '../../paths';
import { Button } from '../../ui/Button';
import { useDesk } from '../desk/DeskContext';
import { ExerciseCard } from './ExerciseCard';
import { InjectForm } from './InjectForm';
import { InjectionList } from './InjectionList';
import './rehearsal.css';
import { useAct, useRehearsal } from './useRehearsal';

/** 彩排: faults into simulated sites, exercises, and the way to the debrief. */
export function RehearsalPanel() {
  const { t, problemText } = useWords();
  const { conference, me } = useDesk();
  const rehearsal = useRehearsal(conference.id);
  const clear = useAct(conference.id, () => clearInjections(conference.id));
  if (!me.rights.includes('rehearsal.direct')) return <p className="hint">{t('rehearsal.noRight')}</p>;
  const state = rehearsal.data;
  if (state === undefined) {
    return rehearsal.isError ? <p role="alert">{problemText(problemFrom(rehearsal.error))}</p> : <p className="hint">{t('common.loading')}</p>;
  }
  const standing = state.injections.filter((one) => one.state === 'active' || one.state === 'planned').length;
  return (
    <>
      <section className="tool-card" aria-label={t('rehearsal.standing')}>
        <div className="tool-row">
          <h3 className="tool-grow">{t('rehearsal.standing')}</h3>
          <Button look="danger" reason={standing === 0 ? t('rehearsal.nothing') : null} pending={clear.isPending} onPress={() => clear.mutate(undefined)}>
            {t('rehearsal.clear')}
          </Button>
        </div>
        {clear.isError && <p role="alert">{problemText(problemFrom(clear.error))}</p>}
        <InjectionList conference={conference.id} state={state} />
      </section>
      <InjectForm conference={conference.id} state={state} />
      <ExerciseCard conference={conference.id} exercises={state.exercises} />
      <Link className="button" to={paths.debrief(conference.id)}>
        {t('rehearsal.toDebrief')}
      </Link>
    </>
  );
}
