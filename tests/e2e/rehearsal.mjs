// 彩排 with all rooms: the operator makes a county's picture go black, sees it said on the wall, heals it, and reads the debrief.
import { assertTidy, launch, screenshot, setting, signIn } from './browser.mjs';

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page error: ${error.message}`));
  await signIn(page, 'operator');
  await page.goto(`${setting.console}/desk/${setting.conference}`);
  await page.getByRole('tab', { name: '彩排', exact: true }).click();
  const form = page.getByRole('region', { name: '注入故障' });
  await form.getByRole('checkbox', { name: '桂阳县' }).check();
  await form.getByRole('combobox', { name: '故障' }).selectOption('picture_black');
  await form.getByRole('button', { name: '立即开始' }).click();
  const heal = page.getByRole('button', { name: /^解除 桂阳县/ });
  await heal.waitFor({ timeout: 15_000 });
  await page.locator('[data-site=guiyang][aria-label*="黑屏"]').waitFor({ timeout: 30_000 });
  await assertTidy(page, 'rehearsal');
  await screenshot(page, 'rehearsal-1920x1080');
  await heal.click();
  await page.getByText('没有正在进行或待执行的故障').first().waitFor({ timeout: 15_000 });
  await page.locator('[data-site=guiyang]:not([aria-label*="黑屏"])').waitFor({ timeout: 30_000 });
  await page.getByRole('link', { name: '讲评' }).click();
  await page.getByRole('heading', { name: /讲评/ }).first().waitFor({ timeout: 15_000 });
  await page.getByText('桂阳县').first().waitFor();
  await screenshot(page, 'debrief-1920x1080');
  console.log('a black picture was injected, said on the wall, healed and debriefed');
} finally {
  await browser.close();
}
