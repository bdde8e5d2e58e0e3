// Tries the key map in a browser against the mock, by keys alone where keys are what is tried: changing, swapping, refusing, following, files, conflict, silence.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

import { AxeBuilder } from '@axe-core/playwright';

import { BASE, MOCK, OUT, signIn, start } from './shots.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const post = (path, body = {}) => fetch(`${MOCK}${path}`, { method: 'POST', body: JSON.stringify(body) });
await post('/mock/reset');
await post('/api/sign-out');
const { browser, page } = await start({ width: 1920, height: 1080 });
await page.route('**/whep/**', (route) => route.abort());
let broken = 0;

async function look(name) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  broken += violations.length;
  for (const one of violations) console.log('   axe', name, one.id, one.nodes.length, one.nodes[0]?.html.slice(0, 160), one.nodes[0]?.any[0]?.message ?? '');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${name} is too wide`);
  await page.screenshot({ path: `${OUT}/key-map-${name}.png` });
}

const row = (action) => page.locator(`[data-action="${action}"]`);
const shows = (action, cap) => row(action).locator('kbd', { hasText: new RegExp(`^${cap.replaceAll('+', '\\+')}$`) }).waitFor();

/** Puts the focus on a row's button, presses it, and then the new keys. */
async function record(action, keys) {
  await row(action).locator('button[aria-disabled=false]', { hasText: '改键' }).focus();
  await page.keyboard.press('Enter');
  await row(action).getByText('请按新的组合键…').waitFor();
  await page.keyboard.press(keys);
}

const press = (scope, name) => scope.getByRole('button', { name }).and(page.locator('[aria-disabled=false]')).press('Enter');

await signIn(page);
await page.locator('[data-site=yongxing]').waitFor();
const log = page.getByRole('log');
const told = (text) => log.getByText(text).first().waitFor();

// From the desk's list of keys, which says what holds; a change counts at once, on the button and in the list.
await page.locator('body').press('Shift+Slash');
const dialog = page.getByRole('dialog');
await dialog.getByRole('row', { name: /^Ctrl \+ Enter 切换/ }).waitFor();
await look('list');
await press(dialog, '修改快捷键');
await shows('cut', 'Ctrl + Enter');
await record('cut', 'F9');
await shows('cut', 'F9');
await row('cut').getByText('已改').waitFor();
await look('dialog');
await press(dialog, '返回快捷键列表');
await dialog.getByRole('row', { name: /^F9 切换/ }).waitFor();
await page.keyboard.press('Escape');
await page.getByRole('button', { name: /切换 CUT/ }).locator('kbd', { hasText: 'F9' }).waitFor();
await page.locator('body').press('5');
await told('预监 宜章县');
await page.locator('body').press('F9');
await told('广播 宜章县');
await page.locator('body').press('6');
await told('预监 永兴县');
await page.locator('body').press('Control+Enter');
await page.locator('body').press('7');
await told('预监 嘉禾县');
assert.equal(await log.getByText('广播 永兴县').count(), 0, 'the old key acts no longer');

// The page from home: what may not be is refused with the reason, and nothing changes.
await page.goto(BASE);
await page.getByRole('link', { name: '快捷键设置' }).press('Enter');
await shows('cut', 'F9');
for (const [keys, why] of [['Control+Alt+l', /Ctrl \+ Alt \+ L:桌面系统、输入法或聊天软件占用/], ['F5', /F5:由浏览器占用/], ['Control+3', /Ctrl \+ 3:浏览器用它切换标签页/], ['k', /K:单个字母易误触/], ['5', /5:单键只能用于不影响播出的操作/], ['Tab', /Tab:用于移动焦点/]]) {
  await record('cut', keys);
  await row('cut').getByText(why).waitFor();
  await shows('cut', 'F9');
}
// Escape gives up; a single letter is good in the roll call.
await record('cut', 'Escape');
assert.equal(await row('cut').getByRole('alert').count(), 0);
await record('roll_call.normal', 'o');
await shows('roll_call.normal', 'O');

// Taken: the other is named; a swap; where a swap may not be, the reason.
await record('cut', 'Control+z');
await row('cut').getByText('Ctrl + Z 已用于“撤销上一步”').waitFor();
await look('taken');
await press(row('cut'), /^互换/);
await shows('cut', 'Ctrl + Z');
await shows('undo', 'F9');
await record('preview.1', 'Backspace');
await row('preview.1').locator('small').getByText(/不能互换:“回到上一画面”不能用 1/).waitFor();
await press(row('preview.1'), /^改用于/);
await shows('preview.1', 'Backspace');
await row('previous').getByText('未设').waitFor();

// Off, one back to what it was, the latest change taken back, all back.
await press(row('mute_all'), /^停用/);
await row('mute_all').getByText('未设').waitFor();
await press(row('mute_all'), /恢复默认/);
await shows('mute_all', 'Ctrl + Alt + M');
await press(page, '撤回上一改动');
await row('mute_all').getByText('未设').waitFor();

// To a file, all back to default, and in again; a wrong file is refused whole.
const [file] = await Promise.all([page.waitForEvent('download'), press(page, '导出 JSON')]);
const text = readFileSync(await file.path(), 'utf8');
assert.equal(JSON.parse(text).keys.cut, 'Ctrl+KeyZ');
await press(page, '全部恢复默认');
await shows('cut', 'Ctrl + Enter');
const path = `${OUT}/key-map.json`;
const input = page.locator('input[type=file]');
writeFileSync(path, text.replace('"Ctrl+KeyZ"', '"Ctrl+KeyW"'));
await input.setInputFiles(path);
await page.getByText(/文件中“切换:预监 → 主送”不能用 Ctrl \+ W:由浏览器占用.*未导入/).waitFor();
await shows('cut', 'Ctrl + Enter');
writeFileSync(path, text);
await input.setInputFiles(path);
await shows('cut', 'Ctrl + Z');
await look('page');

// Somebody else at the same account was faster: told, and decided by the person.
await post('/mock/library', { kind: 'key_map', name: 'operator' });
await record('fade', 'F8');
await page.getByText(/“operator 的快捷键”未保存。.*zhang 已修改过/).waitFor();
await look('stale');
await press(page, /重试保存/);
await page.getByText(/未保存/).waitFor({ state: 'detached' });
await shows('fade', 'F8');

// The console is silent: the desk opens with the keys read last, and says so where they are changed.
await page.route('**/api/library/key_map**', (route) => route.abort());
await page.goto(`${BASE}/desk/city-12`);
await page.getByRole('button', { name: /切换 CUT/ }).locator('kbd', { hasText: 'Ctrl+Z' }).waitFor();
await page.locator('body').press('8');
await told('预监 临武县');
await page.locator('body').press('Control+z');
await told('广播 临武县');
await page.goto(`${BASE}/key-map`);
await page.getByText('会控台仍用本机上次读到的快捷键').waitFor();
await page.getByRole('button', { name: '改键:撤销上一步' }).and(page.locator('[aria-disabled=true]')).waitFor();
await look('silent');
await page.unroute('**/api/library/key_map**');

// In English, in daylight, and on the small screen.
await page.goto(`${BASE}/key-map`);
await shows('cut', 'Ctrl + Z');
await page.evaluate(() => localStorage.setItem('console.theme', 'day'));
await page.setViewportSize({ width: 1280, height: 800 });
await page.reload();
await page.getByRole('button', { name: 'English' }).click();
await page.getByText('Cut: preview → program', { exact: true }).waitFor();
await look('english-1280');
console.log(`key map as promised; axe violations: ${broken}`);
await post('/api/sign-out');
await post('/mock/reset');
await page.unrouteAll({ behavior: 'ignoreErrors' });
await browser.close();
process.exit(broken === 0 ? 0 : 1);
