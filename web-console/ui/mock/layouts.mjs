const grid = (name, columns) => ({
  name,
  cells: Array.from({ length: columns * columns }, (_, index) => {
    const side = 1000 / columns;
    return { x: (index % columns) * side, y: Math.floor(index / columns) * side, w: side, h: side, source: { from: 'blank' } };
  }),
});

const big = () => {
  const cells = grid('4x4', 4).cells.filter((cell) => cell.x >= 500 || cell.y >= 500);
  return { name: '4x4-big', cells: [{ x: 0, y: 0, w: 500, h: 500, source: { from: 'main' } }, ...cells] };
};

export const layouts = {
  layouts: [{ name: '1', cells: [{ x: 0, y: 0, w: 1000, h: 1000, source: { from: 'main' } }] }, grid('2x2', 2), big(), grid('4x4', 4)],
};
