/** What a command would change, told from the confirmed state: what is so now, what it will be. Pure. */

import type { TFunction } from 'i18next';

import type { Command, ConferenceSnapshot } from '../../api/mcu';
import { commandText } from '../commandText/commandText';
import { pictureWords } from '../desk/words';
import type { SiteNames } from '../desk/words';

export type Change = { what: string; now: string; same: boolean };

const siteOf = (snapshot: ConferenceSnapshot, id: string) => snapshot.sites.find((site) => site.site === id);

/** What stands there now, and whether the command finds it so already; null where only doing it tells. */
function found(t: TFunction, command: Command, snapshot: ConferenceSnapshot, names: SiteNames): { now: string; same: boolean } | null {
  const { forced, settings } = snapshot;
  const air = pictureWords(t, forced ?? snapshot.program, names);
  switch (command.cmd) {
    case 'mute_all': {
      const open = snapshot.sites.filter((site) => site.mic === 'open' && site.site !== snapshot.main_site && site.site !== snapshot.speech.chair);
      return { now: open.length === 0 ? t('plans.allClosed') : t('plans.open', { sites: open.map((site) => names(site.site)).join('、') }), same: open.length === 0 };
    }
    case 'set_mic': {
      const mic = siteOf(snapshot, command.args.site)?.mic;
      return mic === undefined ? null : { now: t(`mic.${mic}`), same: mic === command.args.mic };
    }
    case 'broadcast_site':
      return { now: air, same: forced?.kind === 'site' && forced.site === command.args.site };
    case 'broadcast_layout':
      return { now: air, same: false };
    case 'cancel_broadcast':
      return { now: forced ? air : t('plans.notForced'), same: !forced };
    case 'previous_picture':
      return { now: `${air} → ${pictureWords(t, snapshot.previous, names)}`, same: false };
    case 'set_main_site':
      return { now: names(snapshot.main_site), same: snapshot.main_site === command.args.site };
    case 'slate': {
      if (command.args.site) return null;
      const now = settings.slate ?? null;
      return { now: now ?? t('plans.noSlate'), same: now === (command.args.text ?? null) };
    }
    case 'call_all_absent': {
      const absent = snapshot.sites.filter((site) => !site.seated);
      return { now: absent.length === 0 ? t('plans.allSeated') : t('plans.absent', { sites: absent.map((site) => names(site.site)).join('、') }), same: absent.length === 0 };
    }
    case 'lock':
    case 'unlock':
      return { now: t(settings.locked ? 'plans.locked' : 'plans.unlocked'), same: settings.locked === (command.cmd === 'lock') };
    case 'set_free_view':
      return { now: t(settings.free_view ? 'plans.free' : 'plans.notFree'), same: settings.free_view === command.args.free_view };
    case 'set_overlays':
      return { now: t('overlays.onAir', { count: settings.overlays.length }), same: JSON.stringify(settings.overlays) === JSON.stringify(command.args.overlays) };
    default:
      return null;
  }
}

/** Each command beside what is so now. Later ones are compared with now too, not with what earlier ones will have made. */
export function changesOf(t: TFunction, commands: readonly Command[], snapshot: ConferenceSnapshot, names: SiteNames): Change[] {
  return commands.map((command) => {
    const state = found(t, command, snapshot, names);
    return { what: commandText(t, command, names), now: state?.now ?? '', same: state?.same ?? false };
  });
}
