// @vitest-environment happy-dom
import { render } from 'preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Disclosure, Message, Product } from '../../shared/protocol';
import { safeUrl } from '../../widget/src/cards';
import { Messages, type MessagesProps } from '../../widget/src/messages';
import { texts } from '../../widget/src/texts';
import { Transcript } from '../../widget/src/transcript';

const RISK: Disclosure = {
  id: 'wealth',
  version: '2026.1',
  title: '理财产品风险揭示书',
  text: '理财非存款，产品有风险，投资须谨慎。',
  url: '/disclosures/wealth/2026.1',
};

const product = (code: string, name: string, risk: string | null): Product => ({
  code,
  name,
  type: 'wealth',
  type_label: '理财',
  risk_level: risk,
  term_text: '90 天',
  rate_text: '收益说明：2.40%',
  minimum_text: '1 万元',
  fees: '无认购费',
  status: 'on_sale',
  status_label: '在售',
  summary: '示例产品',
  channels: '手机银行',
});

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement('div');
  document.body.replaceChildren(root);
});

function draw(messages: Partial<Message>[], props: Partial<MessagesProps> = {}): void {
  const transcript = new Transcript();
  messages.forEach((message, index) =>
    transcript.receive({
      seq: index + 1,
      sender: 'bot',
      kind: 'text',
      text: '',
      data: {},
      at: '2026-11-22T02:00:00.000Z',
      ...message,
    }),
  );
  render(
    <Messages
      items={transcript.items()}
      typing={null}
      agentWorkNo={null}
      canAsk
      onAsk={() => undefined}
      onRetry={() => undefined}
      {...props}
    />,
    root,
  );
}

const article = (): HTMLElement => root.querySelector('article')!;

describe('a message', () => {
  it('carries sender, kind and number, and keeps its lines', () => {
    draw([{ text: '第一行\n第二行' }]);
    expect(article().dataset).toMatchObject({ sender: 'bot', kind: 'text', seq: '1' });
    expect(root.querySelector('.words')!.textContent).toBe('第一行\n第二行');
  });

  it('with markup shows it as text', () => {
    draw([{ sender: 'customer', text: '<img src=x onerror=alert(1)>' }]);
    expect(root.querySelector('img')).toBeNull();
    expect(article().textContent).toContain('<img src=x onerror=alert(1)>');
  });

  it('of the bot and of an agent is told apart by name, badge and picture', () => {
    draw([
      { text: '您好' },
      { sender: 'system', kind: 'notice', text: '坐席分配成功', data: { code: 'agent_joined', work_no: '8001' } },
      { sender: 'agent', text: '您好' },
    ]);
    const names = [...root.querySelectorAll('.name')].map((name) => name.textContent);
    expect(names).toEqual(['智能客服AI', '人工客服 8001人工']);
    expect([...root.querySelectorAll('.avatar')].map((one) => (one as HTMLElement).dataset['sender'])).toEqual([
      'bot',
      'agent',
    ]);
  });

  it('of a known FAQ names source and effective date', () => {
    draw([{ kind: 'faq_answer', text: '答', data: { source: '收费标准', effective_date: '2026-01-01' } }]);
    expect(root.querySelector('.fine')!.textContent).toBe('来源：收费标准生效日期：2026-01-01');
  });
});

