import { CustomerServiceOutlined, ExclamationCircleFilled, LoadingOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useDesk } from '../desk';
import { clock } from '../lib/time';
import type { Outgoing } from '../store/state';

/** A reply that is on its way, or that did not arrive. */
export function OutgoingRow({ id, item, workNo }: { id: string; item: Outgoing; workNo: string }) {
  const { controller } = useDesk();
  const failed = item.status === 'failed';
  return (
    <article
      data-testid="message"
      data-sender="agent"
      data-status={item.status}
      className={`row from-agent is-${item.status}`}
    >
      <span className="mark" aria-hidden>
        <CustomerServiceOutlined />
      </span>
      <div className="row-main">
        <p className="row-head">
          <b>人工客服 {workNo}</b>
          <time dateTime={item.at}>{clock(item.at)}</time>
          {!failed && (
            <span>
              <LoadingOutlined aria-hidden /> 发送中
            </span>
          )}
        </p>
        <div className="bubble">{item.text}</div>
        {failed && (
          <p className="failed" role="alert">
            <ExclamationCircleFilled aria-hidden /> 未送达：{item.error}
            <span className="failed-ways">
              <Button type="link" size="small" onClick={() => void controller.retry(id, item.clientMsgId)}>
                重新发送
              </Button>
              <Button type="link" size="small" onClick={() => controller.discard(id, item.clientMsgId)}>
                放弃
              </Button>
            </span>
          </p>
        )}
      </div>
    </article>
  );
}
