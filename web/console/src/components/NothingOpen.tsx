import { CustomerServiceOutlined } from '@ant-design/icons';
import { useDeskState } from '../desk';

export function NothingOpen() {
  const waiting = useDeskState((state) => state.lists.waiting.length);
  const mine = useDeskState((state) => state.lists.mine.length);
  return (
    <div className="nothing">
      <CustomerServiceOutlined aria-hidden />
      <h2>{waiting > 0 ? `有 ${waiting} 位客户正在排队` : mine > 0 ? '请选择一个会话' : '暂时没有客户需要人工'}</h2>
      <p>
        {waiting > 0
          ? '从左侧“排队”中选择客户，可先查看对话与转接原因，再点击“接入”。'
          : mine > 0
            ? '从左侧“我的会话”中选择客户继续服务，也可以按 Alt+J 切换。'
            : '客户转人工时，这里会响铃提示，并显示在左侧“排队”中。'}
      </p>
      <p className="hint">
        按 <kbd>?</kbd> 查看快捷键
      </p>
    </div>
  );
}
