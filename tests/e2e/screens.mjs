// The desk's larger screens at work, for people to look at: layout editor, plans, key map.
import { assertTidy, screenshot } from './browser.mjs';

const openTab = (page, name) => page.getByRole('tab', { name, exact: true }).click();

async function layoutEditor(page) {
  await openTab(page, '布局编辑');
  await page.getByRole('button', { name: '打开布局编辑' }).click();
  const editor = page.getByRole('dialog', { name: '布局编辑' });
  await editor.getByRole('button', { name: '从 4x4-big 开始' }).click();
  await editor.getByRole('button', { name: '按会场填充' }).click();
  await editor.locator('#edit-cell-1').focus();
  await screenshot(page, 'layout-editor-1920x1080');
  await page.keyboard.press('Escape');
  await editor.waitFor({ state: 'hidden' });
}

async function plans(page) {
  await openTab(page, '预案');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: '添加常用预案', exact: true }).click();
  const card = panel.getByRole('listitem', { name: '主会场断线' });
  await card.getByRole('button', { name: '待命 主会场断线' }).click();
  await card.getByText(/将改变/).first().waitFor();
  await assertTidy(page, 'plans');
  await screenshot(page, 'plans-1920x1080');
  await card.getByRole('button', { name: '解除待命 主会场断线' }).click();
  await card.getByRole('button', { name: '待命 主会场断线' }).waitFor();
}

async function keyMap(page) {
  await page.keyboard.press('Shift+Slash');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '修改快捷键' }).click();
  await dialog.getByText('Ctrl + Enter').waitFor();
  await screenshot(page, 'key-map-1920x1080');
  await dialog.getByRole('button', { name: '关闭' }).click();
}

export async function screens(page) {
  await layoutEditor(page);
  await plans(page);
  await keyMap(page);
}
