/** What a control surface (Stream Deck, Companion) needs to press the desk's keys by HTTP: the same commands as the desk's own keys, from the same place. */

import type { Command, ConferenceSnapshot, SiteSnapshot } from '../../api/mcu';
import { SITE_CODES } from '../../keys/actions';
import { shortCap } from '../../keys/chord';
import type { Keys } from '../../keys/keymap';
import { FADE, previewSite } from '../desk/commands';

/** What of a conference the buttons are made from. */
type Conference = Pick<ConferenceSnapshot, 'conference' | 'title'> & { sites: Pick<SiteSnapshot, 'site' | 'name' | 'name_en'>[] };

export type SurfaceButton = {
  id: string;
  label: string;
  label_en: string;
  /** The desk's own key for it, as this account has it; empty where there is none. */
  key: string;
  request: { method: 'POST'; path: string; body: Command };
};

type Named = { id: string; label: string; label_en: string; key: string; command: Command };

/** Buttons that mean the same whenever they are pressed: setting, never toggling. */
export function surfaceButtons(snapshot: Conference, keys: Keys): SurfaceButton[] {
  const cap = (id: string): string => shortCap(keys.chordOf(id));
  const sites = snapshot.sites.slice(0, SITE_CODES.length).flatMap((site, index): Named[] => {
    const set = (mic: 'open' | 'closed'): Command => ({ cmd: 'set_mic', args: { site: site.site, mic } });
    return [
      { id: `preview-${site.site}`, label: `${site.name} 送预监`, label_en: `${site.name_en} to preview`, key: cap(`preview.${index + 1}`), command: previewSite(site.site) },
      { id: `open-${site.site}`, label: `${site.name} 开麦`, label_en: `${site.name_en} microphone on`, key: cap(`mic.${index + 1}`), command: set('open') },
      { id: `close-${site.site}`, label: `${site.name} 闭音`, label_en: `${site.name_en} microphone off`, key: cap(`mic.${index + 1}`), command: set('closed') },
    ];
  });
  const whole: Named[] = [
    { id: 'cut', label: '切换 CUT', label_en: 'Cut', key: cap('cut'), command: { cmd: 'take', args: { transition: 'cut' } } },
    { id: 'fade', label: '淡变 AUTO', label_en: 'Auto', key: cap('fade'), command: FADE },
    { id: 'previous', label: '回到上一画面', label_en: 'Previous picture', key: cap('previous'), command: { cmd: 'previous_picture', args: {} } },
    { id: 'cancel-broadcast', label: '取消广播', label_en: 'Cancel broadcast', key: '', command: { cmd: 'cancel_broadcast', args: {} } },
    { id: 'mute-all', label: '全场闭音', label_en: 'Mute all', key: cap('mute_all'), command: { cmd: 'mute_all', args: {} } },
    { id: 'grant-next', label: '放行下一位', label_en: 'Grant the floor', key: cap('grant_next'), command: { cmd: 'grant_floor', args: {} } },
    { id: 'next-step', label: '执行下一条', label_en: 'Next step', key: cap('panel.runSheet'), command: { cmd: 'next_step', args: {} } },
    { id: 'undo', label: '撤销', label_en: 'Undo', key: cap('undo'), command: { cmd: 'undo', args: {} } },
    { id: 'redo', label: '重做', label_en: 'Redo', key: cap('redo'), command: { cmd: 'redo', args: {} } },
  ];
  const path = `/api/conferences/${encodeURIComponent(snapshot.conference)}/commands`;
  return [...whole, ...sites].map(({ command, ...named }) => ({ ...named, request: { method: 'POST', path, body: command } }));
}

/** The file as exported: addresses are whole, the key is left to be filled in, so that it lies in no file by accident. */
export const surfaceFile = (snapshot: Conference, keys: Keys, console: string): string =>
  JSON.stringify(
    {
      conference: snapshot.conference,
      title: snapshot.title,
      headers: { authorization: 'Bearer <程序密钥 / key>', 'content-type': 'application/json' },
      buttons: surfaceButtons(snapshot, keys).map((button) => ({ ...button, request: { ...button.request, url: `${console}${button.request.path}` } })),
    },
    null,
    2,
  );
