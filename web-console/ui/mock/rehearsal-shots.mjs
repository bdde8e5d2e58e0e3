// Tries the rehearsal panel and the debrief against the mock with the accessibility rules, and takes pictures at both sizes.
import assert from 'node:assert/strict';

import { AxeBuilder } from '@axe-core/playwright';

import { signIn, start } from './shots.mjs';

const OUT = process.env.SHOT_OUT ?? '/tmp/shots';
const MOCK = process.env.MOCK_BASE ?? 'http://127.0.0.1:5174';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const post = (path) => fetch(`${MOCK}${path}`, { method: 'POST', body: '{}' });
let broken = 0;

for (const [width, height] of [[1920, 1080], [1280, 800]]) {
  await post('/api/sign-out');
  await post('/mock/reset');
  const { browser, page } = await start({ width, height });
  await page.route('**/whep/**', (route) => route.abort());
  await signIn(page);
  const look = async (name) => {
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    broken += violations.length;
    for (const one of violations) console.log('   axe', name, one.id, one.nodes[0]?.html.slice(0, 160), one.nodes[0]?.any[0]?.message ?? '');
    const wide = await page.evaluate(() => document.querySelector('.tool-panel, .debrief').scrollWidth - document.querySelector('.tool-panel, .debrief').clientWidth);
    if (wide > 1) console.log('   too wide', name, width, wide);
    await page.screenshot({ path: `${OUT}/${name}-${width}.png` });
  };
  await page.getByRole('tab', { name: '彩排', exact: true }).click();
  const form = page.getByRole('region', { name: '注入故障' });
  await form.getByRole('checkbox', { name: '桂阳县' }).check();
  await form.getByRole('combobox', { name: '故障' }).selectOption('line_loss');
  await form.getByRole('spinbutton', { name: /丢包率/ }).fill('20');
  await form.getByRole('button', { name: '立即开始' }).click();
  await page.getByRole('button', { name: '解除 桂阳县 丢包' }).waitFor();
  await page.getByRole('button', { name: '开始演练' }).click();
  await page.getByText('后开始').waitFor();
  await look('rehearsal');
  await page.getByRole('button', { name: '全部解除' }).click();
  await page.getByText('没有正在进行或待执行的故障').first().waitFor();
  await page.getByRole('link', { name: '讲评' }).click();
  await page.getByRole('heading', { name: /讲评/ }).waitFor();
  await page.getByText('漏处置').first().waitFor();
  await look('debrief');
  await browser.close();
  console.log(`${width} rehearsal as promised`);
}
assert.equal(broken, 0);
