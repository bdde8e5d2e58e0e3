// Tries the meetings page and 今日 in a browser against the mock, with the accessibility rules, and takes pictures at both sizes.
import assert from 'node:assert/strict';

import { AxeBuilder } from '@axe-core/playwright';

import { BASE, MOCK, OUT, start } from './shots.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const post = (path, body = {}) => fetch(`${MOCK}${path}`, { method: 'POST', body: JSON.stringify(body) });
let broken = 0;

async function signInAt(page, path, account) {
  await page.goto(`${BASE}${path}`);
  await page.getByLabel(/账号|Account/).fill(account);
  await page.getByLabel(/口令|Password/).fill('mock');
  await page.getByRole('button', { name: /^(登录|Sign in)$/ }).click();
}

/** What does not fit. */
const faults = (page) =>
  page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push(`page is too wide ${document.documentElement.scrollWidth}`);
    for (const one of document.querySelectorAll('button, .meeting, dialog')) {
      const box = one.getBoundingClientRect();
      if (box.width > 0 && one.tagName === 'BUTTON' && box.height < 44) found.push(`low button ${one.textContent} ${box.height}`);
      if (one.scrollWidth > one.clientWidth + 2) found.push(`cut: ${one.className} ${one.textContent.slice(0, 40)} ${one.scrollWidth}/${one.clientWidth}`);
    }
    return found;
  });

for (const [width, height] of [[1920, 1080], [1280, 800]]) {
  await post('/api/sign-out');
  await post('/mock/reset');
  const { browser, page } = await start({ width, height });
  const look = async (part) => {
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    broken += violations.length;
    for (const one of violations) console.log('   axe', part, one.id, one.nodes.length, one.nodes[0]?.html.slice(0, 160), one.nodes[0]?.any[0]?.message ?? '');
    const bad = await faults(page);
    if (bad.length > 0) console.log('   faults', width, part, bad);
    await page.screenshot({ path: `${OUT}/meetings-${part}-${width}.png` });
  };
  // 今日: the secretary sees the day and neither conferences nor rooms; a meeting at once is two clicks.
  await signInAt(page, '/', 'secretary');
  await page.getByRole('listitem', { name: /防汛调度会/ }).waitFor();
  assert.equal(await page.getByRole('heading', { name: '会议室' }).count(), 0);
  await page.getByRole('button', { name: '立即开会' }).click();
  await look('now');
  await page.getByRole('button', { name: /^应急调度 ·/ }).click();
  await page.getByText('“应急调度”正在召集').waitFor();
  await page.getByRole('listitem', { name: /应急调度会/ }).waitFor();
  await look('today');
  // 会务: every state in words, reasons beside them.
  await page.getByRole('link', { name: '全部会议安排' }).click();
  await page.getByRole('listitem', { name: /乡村振兴培训/ }).waitFor();
  await page.getByText('等待:MCU 无应答').waitFor();
  await look('week');
  // Booking: busy marks as it is filled in, and the nearest free time. 桂阳县 is held.
  await page.getByRole('button', { name: '预约会议' }).click();
  const form = page.getByRole('dialog', { name: '预约会议' });
  await form.getByText(/乡村振兴培训.*占用至/).first().waitFor();
  await form.getByLabel('会议名称').fill('防火部署会');
  await form.getByText(/桂阳县 被“乡村振兴培训”/).waitFor();
  assert.equal(await form.getByRole('button', { name: /^预约 / }).getAttribute('aria-disabled'), 'true');
  await form.getByLabel('重复').selectOption('month_weekday');
  await form.getByText('更多设置').click();
  await look('form');
  await form.getByRole('button', { name: '只选空闲' }).click();
  await form.getByText('均空闲').waitFor();
  await form.getByRole('button', { name: '存为模板' }).click();
  await form.getByText('已存为模板“防火部署会”').waitFor();
  await form.getByRole('button', { name: '预约', exact: true }).click();
  await page.getByText('已保存“防火部署会”').waitFor();
  // Cancelled, and taken back.
  await page.getByRole('button', { name: '取消会议 乡村振兴培训' }).click();
  await page.getByText('已取消“乡村振兴培训”').waitFor();
  await page.getByRole('button', { name: '撤销', exact: true }).click();
  await page.getByText('已恢复“乡村振兴培训”').waitFor();
  await page.getByRole('button', { name: /^改期 周调度例会/ }).first().click();
  await look('move');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Book a meeting' }).waitFor();
  await look('english');
  await page.getByRole('button', { name: '中文' }).click();
  // The technician looks on; the operator has a way to the desk.
  await post('/api/sign-out');
  await signInAt(page, '/meetings', 'technician');
  await page.getByRole('listitem', { name: /周调度例会/ }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: /预约会议/ }).getAttribute('aria-disabled'), 'true');
  await page.getByRole('link', { name: '进入会控台 全市视频会议(第12号)' }).waitFor();
  console.log(`${width} meetings as promised`);
  await post('/api/sign-out');
  await browser.close();
}
console.log(`axe violations: ${broken}`);
process.exit(broken === 0 ? 0 : 1);
