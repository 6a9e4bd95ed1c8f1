import type { EChartsCoreOption } from 'echarts/core';
import type { CurvePoint } from '../api/types';
import { percent } from './labels';

const LEVEL = '#c01f2c';
const SCORE = '#5d7f9e';
const INK = '#5b6b79';

const hundred = (value: number): number => Math.round(value * 100);

/** What a screen reader says of the chart. */
export function describeCurve(curve: readonly CurvePoint[], threshold: number | null): string {
  const last = curve.at(-1);
  if (!last) return '还没有情绪记录。';
  const peak = curve.reduce((best, point) => (point.level > best.level ? point : best), last);
  const over = threshold === null ? undefined : curve.find((point) => point.level >= threshold);
  return [
    `情绪曲线，共 ${curve.length} 轮客户发言。`,
    `累积程度从 ${percent(curve[0]?.level ?? 0)} 到 ${percent(last.level)}，最高为第 ${peak.seq} 条的 ${percent(peak.level)}。`,
    over ? `第 ${over.seq} 条起达到转人工线 ${percent(threshold ?? 0)}。` : '没有达到转人工线。',
  ].join('');
}

export function curveOption(curve: readonly CurvePoint[], threshold: number | null): EChartsCoreOption {
  return {
    animationDuration: 300,
    aria: {
      enabled: true,
      decal: { show: true },
      label: { enabled: true, description: describeCurve(curve, threshold) },
    },
    grid: { left: 34, right: 14, top: 34, bottom: 26 },
    legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 8, textStyle: { color: INK, fontSize: 12 } },
    tooltip: {
      trigger: 'axis',
      // Drawn, not HTML: nothing of the data is ever parsed as markup.
      renderMode: 'richText',
      confine: true,
      formatter: (items: unknown) => tooltip(items),
    },
    xAxis: {
      type: 'category',
      boundaryGap: curve.length < 3,
      data: curve.map((point) => String(point.seq)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#cfd8df' } },
      axisLabel: { color: INK, fontSize: 11, formatter: '#{value}', hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 100,
      interval: 50,
      axisLabel: { color: INK, fontSize: 11 },
      splitLine: { lineStyle: { color: '#e8edf1' } },
    },
    series: [
      {
        name: '单条情绪',
        type: 'line',
        data: curve.map((point) => hundred(point.score)),
        symbol: 'circle',
        symbolSize: 5,
        lineStyle: { color: SCORE, width: 1.5, type: 'dashed' },
        itemStyle: { color: SCORE },
      },
      {
        name: '累积程度',
        type: 'line',
        data: curve.map((point) => hundred(point.level)),
        symbol: 'circle',
        symbolSize: 7,
        lineStyle: { color: LEVEL, width: 2.5 },
        itemStyle: { color: LEVEL },
        areaStyle: { color: LEVEL, opacity: 0.07 },
        markLine:
          threshold === null
            ? undefined
            : {
                silent: true,
                symbol: 'none',
                lineStyle: { color: '#8a1a22', type: [4, 4], width: 1 },
                label: {
                  formatter: `转人工线 ${percent(threshold)}`,
                  position: 'insideStartTop',
                  color: '#8a1a22',
                  fontSize: 11,
                },
                data: [{ yAxis: hundred(threshold) }],
              },
      },
    ],
  };
}

function tooltip(items: unknown): string {
  const points = items as { axisValue?: string; seriesName?: string; value?: number }[];
  const lines = points.map((point) => `${point.seriesName ?? ''}  ${point.value ?? 0}%`);
  return [`第 ${points[0]?.axisValue ?? ''} 条`, ...lines].join('\n');
}
