// 双流: a county is given the content and it is locked to it; another is refused with the reason; then it is taken back.
import { assert } from '../browser.mjs';
import { activate, choose } from '../keyboard.mjs';
import { ask, snapshot } from './room.mjs';

export async function content(page) {
  await page.keyboard.press('Control+Alt+q');
  for (let tab = 0; tab < 4; tab += 1) await page.keyboard.press('ArrowRight');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('region', { name: '交给会场' }).waitFor();
  await choose(page, panel.getByRole('combobox', { name: '会场' }), 'beihu');
  await activate(page, panel.getByRole('button', { name: '锁定会议演示' }));
  await activate(page, panel.getByRole('button', { name: '开始演示' }));
  await page.locator('[data-site=beihu][aria-label*="双流"]').waitFor();
  const refused = await ask(page, 'start_content', { site: 'zixing' });
  assert(refused.status === 409 && refused.body.code === 'mcu.content.held' && refused.body.detail_zh.length > 5, JSON.stringify(refused));
  assert((await snapshot(page)).content.site === 'beihu', 'who shows goes on showing');
  await choose(page, panel.getByRole('combobox', { name: '会场' }), 'zixing');
  await panel.getByText('演示已锁定给 北湖区').first().waitFor({ state: 'attached' });
  await activate(page, panel.getByRole('button', { name: '停止演示' }));
  await activate(page, panel.getByRole('button', { name: '解除锁定' }));
  await choose(page, panel.getByRole('combobox', { name: '会场' }), 'zixing');
  await activate(page, panel.getByRole('button', { name: '开始演示' }));
  await page.locator('[data-site=zixing][aria-label*="双流"]').waitFor();
}
