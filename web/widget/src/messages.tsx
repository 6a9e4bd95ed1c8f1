import type { JSX } from 'preact';
import { Fragment } from 'preact';
import type { Product } from '../../shared/protocol';
import { ProductCard, ProductList, RiskBlocks } from './cards';
import { AgentIcon, BotIcon, RetryIcon } from './icons';
import { texts } from './texts';
import { clock, needsTime } from './time';
import type { Item } from './transcript';

export interface MessagesProps {
  items: readonly Item[];
  typing: 'bot' | 'agent' | null;
  agentWorkNo: string | null;
  canAsk: boolean;
  onAsk(text: string): void;
  onRetry(clientMsgId: string): void;
}

export function Messages(props: MessagesProps): JSX.Element {
  const { items, typing } = props;
  const lastOwn = items.filter((item) => item.sender === 'customer').pop()?.key;
  let before: string | null = null;
  let speaker = '';
  let workNo: string | null = null;
  let wasPast = false;
  const rows = items.map((item) => {
    if (item.data.work_no) workNo = item.data.work_no;
    const time = needsTime(before, item.at) ? clock(item.at) : null;
    const turned = wasPast && !item.past;
    const name = speakerName(item, workNo ?? props.agentWorkNo);
    const first = time !== null || turned || name !== speaker;
    before = item.at;
    speaker = name;
    wasPast = item.past;
    return (
      <Fragment key={item.key}>
        {turned && <p class="divider">{texts.pastEnd}</p>}
        {time && <p class="time">{time}</p>}
        <Row {...props} item={item} name={name} first={first} isLastOwn={item.key === lastOwn} />
      </Fragment>
    );
  });
  return (
    <>
      {rows}
      {typing && (
        <div class="row" data-sender={typing} data-testid="typing">
          <Avatar sender={typing} />
          <div class="body">
            <p class="bubble typing" role="status" aria-label={texts.typing[typing]}>
              <i />
              <i />
              <i />
            </p>
          </div>
        </div>
      )}
    </>
  );
}

interface RowProps extends MessagesProps {
  item: Item;
  name: string;
  /** First of a run by one speaker: carries the name. */
  first: boolean;
  isLastOwn: boolean;
}

function Row({ item, name, first, isLastOwn, canAsk, onAsk, onRetry }: RowProps): JSX.Element {
  const common = {
    'data-sender': item.sender,
    'data-kind': item.kind,
    'data-seq': item.seq ?? '',
    'data-delivery': item.delivery,
    'aria-label': `${name} ${clock(item.at)}`,
  };
  if (item.sender === 'system') {
    return (
      <article class="notice" {...common}>
        <SystemMessage item={item} />
      </article>
    );
  }
  return (
    <article class={first ? 'row first' : 'row'} {...common}>
      {item.sender !== 'customer' && (first ? <Avatar sender={item.sender} /> : <span class="avatar-space" />)}
      <div class="body">
        {first && item.sender !== 'customer' && (
          <p class="name">
            {name}
            <span class="badge">{item.sender === 'bot' ? texts.botBadge : texts.agentBadge}</span>
          </p>
        )}
        <Content item={item} onAsk={canAsk && !item.past ? onAsk : null} />
        {item.sender === 'customer' && <DeliveryLine item={item} isLastOwn={isLastOwn} onRetry={onRetry} />}
      </div>
    </article>
  );
}

function Avatar({ sender }: { sender: string }): JSX.Element {
  return (
    <span class="avatar" data-sender={sender} aria-hidden="true">
      {sender === 'agent' ? <AgentIcon /> : <BotIcon />}
    </span>
  );
}

function Content({ item, onAsk }: { item: Item; onAsk: ((text: string) => void) | null }): JSX.Element {
  const { data, kind } = item;
  const disclosures = data.disclosures ?? [];
  const risks = <RiskBlocks disclosures={disclosures} fullText={data.full_text} />;
  if (kind === 'product_card' && data.product) {
    return (
      <>
        <Lead words={data.body ?? leadOf(item.text, [data.product])} />
        <ProductCard product={data.product} told={data.body ?? ''}>
          {risks}
        </ProductCard>
      </>
    );
  }
  if (kind === 'product_list' && data.products?.length) {
    return (
      <>
        <Lead words={data.body ?? leadOf(item.text, data.products)} />
        <ProductList products={data.products} disclosures={disclosures} onAsk={onAsk} />
      </>
    );
  }
  const words = (data.body ?? withoutDisclosures(item)).trim();
  const hasSource = kind === 'faq_answer' && (data.source || data.effective_date);
  return (
    <>
      {words && (
        <div class="bubble">
          <p class="words">{words}</p>
          {hasSource && (
            <p class="fine">
              {data.source && <span>{texts.faqSource(data.source)}</span>}
              {data.effective_date && <span>{texts.faqEffective(data.effective_date)}</span>}
            </p>
          )}
        </div>
      )}
      {risks}
    </>
  );
}

function Lead({ words }: { words: string }): JSX.Element | null {
  return words.trim() ? <p class="bubble words">{words.trim()}</p> : null;
}

/** Without a `body`: what stands before the first line that speaks of a product. */
function leadOf(text: string, products: Product[]): string {
  const lines = text.split('\n');
  const until = lines.findIndex((line) => products.some((product) => line.includes(product.name)));
  return (until < 0 ? lines.slice(0, 1) : lines.slice(0, until)).join('\n');
}

/** Disclosures have blocks of their own; the same words need not stand in the bubble too. */
function withoutDisclosures(item: Item): string {
  let text = item.text;
  for (const disclosure of item.data.disclosures ?? []) {
    if (disclosure.text) text = text.replace(disclosure.text, '');
  }
  return text.trim();
}

/** Where the customer stands now is in the banner; here stands what was said, which does not go stale. */
function SystemMessage({ item }: { item: Item }): JSX.Element {
  const { data, kind, text } = item;
  if (kind !== 'handoff') return <p class="pill">{text}</p>;
  return (
    <section class="card handoff">
      <h3>{texts.handoffTitle}</h3>
      <p class="words">{text}</p>
      {data.text_reason && <p class="fine">{texts.handoffReason(data.text_reason)}</p>}
    </section>
  );
}

interface DeliveryLineProps {
  item: Item;
  isLastOwn: boolean;
  onRetry(clientMsgId: string): void;
}

function DeliveryLine({ item, isLastOwn, onRetry }: DeliveryLineProps): JSX.Element | null {
  if (item.delivery === 'failed') {
    const id = item.clientMsgId ?? '';
    return (
      <p class="delivery failed" role="alert">
        {item.error && <span>{item.error}</span>}
        <button type="button" onClick={() => onRetry(id)}>
          <RetryIcon />
          {texts.failed}
        </button>
      </p>
    );
  }
  if (item.delivery === 'sending') return <p class="delivery">{texts.sending}</p>;
  return isLastOwn && !item.past ? <p class="delivery">{texts.sent}</p> : null;
}

function speakerName(item: Item, workNo: string | null): string {
  if (item.sender === 'bot') return texts.bot;
  if (item.sender === 'agent') return texts.agentNamed(item.data.work_no ?? workNo);
  return item.sender === 'customer' ? texts.you : texts.system;
}
