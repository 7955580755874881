/** Distress, sickness and step over time; sickness on the height of distress, ten for a hundred. One blue for both directions: falling distress is neither good nor bad news. */

import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { ratings, shownSteps, sickness } from "../core/story";
import { FMS_MAX, SUDS_MAX } from "../generated/core";
import type { Record } from "../generated/wire";
import { words } from "../words/en";

const SUDS_INK = "#1f4e68";
const FMS_INK = "#4b2e83";
const STEP_INK = "#8a6d3b";
const GRID = "#e3e7eb";
const INK = "#4a5663";
const FONT = "12px system-ui, sans-serif";
const SHORTEST_MIN = 5;

/** `beginNs` and `nowNs` on the headset's clock; `steps` is how many the ladder has. */
export function Chart(props: { records: Record[]; beginNs: number; nowNs: number; steps: number }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const found = useMemo(
    () => ({ given: ratings(props.records), sick: sickness(props.records), shown: shownSteps(props.records) }),
    [props.records.length],
  );
  const second = Math.floor((props.nowNs - props.beginNs) / 1e9);

  useEffect(() => {
    const box = place.current!;
    const made = new uPlot(options(box, props.steps), [[], [], [], []], box);
    const watcher = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: box.clientHeight }));
    plot.current = made;
    watcher.observe(box);
    return () => {
      watcher.disconnect();
      made.destroy();
    };
  }, [props.steps]);

  useEffect(() => plot.current?.setData(table(found, props)), [found, second, props.steps]);

  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <h2 id="chart-title">{words.chart.title}</h2>
      <p class="key">
        <span class="suds">● {words.chart.suds}</span> <span class="fms">○ {words.chart.fms}</span>{" "}
        <span class="step">▬ {words.chart.step}</span>
      </p>
      <div
        ref={place}
        class="plot"
        role="img"
        aria-label={words.chart.described(
          found.given.length,
          told(found.given.at(-1)?.suds),
          told(found.sick.at(-1)?.fms),
        )}
      />
    </section>
  );
}

const told = (number: number | undefined) => (number === undefined ? words.live.never : String(number));

interface Found {
  given: { tNs: number; suds: number }[];
  sick: { tNs: number; fms: number }[];
  shown: { tNs: number; shown: number }[];
}

/** uPlot wants one list of times for all series: minutes since the beginning. */
function table(
  { given, sick, shown }: Found,
  { beginNs, nowNs }: { beginNs: number; nowNs: number },
): uPlot.AlignedData {
  const rows = [
    ...given.map(({ tNs, suds }) => ({ tNs, suds, fms: undefined, step: undefined })),
    ...sick.map(({ tNs, fms }) => ({ tNs, suds: undefined, fms, step: undefined })),
    ...shown.map(({ tNs, shown: step }) => ({ tNs, suds: undefined, fms: undefined, step })),
  ].sort((one, other) => one.tNs - other.tNs);
  const last = shown.at(-1)?.shown ?? 0;
  const minutes = (tNs: number) => (tNs - beginNs) / 60e9;
  return [
    [0, ...rows.map(({ tNs }) => Math.max(0, minutes(tNs))), Math.max(0, minutes(nowNs))],
    [undefined, ...rows.map(({ suds }) => suds), undefined],
    [undefined, ...rows.map(({ fms }) => fms), undefined],
    [0, ...rows.map(({ step }) => step), last],
  ];
}

function options(box: HTMLElement, steps: number): uPlot.Options {
  const axis = { stroke: INK, font: FONT, grid: { stroke: GRID, width: 1 }, ticks: { show: false } };
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_plot, _low, high) => [0, Math.max(SHORTEST_MIN, high)] },
      suds: { range: [0, SUDS_MAX] },
      fms: { range: [0, FMS_MAX] },
      step: { range: [0, Math.max(1, steps)] },
    },
    series: [
      {},
      { scale: "suds", stroke: SUDS_INK, width: 2, spanGaps: true, points: { show: true, size: 8, fill: SUDS_INK } },
      {
        scale: "fms",
        stroke: FMS_INK,
        width: 1,
        dash: [4, 4],
        spanGaps: true,
        points: { show: true, size: 8, fill: "#fff", stroke: FMS_INK, width: 2 },
      },
      {
        scale: "step",
        stroke: STEP_INK,
        width: 2,
        spanGaps: true,
        points: { show: false },
        paths: uPlot.paths.stepped!({ align: 1 }),
      },
    ],
    axes: [
      { ...axis, size: 24, values: (_plot, splits) => splits.map((minute) => `${minute} ${words.chart.time}`) },
      { ...axis, scale: "suds", size: 34, splits: () => [0, 25, 50, 75, 100] },
      { ...axis, scale: "step", side: 1, size: 30, grid: { show: false }, stroke: STEP_INK },
    ],
  };
}
