// Tries the desk's promises in a browser against the mock: pending, unconfirmed and retry, keys, distrust and recovery without reload, mismatch of the wall.
import assert from 'node:assert/strict';

import { MOCK, OUT, signIn, start } from './shots.mjs';

const post = (path, body) => fetch(`${MOCK}${path}`, { method: 'POST', body: JSON.stringify(body) });

await post('/mock/reset', {});
const { browser, page, peer } = await start({ width: 1920, height: 1080 });
await signIn(page);
const tile = (name) => page.getByRole('listbox', { name: '会场' }).getByRole('option', { name });
const log = page.getByRole('log');
await page.getByText('画面已核对').waitFor({ timeout: 30_000 });

// Keys: preview, microphone, cut, undo.
await page.locator('body').press('5');
await log.getByText('预监 宜章县').waitFor();
await page.locator('body').press('Control+Enter');
await log.getByText('广播 宜章县').first().waitFor();
assert.match(await tile(/宜章县/).getAttribute('aria-label'), /播出/);
await page.keyboard.press('Control+Alt+Digit3');
await log.getByText('开麦 苏仙区').waitFor();
await page.keyboard.press('Control+z');
await log.getByText(/撤销,恢复为:/).first().waitFor();

// Arrows move the selection, and the tile is focused.
await tile(/北湖区/).click();
await page.keyboard.press('ArrowDown');
assert.match(await page.locator(':focus').getAttribute('aria-label'), /^6 永兴县/);

// A command that is not heard: pending at once, unconfirmed at 1.5 s, and a retry under the same key.
const keys = [];
await page.route('**/commands', async (route) => {
  keys.push(route.request().postDataJSON().idem_key);
  return keys.length === 1 ? route.abort() : route.continue();
});
await page.getByRole('button', { name: /^闭音\(|^开麦:/ }).first().click();
await log.getByText('待确认…').waitFor({ timeout: 1000 });
await log.getByText('未确认').waitFor({ timeout: 2500 });
await log.getByRole('button', { name: '重试' }).click();
await log.getByText('开麦 永兴县').waitFor();
assert.equal(keys.length, 2);
assert.equal(keys[0], keys[1]);

// Silence: every tile distrusted within 3 s, and trusted again without reload.
await page.evaluate(() => {
  window.unreloaded = true;
});
await post('/mock/down', { down: true });
const cut = Date.now();
await page.waitForFunction(() => [...document.querySelectorAll('[role=option]')].every((one) => one.classList.contains('is-untrusted')), null, { timeout: 4500 });
const took = Date.now() - cut;
assert.ok(took < 3200, `distrusted after ${took} ms`);
await post('/mock/down', { down: false });
await page.waitForFunction(() => document.querySelector('.is-untrusted') === null, null, { timeout: 5000 });
assert.equal(await page.evaluate(() => window.unreloaded), true);

// The wall shows another revision than the list: told after two seconds.
await peer.evaluate(() => {
  window.revision = 99;
});
await page.getByText('画面与名单不符').waitFor({ timeout: 8000 });
await peer.evaluate(() => {
  window.revision = 4711;
});
await page.getByText('画面已核对').waitFor({ timeout: 5000 });

// A dangerous command asks in words that name the conference, and waits ten seconds in which Escape recalls it, wherever the focus is.
const asks = () => page.getByRole('button', { name: '结束会议' }).press('Enter');
const dialog = page.getByRole('dialog');
const isOver = async () => (await page.getByText('已结束').count()) > 0;
const ended = [];
page.on('request', (request) => {
  if (request.url().endsWith('/commands') && request.postDataJSON().cmd === 'end' && request.postDataJSON().confirm) ended.push(Date.now());
});
await asks();
await dialog.getByText(/全市视频会议/).waitFor();
await page.keyboard.press('Escape');
await asks();
await dialog.getByRole('button', { name: '确定结束会议' }).press('Enter');
const waiting = page.getByRole('list', { name: '等待执行' });
await waiting.getByText('后执行:结束会议').waitFor();
await waiting.getByText(/^[1-8] 秒$/).waitFor({ timeout: 9000 });
await page.screenshot({ path: `${OUT}/delayed-1920.png` });
await page.keyboard.press('Escape');
await log.getByText('已撤回,未执行').waitFor();
assert.equal(await waiting.count(), 0);
// By its button, reached by Tab.
await asks();
await dialog.getByRole('button', { name: '确定结束会议' }).press('Enter');
await waiting.getByRole('button', { name: '撤回:结束会议' }).press('Enter');
assert.equal(await log.getByText('已撤回,未执行').count(), 2);
// Leaving the page drops it, and the desk says so when it is back.
await asks();
await dialog.getByRole('button', { name: '确定结束会议' }).press('Enter');
await waiting.waitFor();
page.on('dialog', (one) => one.accept());
await page.reload();
await page.getByText(/未执行:结束会议.*离开本页时还在等待/).waitFor();
assert.deepEqual(ended, []);
// Left alone, it goes after ten seconds and no sooner.
await asks();
const asked = Date.now();
await dialog.getByRole('button', { name: '确定结束会议' }).press('Enter');
await page.getByText('已结束').first().waitFor({ timeout: 20_000 });
assert.equal(await isOver(), true);
assert.equal(ended.length, 1);
assert.ok(ended[0] - asked >= 10_000, `ended after ${ended[0] - asked} ms`);
await post('/mock/reset', {});
console.log(`all as promised; distrusted ${took} ms after the cut`);
await post('/api/sign-out', {});
await browser.close();
