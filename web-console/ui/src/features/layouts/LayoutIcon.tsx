import type { Layout } from '../../api/mcu';

/** Small drawing of a layout, so that it is found by its form. */
export function LayoutIcon({ layout }: { layout: Layout }) {
  return (
    <svg viewBox="0 0 1000 1000" width="30" height="20" preserveAspectRatio="none" aria-hidden="true" className="layout-icon">
      {layout.cells.map((cell) => (
        <rect key={`${cell.x}-${cell.y}-${cell.w}-${cell.h}`} x={cell.x} y={cell.y} width={cell.w} height={cell.h} />
      ))}
    </svg>
  );
}
