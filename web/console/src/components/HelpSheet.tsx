import { Modal } from 'antd';
import { SHORTCUT_LIST } from '../lib/shortcuts';

export function HelpSheet({ open, onClose }: { open: boolean; onClose(): void }) {
  return (
    <Modal open={open} onCancel={onClose} title="快捷键" footer={null} width={420}>
      <dl className="help">
        {SHORTCUT_LIST.map(({ keys, text }) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
