// 声控切换: who speaks is shown; a cough changes nothing.
import { assert, until } from '../browser.mjs';
import { activate } from '../keyboard.mjs';
import { asked, look, seenSince, sees } from './room.mjs';

/** Shorter than the attack of 300 ms, as a cough is. */
const COUGH_MS = 150;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function voiceSwitch(page) {
  await look('anren');
  await page.keyboard.press('Control+Alt+q');
  await page.keyboard.press('ArrowRight');
  const card = page.getByRole('region', { name: '声控切换' });
  await activate(page, card.getByRole('button', { name: '打开' }));
  await asked(page, 'set_mic', { site: 'guiyang', mic: 'open' });
  await sees('anren', 'guiyang');
  await until('the speaker is named', 5000, async () => ((await card.textContent()).includes('桂阳县') ? true : null));
  const since = Date.now();
  for (let cough = 0; cough < 5; cough += 1) {
    await asked(page, 'set_mic', { site: 'zixing', mic: 'open' });
    await pause(COUGH_MS);
    await asked(page, 'set_mic', { site: 'zixing', mic: 'closed' });
    await pause(700);
  }
  const seen = await seenSince('anren', since);
  assert(seen.length === 1 && seen[0] === 'guiyang', `five coughs brought ${seen} on air`);
  await asked(page, 'set_mic', { site: 'guiyang', mic: 'closed' });
  await asked(page, 'set_mic', { site: 'zixing', mic: 'open' });
  await sees('anren', 'zixing');
  await activate(page, card.getByRole('button', { name: '关闭' }));
  await sees('anren', 'main-hall');
}
