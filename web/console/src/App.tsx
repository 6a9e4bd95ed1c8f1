import { App as AntApp } from 'antd';
import { useCallback, useState } from 'react';
import { SignIn } from './components/SignIn';
import { Workplace } from './components/Workplace';
import { keepSession, readSession, type Session } from './lib/session';

/** Either the sign-in page or the agent's workplace. */
export function App() {
  const [session, setSession] = useState<Session | null>(readSession);
  const [notice, setNotice] = useState('');
  const { message } = AntApp.useApp();

  const enter = useCallback((next: Session) => {
    keepSession(next);
    setNotice('');
    setSession(next);
  }, []);

  const leave = useCallback(
    (why: 'asked' | 'expired') => {
      keepSession(null);
      message.destroy();
      setNotice(why === 'expired' ? '登录已过期，请重新登录。' : '');
      setSession(null);
    },
    [message],
  );

  if (!session) return <SignIn notice={notice} onSignedIn={enter} />;
  return <Workplace key={session.token} session={session} onLeave={leave} />;
}
