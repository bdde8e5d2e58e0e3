import { useState } from 'react';

import type { DeviceSnapshot, PropertySnapshot, RoomStatus, Value } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { AskOutcome } from './AskOutcome';
import { decimalText, familiesOf, wholeOf } from './families';
import type { Column, Member, Setter } from './families';
import { textIn } from './RoomsContext';
import { useAsk } from './useAsk';
import { useControlReason } from './useControlReason';
import { propertyName, remarks, valueText } from './values';

type EditorProps = { setter: Setter; shown: unknown; label: string; reason: string | null; isPending: boolean; onSet: (value: Value) => void };

/** A number that is sent when it is left or Enter is pressed; Escape puts back what the device said. */
function NumberEditor({ setter, shown, label, reason, onSet }: EditorProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const { kind } = setter.value;
  if (kind.type !== 'int') return null;
  const decimals = kind.decimals ?? 0;
  const told = typeof shown === 'number' ? decimalText(shown, decimals) : '';
  const send = (): void => {
    const value = draft === null ? null : wholeOf(draft, decimals, kind.min, kind.max);
    setDraft(null);
    if (value !== null && value !== shown) onSet(value);
  };
  return (
    <input
      type="number"
      aria-label={label}
      title={reason ?? `${decimalText(kind.min, decimals)} – ${decimalText(kind.max, decimals)} ${kind.unit}`}
      disabled={reason !== null}
      min={Number(decimalText(kind.min, decimals))}
      max={Number(decimalText(kind.max, decimals))}
      step={10 ** -decimals}
      value={draft ?? told}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={send}
      onKeyDown={(event) => {
        if (event.key === 'Enter') send();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}

function Editor(props: EditorProps) {
  const { t, language } = useWords();
  const { setter, shown, label, reason, isPending, onSet } = props;
  const { kind } = setter.value;
  if (kind.type === 'bool') {
    return (
      <Button reason={reason} pressed={shown === true} pending={isPending} label={label} onPress={() => onSet(shown !== true)}>
        {shown === true ? t('room.on') : t('room.off')}
      </Button>
    );
  }
  if (kind.type === 'choice') {
    return (
      <select aria-label={label} title={reason ?? undefined} disabled={reason !== null} value={String(shown ?? '')} onChange={(event) => onSet(event.target.value)}>
        {kind.options.every(([option]) => option !== shown) && <option value={String(shown ?? '')}>—</option>}
        {kind.options.map(([option, text]) => (
          <option key={option} value={option}>
            {textIn(language, text)}
          </option>
        ))}
      </select>
    );
  }
  return <NumberEditor {...props} />;
}

type CellProps = { status: RoomStatus; device: DeviceSnapshot; column: Column; member: Member; rowName: string };

function Cell({ status, device, column, member, rowName }: CellProps) {
  const { t, language } = useWords();
  const asked = useAsk(status.room);
  const reason = useControlReason(status, device);
  const property: PropertySnapshot | undefined = member.properties[column.stem];
  const name = `${column.stem}.${member.key}`;
  const said = property === undefined ? [] : remarks(t, language, property);
  if (property === undefined) return <td>—</td>;
  const { setter } = column;
  const isText = setter === null || setter.value.kind.type === 'text';
  const set = (value: Value): void => {
    if (setter === null) return;
    const number = setter.command.params.find((param) => param.name === setter.member)?.kind.type === 'int';
    const args = { [setter.member]: number ? Number(member.key) : member.key, [setter.value.name]: value };
    void asked.ask({ ask: 'command', device: device.device, command: setter.command.name, args });
  };
  return (
    <td>
      {isText ? (
        valueText(t, language, device, name, property.reported)
      ) : (
        <Editor
          setter={setter}
          shown={property.reported}
          label={`${rowName} ${textIn(language, setter.command.label)}`}
          reason={reason}
          isPending={asked.isPending || typeof property.pending === 'number'}
          onSet={set}
        />
      )}
      {said.length > 0 && <small> {said.join(' · ')}</small>}
      <AskOutcome asked={asked} />
    </td>
  );
}

/** Channels, outputs or seats: a row each, set in place, shown as the device reports them. */
export function FamilyTable({ status, device }: { status: RoomStatus; device: DeviceSnapshot }) {
  const { t, language } = useWords();
  const { columns, members } = familiesOf(device);
  if (members.length === 0) return null;
  const [first] = columns.flatMap((column) => column.setter?.command.params.filter((param) => param.name === column.setter?.member) ?? []);
  const shown = columns.filter((column) => column.stem !== 'name');
  return (
    <div className="family">
      <table className="properties">
        <thead>
          <tr>
            <th scope="col">{first === undefined ? '#' : textIn(language, first.label)}</th>
            {shown.map((column) => (
              <th key={column.stem} scope="col">
                {column.setter === null ? propertyName(t, column.stem) : textIn(language, column.setter.value.label)}
                {column.setter?.value.kind.type === 'int' && column.setter.value.kind.unit !== '' && ` (${column.setter.value.kind.unit})`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => {
            const told = member.properties['name']?.reported;
            // As the device calls it, or as the site does.
            const label = first?.kind.type === 'choice' ? first.kind.options.find(([option]) => option === member.key)?.[1] : undefined;
            const given = typeof told === 'string' && told !== '' ? told : label === undefined ? member.key : textIn(language, label);
            const rowName = given === member.key ? member.key : `${member.key} ${given}`;
            return (
              <tr key={member.key}>
                <th scope="row">{rowName}</th>
                {shown.map((column) => (
                  <Cell key={column.stem} status={status} device={device} column={column} member={member} rowName={rowName} />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
