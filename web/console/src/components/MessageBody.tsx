import { FileTextOutlined } from '@ant-design/icons';
import type { Disclosure, Message, Product } from '../api/types';

/** Bubble, then what the customer's page drew beneath it: product cards, source, risk texts, quick replies. */
export function MessageBody({ message }: { message: Message }) {
  const { kind, data, text } = message;
  const products = data.products ?? (data.product ? [data.product] : []);
  return (
    <>
      <div className="bubble">
        {text}
        {kind === 'faq_answer' && (data.source || data.effective_date) && (
          <p className="source">
            {data.source && <>来源：{data.source}</>}
            {data.effective_date && <span>生效日期 {data.effective_date}</span>}
          </p>
        )}
        {kind === 'disclosure' && data.full_text && data.full_text !== text && (
          <details className="full-text">
            <summary>全文</summary>
            {data.full_text}
          </details>
        )}
      </div>
      {products.length > 0 && (
        <ul className="products" aria-label="展示给客户的产品">
          {products.map((product) => (
            <ProductItem key={product.code} product={product} />
          ))}
        </ul>
      )}
      {(data.disclosures ?? []).map((disclosure) => (
        <DisclosureItem key={`${disclosure.id}/${disclosure.version}`} disclosure={disclosure} />
      ))}
      {data.quick_replies && data.quick_replies.length > 0 && (
        <p className="quick" title="客户看到的快捷选项">
          {data.quick_replies.map((quick) => (
            <span key={quick.title}>{quick.title}</span>
          ))}
        </p>
      )}
    </>
  );
}

function ProductItem({ product }: { product: Product }) {
  const facts = [
    ['利率/收益', product.rate_text],
    ['期限', product.term_text],
    ['起点', product.minimum_text],
  ].filter(([, value]) => value);
  return (
    <li>
      <p className="product-head">
        <b>{product.name}</b>
        <span>{product.type_label}</span>
        {product.risk_level && <span className="risk">{product.risk_level}</span>}
        {product.status !== 'on_sale' && product.status_label && <span className="off">{product.status_label}</span>}
      </p>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function DisclosureItem({ disclosure }: { disclosure: Disclosure }) {
  return (
    <div className="disclosure" role="note">
      <p>
        <FileTextOutlined aria-hidden />
        <b>{disclosure.title}</b>
        <span>版本 {disclosure.version}</span>
      </p>
      {disclosure.text}
      {isOwnPage(disclosure.url) && (
        <a href={disclosure.url} target="_blank" rel="noreferrer">
          查看全文
        </a>
      )}
    </div>
  );
}

/** Only pages of this server: a link from data must not lead an agent elsewhere. */
function isOwnPage(url: string | undefined): url is string {
  if (!url) return false;
  try {
    return new URL(url, location.origin).origin === location.origin;
  } catch {
    return false;
  }
}
