import { useState } from 'react';

import type { RoomSnapshot, RoomStatus, SceneDiff, SceneInfo, SceneRun } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { timeText } from '../../ui/clock';
import { AskOutcome } from './AskOutcome';
import { SceneSteps } from './SceneSteps';
import { textIn } from './RoomsContext';
import { useAsk } from './useAsk';
import { useControlReason } from './useControlReason';

const STEP_SHAPE = { waiting: '○', running: '◌', done: '✓', already: '=', failed: '✕', skipped: '−' } as const;

/** What the scene would change, counted and listed. */
function Difference({ diff, snapshot }: { diff: SceneDiff; snapshot: RoomSnapshot }) {
  const { t } = useWords();
  const already = diff.steps.filter((step) => step.already).length;
  const cannot = diff.steps.filter((step) => step.cannot).length;
  return (
    <>
      <p>{t('scene.summary', { total: diff.steps.length, already, change: diff.steps.length - already - cannot, cannot })}</p>
      <SceneSteps diff={diff} snapshot={snapshot} />
    </>
  );
}

function Run({ run, info }: { run: SceneRun; info: SceneInfo | undefined }) {
  const { t, language } = useWords();
  return (
    <section aria-label={t('scene.run')}>
      <p className={`run run-${run.state}`} role="status">
        {info === undefined ? run.scene : textIn(language, info.name)} · {t(`run.${run.state}`)} · {run.actor} {timeText(run.started_at_ms)}
      </p>
      <ol className="steps">
        {run.steps.map((step) => (
          <li key={step.step} className={`step step-${step.state}`}>
            <span className="number">{step.step}</span>
            <span>{textIn(language, step.text)}</span>
            <span className="step-note">
              <span aria-hidden="true">{STEP_SHAPE[step.state]}</span> {t(`step.${step.state}`)}
              {typeof step.took_ms === 'number' && ` ${(step.took_ms / 1000).toFixed(1)}s`}
              {step.note && ` · ${textIn(language, step.note)}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Scenes: see the difference, run, watch each step, put back. */
export function ScenePanel({ status, snapshot }: { status: RoomStatus; snapshot: RoomSnapshot }) {
  const { t, language } = useWords();
  const asked = useAsk(status.room);
  const [diff, setDiff] = useState<SceneDiff | null>(null);
  const reason = useControlReason(status);
  const isRunning = snapshot.run?.state === 'running';
  const busy = isRunning ? t('reason.sceneRunning') : null;
  const preview = async (scene: string): Promise<void> => {
    const response = await asked.ask({ ask: 'scene_preview', scene });
    if (response?.answer === 'diff') setDiff(response);
  };
  const infoOf = (scene: string): SceneInfo | undefined => snapshot.scenes.find((one) => one.scene === scene);
  const shown = diff === null ? undefined : infoOf(diff.scene);
  return (
    <section className="panel scenes" aria-label={t('scene.title')}>
      <h2>{t('scene.title')}</h2>
      <div className="command-buttons">
        {snapshot.scenes.map((scene) => (
          <Button key={scene.scene} look="primary" reason={reason ?? busy} pending={asked.isPending} onPress={() => void preview(scene.scene)}>
            {textIn(language, scene.name)}
          </Button>
        ))}
        <Button reason={reason ?? (isRunning ? null : t('reason.noSceneRunning'))} onPress={() => void asked.ask({ ask: 'scene_cancel' })}>
          {t('scene.cancel')}
        </Button>
        <Button
          reason={reason ?? busy ?? (snapshot.run?.can_restore ? null : t('reason.nothingToRestore'))}
          onPress={() => void asked.ask({ ask: 'scene_restore' })}
        >
          {t('scene.restore')}
        </Button>
        <AskOutcome asked={asked} />
      </div>
      {snapshot.run && <Run run={snapshot.run} info={infoOf(snapshot.run.scene)} />}
      {diff !== null && (
        <Dialog title={t('scene.previewTitle', { scene: shown === undefined ? diff.scene : textIn(language, shown.name), room: textIn(language, snapshot.name) })} onCancel={() => setDiff(null)}>
          <Difference diff={diff} snapshot={snapshot} />
          <div className="dialog-actions">
            <Button onPress={() => setDiff(null)}>{t('common.cancel')}</Button>
            <Button
              look="primary"
              reason={reason ?? busy}
              onPress={() => {
                setDiff(null);
                void asked.ask({ ask: 'scene_run', scene: diff.scene });
              }}
            >
              {t('scene.start')}
            </Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
