import { useState } from 'react';

import { isValue } from '../../api/rooms';
import type { CommandDecl, DeviceSnapshot, ParamDecl, RoomStatus, Value } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { AskOutcome } from './AskOutcome';
import { textIn } from './RoomsContext';
import { ParamFields, startOf } from './ParamFields';
import { useAsk } from './useAsk';
import { useControlReason } from './useControlReason';
import { labelledValues } from './values';

type Args = Record<string, Value>;
type Choice = { label: string; value: Value };

/** Longest range of numbers offered as a button each, when the room gives no labels. */
const MAX_BUTTONS = 10;

/** The values that a lone parameter may have, when they are few enough for a button each. */
function useChoices(device: DeviceSnapshot, command: CommandDecl, param: ParamDecl | undefined): Choice[] | null {
  const { t, language } = useWords();
  if (param === undefined || command.params.length > 1) return null;
  const { kind } = param;
  if (kind.type === 'bool') {
    return [
      { label: t('room.on'), value: true },
      { label: t('room.off'), value: false },
    ];
  }
  if (kind.type === 'choice') return kind.options.map(([value, text]) => ({ label: textIn(language, text), value }));
  const labelled = [param.name, command.proof ?? ''].map((name) => labelledValues(device, name, language)).find((list) => list.length > 0);
  if (labelled !== undefined) return labelled;
  if (kind.type === 'text' || kind.max - kind.min >= MAX_BUTTONS) return null;
  return Array.from({ length: kind.max - kind.min + 1 }, (_, index) => ({ label: `${kind.min + index}${kind.unit}`, value: kind.min + index }));
}

type Props = { status: RoomStatus; device: DeviceSnapshot; command: CommandDecl };

/** One declared command as buttons or a small form, made from its declaration; dangerous ones ask once. */
export function CommandControl({ status, device, command }: Props) {
  const { t, language } = useWords();
  const asked = useAsk(status.room);
  const reason = useControlReason(status, device);
  const [confirming, setConfirming] = useState<{ args: Args; words: string } | null>(null);
  const [draft, setDraft] = useState<Args | null>(null);
  const [param] = command.params;
  const choices = useChoices(device, command, param);
  const label = textIn(language, command.label);
  const shown = command.proof ? device.properties[command.proof] : undefined;
  const told = param !== undefined && command.params.length === 1 && isValue(shown?.reported) ? { [param.name]: shown.reported } : {};
  const args = draft ?? { ...startOf(command.params), ...told };

  const run = (given: Args): void => void asked.ask({ ask: 'command', device: device.device, command: command.name, args: given });
  const press = (given: Args, words: string): void => {
    if (command.danger === 'confirm') setConfirming({ args: given, words });
    else run(given);
  };

  return (
    <div className="command" role="group" aria-label={label}>
      <div className="command-head">
        <span className="command-label">{label}</span>
        <AskOutcome asked={asked} />
      </div>
      <div className="command-buttons">
        {command.params.length === 0 && (
          <Button reason={reason} pending={asked.isPending} onPress={() => press({}, label)}>
            {label}
          </Button>
        )}
        {choices !== null &&
          param !== undefined &&
          choices.map((choice) => (
            <Button
              key={String(choice.value)}
              reason={reason}
              pressed={shown?.reported === choice.value}
              pending={shown?.wanted === choice.value && (asked.isPending || typeof shown.pending === 'number')}
              label={`${label} ${choice.label}`}
              onPress={() => press({ [param.name]: choice.value }, `${label} ${choice.label}`)}
            >
              {choice.label}
            </Button>
          ))}
        {choices === null && param !== undefined && (
          <>
            <ParamFields params={command.params} args={args} onChange={setDraft} />
            <Button reason={reason} pending={asked.isPending} label={`${t('room.run')} ${label}`} onPress={() => {
                press(args, label);
                setDraft(null);
              }}>
              {t('room.run')}
            </Button>
          </>
        )}
      </div>
      {confirming !== null && (
        <Dialog title={t('confirm.title')} onCancel={() => setConfirming(null)}>
          <p>
            {t('room.confirm', {
              room: textIn(language, status.name),
              device: textIn(language, device.name),
              what: confirming.words,
            })}
          </p>
          <div className="dialog-actions">
            <Button onPress={() => setConfirming(null)}>{t('common.cancel')}</Button>
            <Button
              look="danger"
              onPress={() => {
                run(confirming.args);
                setConfirming(null);
              }}
            >
              {t('confirm.yes', { what: confirming.words })}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
