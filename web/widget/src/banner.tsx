import type { JSX } from 'preact';
import type { StateInfo } from '../../shared/protocol';
import type { LinkStatus } from './link';
import { texts } from './texts';

export interface BannerProps {
  info: StateInfo;
  onKeepAsking(): void;
  onLeave(): void;
}

/** Who is answering, and in the queue how long it takes: always in sight under the header. */
export function Banner({ info, onKeepAsking, onLeave }: BannerProps): JSX.Element {
  return (
    <div class="banner" data-testid="state-banner" data-state={info.state} role="status">
      <p class="banner-line">
        <span class="dot" aria-hidden="true" />
        <span>{line(info)}</span>
      </p>
      {info.state === 'waiting' && (
        <>
          <p class="banner-hint">{texts.waitingHint}</p>
          <p class="banner-actions">
            <button type="button" onClick={onKeepAsking}>
              {texts.keepAsking}
            </button>
            <button type="button" class="quiet" onClick={onLeave}>
              {texts.leaveQueue}
            </button>
          </p>
        </>
      )}
    </div>
  );
}

function line(info: StateInfo): string {
  if (info.state === 'waiting') return texts.bannerWaiting(info);
  if (info.state === 'human') return texts.bannerHuman(info.agent_work_no);
  if (info.state === 'closed') return texts.bannerClosed;
  return texts.bannerBot;
}

export interface LinkBannerProps {
  link: LinkStatus;
  problem: string;
  onRetry(): void;
  onDismiss(): void;
}

/** Only there when something is wrong: no connection, or an action that failed. */
export function LinkBanner({ link, problem, onRetry, onDismiss }: LinkBannerProps): JSX.Element | null {
  if (problem) {
    return (
      <div class="alert" role="alert" data-testid="problem-banner">
        <p>{problem}</p>
        <button type="button" onClick={onDismiss}>
          {texts.dismiss}
        </button>
      </div>
    );
  }
  if (link !== 'offline') return null;
  return (
    <div class="alert" role="alert" data-testid="link-banner">
      <p>{texts.offline}</p>
      <button type="button" onClick={onRetry}>
        {texts.reconnect}
      </button>
    </div>
  );
}
