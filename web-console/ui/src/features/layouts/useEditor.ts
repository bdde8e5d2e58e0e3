import { useCallback, useEffect, useState } from 'react';

import type { Layout } from '../../api/mcu';
import { addCell, begin, change, duplicateCell, redo, removeCell, undo } from './edit';
import type { History } from './edit';

/** The draft outlives the dialog: closing it loses nothing. */
let kept: History | null = null;

export type Editor = {
  history: History;
  layout: Layout;
  selected: number;
  select: (index: number) => void;
  /** Changes the draft; the same tag in quick succession is one step back. */
  edit: (make: (layout: Layout) => Layout, tag?: string) => void;
  /** Another layout in place of this one; can be undone. */
  load: (layout: Layout) => void;
  add: () => void;
  duplicate: () => void;
  remove: () => void;
  undo: () => void;
  redo: () => void;
};

export function useEditor(initial: Layout): Editor {
  const [history, setHistory] = useState<History>(() => kept ?? begin(initial));
  const [wanted, select] = useState(0);
  useEffect(() => {
    kept = history;
  }, [history]);
  const edit = useCallback((make: (layout: Layout) => Layout, tag = '') => setHistory((one) => change(one, make(one.present), tag, performance.now())), []);
  const layout = history.present;
  const selected = Math.min(wanted, layout.cells.length - 1);
  return {
    history,
    layout,
    selected,
    select,
    edit,
    load: (next) => {
      edit(() => next);
      select(0);
    },
    add: () => {
      edit(addCell);
      select(layout.cells.length);
    },
    duplicate: () => {
      edit((one) => duplicateCell(one, selected));
      select(layout.cells.length);
    },
    remove: () => {
      edit((one) => removeCell(one, selected));
      select(Math.max(0, selected - 1));
    },
    undo: () => setHistory(undo),
    redo: () => setHistory(redo),
  };
}
