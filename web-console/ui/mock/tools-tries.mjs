// What each tool promises, tried in a browser.
const openTab = (page, name) => page.getByRole('tab', { name, exact: true }).click();

async function layouts({ page, look, assert }) {
  await openTab(page, '布局编辑');
  await page.getByRole('button', { name: '打开布局编辑' }).click();
  const editor = page.getByRole('dialog', { name: '布局编辑' });
  await editor.getByRole('button', { name: '从 4x4-big 开始' }).click();
  await editor.getByRole('button', { name: '按会场填充' }).click();
  // Keys: Tab to the second cell, arrows move, Shift sizes, a digit puts a site, undo takes it all back.
  await editor.locator('#edit-cell-0').focus();
  await page.keyboard.press('Tab');
  const cell = () => page.locator(':focus').getAttribute('aria-label');
  assert.match(await cell(), /^第 2 格:北湖区,左 500 上 0 宽 250 高 250/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Digit5');
  assert.match(await cell(), /^第 2 格:宜章县,左 510 上 0 宽 250 高 260/);
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Control+z');
  assert.match(await cell(), /^第 2 格:北湖区,左 500 上 0 宽 250 高 250/);
  // Pointer: drag a cell, it snaps to the grid; a corner sizes.
  const box = await editor.locator('.edit-canvas').boundingBox();
  const target = await editor.locator('#edit-cell-1').boundingBox();
  await page.mouse.move(target.x + target.width / 2, target.y + target.height / 2);
  await page.mouse.down();
  await page.mouse.move(target.x + target.width / 2 + 0.083 * box.width, target.y + target.height / 2 + 0.05 * box.height, { steps: 6 });
  await page.mouse.up();
  assert.match(await editor.locator('#edit-cell-1').getAttribute('aria-label'), /左 580 上 50 宽 250/);
  await page.keyboard.press('Control+z');
  // A polling list, chosen by words; a message while it is empty.
  await editor.locator('#edit-cell-2').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter').catch(() => undefined);
  await editor.getByLabel('内容').selectOption('list');
  for (const name of ['苏仙区', '桂阳县']) {
    const button = editor.locator('.edit-site', { hasText: name });
    if ((await button.getAttribute('aria-pressed')) === 'true') await button.click();
  }
  await editor.getByText(/轮询列表为空/).first().waitFor();
  assert.equal(await editor.getByRole('button', { name: '广播多画面' }).getAttribute('aria-disabled'), 'true');
  for (const name of ['苏仙区', '永兴县']) await editor.locator('.edit-site', { hasText: name }).click();
  await editor.getByLabel('名称').fill('主席大加轮询');
  await editor.getByRole('button', { name: '保存' }).click();
  await editor.getByRole('button', { name: '送预监' }).click();
  await editor.getByRole('button', { name: '设为默认多画面' }).click();
  await page.waitForTimeout(400);
  await look('editor');
  await page.keyboard.press('Escape');
  await page.getByText('默认多画面: 主席大加轮询').waitFor();
  await page.getByRole('button', { name: '送预监 主席大加轮询' }).waitFor();
  await look('');
}

async function overlays({ page, look, assert }) {
  await openTab(page, '横幅字幕');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: '添加横幅' }).click();
  await panel.getByText('+ 加上 横幅 全市视频会议(第12号)').waitFor();
  await panel.getByRole('button', { name: '添加字幕条' }).click();
  assert.equal(await panel.getByRole('button', { name: '应用' }).getAttribute('aria-disabled'), 'true');
  await panel.getByLabel('按会场填单位').selectOption('guiyang');
  await panel.getByLabel('姓名').fill('李局长');
  await look('draft');
  await panel.getByRole('button', { name: '应用' }).click();
  await panel.getByText('正在播出 2 项').waitFor();
  // Editing does not touch the air; putting off and applying does.
  await panel.getByRole('button', { name: '添加时钟' }).click();
  await panel.getByRole('checkbox', { name: /播出 横幅/ }).uncheck();
  await panel.getByText('− 撤下 横幅 全市视频会议(第12号)').waitFor();
  await panel.getByText('+ 加上 时钟 北京时间').waitFor();
  await panel.getByText('正在播出 2 项').waitFor();
  await look('change');
  await panel.getByRole('button', { name: '全部撤下' }).click();
  await panel.getByText('正在播出 0 项').waitFor();
}

