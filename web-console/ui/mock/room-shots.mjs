// Looks at the room pages against the mock, and holds a camera key to see the dead-man at work.
import { faults, signIn, start } from './shots.mjs';

const BASE = process.env.SHOT_BASE ?? 'http://127.0.0.1:5173';
const OUT = process.env.SHOT_OUT ?? '/tmp/shots';
const MOCK = process.env.MOCK_BASE ?? 'http://127.0.0.1:5174';

for (const [width, height] of [[1920, 1080], [1280, 800]]) {
  const { browser, page } = await start({ width, height });
  await signIn(page, 'technician');
  await page.getByRole('heading', { name: /第12号/ }).waitFor();
  await page.screenshot({ path: `${OUT}/desk-technician-${width}.png` });
  await page.goto(`${BASE}/rooms`);
  await page.getByRole('textbox').fill('linwu');
  await page.getByRole('button', { name: '生成配对码' }).click();
  await page.getByText('40817263').waitFor();
  await page.screenshot({ path: `${OUT}/rooms-${width}.png` });
  await page.getByRole('button', { name: '会议模式' }).click();
  await page.getByRole('dialog').getByText('桂阳县会议室').click();
  await page.screenshot({ path: `${OUT}/round-preview-${width}.png` });
  await page.getByRole('button', { name: '在 2 个会场执行' }).click();
  await page.getByText('离线,待补发').waitFor();
  await page.screenshot({ path: `${OUT}/round-${width}.png` });
  await page.getByRole('link', { name: /桂阳县会议室/ }).first().click();
  const front = page.getByRole('article', { name: '前摄像机' });
  const before = (await (await fetch(`${MOCK}/mock/asked`)).json()).length;
  await front.getByRole('button', { name: '按住:左' }).hover();
  await page.mouse.down();
  await page.waitForTimeout(1700);
  await page.mouse.up();
  await page.waitForTimeout(400);
  const held = (await (await fetch(`${MOCK}/mock/asked`)).json()).slice(before);
  console.log('held', held.map((one) => `${one.command} ${JSON.stringify(one.args)}`));
  await front.getByRole('button', { name: '调用预置位 主席台' }).click();
  await page.getByRole('button', { name: '会议模式' }).click();
  await page.getByRole('dialog').waitFor();
  await page.screenshot({ path: `${OUT}/room-preview-${width}.png` });
  await page.getByRole('button', { name: '执行', exact: true }).click();
  await page.getByText('已完成,部分未成功').waitFor();
  await page.waitForTimeout(600);
  console.log(width, await faults(page));
  await page.screenshot({ path: `${OUT}/room-${width}.png`, fullPage: true });
  await fetch(`${MOCK}/api/sign-out`, { method: 'POST', body: '{}' });
  await browser.close();
}