describe('a risk text', () => {
  it('stands in sight with title, version and link, once, before the facts of its product', () => {
    draw([
      {
        kind: 'product_card',
        text: `示例添利\n期限 90 天\n${RISK.text}`,
        data: { product: product('A', '示例添利', 'R2'), disclosures: [RISK] },
      },
    ]);
    const risk = root.querySelector<HTMLElement>('.risk')!;
    expect(risk.querySelector('.risk-text')!.textContent).toBe(RISK.text);
    expect(risk.textContent).toContain('版本 2026.1');
    expect(risk.querySelector('a')!.getAttribute('href')).toContain(RISK.url);
    expect(article().textContent!.split(RISK.text)).toHaveLength(2);
    expect(risk.compareDocumentPosition(root.querySelector('.facts')!)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  it('stands before the products that it belongs to, and shows only with them', () => {
    draw([
      {
        kind: 'product_list',
        text: '两款：',
        data: {
          products: [product('A', '甲', 'R1'), product('B', '乙', 'R5'), product('C', '丙', 'R1')],
          disclosures: [
            { ...RISK, product_codes: ['A', 'C'] },
            { ...RISK, id: 'equity', product_codes: ['B'] },
          ],
        },
      },
    ]);
    const order = [...root.querySelectorAll<HTMLElement>('[data-disclosure], [data-code]')];
    expect(order.map((one) => one.dataset['disclosure'] ?? one.dataset['code'])).toEqual(['wealth', 'A', 'C', 'equity', 'B']);
    const levels = [...root.querySelectorAll('.risk-tag')].map((tag) => tag.textContent);
    expect(levels).toEqual(['R1 低风险', 'R1 低风险', 'R5 高风险']);
  });

  it('that names none of the products is shown all the same', () => {
    draw([{ kind: 'product_list', data: { products: [product('A', '甲', 'R1')], disclosures: [RISK] } }]);
    expect(root.querySelectorAll('.risk')).toHaveLength(1);
  });

  it('is not printed twice when the answer itself contains it', () => {
    draw([{ text: `可以的。\n${RISK.text}`, data: { disclosures: [RISK] } }]);
    expect(root.querySelector('.words')!.textContent).toBe('可以的。');
  });

  it('links to our own host or https only', () => {
    const base = 'http://127.0.0.1:9000/chat/';
    expect(safeUrl('/disclosures/a/1', base)).toBe('http://127.0.0.1:9000/disclosures/a/1');
    expect(safeUrl('https://bank.example/a', base)).toBe('https://bank.example/a');
    expect(safeUrl('javascript:alert(1)', base)).toBeNull();
    expect(safeUrl('http://elsewhere.example/', base)).toBeNull();
  });
});

describe('a product', () => {
  it('is drawn from its data; of the text only the body is printed', () => {
    draw([
      {
        kind: 'product_card',
        text: '为您查到：\n示例添利\n业绩比较基准 2.40%',
        data: { body: '为您查到：', product: product('A', '示例添利', null) },
      },
    ]);
    expect(root.querySelector('.bubble')!.textContent).toBe('为您查到：');
    expect(root.querySelector('dd')!.textContent).toBe('2.40%');
    expect(root.querySelector('.risk-tag')).toBeNull();
  });

  it('does not repeat a summary that the answer has already given', () => {
    const one = product('A', '示例添利', null);
    draw([{ kind: 'product_card', data: { body: `示例添利：${one.summary}`, product: one } }]);
    expect(article().textContent!.split(one.summary)).toHaveLength(2);
    draw([{ kind: 'product_card', data: { body: '为您查到：', product: one } }]);
    expect(root.querySelector('.summary')!.textContent).toBe(one.summary);
  });

  it('of a long list is hidden behind one button, and asks for its details by name', async () => {
    const ask = vi.fn();
    const products = ['甲', '乙', '丙', '丁', '戊'].map((name) => product(name, name, 'R2'));
    draw([{ kind: 'product_list', text: '五款', data: { products } }], { onAsk: ask });
    expect(root.querySelectorAll('li[data-code]')).toHaveLength(3);
    root.querySelector<HTMLButtonElement>('.more')!.click();
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(root.querySelectorAll('li[data-code]')).toHaveLength(5);
    root.querySelector<HTMLButtonElement>('li[data-code="乙"] button')!.click();
    expect(ask).toHaveBeenCalledWith(texts.productDetailAsk('乙'));
  });
});

describe('a failed message', () => {
  it('says why and offers to try again', () => {
    const retry = vi.fn();
    const transcript = new Transcript();
    transcript.add('id-1', '你好', '2026-11-22T02:00:00.000Z');
    transcript.fail('id-1', '网络不通');
    draw([], { items: transcript.items(), onRetry: retry });
    expect(root.querySelector('[role=alert]')!.textContent).toBe(`网络不通${texts.failed}`);
    root.querySelector<HTMLButtonElement>('[role=alert] button')!.click();
    expect(retry).toHaveBeenCalledWith('id-1');
  });
});
