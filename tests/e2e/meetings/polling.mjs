// 轮询: the counties that are there come one after the other, empty seats are passed over; a key holds it and lets it go on.
import { assert, setting, until } from '../browser.mjs';
import { activate, type } from '../keyboard.mjs';
import { look, rooms, seenSince, snapshot } from './room.mjs';

export async function polling(page) {
  await look('anren');
  await page.keyboard.press('Control+Alt+q');
  await page.keyboard.press('ArrowRight');
  const panel = page.getByRole('tabpanel');
  await activate(page, panel.getByRole('button', { name: '循环广播' }));
  await type(page, panel.getByLabel('每站停留'), '5');
  await activate(page, panel.getByRole('button', { name: /^开始广播/ }));
  const since = Date.now();
  // Who watches sees everybody who is there but itself, and nobody who is not.
  const there = rooms().filter((site) => site !== 'main-hall');
  const others = there.filter((site) => site !== 'anren');
  await until(`three of ${others} one after the other`, 40_000, async () => {
    const seen = await seenSince('anren', since);
    return others.filter((site) => seen.includes(site)).length >= 3 ? seen : null;
  });
  const seen = await seenSince('anren', since + 1000);
  assert(seen.every((site) => rooms().includes(site)), `an empty seat on air: ${seen}`);
  const absent = setting.sites.filter((site) => !rooms().includes(site));
  assert(absent.length > 0, 'some seats are empty, so that something is passed over');
  await page.keyboard.press('Control+Alt+p');
  await panel.locator('.turn-seconds', { hasText: '已暂停' }).waitFor();
  const { rotation } = await snapshot(page);
  assert(rotation.broadcast_paused, 'it holds');
  await page.keyboard.press('Control+Alt+p');
  await panel.locator('.turn-seconds', { hasText: '秒' }).waitFor();
  await activate(page, panel.getByRole('button', { name: '停止' }));
  await panel.getByRole('button', { name: /^开始广播/ }).waitFor();
}
