import { useMemo } from 'react';
import type { Message } from '../api/types';
import { outcomeLabel } from '../lib/labels';
import { askedPoints } from '../store/selectors';
import type { Jump } from './InfoPanel';

const OPEN_OUTCOMES: ReadonlySet<string> = new Set([
  'not_understood',
  'failed',
  'out_of_scope', 'clarify', 'handoff', 'declined',
]);

/** What the customer asked the bot, so that nobody has to ask again. */
export function AskedCard({ messages, onJump }: { messages: Message[]; onJump: Jump }) {
  const points = useMemo(() => askedPoints(messages), [messages]);
  return (
    <section className="card" aria-labelledby="asked-title">
      <header>
        <h3 id="asked-title">咨询要点</h3>
        {points.length > 0 && <span className="count">{points.length} 项</span>}
      </header>
      {points.length === 0 ? (
        <p className="card-empty">客户还没有向智能客服提出具体问题。</p>
      ) : (
        <ul className="asked">
          {points.map((point) => (
            <li key={point.key}>
              <button type="button" onClick={() => onJump(point.seqs)} title="在对话中查看">
                {point.label}
              </button>
              {point.seqs.length > 1 && <span className="again">问了 {point.seqs.length} 次</span>}
              {point.outcome && (
                <span className={OPEN_OUTCOMES.has(point.outcome) ? 'outcome is-open' : 'outcome'}>
                  {outcomeLabel(point.outcome)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
