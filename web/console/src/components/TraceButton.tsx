import { Popover } from 'antd';
import type { Trace } from '../api/types';
import { entityWords, intentLabel, outcomeLabel, percent } from '../lib/labels';

/** How the bot came to its answer; customers never see this. */
export function TraceButton({ trace }: { trace: Trace }) {
  const { intent, confidence, faq, outcome } = trace;
  if (!intent && !faq) return null;
  const summary = intent ? intentLabel(intent) : (faq?.question ?? '常见问题');
  return (
    <Popover trigger="click" placement="bottomRight" title="智能客服的判断依据" content={<TraceTable trace={trace} />}>
      <button type="button" className="trace">
        <span className="sr">判断依据：</span>
        {summary}
        {typeof confidence === 'number' && <span>{percent(confidence)}</span>}
        {outcome && outcome !== 'answered' && <span className="outcome">{outcomeLabel(outcome)}</span>}
      </button>
    </Popover>
  );
}

function TraceTable({ trace }: { trace: Trace }) {
  const { intent, confidence, faq, entities, outcome } = trace;
  const others = faq?.alternatives?.filter((other) => other.id !== faq.id).slice(0, 3) ?? [];
  return (
    <dl className="trace-table">
      {intent && (
        <div>
          <dt>意图</dt>
          <dd>
            {intentLabel(intent)} <code>{intent}</code>
          </dd>
        </div>
      )}
      {typeof confidence === 'number' && (
        <div>
          <dt>把握</dt>
          <dd>{percent(confidence)}</dd>
        </div>
      )}
      {outcome && (
        <div>
          <dt>结果</dt>
          <dd>{outcomeLabel(outcome)}</dd>
        </div>
      )}
      {entities && entities.length > 0 && (
        <div>
          <dt>识别内容</dt>
          <dd>{entities.map(({ entity, value }) => entityWords(entity, value)).join('、')}</dd>
        </div>
      )}
      {faq && (
        <div>
          <dt>命中问答</dt>
          <dd>
            {faq.question ?? faq.id}（相似度 {percent(faq.score)}）
          </dd>
        </div>
      )}
      {others.length > 0 && (
        <div>
          <dt>其他候选</dt>
          <dd>{others.map((other) => `${other.question ?? other.id}（${percent(other.score)}）`).join('；')}</dd>
        </div>
      )}
    </dl>
  );
}
