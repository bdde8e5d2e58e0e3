/** Every command in words: for run sheets, plans, questions and refusals. */

import type { TFunction } from 'i18next';

import type { Command, Picture, ViewSource } from '../../api/mcu';
import type { SiteNames } from '../desk/words';
import zh from '../../i18n/zh-CN.json';
import { timeOfDay } from './timeOfDay';

function pictureText(t: TFunction, picture: Picture | ViewSource | null | undefined, names: SiteNames): string {
  switch (picture?.kind) {
    case 'site':
      return names(picture.site);
    case 'layout':
      return t('picture.layout', { name: picture.layout.name });
    default:
      return t('picture.none');
  }
}

type Key = keyof typeof zh.commandText.cmd;

const isKey = (key: string): key is Key => key in zh.commandText.cmd;

/** A key of its own where the words depend on what is set. */
function variant(command: Command): string {
  switch (command.cmd) {
    case 'set_mic':
    case 'set_mute_on_join':
      return `${command.cmd}_${command.args.mic}`;
    case 'set_speaker':
      return `set_speaker_${command.args.speaker}`;
    case 'mute_lock':
      return command.args.locked ? 'mute_lock_on' : 'mute_lock_off';
    case 'set_free_view':
      return command.args.free_view ? 'set_free_view_on' : 'set_free_view_off';
    case 'set_voice_switch':
      return command.args.on ? 'set_voice_switch_on' : 'set_voice_switch_off';
    case 'set_record':
      return `set_record_${command.args.record}`;
    case 'set_live':
      return command.args.live ? 'set_live_on' : 'set_live_off';
    case 'slate':
      return command.args.text ? 'slate_on' : 'slate_off';
    case 'set_layout':
      return command.args.layout ? 'set_layout_on' : 'set_layout_off';
    case 'load_run_sheet':
      return command.args.sheet ? 'load_run_sheet_on' : 'load_run_sheet_off';
    case 'set_overlays':
      return command.args.overlays.length > 0 ? 'set_overlays_on' : 'set_overlays_off';
    default:
      return command.cmd;
  }
}

/** What the words name. */
function parts(t: TFunction, command: Command, names: SiteNames): Record<string, string | number> {
  const { args } = command;
  const named: Record<string, string | number> = { site: t(command.cmd === 'grant_floor' ? 'commandText.next' : 'commandText.everybody') };
  if ('site' in args && args.site) named['site'] = names(args.site);
  if ('name' in args) named['name'] = args.name;
  if ('area' in args) named['area'] = t(`leases.area.${args.area}`);
  if ('audience' in args) named['audience'] = t(`outputs.audience.${args.audience}`);
  if ('kind' in args) named['kind'] = t(`commandText.polling.${args.kind}`);
  switch (command.cmd) {
    case 'broadcast_layout':
    case 'set_layout':
      named['name'] = command.args.layout?.name ?? '';
      break;
    case 'set_preview':
    case 'set_output':
      named['picture'] = pictureText(t, command.args.picture, names);
      break;
    case 'select_view':
      named['viewer'] = names(command.args.viewer);
      named['picture'] = command.args.source.kind === 'none' ? t('picture.program') : pictureText(t, command.args.source, names);
      break;
    case 'slate':
      named['text'] = command.args.text ?? '';
      break;
    case 'set_gain':
      named['db'] = command.args.gain_db;
      break;
    case 'set_overlays':
      named['count'] = command.args.overlays.length;
      break;
    case 'load_run_sheet':
      named['name'] = command.args.sheet?.title ?? '';
      break;
    case 'set_run_step':
      named['number'] = command.args.next + 1;
      break;
    case 'arm_plan':
      named['name'] = command.args.plan.title;
      break;
    case 'extend':
      named['time'] = command.args.ends_at_ms ? timeOfDay(command.args.ends_at_ms) : t('commandText.open');
      break;
    default:
      break;
  }
  return named;
}

export function commandText(t: TFunction, command: Command, names: SiteNames): string {
  const key = variant(command);
  // A command of a later version is named by its code.
  return isKey(key) ? t(`commandText.cmd.${key}`, parts(t, command, names)) : t('commandText.unknown', { code: command.cmd });
}
