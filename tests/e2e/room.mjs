// A technician at a room's page: sees every device in order, recalls a preset, runs the meeting scene and takes it back.
import { assert, assertTidy, installReader, launch, screenshot, setting, signIn, until } from './browser.mjs';

const room = (page) => page.goto(`${setting.console}/rooms/guiyang`);

async function devicesAreFine(page) {
  await page.getByRole('article').first().waitFor({ timeout: 20_000 });
  await until('every device 正常', 30_000, async () => {
    const healths = await page.locator('.health').allInnerTexts();
    return healths.length >= 2 && healths.every((words) => words.includes('正常'));
  });
  await page.getByText('彩排').first().waitFor();
  console.log(`devices in order: ${(await page.getByRole('article').allInnerTexts()).length}`);
}

async function runsTheScene(page) {
  const scenes = page.getByRole('region', { name: '场景', exact: true });
  await scenes.getByRole('button', { name: /会议模式/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/共 \d+ 项/).waitFor();
  console.log(await dialog.getByText(/共 \d+ 项/).innerText());
  await screenshot(page, 'scene-preview');
  await dialog.getByRole('button', { name: '执行' }).click();
  const run = page.getByRole('region', { name: '场景执行结果' });
  await until('the scene to be done', 120_000, async () => {
    const words = await run.getByRole('status').innerText();
    assert(!/失败/.test(words), `the scene failed: ${await run.innerText()}`);
    return /完成/.test(words);
  });
  console.log((await run.innerText()).replaceAll('\n', ' '));
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page error: ${error.message}`));
  await installReader(page);
  await signIn(page, 'technician');
  await room(page);
  await devicesAreFine(page);
  await runsTheScene(page);
  for (const [width, height] of [[1920, 1080], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    await assertTidy(page, `room at ${width}`);
    await screenshot(page, `room-${width}x${height}`);
  }
} finally {
  await browser.close();
}
