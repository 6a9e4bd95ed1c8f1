import { expect, it } from 'vitest';
import { curveOption, describeCurve } from '../../console/src/lib/curve';
import { day, duration, durationWords } from '../../console/src/lib/time';
import { entityWords } from '../../console/src/lib/labels';
import { askedPoints, disclosureName, neighbour, workNumbers } from '../../console/src/store/selectors';
import { after, brief, message, more, NOW } from './build';

const answer = (seq: number, intent: string, outcome: string, more: object = {}) =>
  message(seq, 'bot', '…', { trace: { intent, outcome }, ...more });

it('what was asked twice is one point with both turns and the last outcome', () => {
  const faq = { kind: 'faq_answer' as const, data: { faq_id: 'F1', question: '赎回多久到账' } };
  const points = askedPoints([
    message(1, 'customer', '你好'),
    answer(2, 'greet', 'chat'),
    message(3, 'customer', '钱怎么还没到'),
    answer(4, 'faq', 'answered', faq),
    message(5, 'customer', '到底多久'),
    answer(6, 'faq', 'handoff', faq),
  ]);
  expect(points).toEqual([{ key: 'faq:F1', label: '赎回多久到账', seqs: [3, 5], outcome: 'handoff' }]);
});

it('what the bot did not recognise is told in the customer’s words', () => {
  const points = askedPoints([message(1, 'customer', '帮我养猫'), answer(2, 'out_of_scope', 'out_of_scope')]);
  expect(points.map((point) => point.label)).toEqual(['帮我养猫']);
});

it('agents’ messages are signed by the one who joined last before them', () => {
  const joined = (seq: number, work_no: string) =>
    message(seq, 'system', '接入', { kind: 'notice', data: { code: 'agent_joined', work_no } });
  const found = workNumbers([joined(1, '8001'), message(2, 'agent', '您好'), joined(3, '8002'), message(4, 'agent', '您好')]);
  expect([...found]).toEqual([
    [2, '8001'],
    [4, '8002'],
  ]);
});

it('a disclosure is named after the product of its message, else by its title, else by the code', () => {
  const text = { id: 'D1', version: '3', title: '风险揭示书', text: '…', url: '' };
  const shown = { seq: 1, product_code: 'P1', id: 'D1', version: '3', at: '' };
  const withCard = message(1, 'bot', '…', { data: { products: [{ code: 'P1', name: '安盈' } as never], disclosures: [text] } });
  expect(disclosureName([withCard], shown)).toBe('安盈');
  expect(disclosureName([message(1, 'bot', '…', { data: { disclosures: [text] } })], shown)).toBe('风险揭示书');
  expect(disclosureName([], shown)).toBe('P1');
});

it('next and previous go round the list in view', () => {
  const waiting = [brief('a'), brief('b'), brief('c')];
  const state = after({ type: 'lists', answer: { mine: [], waiting }, now: NOW });
  expect(neighbour(state, 1)).toBe('a');
  expect(neighbour(state, -1)).toBe('c');
  expect(neighbour(more(state, { type: 'select', id: 'c' }), 1)).toBe('a');
  expect(neighbour(after(), 1)).toBeNull();
});

it('the curve says in words where the line was crossed', () => {
  const curve = [
    { seq: 1, score: 0.1, level: 0.1 },
    { seq: 3, score: 0.9, level: 0.72 },
  ];
  expect(describeCurve(curve, 0.7)).toContain('第 3 条起达到转人工线 70%');
  expect(describeCurve(curve, 0.9)).toContain('没有达到转人工线');
  expect(JSON.stringify(curveOption(curve, 0.7))).toContain('"yAxis":70');
  expect(JSON.stringify(curveOption(curve, null))).not.toContain('转人工线 ');
});

it('durations, days and entities read as people write them', () => {
  expect(duration(161_000)).toBe('02:41');
  expect(duration(3_761_000)).toBe('1:02:41');
  expect(durationWords(161_000)).toBe('2 分 41 秒');
  const now = new Date(2026, 2, 5, 0, 30);
  expect(day(new Date(2026, 2, 4, 23, 50).toISOString(), now)).toBe('昨天');
  expect(entityWords('amount', '5000000')).toBe('金额 50000 元');
  expect(entityWords('term', '90')).toBe('期限 90 天');
});

it('a turn that the engine failed on is told in the customer’s words', () => {
  const points = askedPoints([
    message(1, 'customer', '钱怎么还没到'),
    message(2, 'bot', '抱歉', { trace: { outcome: 'failed' } }),
  ]);
  expect(points).toMatchObject([{ label: '钱怎么还没到', outcome: 'failed' }]);
});
