// Whole meetings run by the keyboard alone, with real rooms: what each person sees and hears is read from the rooms.
import { installReader, launch, setting, signIn } from './browser.mjs';
import { assertNoPointer, watchForPointers } from './keyboard.mjs';
import { callToSpeak } from './meetings/callToSpeak.mjs';
import { content } from './meetings/content.mjs';
import { dialogue } from './meetings/dialogue.mjs';
import { plenary } from './meetings/plenary.mjs';
import { polling } from './meetings/polling.mjs';
import { reports } from './meetings/reports.mjs';
import { rollCall } from './meetings/rollCall.mjs';
import { clearUp } from './meetings/room.mjs';
import { voiceSwitch } from './meetings/voiceSwitch.mjs';

const MEETINGS = { plenary, reports, dialogue, callToSpeak, polling, voiceSwitch, content, rollCall };

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  const first = await context.newPage();
  await signIn(first, 'operator');
  await first.close();
  for (const [name, meeting] of Object.entries(MEETINGS)) {
    if (setting.only && setting.only !== name) continue;
    const began = Date.now();
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`page error: ${error.message}`));
    await installReader(page);
    await watchForPointers(page);
    await page.goto(`${setting.console}/desk/${setting.conference}`);
    await page.locator('[data-site=anren]').waitFor();
    await clearUp(page);
    try {
      await meeting(page);
      await assertNoPointer(page);
    } catch (error) {
      await page.screenshot({ path: `${setting.screenshots}/meeting-${name}-failed.png` }).catch(() => undefined);
      error.message = `${name}: ${error.message}`;
      throw error;
    }
    console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await page.close();
  }
} finally {
  await browser.close();
}
