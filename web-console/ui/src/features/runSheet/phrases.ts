/** The words of a run sheet's cells, turned into commands: pure. The words are those of the official form, in Chinese. */

import type { Command, ConferenceSnapshot, Layout, Overlay, SiteId } from '../../api/mcu';

export type World = { snapshot: ConferenceSnapshot; layouts: readonly Layout[] };
export type PhraseFault = { column: 'picture' | 'sound' | 'content' | 'caption' | 'commands' | 'time'; words: string };
export type Phrased = { commands: Command[]; faults: PhraseFault[] };

/** A site by its name, English name or id; 主会场 is whichever is the main site. */
export function siteOf({ snapshot }: World, words: string): SiteId | null {
  const text = words.trim();
  const found = snapshot.sites.find((site) => [site.name, site.name_en, site.site].includes(text));
  return found?.site ?? (text === '主会场' ? snapshot.main_site : null);
}

const after = (text: string, ...starts: string[]): string | null => {
  const start = starts.find((one) => text.startsWith(one));
  return start === undefined ? null : text.slice(start.length).trim();
};

function pictureCommand(world: World, text: string, siteCell: string): Command | null {
  if (text === '取消广播') return { cmd: 'cancel_broadcast', args: {} };
  if (text === '上一画面') return { cmd: 'previous_picture', args: {} };
  if (text === '撤垫片') return { cmd: 'slate', args: { text: null } };
  const slate = after(text, '垫片');
  if (slate !== null) return slate === '' ? null : { cmd: 'slate', args: { text: slate } };
  const name = after(text, '广播多画面', '多画面');
  if (name !== null) {
    const layout = world.layouts.find((one) => one.name === name);
    return layout === undefined ? null : { cmd: 'broadcast_layout', args: { layout } };
  }
  const ofSite = (words: string, make: (site: SiteId) => Command): Command | null => {
    const site = siteOf(world, words === '' ? siteCell : words);
    return site === null ? null : make(site);
  };
  const speak = after(text, '点名发言');
  if (speak !== null) return ofSite(speak, (site) => ({ cmd: 'call_to_speak', args: { site } }));
  const dialogue = after(text, '对话');
  if (dialogue !== null) return ofSite(dialogue, (site) => ({ cmd: 'dialogue', args: { site } }));
  const preview = after(text, '送预监', '预监');
  if (preview !== null) return ofSite(preview, (site) => ({ cmd: 'set_preview', args: { picture: { kind: 'site', site } } }));
  return ofSite(after(text, '广播') ?? text, (site) => ({ cmd: 'broadcast_site', args: { site } }));
}

function soundCommands(world: World, text: string, siteCell: string): Command[] | null {
  if (text === '全场闭音') return [{ cmd: 'mute_all', args: {} }];
  const openWords = after(text, '开麦');
  const words = openWords ?? after(text, '闭音');
  if (words === null) return null;
  const sites = (words === '' ? siteCell : words).split(/[、,,\s]+/).map((one) => siteOf(world, one));
  const found = sites.filter((site) => site !== null);
  return found.length === sites.length ? found.map((site) => ({ cmd: 'set_mic', args: { site, mic: openWords === null ? 'closed' : 'open' } })) : null;
}

function captionCommand({ snapshot }: World, text: string): Command {
  const others = snapshot.settings.overlays.filter((one) => one.overlay !== 'lower_third');
  const [title = '', subtitle = ''] = text.split(/[||]/).map((part) => part.trim());
  const third: Overlay[] = text === '无' ? [] : [{ overlay: 'lower_third', of: { title, subtitle } }];
  return { cmd: 'set_overlays', args: { overlays: [...others, ...third] } };
}

function contentCommand(world: World, text: string): Command | null {
  if (text === '无' || text === '停止') return { cmd: 'stop_content', args: {} };
  const site = siteOf(world, text);
  return site === null ? null : { cmd: 'start_content', args: { site } };
}

const parts = (cell: string): string[] => cell.split(/[;;\n]/).map((part) => part.trim()).filter((part) => part !== '');

/** Commands of the four columns of words, in the order picture, sound, content, caption. */
export function phrased(world: World, cells: { site: string; picture: string; sound: string; content: string; caption: string }): Phrased {
  const commands: Command[] = [];
  const faults: PhraseFault[] = [];
  const add = (column: PhraseFault['column'], words: string, made: Command[] | Command | null): void => {
    if (made === null) faults.push({ column, words });
    else commands.push(...[made].flat());
  };
  for (const words of parts(cells.picture)) add('picture', words, pictureCommand(world, words, cells.site));
  for (const words of parts(cells.sound)) add('sound', words, soundCommands(world, words, cells.site));
  for (const words of parts(cells.content)) add('content', words, contentCommand(world, words));
  if (cells.caption.trim() !== '') add('caption', cells.caption, captionCommand(world, cells.caption.trim()));
  return { commands, faults };
}
