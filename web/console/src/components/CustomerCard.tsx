import { useDesk, useDeskState } from '../desk';
import { channelLabel, customerName, eventLabel, reasonLabel, stateLabel } from '../lib/labels';
import { clock, dayClock } from '../lib/time';
import { briefOf, disclosureName } from '../store/selectors';
import type { LedgerEvent } from '../api/types';
import type { Opened } from '../store/state';
import type { Jump } from './InfoPanel';

export function CustomerCard({ id, opened, onJump }: { id: string; opened: Opened; onJump: Jump }) {
  const { controller } = useDesk();
  const brief = useDeskState((state) => briefOf(state, id));
  const { disclosures, messages, previous, summary } = opened;
  const first = messages[0]?.at;
  const asked = messages.filter((message) => message.sender === 'customer').length;
  return (
    <>
      <section className="card" aria-labelledby="shown-title">
        <header>
          <h3 id="shown-title">已展示的风险揭示</h3>
          {disclosures.length > 0 && <span className="count">{disclosures.length} 次</span>}
        </header>
        {disclosures.length === 0 ? (
          <p className="card-empty">本次会话没有涉及需要风险揭示的产品。</p>
        ) : (
          <ul className="shown">
            {disclosures.map((shown) => (
              <li key={`${shown.seq}-${shown.product_code}`}>
                <b>{disclosureName(messages, shown)}</b>
                <span>版本 {shown.version}</span>
                <time dateTime={shown.at}>{clock(shown.at)}</time>
                <button type="button" onClick={() => onJump([shown.seq])} aria-label={`查看第 ${shown.seq} 条消息`}>
                  #{shown.seq}
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="card" aria-labelledby="customer-title">
        <header>
          <h3 id="customer-title">客户与会话</h3>
        </header>
        <dl className="facts">
          <Fact name="渠道" value={brief ? channelLabel(brief.channel) : ''} />
          <Fact name="状态" value={brief ? stateLabel(brief.state) : ''} />
          <Fact name="开始时间" value={first ? dayClock(first) : ''} />
          <Fact name="客户发言" value={`${asked} 条`} />
          <Fact name="会话编号" value={id} />
        </dl>
        {summary && (
          <>
            <h4>服务小结</h4>
            <p className="summary">{summary}</p>
          </>
        )}
        <Trail events={opened.events} />
        <h4>历史会话</h4>
        {previous.length === 0 ? (
          <p className="card-empty">没有更早的会话。</p>
        ) : (
          <ul className="previous">
            {previous.map((item) => (
              <li key={item.id}>
                <button type="button" onClick={() => controller.select(item.id)}>
                  <span>
                    {item.last_at ? dayClock(item.last_at) : customerName(item.id)}
                     · {stateLabel(item.state)}
                  </span>
                  <small>{item.text_reason || reasonLabel(item.reason) || item.last_text || '智能客服接待'}</small>
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

/** Hand-offs, takes and returns in order. */
function Trail({ events }: { events: LedgerEvent[] }) {
  const told = events.filter((event) => eventLabel(event.what));
  if (told.length === 0) return null;
  return (
    <>
      <h4>服务轨迹</h4>
      <ol className="trail">
        {told.map((event, index) => (
          <li key={`${event.at}-${index}`}>
            <time dateTime={event.at}>{clock(event.at)}</time>
            {eventLabel(event.what)}
            <small>{trailDetail(event)}</small>
          </li>
        ))}
      </ol>
    </>
  );
}

function trailDetail(event: LedgerEvent): string {
  const workNo = event.detail?.['work_no'];
  if (typeof workNo === 'string') return `工号 ${workNo}`;
  return event.what === 'handed_over' ? reasonLabel(event.why ?? null) : '';
}

function Fact({ name, value }: { name: string; value: string }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
