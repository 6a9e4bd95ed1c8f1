import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { CurvePoint } from '../api/types';
import { percent } from '../lib/labels';
import { curveOption } from '../lib/curve';
import type { Jump } from './InfoPanel';

use([LineChart, GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

interface Props {
  curve: CurvePoint[];
  threshold: number | null;
  onJump: Jump;
}

/** Score of each customer turn and the conversation's level, with the line at which a person is called. */
export default function EmotionChart({ curve, threshold, onJump }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const jump = useRef(onJump);
  jump.current = onJump;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = init(element, undefined, { renderer: 'svg' });
    chart.current = made;
    made.on('click', (event) => {
      const seq = Number(event.name);
      if (event.componentType === 'series' && seq > 0) jump.current([seq]);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(curveOption(curve, threshold), { notMerge: true });
  }, [curve, threshold]);

  const last = curve.at(-1);
  return (
    <>
      <div ref={box} className="chart" role="img" />
      {last && (
        <p className="chart-now">
          当前累积 <b className={threshold !== null && last.level >= threshold ? 'is-over' : ''}>{percent(last.level)}</b>
          {threshold !== null && <span>转人工线 {percent(threshold)}</span>}
        </p>
      )}
    </>
  );
}