async function runSheet({ page, look, assert }) {
  await openTab(page, '导播单');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: '编制或载入' }).click();
  const editor = page.getByRole('dialog', { name: '导播单编制' });
  // The template comes down as XLSX and goes in again.
  const download = page.waitForEvent('download');
  await editor.getByRole('button', { name: '下载模板' }).click();
  const path = '/tmp/run-sheet-template.xlsx';
  await (await download).saveAs(path);
  await editor.locator('input[type=file]').setInputFiles(path);
  await editor.getByText('可以载入,共 3 步').waitFor();
  // Words that are not understood are named and keep it from being loaded.
  await editor.getByRole('listitem', { name: '第 3 步' }).getByLabel('画面').fill('广播 火星');
  await editor.getByText(/看不懂“广播 火星”/).first().waitFor();
  assert.equal(await editor.getByRole('button', { name: /^载入/ }).getAttribute('aria-disabled'), 'true');
  await editor.getByRole('listitem', { name: '第 3 步' }).getByLabel('画面').fill('点名发言 桂阳县;送预监 苏仙区');
  await look('edit');
  await editor.getByRole('button', { name: /^载入/ }).click();
  const next = panel.getByRole('button', { name: '执行下一条' });
  await panel.getByText('下一条 1:开场').waitFor();
  await next.click();
  await panel.getByText('下一条 2:领导讲话').waitFor();
  await next.click();
  await panel.getByText('重要环节进行中:领导讲话').waitFor();
  await look('');
  // Leaving an important item asks once more.
  await next.click();
  await page.getByRole('dialog').getByRole('button', { name: '执行下一条' }).click();
  await panel.getByText('导播单已执行完').first().waitFor();
  await panel.getByRole('button', { name: /转到第 2 步/ }).click();
  await panel.getByText('下一条 2:领导讲话').waitFor();
}

async function plans({ page, look }) {
  await openTab(page, '预案');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: '添加常用预案', exact: true }).click();
  const card = panel.getByRole('listitem', { name: '主会场断线' });
  await card.getByRole('button', { name: '联系与演练' }).click();
  await card.getByLabel('联系人与电话').fill('王科长 0735-1234567');
  await card.getByRole('button', { name: '保存 主会场断线' }).click();
  await card.getByText(/联系:王科长/).waitFor();
  await card.getByRole('button', { name: '今日已演练' }).click();
  await card.getByText(/联系:王科长/).waitFor();
  await card.getByRole('button', { name: '联系与演练' }).click();
  // Armed: the difference is shown, nothing has happened; run asks; roll back.
  await card.getByRole('button', { name: '待命 主会场断线' }).click();
  await card.getByText(/将改变 \(现为:主会场\)|将改变.*现为:主会场/).first().waitFor();
  await look('armed');
  await card.getByRole('button', { name: '执行 主会场断线' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /确定执行预案/ }).click();
  await card.getByText('■ 已执行').waitFor();
  await look('ran');
  await card.getByRole('button', { name: '回退 主会场断线' }).click();
  await card.getByText('◇ 待命').waitFor();
  await card.getByRole('button', { name: '解除待命 主会场断线' }).click();
  await card.getByText('备用').waitFor();
}

async function leases({ page, look, post, assert }) {
  await openTab(page, '操作权');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: '取得 画面' }).click();
  await panel.getByText('● 画面 由我持有').waitFor();
  const badges = page.getByRole('button', { name: /^操作权:/ });
  assert.match(await badges.getAttribute('aria-label'), /画面 由我持有 声音 无人持有/);
  // Somebody else holds the sound and asks for the picture.
  await post('/mock/desk', { leases: { picture: { holder: 'operator', since_ms: Date.now(), wanted_by: 'zhang' }, sound: { holder: 'zhang', since_ms: Date.now(), wanted_by: null } } });
  await panel.getByText('zhang 正在申请').waitFor();
  await panel.getByRole('button', { name: '申请 声音' }).click();
  await panel.getByText('operator 正在申请').waitFor();
  await look('held');
  await panel.getByRole('button', { name: '接管 声音' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /接管/ }).click();
  await panel.getByText('● 声音 由我持有').waitFor();
  await panel.getByRole('button', { name: '释放 画面' }).click();
  await panel.getByText('▲ 画面 由 zhang 持有').waitFor();
  await panel.getByRole('button', { name: '锁定主送' }).click();
  await panel.getByText('■ 主送由 operator 锁定').first().waitFor();
  await look('locked');
  await panel.getByRole('button', { name: '解除锁定' }).click();
  await panel.getByText('主送未锁定').first().waitFor();
}

async function outputs({ page, look }) {
  await openTab(page, '输出');
  const panel = page.getByRole('tabpanel');
  const screen = panel.getByRole('listitem', { name: '大屏画面' });
  await screen.getByRole('combobox').selectOption('site:guiyang');
  await screen.getByRole('button', { name: '应用 大屏画面' }).click();
  await screen.getByText('大屏画面 桂阳县').waitFor();
  await panel.getByRole('button', { name: '开始录制' }).click();
  await panel.getByText('● 录制中').first().waitFor();
  await panel.getByLabel(/延时/).fill('15');
  await panel.getByRole('button', { name: '开始直播' }).click();
  await panel.getByText('● 直播中,延时 15 秒').first().waitFor();
  await look('');
  await screen.getByRole('button', { name: '同主送 大屏画面' }).click();
  await screen.getByText('大屏画面 同主送').first().waitFor();
}

export const tries = { layouts, overlays, runSheet, plans, leases, outputs };
