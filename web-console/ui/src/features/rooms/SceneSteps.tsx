import type { RoomSnapshot, SceneDiff } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { textIn } from './RoomsContext';
import { propertyName, valueText } from './values';

/** Each step of a scene against what the room reports now. */
export function SceneSteps({ diff, snapshot }: { diff: SceneDiff; snapshot: RoomSnapshot }) {
  const { t, language } = useWords();
  return (
    <ol className="steps">
      {diff.steps.map((step) => {
        const device = snapshot.devices.find((one) => one.device === step.device);
        if (device === undefined) return null;
        const value = (given: unknown): string => valueText(t, language, device, step.property, given);
        return (
          <li key={step.step} className={step.cannot ? 'step step-failed' : 'step'}>
            <span className="number">{step.step}</span>
            <span>
              {textIn(language, device.name)} · {propertyName(t, step.property)}
            </span>
            <span className="step-note">
              {step.cannot && `✕ ${textIn(language, step.cannot)}`}
              {!step.cannot && (step.already ? t('step.already') : `${value(step.before)} → ${value(step.after)}`)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
