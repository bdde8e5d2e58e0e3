import { useState } from 'react';
import { useStore } from 'zustand';

import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { dropCard, keepCards, planLibrary } from './cards';
import type { PlanCard } from './plan';

const dateOf = (ms: number): string => {
  const at = new Date(ms);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
};

type Notes = Pick<PlanCard, 'trigger' | 'call' | 'expect' | 'rehearsed'>;

/** What people need to know of a plan; kept when it is saved. The MCU is not asked. */
export function CardNotes({ card, nowMs, reason }: { card: PlanCard; nowMs: number; reason: string | null }) {
  const { t } = useWords();
  const [notes, setNotes] = useState<Notes>({ trigger: card.trigger, call: card.call, expect: card.expect, rehearsed: card.rehearsed });
  const isPending = useStore(planLibrary.store, (state) => state.pending[card.name] !== undefined);
  const put = (more: Partial<Notes>): void => setNotes({ ...notes, ...more });
  const save = (more: Partial<Notes> = {}): void => void keepCards([{ ...card, ...notes, ...more }]);
  return (
    <div className="tool-row">
      {(['trigger', 'call', 'expect'] as const).map((field) => (
        <label key={field} className="tool-field tool-grow">
          {t(`plans.field.${field}`)}
          <input value={notes[field]} onChange={(event) => put({ [field]: event.target.value })} />
        </label>
      ))}
      <label className="tool-field">
        {t('plans.field.rehearsed')}
        <input type="date" value={notes.rehearsed} onChange={(event) => put({ rehearsed: event.target.value })} />
      </label>
      <Button look="primary" label={`${t('library.save')} ${card.title}`} reason={reason} pending={isPending} onPress={() => save()}>
        {t('library.save')}
      </Button>
      <Button
        reason={reason}
        onPress={() => {
          put({ rehearsed: dateOf(nowMs) });
          save({ rehearsed: dateOf(nowMs) });
        }}
      >
        {t('plans.rehearsedToday')}
      </Button>
      <Button look="quiet" label={t('plans.drop', { title: card.title })} reason={reason} onPress={() => void dropCard(card.name)}>
        ✕ {t('plans.dropShort')}
      </Button>
    </div>
  );
}
