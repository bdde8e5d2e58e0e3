/** The desk's tool panels in the order of their tabs; one is open at a time (console.md §2.3). */

import type { ParseKeys } from 'i18next';
import type { JSX } from 'react';

import { Builder } from '../Builder';
import { LayoutsPanel, LeasesPanel, OutputsPanel, OverlaysPanel, PlansPanel, RehearsalPanel, RunSheetPanel } from './latePanels';
import { ContentPanel } from './content/ContentPanel';
import { MeetingPanel } from './meeting/MeetingPanel';
import { RollCallPanel } from './rollCall/RollCallPanel';
import { RotationPanel } from './rotation/RotationPanel';
import { SoundPanel } from './sound/SoundPanel';
import { SpeechPanel } from './speech/SpeechPanel';

/** `rehearsalOnly`: shown in rehearsals only. */
export const panels: { id: string; titleKey: ParseKeys; Panel: () => JSX.Element; rehearsalOnly?: boolean }[] = [
  { id: 'speech', titleKey: 'speech.tab', Panel: SpeechPanel },
  { id: 'rotation', titleKey: 'rotation.tab', Panel: RotationPanel },
  { id: 'rollCall', titleKey: 'rollCall.tab', Panel: RollCallPanel },
  { id: 'sound', titleKey: 'soundPanel.tab', Panel: SoundPanel },
  { id: 'content', titleKey: 'contentPanel.tab', Panel: ContentPanel },
  { id: 'meeting', titleKey: 'meetingPanel.tab', Panel: MeetingPanel },
  { id: 'layout', titleKey: 'tools.layout', Panel: Builder },
  { id: 'layouts', titleKey: 'layoutEditor.tab', Panel: LayoutsPanel },
  { id: 'overlays', titleKey: 'overlays.tab', Panel: OverlaysPanel },
  { id: 'runSheet', titleKey: 'runSheet.tab', Panel: RunSheetPanel },
  { id: 'plans', titleKey: 'plans.tab', Panel: PlansPanel },
  { id: 'outputs', titleKey: 'outputs.tab', Panel: OutputsPanel },
  { id: 'leases', titleKey: 'leases.tab', Panel: LeasesPanel },
  { id: 'rehearsal', titleKey: 'rehearsal.tab', Panel: RehearsalPanel, rehearsalOnly: true },
];
