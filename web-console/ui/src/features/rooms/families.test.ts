import { expect, test } from 'vitest';

import type { CommandDecl, DeviceSnapshot, PropertySnapshot } from '../../api/rooms';
import { decimalText, familiesOf, isMember, setterOf, wholeOf } from './families';

const text = { zh: '', en: '' };
const reported = (value: unknown): PropertySnapshot => ({
  wanted: null,
  reported: value,
  quality: 'known',
  reported_at_ms: 1,
  source: 'push',
  pending: null,
  difference: null,
  external: false,
});
const command = (name: string, params: string[], proof: string | null): CommandDecl => ({
  name,
  label: text,
  params: params.map((param) => ({ name: param, label: text, kind: { type: 'int', min: 0, max: 9, unit: '', decimals: 0 } })),
  danger: 'none',
  held: false,
  proof,
  expected_ms: 1,
});
const device = (properties: Record<string, PropertySnapshot>, commands: CommandDecl[]): DeviceSnapshot => ({
  device: 'mixer',
  name: text,
  kind: 'mixer',
  driver: 'x32',
  simulated: false,
  health: { state: 'online' },
  properties,
  commands,
  labels: {},
});

test('a command that sets a member names its family', () => {
  expect(setterOf(command('set_level', ['channel', 'level'], 'level.{channel}'))).toMatchObject({ stem: 'level', member: 'channel', value: { name: 'level' } });
  expect(setterOf(command('set_power', ['power'], 'power'))).toBeNull();
  expect(setterOf(command('stop', [], null))).toBeNull();
});

test('members stand in the order of their numbers, families in the order of the commands', () => {
  const commands = [command('set_mute', ['channel', 'mute'], 'mute.{channel}'), command('set_level', ['channel', 'level'], 'level.{channel}')];
  const found = familiesOf(
    device({ power: reported(true), 'level.10': reported(-5), 'level.2': reported(0), 'name.2': reported('主席'), 'level.main': reported(1) }, commands),
  );
  expect(found.columns.map((column) => column.stem)).toEqual(['mute', 'level', 'name']);
  expect(found.members.map((member) => member.key)).toEqual(['2', '10', 'main']);
  expect(found.members[0]?.properties['name']?.reported).toBe('主席');
  expect([isMember('power'), isMember('level.2')]).toEqual([false, true]);
});

test('numbers with a point are read and written', () => {
  expect([decimalText(-125, 1), decimalText(7, 0)]).toEqual(['-12.5', '7']);
  expect([wholeOf('-12,5', 1, -900, 100), wholeOf('11', 1, -900, 100), wholeOf('x', 0, 0, 9), wholeOf('', 0, 0, 9)]).toEqual([-125, null, null, null]);
});
