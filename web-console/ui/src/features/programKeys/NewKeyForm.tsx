import { useState } from 'react';

import type { Right } from '../../api/console';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';

/** Lives of keys offered, in days. */
const DAYS = [1, 30, 90, 365];

type Props = { rights: Right[]; pending: boolean; onMake: (name: string, rights: Right[], days: number) => void };

/** Name, rights and life of a new key. */
export function NewKeyForm({ rights, pending, onMake }: Props) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Right[]>(['conference.view']);
  const [days, setDays] = useState(90);
  const held = rights.filter((right) => chosen.includes(right));
  const reason = name.trim() === '' ? t('programKeys.noName') : held.length === 0 ? t('programKeys.noRight') : null;
  return (
    <form
      className="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === null && !pending) onMake(name.trim(), held, days);
      }}
    >
      <label>
        {t('programKeys.name')} <input value={name} maxLength={40} placeholder={t('programKeys.example')} onChange={(event) => setName(event.target.value)} />
      </label>
      <fieldset>
        <legend>{t('programKeys.rights')}</legend>
        {rights.map((right) => (
          <label key={right} className="check">
            <input type="checkbox" checked={chosen.includes(right)} onChange={(event) => setChosen(event.target.checked ? [...chosen, right] : chosen.filter((one) => one !== right))} />
            {t(`right.${right}`)}
          </label>
        ))}
      </fieldset>
      <label>
        {t('programKeys.life')}{' '}
        <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {t('programKeys.days', { days: one })}
            </option>
          ))}
        </select>
      </label>
      <Button look="primary" reason={reason} pending={pending} onPress={() => onMake(name.trim(), held, days)}>
        {t('programKeys.make')}
      </Button>
    </form>
  );
}
