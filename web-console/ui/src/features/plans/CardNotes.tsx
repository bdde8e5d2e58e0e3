import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { dropCard, keepCards } from './cards';
import type { PlanCard } from './plan';

const dateOf = (ms: number): string => {
  const at = new Date(ms);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
};

/** What people need to know of a plan; the MCU is not asked. */
export function CardNotes({ card, nowMs }: { card: PlanCard; nowMs: number }) {
  const { t } = useWords();
  const put = (more: Partial<PlanCard>): void => keepCards([{ ...card, ...more }]);
  return (
    <div className="tool-row">
      <label className="tool-field tool-grow">
        {t('plans.field.trigger')}
        <input value={card.trigger} onChange={(event) => put({ trigger: event.target.value })} />
      </label>
      <label className="tool-field tool-grow">
        {t('plans.field.call')}
        <input value={card.call} onChange={(event) => put({ call: event.target.value })} />
      </label>
      <label className="tool-field">
        {t('plans.field.rehearsed')}
        <input type="date" value={card.rehearsed} onChange={(event) => put({ rehearsed: event.target.value })} />
      </label>
      <Button onPress={() => put({ rehearsed: dateOf(nowMs) })}>{t('plans.rehearsedToday')}</Button>
      <Button look="quiet" label={t('plans.drop', { title: card.title })} onPress={() => dropCard(card.name)}>
        ✕ {t('plans.dropShort')}
      </Button>
    </div>
  );
}
