// Tries the tool panels in a browser against the mock: floor, chair, polling, roll call with its keys and its file, sound, content, meeting, take bar, redo.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { MOCK, signIn, start } from './shots.mjs';

const post = (path, body) => fetch(`${MOCK}${path}`, { method: 'POST', body: JSON.stringify(body) });
await post('/mock/reset', {});
await post('/api/sign-out', {});
const { browser, page } = await start({ width: 1920, height: 1080 });
await signIn(page);
const log = page.getByRole('log');
const panel = page.getByRole('tabpanel');
const tile = (site) => page.locator(`[data-site=${site}]`);
const told = (text) => log.getByText(text).first().waitFor({ timeout: 30_000 });
const press = (name) => panel.getByRole('button', { name }).first().click();
const labelOf = (site) => tile(site).getAttribute('aria-label');
await tile('yongxing').waitFor();

// Tabs: keys open them, arrows go round, the last one is remembered.
await page.keyboard.press('Control+Alt+Q');
assert.equal(await page.locator(':focus').textContent(), '发言');
await page.keyboard.press('ArrowLeft');
assert.equal(await page.locator(':focus').textContent(), await page.getByRole('tab').last().textContent());
await page.keyboard.press('ArrowRight');
await page.reload();
await panel.getByText('发言队列(3)').waitFor();

// Hands on tiles; defer, withdraw, grant by key, timer from the snapshot, its end, and over in words.
assert.match(await labelOf('yongxing'), /发言申请第 1 位/);
await press(/稍后:永兴县/);
await page.waitForFunction(() => document.querySelector('[data-site=yongxing]')?.getAttribute('aria-label')?.includes('第 3 位'));
await press(/撤回 资兴市/);
await panel.getByText('发言队列(2)').waitFor();
await page.keyboard.press('Control+Alt+G');
await told(/放行|点名发言 北湖区/);
await panel.getByText('正在发言 点名发言 北湖区').waitFor();
assert.match(await labelOf('beihu'), /播出/);
await panel.getByLabel('发言时限').first().fill('5');
await press(/为正在发言者/);
await panel.getByText('剩余').waitFor();
await panel.getByText('发言超时').waitFor({ timeout: 30_000 });
await told('发言时间到');
await press('结束发言');
await panel.getByText('正在发言 无人').waitFor();
await press('清空');
await panel.getByText('发言队列(0)').waitFor();
await press(/授予 汝城县 主席/);
await panel.getByText('主席 汝城县').waitFor();
assert.match(await labelOf('rucheng'), /主席/);
await press('收回主席');
await panel.getByText(/由 主会场 主持/).waitFor();

// Call to speak and dialogue from the form.
await panel.getByLabel('会场').first().selectOption('suxian');
await press('点名发言');
await panel.getByText('正在发言 点名发言 苏仙区').waitFor();
await press('对话');
await panel.getByText('正在发言 对话 苏仙区').waitFor();
await page.getByRole('button', { name: '取消广播' }).click();

// Polling: order, dwell, start, whose turn, pause by key, stop; the voice switch.
await page.getByRole('tab', { name: '轮询' }).click();
await press('苏仙区 上移');
await panel.getByLabel('每站停留').fill('4');
assert.equal(await panel.getByRole('button', { name: /开始观看/ }).getAttribute('aria-disabled'), 'true');
await panel.getByLabel('每站停留').fill('5');
await press(/开始观看/);
await panel.getByText('当前 苏仙区').waitFor();
await panel.getByText('下一个 北湖区').waitFor();
await panel.getByText('当前 北湖区').waitFor({ timeout: 30_000 });
await page.keyboard.press('Control+Alt+P');
await panel.locator('.turn-seconds', { hasText: '已暂停' }).waitFor();
await page.keyboard.press('Control+Alt+P');
await panel.locator('.turn-seconds', { hasText: '秒' }).waitFor();
await press('停止');
await panel.getByRole('button', { name: /开始观看/ }).waitFor();
await press('循环广播');
await press(/开始广播/);
await told(/广播轮询/);
await press('停止');
await panel.getByLabel('门限').fill('-30');
await press('打开');
await told('声控切换:门限 -30 dB');
await panel.getByText('最响: 主会场').waitFor();
await press('关闭');

