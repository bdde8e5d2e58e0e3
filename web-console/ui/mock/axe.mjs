// Runs the accessibility rules (WCAG 2.2 A and AA) on every screen in both themes against the mock; ends with an error when one is broken. THEME runs one.
import { AxeBuilder } from '@axe-core/playwright';

import { MOCK, signIn, start } from './shots.mjs';

const BASE = process.env.SHOT_BASE ?? 'http://127.0.0.1:5173';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const { browser, page } = await start({ width: 1920, height: 1080 });
let broken = 0;

async function check(name) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  broken += violations.length;
  console.log(name, violations.length);
  for (const one of violations) console.log('  ', one.id, one.nodes.length, one.nodes[0]?.html.slice(0, 160), one.nodes[0]?.any[0]?.message ?? '');
}

async function everyScreen() {
  await fetch(`${MOCK}/mock/reset`, { method: 'POST', body: '{}' });
  await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
  await page.goto(BASE);
  await page.getByRole('button', { name: '登录' }).waitFor();
  await check('sign-in');
  await signIn(page);
  await page.locator('[data-site=guiyang]').click();
  await page.getByRole('tab', { name: '布局', exact: true }).click();
  await page.getByRole('button', { name: /布局 4x4-big/ }).click();
  await check('desk');
  for (const id of await page.getByRole('tab').evaluateAll((all) => all.map((one) => one.id))) {
    await page.locator(`#${id}`).click();
    if (id === 'tool-tab-rollCall') await page.getByRole('button', { name: /开始点名|重新点名/ }).click();
    if (id === 'tool-tab-rotation') {
      await check(`${id} form`);
      await page.getByRole('button', { name: /开始观看/ }).click();
    }
    await page.waitForTimeout(500);
    await check(id);
  }
  await page.getByRole('button', { name: /快捷键/ }).click();
  await check('key list');
  await page.goto(BASE);
  await page.getByRole('link', { name: /第12号/ }).waitFor();
  await check('home');
  await page.goto(`${BASE}/keys`);
  await page.getByLabel('用途').waitFor();
  await check('keys');
  await page.goto(`${BASE}/key-map`);
  await page.getByText('Ctrl + Enter').waitFor();
  await check('key map');
  await page.goto(`${BASE}/rooms`);
  await page.getByRole('link', { name: /桂阳县会议室/ }).first().waitFor();
  await page.getByRole('button', { name: '会议模式' }).click();
  await page.getByRole('dialog').getByText('桂阳县会议室').click();
  await check('scene in many rooms');
  await page.getByRole('button', { name: '在 2 个会场执行' }).click();
  await page.getByText('离线,待补发').waitFor();
  await check('rooms');
  await page.goto(`${BASE}/rooms/guiyang`);
  await page.getByRole('article', { name: '投影机' }).waitFor();
  await check('room');
  await page.goto(`${BASE}/past-meetings`);
  await page.getByRole('link', { name: /第12号/ }).waitFor();
  await check('past meetings');
  await page.goto(`${BASE}/past-meetings/city-12-1`);
  await page.getByRole('heading', { name: '参会情况' }).waitFor();
  await check('past meeting');
  await page.goto(`${BASE}/meetings`);
  await page.getByRole('listitem', { name: /周调度例会/ }).first().waitFor();
  await check('meetings');
  await page.goto(`${BASE}/desk/city-12/debrief`);
  await page.getByText('漏处置').first().waitFor();
  await check('debrief');
  await page.goto(`${BASE}/wall/city-12`);
  await page.locator('[data-site=guiyang]').waitFor();
  await check('wall');
}

for (const theme of process.env.THEME ? [process.env.THEME] : ['dark', 'day']) {
  console.log(`theme ${theme}`);
  await page.goto(BASE);
  await page.evaluate((name) => localStorage.setItem('console.theme', name), theme);
  await everyScreen();
}
await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
await browser.close();
process.exit(broken === 0 ? 0 : 1);
