import { useState } from 'react';

import { problemFrom } from '../../api/http';
import type { InjectionOrder, RehearsalState } from '../../api/rehearsal';
import { inject } from '../../api/rehearsal';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from '../desk/DeskContext';
import { NumberField } from '../desk/tools/NumberField';
import { faultOf, firstValues, wrongFields } from './order';
import type { Typed } from './order';
import { SitePicker } from './SitePicker';
import { useAct } from './useRehearsal';

const MAX_MINUTES = 60;
const isWhole = (text: string, max: number): boolean => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max;

/** Which sites suffer what, how long, now or at a random moment. */
export function InjectForm({ conference, state }: { conference: string; state: RehearsalState }) {
  const { t, language, problemText } = useWords();
  const { selected } = useDesk();
  const sites = useLive((live) => live.snapshot?.sites) ?? [];
  const [picked, setPicked] = useState<string[] | null>(null);
  const [name, setName] = useState(state.faults[0]?.fault ?? '');
  const [typed, setTyped] = useState<Typed>({});
  const [forS, setForS] = useState('60');
  const [minutes, setMinutes] = useState('5');
  const [isRandom, setRandom] = useState(false);
  const [hidden, setHidden] = useState(false);
  const send = useAct(conference, (order: InjectionOrder) => inject(conference, order));
  const fault = state.faults.find((one) => one.fault === name);
  if (fault === undefined) return null;
  const chosen = picked ?? (selected === null ? [] : [selected]);
  const values = { ...firstValues(fault), ...typed };
  const text = (label: { zh: string; en: string }): string => (language === 'en' ? label.en : label.zh);
  const wrong = wrongFields(fault, values).length > 0 || !isWhole(forS, state.max_fault_s) || (isRandom && !isWhole(minutes, MAX_MINUTES));
  const reason = chosen.length === 0 ? t('reason.noSite') : wrong ? t('rehearsal.wrongNumber') : null;
  const go = (): void =>
    send.mutate({
      sites: chosen,
      fault: faultOf(fault, values),
      for_s: Number(forS),
      begin: isRandom ? { when: 'within', minutes: Number(minutes) } : { when: 'now' },
      hidden,
    });
  return (
    <section className="tool-card" aria-label={t('rehearsal.inject')}>
      <h3>{t('rehearsal.inject')}</h3>
      <SitePicker sites={sites} picked={chosen} onPick={setPicked} />
      <div className="rehearsal-fields">
        <label className="field">
          <span>{t('rehearsal.fault')}</span>
          <select
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setTyped({});
            }}
          >
            {state.faults.map((one) => (
              <option key={one.fault} value={one.fault}>
                {text(one.label)}
              </option>
            ))}
          </select>
        </label>
        {fault.params.map(({ name: param, label, kind }) =>
          kind.type === 'int' ? (
            <NumberField key={param} label={text(label)} unit={kind.unit} value={String(values[param])} min={kind.min} max={kind.max} onChange={(value) => setTyped({ ...typed, [param]: value })} />
          ) : (
            <label key={param} className="check">
              <input type="checkbox" checked={values[param] === true} onChange={(event) => setTyped({ ...typed, [param]: event.target.checked })} />
              {text(label)}
            </label>
          ),
        )}
        <NumberField label={t('rehearsal.for')} unit={t('rehearsal.seconds')} value={forS} min={1} max={state.max_fault_s} onChange={setForS} />
      </div>
      <label className="check">
        <input type="checkbox" checked={isRandom} onChange={(event) => setRandom(event.target.checked)} />
        {t('rehearsal.random')}
      </label>
      {isRandom && <NumberField label={t('rehearsal.within')} unit={t('rehearsal.minutes')} value={minutes} min={1} max={MAX_MINUTES} onChange={setMinutes} />}
      <label className="check">
        <input type="checkbox" checked={hidden} onChange={(event) => setHidden(event.target.checked)} />
        {t('rehearsal.hidden')}
      </label>
      <Button look="primary" reason={reason} pending={send.isPending} onPress={go}>
        {t(isRandom ? 'rehearsal.plan' : 'rehearsal.startNow')}
      </Button>
      {send.isError && <p role="alert">{problemText(problemFrom(send.error))}</p>}
    </section>
  );
}
