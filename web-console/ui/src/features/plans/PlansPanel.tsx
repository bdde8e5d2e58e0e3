import { useState } from 'react';

import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { FileButton } from '../../ui/FileButton';
import { saveText } from '../../ui/files';
import { useDesk, useLive } from '../desk/DeskContext';
import { LibraryBar } from '../library/LibraryBar';
import { PlanCardView } from './PlanCardView';
import { keepCards, oldCards, planLibrary, useCards } from './cards';
import { cardsText, parseCards, usualCards } from './plan';
import type { PlanCard } from './plan';

/** 预案: armed ones first, as the MCU has them; then the desk's own cards. */
export function PlansPanel() {
  const { t } = useWords();
  const { me } = useDesk();
  const snapshot = useLive((state) => state.snapshot);
  const cards = useCards();
  const [told, setTold] = useState('');
  if (snapshot === null) return <p className="hint-line">{t('reason.noState')}</p>;
  const armed = snapshot.desk.plans;
  // A plan armed at another desk has a card here too, without telephone numbers.
  const strangers: PlanCard[] = armed
    .filter((one) => !cards.some((card) => card.name === one.plan.name))
    .map((one) => ({ name: one.plan.name, title: one.plan.title, commands: one.plan.commands, ...(one.plan.trigger ? { auto: one.plan.trigger } : {}), trigger: '', call: '', expect: '', rehearsed: '' }));
  const all = [...strangers, ...cards];
  const sorted = [...all.filter((card) => armed.some((one) => one.plan.name === card.name)), ...all.filter((card) => !armed.some((one) => one.plan.name === card.name))];
  const take = async (file: File): Promise<void> => {
    const given = parseCards(await file.text());
    if (given === null) setTold(`✕ ${t('plans.badFile', { file: file.name })}`);
    else if (await keepCards(given)) setTold(`✓ ${t('plans.read', { count: given.length })}`);
  };
  return (
    <div className="tool-body">
      <div className="tool-row">
        <Button
          reason={me.rights.includes('conference.affairs') ? null : t('reason.noRight')}
          onPress={() =>
            void keepCards(
              usualCards(snapshot, (key) => ({ title: t(`plans.usual.${key}.title`), trigger: t(`plans.usual.${key}.trigger`), expect: t(`plans.usual.${key}.expect`) })).filter(
                (card) => !cards.some((one) => one.name === card.name),
              ),
            )
          }
        >
          {t('plans.addUsual')}
        </Button>
        <FileButton accept=".json,application/json" onFile={(file) => void take(file)}>
          {t('plans.import')}
        </FileButton>
        <Button reason={cards.length === 0 ? t('plans.none') : null} onPress={() => saveText('plans.json', cardsText(cards))}>
          {t('plans.export')}
        </Button>
        <span role="status">{told}</span>
      </div>
      <LibraryBar library={planLibrary} old={oldCards} />
      {sorted.length === 0 && <p className="hint-line">{t('plans.none')}</p>}
      <ul className="tool-list">
        {sorted.map((card) => (
          <PlanCardView key={card.name} card={card} armed={armed.find((one) => one.plan.name === card.name) ?? null} snapshot={snapshot} />
        ))}
      </ul>
    </div>
  );
}
