// Draws the table of the throughput: a bar for each day, a segment for each queue. What the chart shows is what
// the table holds, and a click on a segment goes where the figure in the table leads.

const HEIGHT = 260;
const plots = new Map();

const read = (table) => {
  const names = [...table.tHead.rows[0].cells].slice(1, -1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  return {
    names,
    days: rows.map((row) => row.cells[0].textContent),
    counts: names.map((_, at) => rows.map((row) => Number(row.cells[at + 1].textContent))),
    address: (day, queue) => rows[day]?.cells[queue + 1]?.querySelector("a")?.href,
  };
};

const stacked = (counts) => {
  const sums = counts[0].map(() => 0);
  return counts.map((ofQueue) => ofQueue.map((number, day) => (sums[day] += number)));
};

const draw = (place) => {
  const table = read(document.getElementById(place.dataset.chart));
  const tops = stacked(table.counts);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const last = table.names.length - 1;
  const paint = table.names.map((_, at) => colour(at === last ? "--queue-others" : `--queue-${at + 1}`));
  const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
  // The highest first, so that each lower one covers all but its own segment.
  const order = table.names.map((_, at) => at).reverse();
  const plot = new uPlot(
    {
      width: place.clientWidth - 32,
      height: HEIGHT,
      scales: { x: { time: false, range: [-0.6, table.days.length - 0.4] }, y: { range: (_, __, to) => [0, Math.max(1, to * 1.05)] } },
      axes: [
        { ...axis, grid: { show: false }, incrs: [1, 2, 7, 14, 28, 56], values: (_, at) => at.map((day) => table.days[day]?.replace(/ \d{4}$/, "")) },
        { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
      ],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      series: [
        { label: "Day", value: (_, day) => table.days[day] ?? "–" },
        ...order.map((at) => ({
          label: table.names[at],
          fill: paint[at],
          stroke: paint[at],
          width: 0,
          points: { show: false },
          paths: uPlot.paths.bars({ size: [0.75, 48] }),
          value: (_, __, ___, day) => (day == null ? "–" : table.counts[at][day]),
        })),
      ],
    },
    [table.days.map((_, day) => day), ...order.map((at) => tops[at])],
    place,
  );
  plot.over.addEventListener("click", () => {
    const { idx: day, top } = plot.cursor;
    if (day == null) return;
    const height = plot.posToVal(top, "y");
    const queue = tops.findIndex((ofQueue) => height <= ofQueue[day]);
    const address = table.address(day, queue < 0 ? table.names.length : queue);
    if (address) location.assign(address);
  });
  plots.set(place, plot);
};

const drawAll = () => {
  for (const plot of plots.values()) plot.destroy();
  plots.clear();
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
};

drawAll();
document.addEventListener("htmx:after:swap", drawAll);
addEventListener("resize", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
