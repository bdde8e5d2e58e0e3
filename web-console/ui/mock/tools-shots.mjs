// Pictures of every tool panel of the desk, in both sizes and, for the wide one, in English; says what overflows.
import { mkdirSync } from 'node:fs';

import { MOCK, OUT, faults, signIn, start } from './shots.mjs';

mkdirSync(OUT, { recursive: true });
const only = process.argv[2];
for (const [width, height] of [[1920, 1080], [1280, 800]]) {
  await fetch(`${MOCK}/mock/reset`, { method: 'POST', body: '{}' });
  await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
  const { browser, page } = await start({ width, height });
  await signIn(page);
  await page.locator('[data-site=guiyang]').click();
  await page.getByText('画面已核对').waitFor({ timeout: 20_000 }).catch(() => console.log('no agreement'));
  const tabs = await page.getByRole('tab').evaluateAll((all) => all.map((one) => one.id));
  for (const id of tabs.filter((one) => only === undefined || one.endsWith(only))) {
    await page.locator(`#${id}`).click();
    if (id.endsWith('rollCall')) await page.getByRole('button', { name: /开始点名/ }).click();
    await page.waitForTimeout(id.endsWith('rollCall') ? 2500 : 600);
    console.log(width, id, await faults(page));
    await page.screenshot({ path: `${OUT}/${id}-${width}.png` });
    await page.getByRole('button', { name: /^值机/ }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForTimeout(400);
    console.log(width, id, 'en', await faults(page));
    await page.screenshot({ path: `${OUT}/${id}-en-${width}.png` });
    await page.getByRole('button', { name: /^On duty/ }).click();
    await page.getByRole('button', { name: '中文' }).click();
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
  await browser.close();
}
