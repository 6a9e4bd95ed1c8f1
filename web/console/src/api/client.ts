import { ApiError, type Call, createApi } from '../../../shared/api';
import type { Agent, ConversationDetail, ConversationState, QueueAnswer } from './types';

export { ApiError };

type Moved = { state: ConversationState };

export interface AgentApi {
  signOut(): Promise<void>;
  queue(): Promise<QueueAnswer>;
  conversation(id: string): Promise<ConversationDetail>;
  take(id: string): Promise<Moved>;
  /** Back to the bot. */
  giveBack(id: string, summary: string): Promise<Moved>;
  close(id: string, summary: string): Promise<Moved>;
  send(id: string, clientMsgId: string, text: string): Promise<{ seq: number }>;
}

const ROOT = '/api/v1/agent';

/** Signs in. Rejects with ApiError, whose message is fit for the form. */
export function signIn(username: string, password: string, call: Call = createApi()): Promise<{ token: string; agent: Agent }> {
  return call("POST", `${ROOT}/sessions`, { body: { username, password } });
}

/** The agents' REST calls with one token. `fetcher` is replaced in tests. */
export function createAgentApi(token: string, fetcher?: typeof fetch): AgentApi {
  const call = createApi({ token: () => token, ...(fetcher ? { fetch: fetcher } : {}) });
  const at = (id: string, action = "") => `${ROOT}/conversations/${encodeURIComponent(id)}${action}`;
  const ending = (summary: string) => ({ body: summary.trim() ? { summary: summary.trim() } : {} });
  return {
    signOut: () => call("DELETE", `${ROOT}/sessions`),
    queue: () => call("GET", `${ROOT}/queue`),
    conversation: (id) => call('GET', at(id)),
    take: (id) => call('POST', at(id, '/take'), { body: {} }),
    giveBack: (id, summary) => call('POST', at(id, '/return'), ending(summary)),
    close: (id, summary) => call('POST', at(id, '/close'), ending(summary)),
    send: (id, clientMsgId, text) =>
      call('POST', at(id, '/messages'), { body: { client_msg_id: clientMsgId, text } }),
  };
}
