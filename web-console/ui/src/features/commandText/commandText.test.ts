import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';

import type { Command } from '../../api/mcu';
import zh from '../../i18n/zh-CN.json';
import { startI18n } from '../../i18n';
import { commandText } from './commandText';

const names = (site: string): string => ({ a: '甲县' })[site] ?? site;
const layout = { name: '2x2', cells: [] };

const COMMANDS: [Command, string][] = [
  [{ cmd: 'set_mic', args: { site: 'a', mic: 'open' } }, '开麦 甲县'],
  [{ cmd: 'slate', args: { text: '休会' } }, '垫片 全体:休会'],
  [{ cmd: 'broadcast_layout', args: { layout } }, '广播多画面 2x2'],
  [{ cmd: 'set_preview', args: { picture: { kind: 'layout', layout } } }, '送预监 多画面 2x2'],
  [{ cmd: 'take_over_lease', args: { area: 'sound' } }, '接管操作权 声音'],
  [{ cmd: 'set_output', args: { audience: 'record', picture: null } }, '录制画面 设为 无画面'],
  [{ cmd: 'call_to_speak', args: { site: 'a' } }, '点名发言 甲县'],
  [{ cmd: 'set_overlays', args: { overlays: [] } }, '清除全部横幅字幕'],
];

beforeAll(startI18n);

it('says commands in words', () => {
  for (const [command, text] of COMMANDS) expect(commandText(i18next.t, command, names)).toBe(text);
});

it('has no words left with a hole', () => {
  for (const text of Object.values(zh.commandText.cmd)) expect(text).not.toBe('');
});
