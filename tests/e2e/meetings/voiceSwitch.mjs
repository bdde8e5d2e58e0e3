// 声控切换: who speaks is shown; a cough changes nothing.
import { assert, setting, until } from '../browser.mjs';
import { activate } from '../keyboard.mjs';
import { asked, look, seenSince, sees } from './room.mjs';

/** Shorter than the attack of 300 ms, as a cough is. */
const COUGH_MS = 80;
/** With both commands' ways; below the attack by what a packet of sound takes. */
const STILL_A_COUGH_MS = 270;
/** A site shown by mistake is held for 2 s. */
const AFTER_HOLD_MS = 2500;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens and closes the microphone from within the page, where nothing comes in between; how long that took at most, in ms. */
const cough = (page) =>
  page.evaluate(
    async ([id, ms]) => {
      const set = async (mic) => {
        const body = JSON.stringify({ cmd: 'set_mic', args: { site: 'zixing', mic } });
        const headers = { 'content-type': 'application/json', 'x-console-request': '1' };
        const answer = await fetch(`/api/conferences/${id}/commands`, { method: 'POST', headers, body });
        if (!answer.ok) throw new Error(`set_mic ${mic}: ${answer.status} ${await answer.text()}`);
      };
      const began = performance.now();
      await set('open');
      await new Promise((resolve) => setTimeout(resolve, ms));
      await set('closed');
      return Math.round(performance.now() - began);
    },
    [setting.conference, COUGH_MS],
  );

/** Five coughs. A busy machine may take so long to close the microphone that it was no cough: those are made again. */
async function coughs(page) {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const since = Date.now();
    let longest = 0;
    for (let count = 0; count < 5; count += 1) {
      longest = Math.max(longest, await cough(page));
      await pause(700);
    }
    if (longest > STILL_A_COUGH_MS) {
      console.log(`a cough lasted ${longest} ms; again`);
      await pause(AFTER_HOLD_MS);
      await sees('anren', 'guiyang');
      continue;
    }
    const seen = await seenSince('anren', since);
    assert(seen.length === 1 && seen[0] === 'guiyang', `five coughs of ${longest} ms at most brought ${seen} on air`);
    return;
  }
  assert(false, 'this machine is too busy to cough');
}

export async function voiceSwitch(page) {
  await look('anren');
  await page.keyboard.press('Control+Alt+q');
  await page.keyboard.press('ArrowRight');
  const card = page.getByRole('region', { name: '声控切换' });
  await activate(page, card.getByRole('button', { name: '打开' }));
  await asked(page, 'set_mic', { site: 'guiyang', mic: 'open' });
  await sees('anren', 'guiyang');
  await until('the speaker is named', 5000, async () => ((await card.textContent()).includes('桂阳县') ? true : null));
  await coughs(page);
  await asked(page, 'set_mic', { site: 'guiyang', mic: 'closed' });
  await asked(page, 'set_mic', { site: 'zixing', mic: 'open' });
  await sees('anren', 'zixing');
  await activate(page, card.getByRole('button', { name: '关闭' }));
  await sees('anren', 'main-hall');
}
