import { SendOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import type { KeyboardEvent, RefObject } from 'react';
import { useDesk, useDeskState } from '../desk';

/** As the gateway's limit: longer replies would be refused. */
const MAX_CHARS = 2000;

export function Composer({ id, inputRef }: { id: string; inputRef: RefObject<HTMLTextAreaElement | null> }) {
  const { controller } = useDesk();
  const draft = useDeskState((state) => state.drafts[id] ?? '');

  const send = () => {
    if (!draft.trim()) return;
    void controller.send(id, draft);
    inputRef.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    // While an input method composes, Enter picks its candidate. 229: Safari has ended the composition already.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="composer">
      <Input.TextArea
        ref={(ref) => {
          inputRef.current = ref?.resizableTextArea?.textArea ?? null;
        }}
        aria-label="回复客户"
        placeholder="输入回复，Enter 发送，Shift+Enter 换行"
        value={draft}
        onChange={(event) => controller.draft(id, event.target.value)}
        onKeyDown={onKeyDown}
        autoSize={{ minRows: 2, maxRows: 7 }}
        maxLength={MAX_CHARS}
        variant="borderless"
      />
      <div className="composer-line">
        <span className="hint">{draft.length > MAX_CHARS * 0.8 ? `${draft.length}/${MAX_CHARS}` : ''}</span>
        <Button type="primary" icon={<SendOutlined />} disabled={!draft.trim()} onClick={send} aria-label="发送">
          发送
        </Button>
      </div>
    </div>
  );
}
