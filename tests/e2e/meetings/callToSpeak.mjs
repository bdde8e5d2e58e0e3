// 点名发言: one county speaks, everybody else is closed; afterwards each microphone is what it was, but for what somebody set meanwhile.
import { assert, until } from '../browser.mjs';
import { activate, choose } from '../keyboard.mjs';
import { allSee, asked, hears, look, mics, rooms } from './room.mjs';

export async function callToSpeak(page) {
  for (const site of rooms()) await look(site);
  for (const site of ['main-hall', 'beihu', 'zixing']) await asked(page, 'set_mic', { site, mic: 'open' });
  const before = await mics(page);
  await page.keyboard.press('Control+Alt+q');
  const form = page.getByRole('region', { name: '点名发言与对话' });
  await choose(page, form.getByLabel('会场'), 'guiyang');
  await activate(page, form.getByRole('button', { name: '点名发言' }));
  await allSee('guiyang');
  // The main hall presides while nobody has the chair's token.
  await hears('anren', 'main-hall', 'guiyang');
  // Somebody closes what the call closed already: that stands.
  await asked(page, 'set_mic', { site: 'suxian', mic: 'open' });
  await hears('anren', 'main-hall', 'guiyang', 'suxian');
  await activate(page, page.getByRole('button', { name: '结束发言' }));
  await until('the speech is over', 5000, async () => ((await mics(page)).guiyang === before.guiyang ? true : null));
  const after = await mics(page);
  assert(JSON.stringify(after) === JSON.stringify({ ...before, suxian: 'open' }), `before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  await hears('anren', 'main-hall', 'beihu', 'zixing', 'suxian');
}
