/** Words and colours for codes. Each colour stands beside a word, never alone; all reach 4.5:1 on white. */

export interface Tone {
  word: string;
  /** Text and dots. */
  color: string;
  /** Soft fill behind the word. */
  soft: string;
}

const EMOTIONS: Record<string, Tone> = {
  平静: { word: '平静', color: '#4b6473', soft: '#eef2f5' },
  困惑: { word: '困惑', color: '#2563ad', soft: '#eaf2fc' },
  焦急: { word: '焦急', color: '#a15c00', soft: '#fff4e0' },
  失望: { word: '失望', color: '#7048a8', soft: '#f3eefb' },
  不满: { word: '不满', color: '#b94a0b', soft: '#fdeee4' },
  愤怒: { word: '愤怒', color: '#c01f2c', soft: '#fdeaeb' },
  感谢: { word: '感谢', color: '#1b7a4b', soft: '#e8f6ee' },
};

export function emotionTone(emotion: string): Tone {
  return EMOTIONS[emotion] ?? { word: emotion, color: '#4b6473', soft: '#eef2f5' };
}

const STAGES: Record<string, Tone> = {
  calm: { word: '情绪平稳', color: '#1b7a4b', soft: '#e8f6ee' },
  watch: { word: '情绪波动', color: '#a15c00', soft: '#fff4e0' },
  handoff: { word: '情绪激动', color: '#c01f2c', soft: '#fdeaeb' },
};

export function stageTone(stage: string): Tone {
  return STAGES[stage] ?? { word: '情绪平稳', color: '#1b7a4b', soft: '#e8f6ee' };
}

const CHANNELS: Record<string, string> = {
  bubble: '网站',
  h5: '手机银行',
  wechat: '公众号',
  api: '接口',
  cli: '命令行',
};

export const channelLabel = (channel: string): string => CHANNELS[channel] ?? channel;

const REASONS: Record<string, string> = {
  asked: '客户要求人工',
  frustration: '情绪升高',
  not_understood: '多次未理解',
  fraud_or_loss: '挂失或反诈',
  complaint: '投诉',
  sensitive_business: '敏感业务',
  engine_down: '系统异常',
};

export const reasonLabel = (reason: string | null): string => (reason ? (REASONS[reason] ?? reason) : '');

/** Reasons that an agent should look at before others. */
export const isUrgent = (reason: string | null): boolean =>
  reason === 'fraud_or_loss' || reason === 'complaint' || reason === 'frustration';

const INTENTS: Record<string, string> = {
  greet: '打招呼',
  goodbye: '告别',
  thank: '致谢',
  chitchat_bot: '闲聊',
  capabilities: '询问服务范围',
  affirm: '肯定',
  deny: '否定',
  ask_human: '要求人工',
  product_search: '查找产品',
  product_detail: '产品详情',
  product_rate: '产品利率或收益',
  product_fee: '产品费用',
  product_buy: '购买产品',
  disclosure_inquiry: '风险揭示',
  loan_inquiry: '贷款咨询',
  card_inquiry: '银行卡咨询',
  complaint: '投诉',
  dissatisfied: '表达不满',
  report_loss: '挂失',
  report_fraud: '疑似诈骗',
  balance_inquiry: '余额查询',
  transfer_money: '转账',
  password_reset: '密码重置',
  faq: '常见问题',
  faq_clarify: '常见问题（待确认）',
  out_of_scope: '超出服务范围',
  investment_advice: '投资建议',
};

export const intentLabel = (intent: string): string => INTENTS[intent] ?? intent;

/** Intents that are courtesy, not a matter. */
export const SMALL_TALK: ReadonlySet<string> = new Set([
  'greet',
  'goodbye',
  'thank',
  'chitchat_bot',
  'affirm',
  'deny',
  'capabilities',
  // The reason of the hand-off tells of it already.
  'ask_human',
]);

const OUTCOMES: Record<string, string> = {
  answered: '已答复',
  clarify: '已追问',
  declined: '已说明不办理',
  out_of_scope: '超出范围',
  not_understood: '未理解',
  failed: '未能作答',
  handoff: '转人工',
  chat: '闲聊',
};

export const outcomeLabel = (outcome: string): string => OUTCOMES[outcome] ?? outcome;

const ENTITIES: Record<string, string> = {
  product: '产品',
  product_type: '产品类型',
  term: '期限',
  risk_level: '风险等级',
  amount: '金额',
  currency: '币种',
};

/** "期限 90 天", "金额 50000 元": values stand in days and 分. */
export function entityWords(entity: string, value: unknown): string {
  const name = ENTITIES[entity] ?? entity;
  const number = Number(value);
  if (entity === 'term' && Number.isFinite(number)) return `${name} ${number} 天`;
  if (entity === 'amount' && Number.isFinite(number)) return `${name} ${number / 100} 元`;
  return `${name} ${String(value)}`;
}

const EVENTS: Record<string, string> = {
  opened: '会话开始',
  handed_over: '转人工',
  taken: '坐席接入',
  returned: '转回智能客服',
  closed: '会话结束',
  left_queue: '客户取消排队',
  agent_lost: '坐席连接中断，重新排队',
};

/** Empty for events that tell an agent nothing. */
export const eventLabel = (what: string): string => EVENTS[what] ?? '';

const SENDERS: Record<string, string> = {
  customer: '客户',
  bot: '智能客服',
  agent: '人工客服',
  system: '系统',
};

export const senderLabel = (sender: string): string => SENDERS[sender] ?? sender;

const STATES: Record<string, string> = {
  bot: '智能客服服务中',
  waiting: '排队中',
  human: '人工服务中',
  closed: '已结束',
};

export const stateLabel = (state: string): string => STATES[state] ?? state;

/** How agents name a customer who has not said who they are: the end of the conversation's number. */
export const customerName = (conversationId: string): string => `客户 ${conversationId.slice(-4).toUpperCase()}`;

export const percent = (value: number): string => `${Math.round(Math.min(1, Math.max(0, value)) * 100)}%`;
