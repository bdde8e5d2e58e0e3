import { describe, expect, it } from 'vitest';

import { keysOf } from '../../keys/keymap';
import { surfaceButtons, surfaceFile } from './buttons';

const site = (id: string) => ({ site: id, name: `${id}县`, name_en: id });
const snapshot = { conference: 'city-12', title: '例会', sites: Array.from({ length: 15 }, (_, index) => site(`s${index}`)) };

describe('buttons for control surfaces', () => {
  it('never toggle: opening and closing are two buttons', () => {
    const buttons = surfaceButtons(snapshot, keysOf({}));
    const mics = buttons.filter((button) => button.request.body.cmd === 'set_mic').map((button) => button.request.body.args);
    expect(mics).toContainEqual({ site: 's3', mic: 'open' });
    expect(mics).toContainEqual({ site: 's3', mic: 'closed' });
    expect(new Set(buttons.map((button) => button.id)).size).toBe(buttons.length);
  });

  it('are those of the thirteen sites with keys, and dangerous ones are not among them', () => {
    const buttons = surfaceButtons(snapshot, keysOf({}));
    expect(buttons.some((button) => button.id === 'preview-s12')).toBe(true);
    expect(buttons.some((button) => button.id === 'preview-s13')).toBe(false);
    expect(buttons.some((button) => button.request.body.cmd === 'end')).toBe(false);
  });

  it('are exported with whole addresses and without a key', () => {
    const file = surfaceFile(snapshot, keysOf({ cut: 'F9' }), 'https://console.city');
    expect(JSON.parse(file).buttons[0]).toMatchObject({ id: 'cut', key: 'F9', request: { method: 'POST', url: 'https://console.city/api/conferences/city-12/commands' } });
    expect(file).not.toContain('vck_');
  });
});
