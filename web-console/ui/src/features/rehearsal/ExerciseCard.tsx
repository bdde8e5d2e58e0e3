import { useState } from 'react';

import { problemFrom } from '../../api/http';
import type { ExerciseInfo } from '../../api/rehearsal';
import { startExercise } from '../../api/rehearsal';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { NumberField } from '../desk/tools/NumberField';
import { useAct } from './useRehearsal';

const MAX_SEED = 9999;

type Asked = { exercise: string; seed: number; hidden: boolean };

/** Scripted exercises: the same number gives the same one again. */
export function ExerciseCard({ conference, exercises }: { conference: string; exercises: ExerciseInfo[] }) {
  const { t, language, problemText } = useWords();
  const [name, setName] = useState(exercises[0]?.exercise ?? '');
  const [seed, setSeed] = useState('1');
  const [hidden, setHidden] = useState(true);
  const start = useAct(conference, (asked: Asked) => startExercise(conference, asked.exercise, asked.seed, asked.hidden));
  const exercise = exercises.find((one) => one.exercise === name);
  if (exercise === undefined) return null;
  const text = (label: { zh: string; en: string }): string => (language === 'en' ? label.en : label.zh);
  const isGood = /^\d+$/.test(seed) && Number(seed) >= 1 && Number(seed) <= MAX_SEED;
  return (
    <section className="tool-card" aria-label={t('rehearsal.exercise')}>
      <h3>{t('rehearsal.exercise')}</h3>
      <div className="rehearsal-fields">
        <label className="field">
          <span>{t('rehearsal.which')}</span>
          <select value={name} onChange={(event) => setName(event.target.value)}>
            {exercises.map((one) => (
              <option key={one.exercise} value={one.exercise}>
                {text(one.title)}
              </option>
            ))}
          </select>
        </label>
        <NumberField label={t('rehearsal.seed')} value={seed} min={1} max={MAX_SEED} onChange={setSeed} />
      </div>
      <p className="hint">{text(exercise.text)}</p>
      <label className="check">
        <input type="checkbox" checked={hidden} onChange={(event) => setHidden(event.target.checked)} />
        {t('rehearsal.hidden')}
      </label>
      <Button reason={isGood ? null : t('rehearsal.wrongNumber')} pending={start.isPending} onPress={() => start.mutate({ exercise: name, seed: Number(seed), hidden })}>
        {t('rehearsal.startExercise')}
      </Button>
      {start.isError && <p role="alert">{problemText(problemFrom(start.error))}</p>}
    </section>
  );
}
