/** Commands of the selected site and of the keys, in one place, so that mouse, touch and keys ask for the same. */

import type { Command, ConferenceSnapshot, SiteSnapshot } from '../../api/mcu';
import type { KeyAction } from '../../keys/keymap';

export const previewSite = (site: string): Command => ({ cmd: 'set_preview', args: { picture: { kind: 'site', site } } });

/** Explicitly the other of the confirmed state. */
export const otherMic = (site: SiteSnapshot): Command => ({
  cmd: 'set_mic',
  args: { site: site.site, mic: site.mic === 'open' ? 'closed' : 'open' },
});

export const mainHallSees = (snapshot: ConferenceSnapshot, site: string): Command => ({
  cmd: 'select_view',
  args: { viewer: snapshot.main_site, source: { kind: 'site', site } },
});

export const mainHallReleased = (snapshot: ConferenceSnapshot): Command => ({
  cmd: 'select_view',
  args: { viewer: snapshot.main_site, source: { kind: 'none' } },
});

/** The site that the main hall was given by choice, if any. */
export function mainHallChoice(snapshot: ConferenceSnapshot): string | null {
  const main = snapshot.sites.find((site) => site.site === snapshot.main_site);
  return main?.view.source.kind === 'site' ? main.view.source.site : null;
}

/** The command a key asks for; null for keys that are no commands, and for sites that are not there. */
export function commandOfKey(action: KeyAction, snapshot: ConferenceSnapshot): Command | null {
  switch (action.act) {
    case 'preview': {
      const site = snapshot.sites[action.index];
      return site === undefined ? null : previewSite(site.site);
    }
    case 'select_view': {
      const site = snapshot.sites[action.index];
      return site === undefined || site.site === snapshot.main_site ? null : mainHallSees(snapshot, site.site);
    }
    case 'mic': {
      const site = snapshot.sites[action.index];
      return site === undefined ? null : otherMic(site);
    }
    case 'cut':
      return { cmd: 'take', args: { transition: 'cut' } };
    case 'mute_all':
      return { cmd: 'mute_all', args: {} };
    case 'undo':
    case 'help':
    case 'cancel':
      return null;
    default:
      return null;
  }
}
