// The chart of a work order: what is complete, the line to the due date, the forecast. It is drawn anew when
// the part it stands in was fetched anew, and when the colours or the width change.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Days as the rest of the page names them; hours where a day is wide. The columns are those of uPlot's own table: the
// least distance of two marks, what they say, and what the first of another year, month and day says too.
const DAYS = "{D} {MMM}";
const MARKS = [
  [86400, DAYS, `${DAYS}\n{YYYY}`, null, null, null, null, null, 0],
  [60, "{HH}:{mm}", `{HH}:{mm}\n${DAYS} {YYYY}`, null, `{HH}:{mm}\n${DAYS}`, null, null, null, 0],
];

let chart = null;
let drawn = "";

function draw(again) {
  const place = document.getElementById("chart");
  const source = document.getElementById("chart-data");
  if (!place || !source) return;
  if (!again && drawn === source.textContent && place.firstChild) return;
  drawn = source.textContent;
  const { done, plan, forecast, needed } = JSON.parse(drawn);
  chart?.destroy();
  const lines = [done, plan, forecast ?? []].map((points) => [
    points.map((point) => point[0]),
    points.map((point) => point[1]),
  ]);
  const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  const options = {
    width: place.clientWidth,
    height: 240,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: [0, needed] } },
    axes: [{ ...axis, values: MARKS }, axis],
    series: [
      {},
      { stroke: colour("--done-mark"), width: 3, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } },
      { stroke: colour("--wait"), width: 1, spanGaps: true, points: { show: false } },
      { stroke: colour("--busy-mark"), width: 2, dash: [6, 5], spanGaps: true, points: { show: false } },
    ],
  };
  chart = new uPlot(options, uPlot.join(lines, [[1, 2], [1, 2], [1, 2]]), place);
}

draw();
document.addEventListener("htmx:after:swap", () => draw());
addEventListener("resize", () => draw(true));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(true));
