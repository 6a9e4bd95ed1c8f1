import { Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useDesk, useDeskState } from '../desk';
import { customerName } from '../lib/labels';

export interface Closing {
  id: string;
  kind: 'return' | 'close';
}

const WORDS = {
  return: {
    title: '转回智能客服？',
    text: '转回后由智能客服继续服务，客户会看到提示；客户仍可随时再次要求人工。',
    ok: '确认转回',
  },
  close: {
    title: '结束会话？',
    text: '结束后不能再在此会话中回复；客户再次留言时会开启新的会话。',
    ok: '确认结束',
  },
} as const;

/** Asks before a conversation leaves the agent, with room for a short summary. */
export function CloseDialog({ closing, onDone }: { closing: Closing | null; onDone(): void }) {
  const { controller } = useDesk();
  const [summary, setSummary] = useState('');
  const [busy, setBusy] = useState(false);
  // Kept while the dialog fades out.
  const [last, setLast] = useState<Closing | null>(closing);
  const unsent = useDeskState((state) => (last ? (state.opened[last.id]?.outbox.length ?? 0) : 0));

  useEffect(() => {
    if (!closing) return;
    setLast(closing);
    setSummary('');
  }, [closing]);

  const confirm = async () => {
    if (!closing) return;
    setBusy(true);
    const done =
      closing.kind === 'return'
        ? await controller.giveBack(closing.id, summary)
        : await controller.close(closing.id, summary);
    setBusy(false);
    if (done) onDone();
  };

  const words = WORDS[last?.kind ?? 'close'];
  return (
    <Modal
      open={closing !== null}
      title={words.title}
      okText={words.ok}
      cancelText="取消"
      okButtonProps={{ danger: last?.kind === 'close', loading: busy }}
      onOk={() => void confirm()}
      onCancel={onDone}
      width={440}
    >
      <p className="dialog-text">
        {last && <b>{customerName(last.id)}</b>} {words.text}
      </p>
      {unsent > 0 && <p className="dialog-warning">还有 {unsent} 条回复未送达，结束后将不再发送。</p>}
      <label className="dialog-label" htmlFor="closing-summary">
        服务小结（选填）
      </label>
      <Input.TextArea
        id="closing-summary"
        value={summary}
        onChange={(event) => setSummary(event.target.value)}
        autoSize={{ minRows: 2, maxRows: 5 }}
        maxLength={500}
        showCount
        placeholder="客户诉求与处理结果，便于后续回访"
      />
    </Modal>
  );
}
