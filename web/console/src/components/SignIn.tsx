import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { ApiError, signIn } from '../api/client';
import type { Session } from '../lib/session';
import { unlockSound } from '../lib/sound';
import { Logo } from './Logo';

interface Fields {
  username: string;
  password: string;
}

export function SignIn({ notice, onSignedIn }: { notice: string; onSignedIn(session: Session): void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async ({ username, password }: Fields) => {
    unlockSound();
    setBusy(true);
    setError('');
    try {
      onSignedIn(await signIn(username.trim(), password));
    } catch (caught) {
      setError(sentence(caught));
      setBusy(false);
    }
  };

  const shown = error || notice;
  return (
    <main className="sign-in">
      <section className="sign-in-card" aria-labelledby="sign-in-title">
        <header className="sign-in-head">
          <Logo size={44} />
          <div>
            <h1 id="sign-in-title">听心坐席工作台</h1>
            <p>先听懂情绪，再解决问题</p>
          </div>
        </header>
        {shown && <Alert type={error ? 'error' : 'warning'} showIcon title={shown} role="alert" />}
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => void submit(fields)} size="large">
          <Form.Item name="username" label="用户名" rules={[{ required: true, whitespace: true, message: '请输入用户名' }]}>
            <Input prefix={<UserOutlined aria-hidden />} autoComplete="username" autoFocus maxLength={64} />
          </Form.Item>
          <Form.Item name="password" label="密码" rules={[{ required: true, message: '请输入密码' }]}>
            <Input.Password prefix={<LockOutlined aria-hidden />} autoComplete="current-password" maxLength={256} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            登录
          </Button>
        </Form>
        <p className="sign-in-foot">仅供本行授权坐席使用。关闭标签页后需要重新登录。</p>
      </section>
    </main>
  );
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) return '登录未成功，请重试。';
  if (error.status === 401) return '用户名或密码不正确，请重新输入。';
  if (error.status === 0) return '无法连接服务器，请检查网络后重试。';
  return error.message;
}
