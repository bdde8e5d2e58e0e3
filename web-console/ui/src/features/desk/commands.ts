/** Commands of the selected site and of the keys, in one place, so that mouse, touch and keys ask for the same. */

import type { Command, ConferenceSnapshot, SiteSnapshot } from '../../api/mcu';
import type { KeyAction } from '../../keys/actions';

/** Half a second: long enough to be soft, short enough to be on time. */
export const FADE: Command = { cmd: 'take', args: { transition: { fade: { ms: 500 } } } };

/** 垫片 for one site or for all; no text takes it away. */
export const slate = (site: string | null, text: string | null): Command => ({ cmd: 'slate', args: { site, text } });

/** Bound to the change that was seen: if another came in between, the MCU refuses. */
export const undoLatest = (rev: number): Command => ({ cmd: 'undo', args: { rev } });

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

/** The polling key: what is going on pauses, what pauses goes on; broadcast before watch. Starting a broadcast polling is left to the panel: it goes on air. */
function pollingOnKey(snapshot: ConferenceSnapshot): Command | null {
  const { rotation, forced } = snapshot;
  if (forced?.kind === 'polling') return { cmd: rotation.broadcast_paused ? 'resume_polling' : 'pause_polling', args: { kind: 'broadcast' } };
  if (rotation.watch == null) return { cmd: 'start_polling', args: { kind: 'watch' } };
  return { cmd: rotation.watch_paused ? 'resume_polling' : 'pause_polling', args: { kind: 'watch' } };
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
    case 'fade':
      return FADE;
    case 'previous':
      return { cmd: 'previous_picture', args: {} };
    case 'grant_next':
      return snapshot.floor_queue.length === 0 ? null : { cmd: 'grant_floor', args: {} };
    case 'pause_polling':
      return pollingOnKey(snapshot);
    case 'undo':
      return snapshot.undo == null ? null : undoLatest(snapshot.undo.rev);
    case 'redo':
      return snapshot.redo == null ? null : { cmd: 'redo', args: {} };
    case 'mute_all':
      return { cmd: 'mute_all', args: {} };
    case 'listen':
    case 'panel':
    case 'roll_call':
    case 'help':
    case 'cancel':
      return null;
    default:
      return null;
  }
}
