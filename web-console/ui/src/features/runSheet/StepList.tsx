import { useEffect } from 'react';

import type { RunSheet } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useWallNow } from '../../ui/useNow';
import { commandText } from '../commandText/commandText';
import { timeOfDay } from '../commandText/timeOfDay';
import { useDesk, useLive } from '../desk/DeskContext';
import { useReasons } from '../desk/useReasons';
import { siteNames } from '../desk/words';
import { useLibrary } from '../library/useLibrary';
import { detailsOf } from './details';
import { overText, useRunTimes } from './runTimes';
import { nameOfSheet, sheetLibrary } from './sheets';

/** The steps with planned and real times; the one that is done last is the current one. */
export function StepList({ sheet, next }: { sheet: RunSheet; next: number }) {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const offset = useLive((state) => state.clockOffsetMs);
  const now = useWallNow(1000) + offset;
  const names = siteNames(snapshot, words);
  const times = useRunTimes(snapshot);
  const usual = useLibrary(sheetLibrary).values.find((one) => one.name === nameOfSheet(sheet.title))?.usual ?? [];
  useEffect(() => {
    // In braces: newer Chromium returns a promise, which React would take for a clean-up.
    document.getElementById(`run-step-${next}`)?.scrollIntoView({ block: 'nearest' });
  }, [next]);
  return (
    <section aria-label={sheet.title}>
      <h3>{sheet.title}</h3>
      <ol className="steps">
        {sheet.steps.map((step, index) => {
          const { site, lights, important, note } = detailsOf(step);
          const planned = step.planned_at_ms ?? null;
          const real = times[index] ?? null;
          const state = index === next ? 'next' : index === next - 1 ? 'current' : index < next ? 'done' : 'later';
          const late = planned === null ? null : real !== null ? real - planned : state === 'next' && now > planned ? now - planned : null;
          return (
            // oxlint-disable-next-line react/no-array-index-key -- A step is its place in the sheet.
            <li key={index} id={`run-step-${index}`} className={`step step-${state}${important ? ' is-important' : ''}`} aria-current={state === 'next' ? 'step' : undefined}>
              <span className="step-number number">{index + 1}</span>
              <span className="step-what">
                <b>
                  {important && <span>★{t('runSheet.important')} </span>}
                  {step.title} {site !== '' && site !== step.title && <small>{site}</small>}
                </b>
                <small>
                  {(step.commands ?? []).length === 0 ? t('runSheet.noCommands') : (step.commands ?? []).map((command) => commandText(t, command, names)).join(' · ')}
                  {lights !== '' && ` · ${t('runSheet.lightsAre', { lights })}`}
                </small>
                {note !== '' && <small className="soft">{note}</small>}
              </span>
              <span className="step-times number">
                <span>{t(`runSheet.state.${state}`)}</span>
                {planned !== null && <span>{t('runSheet.planned', { time: timeOfDay(planned) })}</span>}
                {real !== null && <span>{t('runSheet.real', { time: timeOfDay(real) })}</span>}
                {usual[index] != null && <span className="soft">{t('runSheet.usual', { minutes: Math.max(1, Math.round((usual[index] ?? 0) / 60)) })}</span>}
                {late !== null && <b className={late > 60_000 ? 'bad-line' : ''}>{overText(late)}</b>}
              </span>
              <Button look="quiet" label={t('runSheet.goToLong', { number: index + 1, title: step.title })} reason={reasons('set_run_step') ?? (index === next ? t('runSheet.isNext') : null)} onPress={() => conference.send({ cmd: 'set_run_step', args: { next: index } })}>
                {t('runSheet.goTo')}
              </Button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
