// @vitest-environment happy-dom
import { createRef, render } from 'preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Composer, TEXT_LIMIT_CHARS } from '../../widget/src/composer';

const send = vi.fn();
const agent = vi.fn();
let root: HTMLElement;

beforeEach(() => {
  send.mockReset();
  agent.mockReset();
  root = document.createElement('div');
  document.body.replaceChildren(root);
});

function draw(draft: string, state: 'bot' | 'waiting' = 'bot'): void {
  render(
    <Composer
      inputRef={createRef<HTMLTextAreaElement>()}
      info={{ state }}
      draft={draft}
      onDraft={() => undefined}
      onSend={send}
      onTyping={() => undefined}
      onAgent={agent}
    />,
    root,
  );
}

const area = (): HTMLTextAreaElement => root.querySelector('textarea')!;
const press = (init: KeyboardEventInit & { keyCode?: number }): boolean => {
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init });
  if (init.keyCode) Object.defineProperty(event, 'keyCode', { value: init.keyCode });
  return area().dispatchEvent(event);
};

describe('Enter', () => {
  it('sends', () => {
    draw('你好');
    press({});
    expect(send).toHaveBeenCalledWith('你好');
  });

  it('with Shift makes a new line', () => {
    draw('你好');
    expect(press({ shiftKey: true })).toBe(true);
    expect(send).not.toHaveBeenCalled();
  });

  it('that chooses a candidate of the input method does not send', () => {
    draw('ni hao');
    press({ isComposing: true });
    press({ keyCode: 229 });
    area().dispatchEvent(new Event('compositionend', { bubbles: true }));
    press({});
    expect(send).not.toHaveBeenCalled();
  });
});

describe('the send button', () => {
  const button = (): HTMLButtonElement => root.querySelector('[aria-label="发送"]')!;

  it.each([' \n ', '长'.repeat(TEXT_LIMIT_CHARS + 1)])('is off for blank and for too long text (%#)', (draft) => {
    draw(draft);
    expect(button().disabled).toBe(true);
    press({});
    expect(send).not.toHaveBeenCalled();
  });

  it('counts characters as people do', () => {
    draw('😀'.repeat(TEXT_LIMIT_CHARS));
    expect(button().disabled).toBe(false);
    expect(root.querySelector('.counter')!.textContent).toBe(`${TEXT_LIMIT_CHARS}/${TEXT_LIMIT_CHARS}`);
  });
});

it('转人工 is always there; in the queue it says so', () => {
  draw('');
  const button = root.querySelector<HTMLButtonElement>('.to-agent')!;
  expect(button.textContent).toBe('转人工');
  button.click();
  expect(agent).toHaveBeenCalledOnce();
  draw('', 'waiting');
  expect(root.querySelector<HTMLButtonElement>('.to-agent')!.textContent).toBe('排队中');
});
