/** Panels that are loaded when their tab is first opened. */

import { lazy } from 'react';

const Layouts = lazy(async () => ({ default: (await import('../../layouts/LayoutsPanel')).LayoutsPanel }));

export const LayoutsPanel = () => <Layouts />;
