// A technician at the rooms' equipment: one scene in thirteen rooms, one of them away; a discussion that is granted and followed; an LED board.
import { writeFileSync } from 'node:fs';
import { assert, assertTidy, launch, screenshot, setting, signIn, until } from './browser.mjs';

const LEAST_TOUCH_PX = 56;
const region = (page, name) => page.getByRole('region', { name, exact: true });
const count = setting.rooms.length;

const isDone = (words) => /已完成(?!,部分)/.test(words);

/** What a finger has to hit. */
async function assertTouchable(page, name) {
  const small = await page.evaluate((least) => {
    const found = [];
    for (const element of document.querySelectorAll('main button, main a, main select, main input, main summary, main textarea')) {
      const target = element.closest('label') ?? element;
      const box = target.getBoundingClientRect();
      if (box.width > 0 && box.height < least - 0.5) found.push(`${element.getAttribute('aria-label') ?? target.textContent?.trim().slice(0, 20)} ${Math.round(box.height)}px`);
    }
    return found;
  }, LEAST_TOUCH_PX);
  assert(small.length === 0, `${name}: too small for a finger: ${small.join('; ')}`);
}

async function look(page, name) {
  for (const [width, height] of [[1920, 1080], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    await assertTidy(page, `${name} at ${width}`);
    await assertTouchable(page, `${name} at ${width}`);
    await screenshot(page, `${name}-${width}x${height}`);
  }
  await page.setViewportSize({ width: 1920, height: 1080 });
}

/** The line of each room in the round, by what it says. */
const lines = (page) => region(page, '各会场执行情况').locator('li').allInnerTexts();

async function sceneInAllRooms(page) {
  await page.goto(`${setting.console}/rooms`);
  const panel = region(page, '多会场场景');
  await until(`${count - 1} rooms in order`, 60_000, async () => {
    const cards = await page.locator('.card').allInnerTexts();
    return cards.filter((words) => words.includes('正常')).length === count - 1;
  });
  await panel.getByRole('button', { name: '会议模式' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('离线', { exact: false }).first().waitFor();
  const rooms = await dialog.locator('summary').allInnerTexts();
  assert(rooms.length === count && rooms.filter((words) => words.includes('离线')).length === 1, rooms.join(' | '));
  await dialog.locator('summary').first().click();
  await screenshot(page, 'scene-rounds-preview');
  await dialog.getByRole('button', { name: `在 ${count} 个会场执行` }).click();
  await until('twelve rooms done and one waiting', 120_000, async () => {
    const said = await lines(page);
    assert(!said.some((words) => words.includes('失败')), said.join(' | '));
    return said.filter((words) => isDone(words)).length === count - 1 && said.filter((words) => words.includes('离线,待补发')).length === 1;
  });
  await look(page, 'scene-rounds');
  writeFileSync(setting.cue, 'now');
  await until('the late room done', 120_000, async () => (await lines(page)).some((words) => words.includes('补发') && isDone(words)));
  const said = await lines(page);
  console.log(`scene in ${count} rooms: ${said.map((words) => words.replaceAll('\n', ' ')).join('; ')}`);
  assert(said.every((words) => isDone(words)), said.join(' | '));
}

async function putBackEverywhere(page) {
  await page.goto(`${setting.console}/rooms`);
  await region(page, '多会场场景').getByRole('button', { name: '全部恢复' }).click();
  await until('all rooms put back', 120_000, async () => {
    const said = await lines(page);
    return said.length === count && said.every((words) => isDone(words));
  });
  await page.goto(`${setting.console}/rooms/guiyang`);
  const projector = page.getByRole('article', { name: '投影机' });
  await until('the projector as before', 30_000, async () => /电源[\s\S]*(待机|冷却)/.test(await projector.locator('table').innerText()));
  console.log('put back in all rooms');
}

const seat = (panel, name) => panel.locator('.delegate').filter({ hasText: name });

async function discussion(page) {
  await page.goto(`${setting.console}/rooms/guiyang`);
  const panel = region(page, '讨论');
  await panel.getByLabel('讨论模式').selectOption({ label: '主席批准' });
  await panel.getByRole('button', { name: '全部关闭' }).click();
  for (const name of ['代表一', '代表二']) {
    await panel.getByRole('button', { name: `${name}申请发言` }).click();
    await panel.getByRole('button', { name: `取消${name}的申请` }).waitFor();
  }
  const queue = await panel.locator('ol.delegates li').allInnerTexts();
  assert(/^1\s+代表一/.test(queue[0]) && /^2\s+代表二/.test(queue[1]), queue.join(' | '));
  await panel.getByRole('button', { name: '摄像跟踪(关)' }).click();
  await panel.getByRole('button', { name: '摄像跟踪(开)' }).waitFor();
  await panel.getByRole('button', { name: '放行代表二' }).click();
  await until('the seat to speak', 20_000, async () => (await seat(panel, '代表二').getAttribute('class'))?.includes('is-speaking') ?? false);
  const camera = page.getByRole('article', { name: '前摄像机' });
  await until('the camera at the lectern', 20_000, async () => /预置位\s+\S+\s+发言席/.test(await camera.locator('table').innerText()));
  await look(page, 'room-discussion');
  await panel.getByRole('button', { name: '下一位' }).click();
  await until('the first of the queue to speak', 20_000, async () => (await seat(panel, '代表一').getAttribute('class'))?.includes('is-speaking') ?? false);
  console.log(`discussion: ${(await panel.locator('.is-speaking').allInnerTexts()).map((words) => words.replaceAll('\n', ' ')).join('; ')}`);
  await panel.getByRole('button', { name: '全部关闭' }).click();
  await until('delegates closed', 20_000, async () => !(await panel.locator('.is-speaking').allInnerTexts()).some((words) => words.includes('代表')));
}

async function board(page) {
  const panel = region(page, '讨论');
  const shown = page.getByRole('article', { name: 'LED 屏' }).getByRole('img');
  await panel.getByLabel('表决事项').fill('通过会议议程');
  await panel.getByRole('button', { name: '开始表决' }).click();
  await panel.getByLabel('赞成').fill('12');
  await panel.getByLabel('弃权').fill('1');
  await panel.getByRole('button', { name: '结束并上屏' }).click();
  await until('the result on the board', 20_000, async () => /通过会议议程[\s\S]*赞成 12[\s\S]*弃权 1/.test(await shown.innerText()));
  const card = page.getByRole('article', { name: 'LED 屏' });
  await card.getByRole('group', { name: '文字' }).getByRole('textbox').fill('下午三时继续开会');
  await card.getByRole('group', { name: '文字' }).getByRole('button').click();
  await until('the words on the board', 20_000, async () => (await shown.innerText()).includes('下午三时继续开会'));
  console.log(`board: ${(await shown.innerText()).replaceAll('\n', ' ')}`);
  await look(page, 'room-board');
  await card.screenshot({ path: `${setting.screenshots}/led-board.png` });
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page error: ${error.message}`));
  await signIn(page, 'technician');
  await sceneInAllRooms(page);
  await discussion(page);
  await board(page);
  await putBackEverywhere(page);
} finally {
  await browser.close();
}
