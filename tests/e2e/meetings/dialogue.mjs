// 对话: main hall and one county see and hear each other, everybody else sees both and hears both.
import { activate, choose } from '../keyboard.mjs';
import { hears, look, sees } from './room.mjs';

/** The two parties beside each other. */
const BOTH = [[0, 250, 500], [500, 250, 500]];

export async function dialogue(page) {
  await look('main-hall');
  await look('guiyang');
  await look('anren', BOTH);
  await page.keyboard.press('Control+Alt+q');
  const form = page.getByRole('region', { name: '点名发言与对话' });
  await choose(page, form.getByLabel('会场'), 'guiyang');
  await activate(page, form.getByRole('button', { name: '对话' }));
  await sees('main-hall', 'guiyang');
  await sees('guiyang', 'main-hall');
  await sees('anren', 'main-hall', 'guiyang');
  await hears('anren', 'main-hall', 'guiyang');
  await hears('main-hall', 'guiyang');
  await hears('guiyang', 'main-hall');
  await activate(page, page.getByRole('button', { name: '结束发言' }));
  await page.getByText('正在发言 无人').waitFor();
  await look('anren');
  await sees('anren', 'main-hall');
}
