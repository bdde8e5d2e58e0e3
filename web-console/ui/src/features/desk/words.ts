/** Conference things in words for the screen. */

import type { TFunction } from 'i18next';

import type { Command, ConferenceSnapshot, Forced, McuEvent, Picture, SiteId, SiteSnapshot, ViewSource } from '../../api/mcu';
import type { Words } from '../../i18n/useWords';
import { commandText } from '../commandText/commandText';
import { settingWords } from './settingWords';

export type SiteNames = (site: SiteId) => string;

export function siteNames(snapshot: ConferenceSnapshot | null, words: Words): SiteNames {
  const byId = new Map((snapshot?.sites ?? []).map((site) => [site.site, words.nameOf(site)]));
  return (site) => byId.get(site) ?? site;
}

export function pictureWords(t: TFunction, picture: Picture | Forced | null | undefined, names: SiteNames): string {
  if (picture === null || picture === undefined) return t('picture.none');
  switch (picture.kind) {
    case 'site':
      return names(picture.site);
    case 'layout':
      return t('picture.layout', { name: picture.layout.name });
    case 'dialogue':
      return t('picture.dialogue', { site: names(picture.site) });
    case 'call_to_speak':
      return t('picture.callToSpeak', { site: names(picture.site) });
    case 'polling':
      return t('picture.polling');
    default:
      return t('picture.none');
  }
}

function viewWords(t: TFunction, view: ViewSource, names: SiteNames): string {
  return view.kind === 'none' ? t('picture.program') : pictureWords(t, view, names);
}

export function eventWords(t: TFunction, event: McuEvent, names: SiteNames): string {
  switch (event.event) {
    case 'opened':
      return t('event.opened');
    case 'site_called':
      return t('event.called', { site: names(event.data.site) });
    case 'site_hung_up':
      return t('event.hungUp', { site: names(event.data.site) });
    case 'forced_changed':
      return event.data.after
        ? t('event.broadcast', { picture: pictureWords(t, event.data.after, names) })
        : t('event.broadcastCancelled');
    case 'mics_changed': {
      const [first] = event.data.changes;
      if (first === undefined) return t('event.micsNone');
      if (event.data.changes.length > 1) return t('event.mics', { count: event.data.changes.length });
      return t(first.after === 'open' ? 'event.micOpened' : 'event.micClosed', { site: names(first.site) });
    }
    case 'view_changed':
      return t('event.view', { viewer: names(event.data.viewer), picture: viewWords(t, event.data.after, names) });
    case 'preview_changed':
      return event.data.after
        ? t('event.preview', { picture: pictureWords(t, event.data.after, names) })
        : t('event.previewEmptied');
    case 'undone':
      return t('event.undone', { what: event.data.effect.length === 0 ? `#${event.data.rev}` : changeWords(t, event.data.effect, names) });
    case 'redone':
      return t('event.redone', { what: event.data.effect.length === 0 ? `#${event.data.rev}` : changeWords(t, event.data.effect, names) });
    case 'changed':
      return settingWords(t, event.data.after, names);
    case 'ended':
      return t('event.ended');
    default:
      return t('event.unknown');
  }
}

/** Fields that follow from others, or that turn by themselves: said only when nothing else happened. */
const QUIET = new Set(['previous', 'fade', 'polling_step', 'cell_turns', 'loudest', 'own_view']);

export const isQuiet = (event: McuEvent): boolean => event.event === 'changed' && QUIET.has(event.data.after.field);

/** A rule's turn that is shown where it happens, and would only fill the strip: the next of a polling, a voice in a roll call. */
export const isRoutine = (event: McuEvent): boolean =>
  isQuiet(event) || (event.event === 'changed' && event.data.after.field === 'roll_call' && event.data.after.value.roll_call?.finished_at_ms == null);

/** One change in words, whatever number of facts it has. */
export function changeWords(t: TFunction, events: McuEvent[], names: SiteNames): string {
  const loud = events.filter((event) => !isQuiet(event));
  return (loud.length === 0 ? events : loud).map((event) => eventWords(t, event, names)).join(' · ');
}

export function commandWords(t: TFunction, command: Command, names: SiteNames): string {
  switch (command.cmd) {
    case 'call':
      return t('event.called', { site: names(command.args.site) });
    case 'call_all_absent':
      return t('action.callAllAbsent');
    case 'hang_up':
      return t('event.hungUp', { site: names(command.args.site) });
    case 'broadcast_site':
      return t('event.broadcast', { picture: names(command.args.site) });
    case 'broadcast_layout':
      return t('event.broadcast', { picture: t('picture.layout', { name: command.args.layout.name }) });
    case 'cancel_broadcast':
      return t('action.cancelBroadcast');
    case 'set_mic':
      return t(command.args.mic === 'open' ? 'event.micOpened' : 'event.micClosed', { site: names(command.args.site) });
    case 'mute_all':
      return t('action.muteAll');
    case 'select_view':
      return t('event.view', { viewer: names(command.args.viewer), picture: viewWords(t, command.args.source, names) });
    case 'set_preview':
      return t('event.preview', { picture: pictureWords(t, command.args.picture, names) });
    case 'take': {
      const { transition } = command.args;
      return transition === undefined || transition === 'cut' ? t('action.cut') : t('action.fade', { seconds: transition.fade.ms / 1000 });
    }
    case 'undo':
      return t('action.undo');
    case 'end':
      return t('action.end');
    default:
      return commandText(t, command, names);
  }
}

/** Tally as shape and word; the preview is the operator's own and only known by comparing. */
export type TallyKind = 'program' | 'cell' | 'preview' | 'seen' | 'idle';

export function tallyOf(site: SiteSnapshot, preview: Picture | null | undefined): TallyKind {
  if (site.tally.on_air) return typeof site.tally.cell === 'number' ? 'cell' : 'program';
  if (isInPicture(preview, site.site)) return 'preview';
  return site.tally.seen ? 'seen' : 'idle';
}

function isInPicture(picture: Picture | null | undefined, site: SiteId): boolean {
  if (picture === null || picture === undefined) return false;
  if (picture.kind === 'site') return picture.site === site;
  return picture.layout.cells.some((cell) => cell.source.from === 'site' && cell.source.site === site);
}

export const TALLY_SHAPE: Record<TallyKind, string> = { program: '■', cell: '▣', preview: '◇', seen: '○', idle: '·' };

export function tallyWords(t: TFunction, kind: TallyKind, cell: number | null | undefined): string {
  switch (kind) {
    case 'program':
      return t('tally.program');
    case 'cell':
      return t('tally.cell', { cell: cell ?? 0 });
    case 'preview':
      return t('tally.preview');
    case 'seen':
      return t('tally.seen');
    case 'idle':
      return '';
    default:
      return '';
  }
}
