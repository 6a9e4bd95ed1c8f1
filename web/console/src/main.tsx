import { App as AntApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import 'dayjs/locale/zh-cn';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import './styles/base.css';
import './styles/list.css';
import './styles/transcript.css';
import './styles/cards.css';
import './styles/talk.css';
import './styles/panel.css';

const FONTS =
  '-apple-system, BlinkMacSystemFont, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

const root = document.getElementById('root');
if (!root) throw new Error('no #root');
createRoot(root).render(
  <StrictMode>
    <ConfigProvider
      locale={zhCN}
      button={{ autoInsertSpace: false }}
      theme={{
        token: {
          colorPrimary: '#1d4f91',
          colorInfo: '#1d4f91',
          colorSuccess: '#1b7a4b',
          colorError: '#c01f2c',
          colorTextBase: '#17212b',
          colorTextDescription: '#5b6b79',
          colorTextPlaceholder: '#6b7a88',
          borderRadius: 8,
          fontFamily: FONTS,
        },
      }}
    >
      <AntApp message={{ maxCount: 3 }}>
        <App />
      </AntApp>
    </ConfigProvider>
  </StrictMode>,
);
