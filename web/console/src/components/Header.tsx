import {
  DownOutlined,
  LogoutOutlined,
  QuestionCircleOutlined,
  SoundOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import { useDesk, useDeskState } from '../desk';
import { Logo } from './Logo';

interface Props {
  soundOn: boolean;
  phone: boolean;
  onSound(on: boolean): void;
  onHelp(): void;
  onSignOut(): void;
}

const LINKS = {
  open: { word: '实时在线', tone: 'ok' },
  connecting: { word: '正在连接', tone: 'wait' },
  lost: { word: '连接中断，正在重连', tone: 'bad' },
} as const;

export function Header({ soundOn, phone, onSound, onHelp, onSignOut }: Props) {
  const { agent } = useDesk();
  const link = LINKS[useDeskState((state) => state.link)];
  return (
    <header className="top">
      <h1 className="brand">
        <Logo size={28} />
        <strong>听心</strong>
        {!phone && <span>坐席工作台</span>}
      </h1>
      <span className={`link is-${link.tone}`} role="status">
        {link.tone === 'ok' ? <i aria-hidden /> : <SyncOutlined spin aria-hidden />}
        {link.word}
      </span>
      <div className="top-tools">
        <Tooltip title={soundOn ? '提示音已开启' : '提示音已关闭'}>
          <Button
            type="text"
            className={soundOn ? undefined : 'is-muted'}
            icon={<SoundOutlined />}
            aria-label="提示音"
            aria-pressed={soundOn}
            onClick={() => onSound(!soundOn)}
          />
        </Tooltip>
        {!phone && (
          <Tooltip title="快捷键（?）">
            <Button type="text" icon={<QuestionCircleOutlined />} aria-label="快捷键" onClick={onHelp} />
          </Tooltip>
        )}
        <Dropdown
          trigger={['click']}
          menu={{
            items: [{ key: 'out', icon: <LogoutOutlined />, label: '退出登录' }],
            onClick: onSignOut,
          }}
        >
          <Button type="text" className="me">
            <span className="me-mark" aria-hidden>
              {agent.work_no.slice(-2)}
            </span>
            <span className={phone ? 'sr' : undefined}>工号 {agent.work_no}</span>
            <span className="sr">账户菜单</span>
            <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      </div>
    </header>
  );
}
