import { render } from 'preact';
import { createApi } from '../../shared/api';
import { App } from './app';
import { VisitorClient } from './client';
import { followKeyboard } from './keyboard';
import { browserStore } from './store';
import './styles/base.css';
import './styles/messages.css';
import './styles/elder.css';

const channel = document.documentElement.dataset['channel'] === 'h5' ? 'h5' : 'bubble';

const client = new VisitorClient({
  channel,
  createApi: (token) => createApi({ token }),
  openSocket: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/visitor/ws`),
  store: browserStore(`tingxin:${channel}`),
});

followKeyboard();
const root = document.getElementById('app');
if (root) render(<App client={client} channel={channel} />, root);
