import type { ErrorBody } from './protocol';

/** An answer of the gateway that is not 2xx; `message` is Chinese and fit to be shown. `status` 0: no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface ApiOptions {
  /** Where the gateway is; empty for the page's own origin. */
  base?: string;
  token?: () => string | null;
  fetch?: typeof fetch;
  /** Sentence for the person when no answer comes. */
  offlineMessage?: string;
}

export interface CallOptions {
  body?: unknown;
  timeoutMs?: number;
  signal?: AbortSignal;
}

export type Call = <T>(method: string, path: string, options?: CallOptions) => Promise<T>;

/** A JSON caller with a bearer token, a deadline and the one error shape. Rejects with ApiError only. */
export function createApi(options: ApiOptions = {}): Call {
  const fetcher = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));
  const offline = options.offlineMessage ?? '网络连接不可用，请检查网络后重试。';

  return async function call<T>(method: string, path: string, request: CallOptions = {}): Promise<T> {
    const { body, timeoutMs = 15_000, signal } = request;
    const abort = new AbortController();
    const cancel = (): void => abort.abort();
    const timer = setTimeout(cancel, timeoutMs);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    try {
      const headers: Record<string, string> = {};
      const token = options.token?.();
      if (token) headers['Authorization'] = `Bearer ${token}`;
      if (body !== undefined) headers['Content-Type'] = 'application/json';
      const init: RequestInit = { method, headers, signal: abort.signal, credentials: 'omit', cache: 'no-store' };
      if (body !== undefined) init.body = JSON.stringify(body);
      const response = await fetcher((options.base ?? '') + path, init);
      const text = await response.text();
      const parsed = parse(text);
      if (response.ok) return parsed as T;
      const error = (parsed as { error?: Partial<ErrorBody> } | null)?.error;
      throw new ApiError(
        response.status,
        error?.code ?? 'http_error',
        error?.message ?? `服务暂时不可用（${response.status}），请稍后重试。`,
      );
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(0, 'network', offline);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  };
}

function parse(text: string): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
