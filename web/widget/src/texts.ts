import type { StateInfo } from '../../shared/protocol';

/** Every sentence that the customer reads in the chat. */
export const texts = {
  bot: '智能客服',
  botBadge: 'AI',
  agent: '人工客服',
  agentBadge: '人工',
  agentNamed: (workNo: string | null | undefined): string => (workNo ? `人工客服 ${workNo}` : texts.agent),
  you: '我',
  system: '系统消息',

  title: (bank: string): string => `${bank}在线客服`,
  logLabel: '对话记录',
  headerWaiting: '正在为您转接人工客服',
  headerClosed: '本次服务已结束',
  headerBot: '智能客服 · 全天在线',
  close: '收起',
  elderOn: '切换到长辈版',
  elderOff: '切换到标准版',
  elder: '长辈版',
  standard: '标准版',

  bannerBot: '智能客服（AI）自动回答，请以我行公示为准',
  bannerHuman: (workNo: string | null | undefined): string => (workNo ? `人工客服 ${workNo} 正在为您服务` : '人工客服正在为您服务'),
  bannerClosed: '本次服务已结束。直接输入，即可开始新的咨询',
  bannerWaiting: ({ position, expected_wait_minutes: minutes }: StateInfo): string => {
    if (!position) return '正在为您转接人工客服，请稍候';
    const ahead = position - 1;
    const place = ahead > 0 ? `您前面还有 ${ahead} 位` : '您排在第 1 位';
    return minutes ? `${place}，预计等待${waitText(minutes)}` : `${place}，坐席上线后按顺序接待`;
  },
  waitingHint: '排队不影响提问，接通后客服能看到完整对话，无需重复说明。',
  keepAsking: '继续问智能客服',
  leaveQueue: '退出排队',

  connecting: '正在连接…',
  offline: '网络连接已断开，正在自动重连。您输入的内容不会丢失。',
  reconnect: '立即重连',

  welcomeTitle: (bank: string): string => `您好，我是${bank}智能客服`,
  welcomeBody: '可以为您介绍存款、理财、贷款和信用卡等产品，解答常见问题。需要人工时，随时点击“转人工”。',
  starters: ['有哪些低风险的理财产品？', '定期存款利率是多少？', '信用卡年费怎么收？', '银行卡丢了怎么办？'],
  startersLabel: '您可以这样问',
  privacy: '请勿在对话中提供密码、短信验证码。',
  hotline: (number: string): string => `客服热线 ${number}`,

  toAgent: '转人工',
  queueing: '排队中',
  withAgent: '人工服务中',
  composer: '发送消息',
  inputLabel: '输入您的问题',
  inputHuman: '请输入要对人工客服说的话',
  send: '发送',
  counter: (count: number, limit: number): string => `${count}/${limit}`,
  tooLong: (over: number): string => `已超出 ${over} 字，请精简后发送`,

  sending: '发送中',
  sent: '已发送',
  failed: '发送失败，点击重试',
  notSent: '网络不通，消息没有送达。',
  typing: { bot: '智能客服正在回答', agent: '人工客服正在输入' },
  newMessages: '有新消息',
  pastEnd: '以上是之前的对话',
  actionFailed: '操作没有成功，请稍后再试。',
  dismiss: '知道了',

  faqSource: (source: string): string => `来源：${source}`,
  faqEffective: (date: string): string => `生效日期：${date}`,
  quickRepliesLabel: '快捷回复',
  risk: '风险提示',
  riskVersion: (version: string): string => `版本 ${version}`,
  riskFull: '查看全文',
  riskFullText: '风险揭示书全文',
  productDetail: '了解详情',
  productDetailAsk: (name: string): string => `介绍一下${name}`,
  productMore: (rest: number): string => `展开其余 ${rest} 款`,
  term: '期限',
  rate: '利率',
  income: '收益说明',
  minimum: '起点金额',
  fees: '费用',
  channels: '办理渠道',
  riskLevels: {
    R1: 'R1 低风险',
    R2: 'R2 中低风险',
    R3: 'R3 中风险',
    R4: 'R4 中高风险',
    R5: 'R5 高风险',
  } as Record<string, string>,
  handoffTitle: '转接人工客服',
  handoffReason: (reason: string): string => `转接原因：${reason}`,
  yesterday: '昨天',
};

/** Reads well after 预计等待. */
export function waitText(minutes: number): string {
  if (minutes < 1) return '不到 1 分钟';
  return `约 ${Math.ceil(minutes)} 分钟`;
}
