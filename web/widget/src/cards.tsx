import { type ComponentChildren, Fragment, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Disclosure, Product } from '../../shared/protocol';
import { ChevronIcon, RiskIcon } from './icons';
import { texts } from './texts';

const SHOWN_AT_FIRST = 3;
const RATE_LABELS: Record<string, string> = {
  wealth: texts.income,
  structured_deposit: texts.income,
  fund: texts.income,
  insurance: texts.income,
  precious_metal: texts.income,
  forex: texts.income,
};

function Tags({ product }: { product: Product }): JSX.Element {
  return (
    <span class="tags">
      <span class="tag">{product.type_label}</span>
      {product.risk_level && (
        <span class="tag risk-tag" data-level={product.risk_level}>
          {texts.riskLevels[product.risk_level] ?? product.risk_level}
        </span>
      )}
      {product.status !== 'on_sale' && product.status_label && (
        <span class="tag" data-status={product.status}>
          {product.status_label}
        </span>
      )}
    </span>
  );
}

function facts(product: Product): [string, string][] {
  const rows: [string, string][] = [
    [RATE_LABELS[product.type] ?? texts.rate, product.rate_text],
    [texts.term, product.term_text],
    [texts.minimum, product.minimum_text],
    [texts.fees, product.fees],
    [texts.channels, product.channels],
  ];
  return rows.filter(([, value]) => value).map(([name, value]) => [name, withoutLabel(name, value)]);
}

/** "业绩比较基准 2.40%" under the label 业绩比较基准 says it twice. */
function withoutLabel(label: string, value: string): string {
  const rest = value.startsWith(label) ? value.slice(label.length).replace(/^[\s：:为]+/, '') : value;
  return rest || value;
}

function Facts({ rows }: { rows: [string, string][] }): JSX.Element {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface ProductCardProps {
  product: Product;
  /** What stands above the card: a summary that is in it is not printed again. */
  told: string;
  /** Risk texts: they stand before the facts. */
  children?: ComponentChildren;
}

export function ProductCard({ product, told, children }: ProductCardProps): JSX.Element {
  return (
    <div class="card product" role="group" data-code={product.code} aria-label={product.name}>
      <header>
        <h3>{product.name}</h3>
        <Tags product={product} />
      </header>
      {product.summary && !told.includes(product.summary) && <p class="summary">{product.summary}</p>}
      {children}
      <Facts rows={facts(product)} />
    </div>
  );
}

export interface ProductListProps {
  products: Product[];
  disclosures: Disclosure[];
  onAsk: ((text: string) => void) | null;
}

interface Group {
  disclosures: Disclosure[];
  products: Product[];
}

/** Products under one risk text stand together below it: after a long list it would be out of sight. */
function grouped(products: Product[], disclosures: Disclosure[]): Group[] {
  const groups = new Map<string, Group>();
  for (const product of products) {
    const own = disclosures.filter((disclosure) => disclosure.product_codes?.includes(product.code));
    const key = own.map((disclosure) => `${disclosure.id}@${disclosure.version}`).join();
    const group = groups.get(key) ?? { disclosures: own, products: [] };
    group.products.push(product);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export function ProductList({ products, disclosures, onAsk }: ProductListProps): JSX.Element {
  const [all, setAll] = useState(false);
  const codes = new Set(products.map((product) => product.code));
  const general = disclosures.filter((disclosure) => !disclosure.product_codes?.some((code) => codes.has(code)));
  let room = all ? products.length : SHOWN_AT_FIRST;
  const shown = grouped(products, disclosures).flatMap((group) => {
    const part = group.products.slice(0, room);
    room -= part.length;
    return part.length ? [{ ...group, products: part }] : [];
  });
  const rest = products.length - shown.reduce((sum, group) => sum + group.products.length, 0);
  return (
    <>
      <RiskBlocks disclosures={general} />
      {shown.map((group) => (
        <Fragment key={group.products[0]?.code}>
          <RiskBlocks disclosures={group.disclosures} />
          <ul class="card products">
            {group.products.map((product) => (
              <ProductRow key={product.code} product={product} onAsk={onAsk} />
            ))}
          </ul>
        </Fragment>
      ))}
      {rest > 0 && (
        <button type="button" class="more" onClick={() => setAll(true)}>
          {texts.productMore(rest)}
        </button>
      )}
    </>
  );
}

interface ProductRowProps {
  product: Product;
  onAsk: ((text: string) => void) | null;
}

function ProductRow({ product, onAsk }: ProductRowProps): JSX.Element {
  return (
    <li data-code={product.code}>
      <header>
        <h3>{product.name}</h3>
        <Tags product={product} />
      </header>
      <Facts rows={facts(product).slice(0, 3)} />
      {onAsk && (
        <button
          type="button"
          class="link"
          aria-label={`${texts.productDetail}：${product.name}`}
          onClick={() => onAsk(texts.productDetailAsk(product.name))}
        >
          {texts.productDetail}
          <ChevronIcon />
        </button>
      )}
    </li>
  );
}

export function RiskBlocks({ disclosures, fullText }: { disclosures: Disclosure[]; fullText?: string | undefined }): JSX.Element {
  const only = disclosures.length === 1;
  return (
    <>
      {disclosures.map((disclosure) => (
        <RiskBlock
          key={`${disclosure.id}@${disclosure.version}`}
          disclosure={disclosure}
          fullText={only ? fullText : undefined}
        />
      ))}
    </>
  );
}

interface RiskBlockProps {
  disclosure: Disclosure;
  /** Full text, to be read in place. */
  fullText?: string | undefined;
}

/** The risk text itself stands in sight; the long form is behind a link unless it was asked for. */
function RiskBlock({ disclosure, fullText }: RiskBlockProps): JSX.Element {
  const url = safeUrl(disclosure.url);
  return (
    <section class="risk" role="note" aria-label={texts.risk} data-disclosure={disclosure.id} data-version={disclosure.version}>
      <h3>
        <RiskIcon />
        {texts.risk}
      </h3>
      <p class="risk-text">{disclosure.text}</p>
      <p class="fine">
        {disclosure.title && <span>{disclosure.title}</span>}
        {disclosure.version && <span>{texts.riskVersion(disclosure.version)}</span>}
        {url && (
          <a href={url} target="_blank" rel="noopener">
            {texts.riskFull}
          </a>
        )}
      </p>
      {fullText && fullText !== disclosure.text && (
        <details open>
          <summary>{texts.riskFullText}</summary>
          <p class="risk-full">{fullText}</p>
        </details>
      )}
    </section>
  );
}

/** Addresses on our own host or https; nothing that could run. */
export function safeUrl(url: string | undefined, base = location.href): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url, base);
    return parsed.protocol === 'https:' || parsed.origin === new URL(base).origin ? parsed.href : null;
  } catch {
    return null;
  }
}
