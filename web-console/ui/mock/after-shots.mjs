// Looks at the after-meeting pages against the mock, goes along the time axis by keyboard and saves a document.
import { MOCK, faults, signIn, start } from './shots.mjs';

const BASE = process.env.SHOT_BASE ?? 'http://127.0.0.1:5173';
const OUT = process.env.SHOT_OUT ?? '/tmp/shots';

for (const [width, height] of [[1920, 1080], [1280, 800]]) {
  const { browser, page } = await start({ width, height });
  await signIn(page);
  await page.goto(`${BASE}/past-meetings`);
  await page.getByRole('link', { name: /第12号/ }).waitFor();
  await page.screenshot({ path: `${OUT}/after-list-${width}.png` });
  await page.getByRole('link', { name: /第12号/ }).click();
  await page.getByRole('heading', { name: '参会情况' }).waitFor();
  await page.getByRole('button', { name: /未广播/ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const read = await page.locator('.axis-read').textContent();
  if (!read.includes('桂阳县')) throw new Error(`the axis reads ${read}`);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: '时间线 CSV' }).click();
  console.log('saved', (await saving).suggestedFilename());
  await page.screenshot({ path: `${OUT}/after-${width}.png` });
  await page.screenshot({ path: `${OUT}/after-full-${width}.png`, fullPage: true });
  await page.emulateMedia({ media: 'print' });
  await page.pdf({ path: `${OUT}/after-print-${width}.pdf`, preferCSSPageSize: true });
  await page.emulateMedia({ media: 'screen' });
  console.log(width, await faults(page));
  await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
  await browser.close();
}
