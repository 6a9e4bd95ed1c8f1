import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useDeskState } from '../desk';
import { AskedCard } from './AskedCard';
import { CurveTable } from './CurveTable';
import { CustomerCard } from './CustomerCard';
import { HandoffCard } from './HandoffCard';

const EmotionChart = lazy(() => import('./EmotionChart'));

export type Jump = (seqs: number[]) => void;

/** The right column: why the customer is here, how they feel, what they asked, who they are. */
export function InfoPanel({ id, onJump }: { id: string; onJump: Jump }) {
  const opened = useDeskState((state) => state.opened[id]);
  if (!opened || opened.status !== 'ready') {
    return (
      <section className="card">
        {opened?.status === 'failed' ? <p className="card-empty">会话打开后显示客户情况。</p> : <Skeleton active />}
      </section>
    );
  }
  return (
    <>
      <HandoffCard handoff={opened.handoff} onJump={onJump} />
      <section className="card" aria-labelledby="curve-title" data-testid="emotion-curve">
        <header>
          <h3 id="curve-title">情绪曲线</h3>
        </header>
        {opened.curve.length === 0 ? (
          <p className="card-empty">客户发言后，这里会画出每一轮的情绪变化。</p>
        ) : (
          <>
            <Suspense fallback={<Skeleton.Node active className="chart-wait" />}>
              <EmotionChart curve={opened.curve} threshold={opened.threshold} onJump={onJump} />
            </Suspense>
            <CurveTable opened={opened} onJump={onJump} />
          </>
        )}
      </section>
      <AskedCard messages={opened.messages} onJump={onJump} />
      <CustomerCard id={id} opened={opened} onJump={onJump} />
    </>
  );
}
