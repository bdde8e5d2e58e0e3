/** Panels that are loaded when their tab is first opened. */

import { lazy } from 'react';

const Layouts = lazy(async () => ({ default: (await import('../../layouts/LayoutsPanel')).LayoutsPanel }));
const Overlays = lazy(async () => ({ default: (await import('../../overlays/OverlaysPanel')).OverlaysPanel }));
const RunSheet = lazy(async () => ({ default: (await import('../../runSheet/RunSheetPanel')).RunSheetPanel }));
const Plans = lazy(async () => ({ default: (await import('../../plans/PlansPanel')).PlansPanel }));
const Leases = lazy(async () => ({ default: (await import('../../leases/LeasesPanel')).LeasesPanel }));
const Outputs = lazy(async () => ({ default: (await import('../../outputs/OutputsPanel')).OutputsPanel }));
const Rehearsal = lazy(async () => ({ default: (await import('../../rehearsal/RehearsalPanel')).RehearsalPanel }));

export const LayoutsPanel = () => <Layouts />;
export const OverlaysPanel = () => <Overlays />;
export const RunSheetPanel = () => <RunSheet />;
export const PlansPanel = () => <Plans />;
export const LeasesPanel = () => <Leases />;
export const OutputsPanel = () => <Outputs />;
export const RehearsalPanel = () => <Rehearsal />;
