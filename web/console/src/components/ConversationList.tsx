import { Skeleton, Tabs } from 'antd';
import { useDesk, useDeskState } from '../desk';
import { totalUnread } from '../store/selectors';
import type { Tab } from '../store/state';
import { QueueItem } from './QueueItem';

const EMPTY: Record<Tab, { title: string; text: string }> = {
  mine: { title: '还没有接入的会话', text: '在“排队”中接入客户后，会话会显示在这里。' },
  waiting: { title: '没有客户在排队', text: '客户要求人工，或情绪持续升高时，会出现在这里并响铃提示。' },
  ended: { title: '还没有已结束的会话', text: '您转回或结束的会话会保留在这里，便于回看。' },
};

export function ConversationList() {
  const { store } = useDesk();
  const lists = useDeskState((state) => state.lists);
  const tab = useDeskState((state) => state.tab);
  const loaded = useDeskState((state) => state.listsLoaded);
  const activeId = useDeskState((state) => state.activeId);
  const unread = useDeskState(totalUnread);

  const label = (word: string, count: number, tone = '') => (
    <span className="tab">
      {word}
      {count > 0 && <b className={tone}>{count}</b>}
    </span>
  );
  return (
    <nav className="list" aria-label="会话列表">
      <Tabs
        activeKey={tab}
        onChange={(key) => store.dispatch({ type: 'tab', tab: key as Tab })}
        items={[
          { key: 'mine', label: label('我的会话', lists.mine.length, unread > 0 ? 'is-news' : '') },
          { key: 'waiting', label: label('排队', lists.waiting.length, 'is-news') },
          { key: 'ended', label: label('已结束', lists.ended.length) },
        ]}
      />
      <div className="list-body">
        {!loaded && <Skeleton active paragraph={{ rows: 5 }} className="list-skeleton" />}
        {loaded && lists[tab].length === 0 && (
          <div className="list-empty">
            <h3>{EMPTY[tab].title}</h3>
            <p>{EMPTY[tab].text}</p>
          </div>
        )}
        <ul>
          {lists[tab].map((row) => (
            <QueueItem key={row.id} row={row} active={row.id === activeId} />
          ))}
        </ul>
      </div>
    </nav>
  );
}
