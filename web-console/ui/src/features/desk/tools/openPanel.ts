import { openTab } from './openTab';
import { panels } from './registry';

/** Opens a panel by its key and puts the focus on its tab; unknown panels are left alone. */
export function openPanel(id: string): void {
  if (!panels.some((one) => one.id === id)) return;
  openTab(id);
  document.getElementById(`tool-tab-${id}`)?.focus();
}
