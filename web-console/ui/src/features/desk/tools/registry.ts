/** The desk's tool panels in the order of their tabs; one is open at a time (console.md §2.3). */

import type { ParseKeys } from 'i18next';
import type { JSX } from 'react';

import { Builder } from '../Builder';
import { LayoutsPanel, LeasesPanel, OutputsPanel, OverlaysPanel, PlansPanel, RunSheetPanel } from './latePanels';

export const panels: { id: string; titleKey: ParseKeys; Panel: () => JSX.Element }[] = [
  { id: 'layout', titleKey: 'tools.layout', Panel: Builder },
  { id: 'layouts', titleKey: 'layoutEditor.tab', Panel: LayoutsPanel },
  { id: 'overlays', titleKey: 'overlays.tab', Panel: OverlaysPanel },
  { id: 'runSheet', titleKey: 'runSheet.tab', Panel: RunSheetPanel },
  { id: 'plans', titleKey: 'plans.tab', Panel: PlansPanel },
  { id: 'outputs', titleKey: 'outputs.tab', Panel: OutputsPanel },
  { id: 'leases', titleKey: 'leases.tab', Panel: LeasesPanel },
];
