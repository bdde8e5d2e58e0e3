import { useState } from 'react';

import type { ArmedPlan, Command, ConferenceSnapshot } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { siteNames } from '../desk/words';
import { CardNotes } from './CardNotes';
import { changesOf } from './difference';
import { daysSince, planOf } from './plan';
import type { PlanCard } from './plan';

/** After so many days a plan counts as not rehearsed. */
const STALE_DAYS = 90;

/** One plan: 待命 shows what it would change, 执行 asks for confirmation, 回退 takes it back. */
export function PlanCardView({ card, armed, snapshot }: { card: PlanCard; armed: ArmedPlan | null; snapshot: ConferenceSnapshot }) {
  const words = useWords();
  const { t } = words;
  const { conference, me } = useDesk();
  const reasons = useReasons();
  const pending = useLive((state) => state.pending);
  const [edits, setEdits] = useState(false);
  const names = siteNames(snapshot, words);
  const { name } = card;
  const isPending = (cmd: Command['cmd']): boolean => pending.some((one) => one.command.cmd === cmd && (('name' in one.command.args && one.command.args.name === name) || ('plan' in one.command.args && one.command.args.plan.name === name)));
  const commands = armed?.plan.commands ?? card.commands;
  const changes = changesOf(t, commands, snapshot, names);
  const days = daysSince(card.rehearsed, snapshot.at_ms);
  const ran = armed?.ran ?? null;
  const state = armed === null ? 'ready' : ran === null ? 'armed' : 'ran';
  return (
    <li className={`plan-card plan-${state}`} aria-label={card.title}>
      <div className="tool-row">
        <b className="tool-grow">{card.title}</b>
        <span className={`plan-state plan-state-${state}`}>{t(`plans.state.${state}`)}</span>
      </div>
      {card.trigger !== '' && <p>{t('plans.trigger', { text: card.trigger })}</p>}
      <ol className="plan-commands">
        {changes.map((change, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- Commands are done in this order.
          <li key={index}>
            {index + 1}. {change.what}
            {armed !== null && ran === null && (
              <small className={change.same ? 'soft' : 'change-added'}>
                {' '}
                {change.same ? `= ${t('plans.already')}` : `→ ${t('plans.willChange')}`} {change.now !== '' && t('plans.now', { now: change.now })}
              </small>
            )}
          </li>
        ))}
      </ol>
      {card.expect !== '' && <p className="soft">{t('plans.expect', { text: card.expect })}</p>}
      <p className={days === null || days > STALE_DAYS ? 'stale-line' : 'soft'}>
        {card.call === '' ? t('plans.noCall') : t('plans.call', { text: card.call })} · {days === null ? `▲ ${t('plans.never')}` : `${days > STALE_DAYS ? '▲ ' : ''}${t('plans.rehearsed', { date: card.rehearsed, days })}`}
      </p>
      <div className="tool-row">
        {state === 'ready' && (
          <Button look="preview" label={`${t('plans.arm')} ${card.title}`} reason={reasons('arm_plan')} pending={isPending('arm_plan')} onPress={() => conference.send({ cmd: 'arm_plan', args: { plan: planOf(card) } })}>
            {t('plans.arm')}
          </Button>
        )}
        {state === 'armed' && (
          <Button look="danger" label={`${t('plans.run')} ${card.title}`} reason={reasons('run_plan')} pending={isPending('run_plan')} onPress={() => conference.send({ cmd: 'run_plan', args: { name } })}>
            {t('plans.run')}
          </Button>
        )}
        {state === 'ran' && (
          <Button look="air" label={`${t('plans.rollBack')} ${card.title}`} reason={reasons('roll_back_plan')} pending={isPending('roll_back_plan')} onPress={() => conference.send({ cmd: 'roll_back_plan', args: { name } })}>
            {t('plans.rollBack')}
          </Button>
        )}
        {state !== 'ready' && (
          <Button label={`${t('plans.disarm')} ${card.title}`} reason={reasons('disarm_plan')} pending={isPending('disarm_plan')} onPress={() => conference.send({ cmd: 'disarm_plan', args: { name } })}>
            {t('plans.disarm')}
          </Button>
        )}
        <Button look="quiet" label={`${t('plans.notes')} ${card.title}`} pressed={edits} onPress={() => setEdits(!edits)}>
          ✎ {t('plans.notes')}
        </Button>
      </div>
      {edits && <CardNotes card={card} nowMs={snapshot.at_ms} reason={me.rights.includes('conference.affairs') ? null : t('reason.noRight')} />}
    </li>
  );
}
