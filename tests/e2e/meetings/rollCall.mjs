// 点名: four rooms suffer, each fault is found and none that is not there; one result is corrected by hand; the record says the same afterwards.
import { readFileSync } from 'node:fs';

import { assert, screenshot, setting, until } from '../browser.mjs';
import { activate, assertNoPointer, reach } from '../keyboard.mjs';
import { allSee, hears, look, mics, rooms, sees, snapshot } from './room.mjs';

/** Longer than the roll call. */
const FAULT_MS = 300_000;
/** Heard after 5 s at the earliest and well before the 8 s are over. */
const LATE_MS = 5300;
const SUFFER = {
  suxian: { fault: { fault: 'mic_dead' }, score: 'picture_without_sound', words: '有图无声' },
  zixing: { fault: { fault: 'picture_black' }, score: 'sound_without_picture', words: '有声无图' },
  guiyang: { fault: { fault: 'answer_none' }, score: 'no_answer', words: '无应答' },
  anren: { fault: { fault: 'answer_late', delay_ms: LATE_MS }, score: 'late', words: '应答迟' },
};

/** Through the terminal's own door: the room does not know that it is a test. */
async function suffer(site, faults) {
  const wanted = faults.map((fault, index) => ({ id: index + 1, fault, seed: 1, for_ms: FAULT_MS }));
  const response = await fetch(`${setting.terminals[site]}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults: wanted }),
  });
  assert(response.ok, `${site} does not suffer: ${response.status} ${await response.text()}`);
}

/** The mixer finds exactly these pictures faulty, and says so on the tile. */
async function untilPictures(page, ...faulty) {
  await until(`faulty pictures of ${faulty}`, 30_000, async () => {
    const { sites } = await snapshot(page);
    const found = sites.filter((site) => (site.faults ?? []).some((one) => one.fault.startsWith('picture_'))).map((site) => site.site);
    return JSON.stringify(found) === JSON.stringify(faulty);
  });
}

const scoresOf = (call) => Object.fromEntries(call.rows.map((row) => [row.site, row.score]));

/** Started by keys; while a room is asked, it is previewed and heard, and the air stays what it was. */
async function pass(page, panel) {
  await page.keyboard.press('Control+Alt+r');
  await activate(page, panel.getByRole('button', { name: /开始点名|重新点名/ }));
  await panel.getByText('▶ 正在点名').waitFor();
  await until('guiyang is asked', 60_000, async () => (await snapshot(page)).speech.roll_call.turn?.site === 'guiyang');
  const asked = await snapshot(page);
  assert(asked.preview?.site === 'guiyang', `in preview stands ${JSON.stringify(asked.preview)}`);
  const open = Object.entries(await mics(page)).flatMap(([site, mic]) => (mic === 'open' ? [site] : []));
  assert(open.every((site) => ['guiyang', 'main-hall'].includes(site)), `open beside who is asked: ${open}`);
  await sees('beihu', 'main-hall');
  await panel.getByText('“桂阳县,主会场点名,请应答。”').waitFor();
  await screenshot(page, 'roll-call-1920x1080');
  await panel.getByText(/点名结束/).waitFor({ timeout: 90_000 });
}

/** Each fault by its own word; rooms that are well, well; seats nobody came to, without an answer. */
async function isScored(page, panel) {
  const scores = scoresOf((await snapshot(page)).speech.roll_call);
  const wanted = Object.fromEntries(setting.sites.filter((site) => site !== 'main-hall').map((site) => [site, SUFFER[site]?.score ?? (rooms().includes(site) ? 'normal' : 'no_answer')]));
  assert(JSON.stringify(Object.entries(scores).toSorted()) === JSON.stringify(Object.entries(wanted).toSorted()), `scored ${JSON.stringify(scores)}, not ${JSON.stringify(wanted)}`);
  for (const [site, { words }] of Object.entries(SUFFER)) await panel.locator(`[data-row=${site}] .roll-state`, { hasText: words }).waitFor();
  await panel.getByText(/正常 2,异常 10/).waitFor();
}

/** The operator knows better about one of them: arrows lead there, a key says so. */
async function isCorrected(page, panel) {
  await reach(page, panel.getByRole('button', { name: '导出 CSV' }));
  const isThere = async () => (await panel.locator('[data-row=anren]').getAttribute('aria-current')) === 'true';
  for (let row = 0; row < setting.sites.length && !(await isThere()); row += 1) await page.keyboard.press('ArrowLeft');
  assert(await isThere(), 'the arrows lead to anren');
  await page.keyboard.press('y');
  await panel.locator('[data-row=anren]', { hasText: '正常 (人工)' }).waitFor();
}

async function isExported(page, panel) {
  const [file] = await Promise.all([page.waitForEvent('download'), activate(page, panel.getByRole('button', { name: '导出 CSV' }))]);
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
  for (const line of ['苏仙区,有图无声,,', '资兴市,有声无图,', '桂阳县,无应答,,']) assert(lines.some((one) => one.includes(line)), `${line} is not in ${lines}`);
  assert(lines.some((one) => /安仁县,正常,[5-7]\.\d,是$/.test(one)), `the correction is not in ${lines}`);
}

/** The page after the meeting, reached from home by keys, has the same rows. */
async function isRecorded(page) {
  await assertNoPointer(page);
  await page.goto(setting.console);
  await activate(page, page.getByRole('link', { name: '查看已开会议与保障报告' }));
  await activate(page, page.locator('.after-table').getByRole('link').first());
  const record = page.getByRole('region', { name: '点名', exact: true }).getByRole('row');
  for (const [name, words] of [['北湖区', /已应答.*正常$/], ['苏仙区', /未应答.*有图无声$/], ['资兴市', /已应答.*有声无图$/], ['桂阳县', /未应答.*无应答$/], ['安仁县', /已应答.*正常.*人工/], ['宜章县', /未应答.*无应答$/]]) {
    await record.filter({ hasText: name }).filter({ hasText: words }).waitFor({ timeout: 30_000 });
  }
  await screenshot(page, 'after-meeting-1920x1080');
}

export async function rollCall(page) {
  const panel = page.getByRole('tabpanel');
  await look('beihu');
  await page.keyboard.press('Digit1');
  await until('the main hall in preview', 5000, async () => (await snapshot(page)).preview?.site === 'main-hall');
  await page.keyboard.press('Control+Enter');
  await allSee('main-hall', ...rooms().filter((site) => site !== 'beihu'));
  try {
    for (const [site, { fault }] of Object.entries(SUFFER)) await suffer(site, [fault]);
    await untilPictures(page, 'zixing');
    await pass(page, panel);
    await isScored(page, panel);
    await isCorrected(page, panel);
    await isExported(page, panel);
    await isRecorded(page);
  } finally {
    for (const site of Object.keys(SUFFER)) await suffer(site, []);
  }
  // The room's look may be over; what it hears is of the last second.
  await look('beihu');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await hears('beihu');
}
