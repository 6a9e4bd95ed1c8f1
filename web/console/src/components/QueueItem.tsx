import { ClockCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useDesk, useDeskState, useNow, useTyping } from '../desk';
import { channelLabel, customerName, isUrgent, percent, reasonLabel, stageTone, stateLabel } from '../lib/labels';
import { keepInView } from '../lib/scroll';
import { clock, day, duration, durationWords } from '../lib/time';
import { unread } from '../store/selectors';
import type { Row } from '../store/state';

/** Waiting for longer than this is shown in red. */
const LONG_WAIT_MS = 3 * 60_000;

function Waiting({ from }: { from: number }) {
  const ms = useNow() - from;
  return (
    <span className={`waiting${ms >= LONG_WAIT_MS ? ' is-long' : ''}`} title={`已等待 ${durationWords(ms)}`}>
      <ClockCircleOutlined aria-hidden /> <span className="sr">已等待 </span>
      {duration(ms)}
    </span>
  );
}

function When({ row }: { row: Row }) {
  if (row.state === 'waiting') return <Waiting from={row.waitingFrom} />;
  if (!row.last_at) return null;
  const today = day(row.last_at) === '今天';
  return <time dateTime={row.last_at}>{today ? clock(row.last_at) : day(row.last_at)}</time>;
}

export function QueueItem({ row, active }: { row: Row; active: boolean }) {
  const { controller } = useDesk();
  const news = useDeskState((state) => unread(state, row));
  const typing = useTyping(row.id);
  const taking = useDeskState((state) => state.opened[row.id]?.working === 'take');
  const ref = useRef<HTMLLIElement>(null);
  const tone = stageTone(row.stage);

  useEffect(() => {
    const list = ref.current?.closest<HTMLElement>('.list-body');
    if (active && list && ref.current) keepInView(list, ref.current);
  }, [active]);

  return (
    <li ref={ref} data-testid="queue-item" data-id={row.id} className={`item is-${row.stage}${active ? ' is-active' : ''}`}>
      <button
        type="button"
        className="item-open"
        aria-current={active ? 'true' : undefined}
        aria-label={`查看${customerName(row.id)}的会话`}
        onClick={() => controller.select(row.id)}
      />
      <div className="item-line">
        <strong>{customerName(row.id)}</strong>
        <span className="channel">{channelLabel(row.channel)}</span>
        <span className="item-when">
          <When row={row} />
        </span>
      </div>
      <p className="item-text">
        <span className="item-words">{typing ? <em>客户正在输入…</em> : row.last_text || '（还没有消息）'}</span>
        {news > 0 && (
          <b className="unread" aria-label={`${news} 条未读`}>
            {news > 99 ? '99+' : news}
          </b>
        )}
      </p>
      <div className="item-line">
        <span className="stage" style={{ color: tone.color, background: tone.soft }}>
          <i style={{ background: tone.color }} aria-hidden />
          {tone.word} {percent(row.level)}
        </span>
        {row.reason && (
          <span className={`reason${isUrgent(row.reason) ? ' is-urgent' : ''}`} title={row.text_reason ?? undefined}>
            {reasonLabel(row.reason)}
          </span>
        )}
        {row.state === 'bot' && <span className="reason">{stateLabel(row.state)}</span>}
        {row.state === 'waiting' && !active && (
          <Button
            className="item-take"
            type="primary"
            size="small"
            loading={taking}
            onClick={() => void controller.take(row.id)}
          >
            接入
          </Button>
        )}
      </div>
    </li>
  );
}
