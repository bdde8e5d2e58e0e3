import { useRef } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';

import type { Cell } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { SITE_CODES } from '../../keys/actions';
import { useLive } from '../desk/DeskContext';
import { place } from '../desk/fillLayout';
import { siteNames } from '../desk/words';
import { setRect } from './edit';
import { CANVAS, dragged, nudged } from './geometry';
import type { Handle, Rect } from './geometry';
import { sourceWords } from './sourceWords';
import type { Editor } from './useEditor';

const HANDLES: readonly Handle[] = ['nw', 'ne', 'sw', 'se'];
const ARROWS: Record<string, ['x' | 'y', 1 | -1]> = { ArrowLeft: ['x', -1], ArrowRight: ['x', 1], ArrowUp: ['y', -1], ArrowDown: ['y', 1] };

type Drag = { index: number; handle: Handle; start: Rect; x: number; y: number; tag: string };

const percent = (cell: Cell) => ({ left: `${cell.x / 10}%`, top: `${cell.y / 10}%`, width: `${cell.w / 10}%`, height: `${cell.h / 10}%` });

/** The cells on a 16:9 canvas: drag, corner handles, arrow keys; Tab goes from cell to cell. */
export function Canvas({ editor, hidden, onEnter }: { editor: Editor; hidden: readonly number[]; onEnter: () => void }) {
  const words = useWords();
  const { t } = words;
  const snapshot = useLive((state) => state.snapshot);
  const names = siteNames(snapshot, words);
  const canvas = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const { layout, selected } = editor;

  const grab = (event: PointerEvent<HTMLElement>, index: number, handle: Handle): void => {
    const cell = layout.cells[index];
    if (cell === undefined || event.button !== 0) return;
    event.stopPropagation();
    editor.select(index);
    canvas.current?.setPointerCapture(event.pointerId);
    drag.current = { index, handle, start: cell, x: event.clientX, y: event.clientY, tag: `drag-${event.timeStamp}` };
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    const held = drag.current;
    const box = canvas.current?.getBoundingClientRect();
    if (held === null || box === undefined) return;
    const dx = ((event.clientX - held.x) / box.width) * CANVAS;
    const dy = ((event.clientY - held.y) / box.height) * CANVAS;
    if (Math.abs(dx) + Math.abs(dy) < 4) return;
    editor.edit((one) => setRect(one, held.index, dragged(one.cells, held.index, held.start, held.handle, dx, dy)), held.tag);
  };
  const drop = (): void => {
    drag.current = null;
  };

  const key = (event: KeyboardEvent<HTMLElement>, index: number): void => {
    const arrow = ARROWS[event.code];
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const site = plain && !event.shiftKey ? snapshot?.sites[SITE_CODES.findIndex((code) => code === event.code)] : undefined;
    if (arrow !== undefined && plain) {
      const [axis, direction] = arrow;
      const resizes = event.shiftKey;
      editor.edit(
        (one) => {
          const rect = nudged(one.cells, index, axis, direction, resizes);
          return rect === null ? one : setRect(one, index, rect);
        },
        `${resizes ? 'size' : 'move'}-${index}`,
      );
    } else if (event.code === 'Delete' && plain) editor.remove();
    else if (event.code === 'Enter' && plain) onEnter();
    else if (site !== undefined) editor.edit((one) => place(one, index, site.site));
    else return;
    event.preventDefault();
  };

  return (
    <div ref={canvas} className="edit-canvas" role="group" aria-label={t('layoutEditor.canvas')} onPointerMove={move} onPointerUp={drop} onPointerCancel={drop}>
      {layout.cells.map((cell, index) => {
        const what = sourceWords(t, cell.source, names);
        const isHidden = hidden.includes(index);
        return (
          <button
            // oxlint-disable-next-line react/no-array-index-key -- A cell is its place in the drawing order.
            key={index}
            id={`edit-cell-${index}`}
            type="button"
            className={`edit-cell from-${cell.source.from}${index === selected ? ' is-selected' : ''}${isHidden ? ' is-hidden' : ''}`}
            style={percent(cell)}
            aria-current={index === selected}
            aria-label={t('layoutEditor.cellLong', { number: index + 1, what, x: cell.x, y: cell.y, w: cell.w, h: cell.h })}
            onFocus={() => editor.select(index)}
            onClick={() => editor.select(index)}
            onKeyDown={(event) => key(event, index)}
            onPointerDown={(event) => grab(event, index, 'move')}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              const dropped = event.dataTransfer.getData('text/plain');
              if (snapshot?.sites.some((one) => one.site === dropped) !== true) return;
              editor.select(index);
              editor.edit((one) => place(one, index, dropped));
            }}
          >
            <span className="edit-cell-text">
              <b>{index + 1}</b> {what}
              {isHidden && <small>{t('layoutEditor.isHidden')}</small>}
            </span>
            {index === selected && HANDLES.map((handle) => <span key={handle} className={`edit-handle handle-${handle}`} aria-hidden="true" onPointerDown={(event) => grab(event, index, handle)} />)}
          </button>
        );
      })}
    </div>
  );
}