// Roll call: keys, automatic results, correction by hand, the file.
await page.keyboard.press('Control+Alt+R');
await press('开始点名');
await panel.getByText('▶ 正在点名').waitFor();
await page.keyboard.press('y');
await panel.locator('[data-row=beihu]', { hasText: '正常 (人工)' }).waitFor();
await page.keyboard.press('x');
await panel.locator('[data-row=suxian]', { hasText: '无应答 (人工)' }).waitFor();
await page.locator('body').click({ position: { x: 5, y: 5 } });
await page.keyboard.press('ArrowRight');
await panel.locator('[data-row=guiyang] .roll-state', { hasText: '有图无声' }).waitFor();
// On a slow machine the call may have gone on by itself meanwhile.
const isPicked = async () => (await panel.locator('[data-row=guiyang]').getAttribute('aria-current')) === 'true';
for (let row = 0; row < 13 && !(await isPicked()); row += 1) await page.keyboard.press('ArrowLeft');
await page.keyboard.press('y');
await panel.locator('[data-row=guiyang]', { hasText: '正常 (人工)' }).waitFor();
await panel.locator('[data-row=linwu] .roll-state', { hasText: /有声无图|无应答/ }).waitFor({ timeout: 30_000 });
await panel.getByText(/点名结束/).waitFor({ timeout: 40_000 });
await panel.getByLabel('更正 桂东县 的结论').selectOption('late');
await panel.locator('[data-row=guidong]', { hasText: '应答迟 (人工)' }).waitFor();
const [file] = await Promise.all([page.waitForEvent('download'), press('导出 CSV')]);
const bytes = readFileSync(await file.path());
assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
assert.match(bytes.toString(), /序号,会场,结论,应答时延\(秒\),人工判定\r\n1,北湖区,正常,/);
assert.match(file.suggestedFilename(), /^点名记录-.*\.csv$/);

// Sound: lock, loudspeaker, gain settles into one command.
await page.getByRole('tab', { name: '声音' }).click();
await press(/^苏仙区 闭音\(关麦\)/);
await told('开麦 苏仙区');
await press(/^苏仙区 未锁/);
await told('闭音锁定 苏仙区');
await press(/^苏仙区 扬声器开/);
await told('静音(关扬声器) 苏仙区');
assert.match(await labelOf('suxian'), /静音\(扬声器已关\)/);
const gain = panel.getByLabel(/^苏仙区 增益/);
await gain.focus();
for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowUp');
await told('苏仙区 增益 3 dB');
assert.equal(await log.getByText('苏仙区 增益 1 dB').count(), 0);
await gain.fill('99');
assert.equal(await gain.getAttribute('aria-invalid'), 'true');
await gain.blur();
assert.equal(await gain.inputValue(), '3');
await press(/入会即闭音:开/);
await told('入会即开麦');

// Content.
await page.getByRole('tab', { name: '双流' }).click();
await panel.getByRole('combobox', { name: '会场' }).selectOption('anren');
await press('邀请演示');
await told('邀请 安仁县 演示');
await press('开始演示');
await told('双流:安仁县 演示');
assert.match(await labelOf('anren'), /双流/);
await press('锁定会议演示');
await told('演示锁定给 安仁县');
await press('停止演示');
await told('停止双流演示');

// Meeting: end, lock, main site.
await page.getByRole('tab', { name: '会议' }).click();
await press('延长会议 15 分钟');
await page.getByText(/还剩 1[45]:/).waitFor();
await press('锁定会议');
await page.getByText('会议已锁定', { exact: false }).first().waitFor();
await panel.getByLabel('改为').selectOption('beihu');
await press('设为主会场');
await told('主会场改为 北湖区');

// Take bar: fade, previous picture, slate for all and for one; undo and redo say what and whose.
await page.locator('body').press('5');
await told('预监 宜章县');
await page.locator('body').press('Control+Shift+Enter');
await told('广播 宜章县');
await page.locator('body').press('Backspace');
await told('取消广播');
await page.getByRole('button', { name: /^垫片:所有会场/ }).click();
await page.getByText('垫片播出中:请稍候').waitFor();
await page.getByRole('button', { name: /^撤下全体垫片/ }).click();
await tile('suxian').click();
await page.getByRole('button', { name: /^垫片:苏仙区/ }).click();
await told('苏仙区 垫片:请稍候');
await page.getByRole('button', { name: /^撤销 苏仙区 垫片.*operator/ }).waitFor();
await page.locator('body').press('Control+z');
await page.getByRole('button', { name: /^重做 苏仙区 垫片.*operator/ }).waitFor();
await page.locator('body').press('Control+Shift+Z');
await told(/重做,恢复为:苏仙区 垫片/);

// Another person's act is taken back only after a second look, which says whose.
await post('/api/sign-out', {});
await post('/api/sign-in', { account: 'technician', password: 'mock' });
await page.locator('body').press('Control+z');
await page.getByRole('dialog').getByText(/由 operator 执行/).waitFor();
await page.getByRole('button', { name: '确定撤销' }).click();
await told(/撤销,恢复为:苏仙区 垫片/);
console.log('all panels as promised');
await page.unrouteAll({ behavior: 'ignoreErrors' });
await post('/api/sign-out', {});
await browser.close();
