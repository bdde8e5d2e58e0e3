// 全体会议: the main hall on air, a county by a soft change, back, everybody muted, undone.
import { until } from '../browser.mjs';
import { allSee, hears, look, rooms, sees, snapshot } from './room.mjs';

export async function plenary(page) {
  for (const site of rooms()) await look(site);
  const tile = (site) => page.locator(`[data-site=${site}]`);
  const labelled = (site, word) => page.locator(`[data-site=${site}][aria-label*="${word}"]`).waitFor({ timeout: 5000 });
  await page.keyboard.press('Digit1');
  await until('the main hall in preview', 5000, async () => (await snapshot(page)).preview?.site === 'main-hall');
  await page.keyboard.press('Control+Enter');
  await allSee('main-hall');
  await labelled('main-hall', '播出');
  await page.keyboard.press('Control+Alt+Digit1');
  await hears('anren', 'main-hall');
  await page.keyboard.press('Digit5');
  await page.keyboard.press('Control+Shift+Enter');
  await allSee('guiyang');
  await sees('guiyang', 'main-hall');
  await page.keyboard.press('Control+Alt+Digit5');
  await hears('anren', 'main-hall', 'guiyang');
  await hears('guiyang', 'main-hall');
  await page.keyboard.press('Backspace');
  await allSee('main-hall');
  await page.keyboard.press('Control+Alt+m');
  await hears('anren', 'main-hall');
  await tile('guiyang').and(page.locator('[aria-label*="闭音"]')).waitFor();
  await page.keyboard.press('Control+z');
  await hears('anren', 'main-hall', 'guiyang');
}
