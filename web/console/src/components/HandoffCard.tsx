import type { Handoff } from '../api/types';
import { isUrgent, percent, reasonLabel } from '../lib/labels';
import { dayClock } from '../lib/time';
import type { Jump } from './InfoPanel';

/** Why a person is needed, and which turns say so: each leads to its message. */
export function HandoffCard({ handoff, onJump }: { handoff: Handoff | null; onJump: Jump }) {
  if (!handoff) {
    return (
      <section className="card" aria-labelledby="handoff-title" data-testid="handoff-reason">
        <header>
          <h3 id="handoff-title">转接原因</h3>
        </header>
        <p className="card-empty">此会话没有转过人工。</p>
      </section>
    );
  }
  return (
    <section
      className={`card handoff${isUrgent(handoff.reason) ? ' is-urgent' : ''}`}
      aria-labelledby="handoff-title"
      data-testid="handoff-reason"
    >
      <header>
        <h3 id="handoff-title">转接原因</h3>
        <span className={`reason${isUrgent(handoff.reason) ? ' is-urgent' : ''}`}>{reasonLabel(handoff.reason)}</span>
        <time dateTime={handoff.at}>{dayClock(handoff.at)}</time>
      </header>
      <p className="handoff-text">{handoff.text_reason}</p>
      {handoff.reasons.length > 0 && (
        <ol className="reasons">
          {handoff.reasons.map((reason, index) => (
            <li key={`${reason.code}-${index}`} data-testid="handoff-reason-item">
              <button
                type="button"
                className="reason-text"
                disabled={reason.seqs.length === 0}
                title={reason.seqs.length > 0 ? '在对话中查看' : undefined}
                onClick={() => onJump(reason.seqs)}
              >
                {reason.text}
              </button>
              <span className="weight" title="在判断中所占比重">
                <span aria-hidden>
                  <i style={{ width: percent(reason.weight) }} />
                </span>
                <span className="sr">比重 </span>
                {percent(reason.weight)}
              </span>
              {reason.seqs.length > 0 && (
                <span className="turns">
                  {reason.seqs.map((seq) => (
                    <button key={seq} type="button" onClick={() => onJump([seq])} aria-label={`查看第 ${seq} 条消息`}>
                      #{seq}
                    </button>
                  ))}
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
