import { ArrowLeftOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton, Tooltip } from 'antd';
import { type RefObject, useEffect } from 'react';
import type { ConversationState } from '../api/types';
import { useDesk, useDeskState, useNow } from '../desk';
import { channelLabel, customerName, percent, stageTone, stateLabel } from '../lib/labels';
import { durationWords } from '../lib/time';
import { briefOf, replyAllowed } from '../store/selectors';
import type { Closing } from './CloseDialog';
import { Composer } from './Composer';
import type { Focus } from './Shell';
import { Transcript } from './Transcript';

interface Props {
  id: string;
  focus: Focus | null;
  replyRef: RefObject<HTMLTextAreaElement | null>;
  onBack?: (() => void) | undefined;
  onPanel?: (() => void) | undefined;
  onClose(kind: Closing['kind']): void;
}

/** The middle column: who it is, what was said, and the reply box or the way to take over. */
export function Conversation({ id, focus, replyRef, onBack, onPanel, onClose }: Props) {
  const { controller, agent } = useDesk();
  const opened = useDeskState((state) => state.opened[id]);
  const brief = useDeskState((state) => briefOf(state, id));
  const mayReply = useDeskState((state) => replyAllowed(state, id));
  const tone = stageTone(brief?.stage ?? 'calm');
  const working = opened?.working ?? null;

  useEffect(() => {
    if (mayReply && matchMedia('(hover: hover)').matches) replyRef.current?.focus({ preventScroll: true });
  }, [mayReply, replyRef]);

  return (
    <>
      <header className="talk-head">
        {onBack && <Button type="text" icon={<ArrowLeftOutlined />} aria-label="返回列表" onClick={onBack} />}
        <div className="talk-who">
          <h2>{customerName(id)}</h2>
          {brief && (
            <p>
              <span>{channelLabel(brief.channel)}</span>
              <span>{stateLabel(brief.state)}</span>
              <span className="talk-stage" style={{ color: tone.color }}>
                <i style={{ background: tone.color }} aria-hidden />
                {tone.word} {percent(brief.level)}
              </span>
            </p>
          )}
        </div>
        <div className="talk-tools">
          {mayReply && (
            <>
              <Button disabled={working !== null} onClick={() => onClose('return')}>
                转回智能客服
              </Button>
              <Tooltip title="Alt+E">
                <Button danger disabled={working !== null} onClick={() => onClose('close')}>
                  结束会话
                </Button>
              </Tooltip>
            </>
          )}
          {onPanel && (
            <Button icon={<InfoCircleOutlined />} aria-label="客户情况" onClick={onPanel}>
              <span className="wide-only">客户情况</span>
            </Button>
          )}
        </div>
      </header>
      {(!opened || opened.status === 'loading') && (
        <div className="talk-loading">
          <Skeleton active avatar paragraph={{ rows: 2 }} />
          <Skeleton active avatar paragraph={{ rows: 3 }} />
        </div>
      )}
      {opened?.status === 'failed' && (
        <div className="talk-loading">
          <Alert
            type="error"
            showIcon
            title={opened.error ?? '会话未能打开。'}
            action={<Button onClick={() => void controller.load(id)}>重新加载</Button>}
          />
        </div>
      )}
      {opened?.status === 'ready' && (
        <Transcript id={id} opened={opened} workNo={agent.work_no} focus={focus} />
      )}
      {opened?.status === 'ready' && brief && (
        <footer className="talk-foot">
          {mayReply ? (
            <Composer id={id} inputRef={replyRef} />
          ) : brief.state === 'waiting' ? (
            <div className="take-bar">
              <p>
                <b>客户正在等待人工</b>
                <WaitingWords id={id} />
              </p>
              <Button
                type="primary"
                size="large"
                loading={working === 'take'}
                onClick={() => void controller.take(id)}
              >
                接入
              </Button>
            </div>
          ) : (
            <p className="foot-note">{whyNoReply(brief.state, opened.servedBy)}</p>
          )}
        </footer>
      )}
    </>
  );
}

function whyNoReply(state: ConversationState, servedBy: string): string {
  if (state === 'closed') return '会话已结束，此处为只读。';
  if (state === 'human') return `该会话由${servedBy ? `工号 ${servedBy} ` : '其他坐席'}服务，此处为只读。`;
  return '智能客服正在服务，此处为只读。';
}

function WaitingWords({ id }: { id: string }) {
  const from = useDeskState((state) => state.lists.waiting.find((row) => row.id === id)?.waitingFrom);
  const now = useNow();
  return <span>{from ? `已等待 ${durationWords(now - from)}，` : ''}接入后即可回复</span>;
}
